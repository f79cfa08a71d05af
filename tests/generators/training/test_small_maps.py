"""Large convolutions onto few pixels are products: the same values and gradients, and nothing else changes."""

import copy

import pytest
import torch
from torch import nn

from generators.training.small_maps import SmallMapConv2d, multiplied_out


@pytest.mark.parametrize(
    ("shape", "convolution"),
    [
        ((2, 512, 3, 3), nn.Conv2d(512, 256, 4, stride=2, padding=1)),
        ((2, 512, 4, 5), nn.Conv2d(512, 512, 3, padding=1, bias=False)),
        ((2, 512, 5, 4), nn.Conv2d(512, 600, (2, 4), stride=(3, 1), padding=(1, 0))),
    ],
)
def test_values_and_gradients_are_those_of_the_convolution(
    shape: tuple[int, ...], convolution: nn.Conv2d
) -> None:
    product = copy.deepcopy(convolution)
    multiplied_out(product)
    assert type(product) is SmallMapConv2d
    random = torch.Generator().manual_seed(0)
    inputs = [torch.randn(shape, generator=random).requires_grad_()]
    inputs.append(inputs[0].detach().clone().requires_grad_())
    results = [layer(given) for layer, given in zip((convolution, product), inputs, strict=True)]
    asked = torch.randn(results[0].shape, generator=random)
    for result in results:
        result.backward(asked)
    for ours, theirs in zip(
        (results[1], inputs[1].grad, *(weight.grad for weight in product.parameters())),
        (results[0], inputs[0].grad, *(weight.grad for weight in convolution.parameters())),
        strict=True,
    ):
        torch.testing.assert_close(ours, theirs, atol=1e-3, rtol=1e-4)


def test_a_larger_map_is_left_to_the_convolution() -> None:
    convolution = nn.Conv2d(512, 512, 3, padding=1)
    product = copy.deepcopy(convolution)
    multiplied_out(product)
    picture = torch.randn(1, 512, 6, 6, generator=torch.Generator().manual_seed(0))
    assert torch.equal(product(picture), convolution(picture))


@pytest.mark.parametrize(
    "convolution",
    [
        nn.Conv2d(64, 64, 3),
        nn.Conv2d(2048, 2048, 8, groups=64),
        nn.Conv2d(512, 512, 3, dilation=2),
        nn.Conv2d(512, 512, 3, padding="same"),
        nn.Conv2d(512, 512, 3, padding=1, padding_mode="reflect"),
    ],
)
def test_others_stay_what_they_are(convolution: nn.Conv2d) -> None:
    multiplied_out(convolution)
    assert type(convolution) is nn.Conv2d

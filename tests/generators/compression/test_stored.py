"""Weights in fewer bits, there and back."""

import pytest
import torch
from torch import nn

from generators.compression.quantised import QuantisedLinear, quantise_linear
from generators.compression.stored import load_compressed, pack_float16, pack_int8, unpack
from generators.errors import GeneratorError


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(8, 16))


def test_a_weight_in_8_bits_is_off_by_half_a_step_at_most() -> None:
    original = network()
    packed = pack_int8(original)
    assert packed["0.weight.int8"].dtype == torch.int8
    back = unpack(packed)
    for name, tensor in original.state_dict().items():
        step = packed.get(f"{name}.scale", torch.zeros(1))
        assert bool(((back[name] - tensor).abs() <= step / 2 + 1e-7).all())
    assert torch.equal(back["3.bias"], original[3].bias)  # few numbers stay as they are


def test_packing_what_was_unpacked_changes_nothing() -> None:
    first = unpack(pack_int8(network()))
    again = network()
    again.load_state_dict(first)
    second = unpack(pack_int8(again))
    assert all(torch.allclose(first[name], second[name], rtol=1e-6) for name in first)


def test_sixteen_bits_hold_parameters_but_not_what_is_too_large() -> None:
    original = network()
    packed = pack_float16(original)
    assert packed["0.weight"].dtype == torch.float16
    assert packed["1.running_mean"].dtype == torch.float32
    with torch.no_grad():
        original[3].weight[0, 0] = 1e6
    with pytest.raises(GeneratorError, match="reaches 1e"):
        pack_float16(original)


def test_products_in_8_bits_are_exact_where_numbers_are_whole() -> None:
    layer = nn.Linear(3, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[127.0, -3, 5], [-127, 64, 1]]))
        layer.bias.copy_(torch.tensor([0.5, -0.5]))
    x = torch.tensor([[127.0, 2, -1], [-254, 4, 0]])  # steps of 1 and of 2
    assert torch.equal(QuantisedLinear(layer)(x), layer(x))


def test_a_network_that_multiplies_in_8_bits_comes_back_as_such() -> None:
    original, loaded = network().eval(), network().eval()
    load_compressed(loaded, pack_int8(original), ["int8_dynamic"])
    assert isinstance(loaded[3], QuantisedLinear)
    x = torch.randn(4, 3, 3, 3, generator=torch.Generator().manual_seed(1))
    assert (loaded(x) - original(x)).abs().max() < 0.05
    assert quantise_linear(loaded) == 0


def test_weights_larger_than_the_network_are_refused() -> None:
    tensors = nn.Linear(9, 16).state_dict()
    with pytest.raises(RuntimeError, match="not"):
        load_compressed(nn.Linear(8, 16), tensors, ["prune"])

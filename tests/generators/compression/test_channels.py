"""Channels that are found by silencing, and networks without them."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from generators.compression.channels import Exercise, Part, find_groups, without
from generators.compression.prune import channel_norms, prune
from generators.errors import GeneratorError


class Residual(nn.Module):
    """x + last(relu(first(x))), between a first and a last layer; the stream is shared."""

    def __init__(self) -> None:
        super().__init__()
        self.begin = nn.Conv2d(1, 16, 3, padding=1)
        self.first = nn.Conv2d(16, 12, 3, padding=1)
        self.norm = nn.BatchNorm2d(12)
        self.last = nn.Conv2d(12, 16, 3, padding=1)
        self.end = nn.Conv2d(16, 1, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        h = self.begin(x)
        return self.end(h + self.last(relu(self.norm(self.first(h)))))


class Normed(nn.Module):
    """Divides features by their length over all channels, so that no channel comes apart."""

    def __init__(self) -> None:
        super().__init__()
        self.begin, self.end = nn.Linear(4, 16), nn.Linear(16, 1)

    def forward(self, x: Tensor) -> Tensor:
        h = self.begin(x)
        return self.end(h / h.square().mean(1, keepdim=True).sqrt())


def exercise(*shape: int) -> Exercise:
    x = torch.randn(16, *shape, generator=torch.Generator().manual_seed(0))
    return lambda network: (network(x),)


def test_layers_that_share_channels_are_found_with_their_statistics() -> None:
    torch.manual_seed(0)
    [group] = find_groups(Residual().eval(), exercise(1, 8, 8))
    assert group.size == 12
    assert group.parts == {
        Part("first.weight", 0, 1),
        Part("first.bias", 0, 1),
        Part("norm.weight", 0, 1),
        Part("norm.bias", 0, 1),
        Part("norm.running_mean", 0, 1),
        Part("norm.running_var", 0, 1),
        Part("last.weight", 1, 1),
    }


def test_a_map_that_is_unfolded_from_a_vector_loses_rows_by_the_block() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(4, 12 * 4), nn.Unflatten(1, (-1, 2, 2)), nn.ReLU(), nn.Conv2d(12, 1, 1))
    [group] = find_groups(network, exercise(4))
    assert Part("0.weight", 0, 4) in group.parts
    smaller = without(network, [(group, torch.tensor([0, 5, 7]))])
    assert smaller[0].weight.shape == (12, 4)
    silenced = [index for index in range(12) if index not in (0, 5, 7)]
    with torch.no_grad():
        network[3].weight[:, silenced] = 0
    x = torch.randn(3, 4)
    torch.testing.assert_close(smaller(x), network(x))


def test_the_weakest_channels_go() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 2))
    with torch.no_grad():
        network[0].weight[::2] *= 0.01
        network[0].bias[::2] = 0
        network[2].weight[:, ::2] *= 0.01
    smaller = prune(network, exercise(3), share=0.5)
    assert torch.equal(smaller[0].weight, network[0].weight[1::2])
    assert torch.equal(smaller[2].weight, network[2].weight[:, 1::2])


def test_the_norm_of_a_channel_counts_all_layers_that_it_runs_through() -> None:
    network = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
    with torch.no_grad():
        network[0].weight.fill_(2)
        network[0].bias.fill_(1)
        network[2].weight.fill_(4)
    [group] = find_groups(network, exercise(2))
    assert channel_norms(network, group).tolist() == [5.0] * 8  # sqrt(2² + 2² + 1² + 4²)


def test_a_network_whose_channels_do_not_come_apart_is_refused() -> None:
    torch.manual_seed(0)
    with pytest.raises(GeneratorError, match="No channels can be removed"):
        prune(Normed(), exercise(4), share=0.5)

"""Muon: directions count alike, the size of a step does not depend on the gradient's, and its state comes back."""

from pathlib import Path

import pytest
import torch
from torch import nn

from generators import checkpoint as checkpoints
from generators.errors import BadCheckpoint
from generators.training.learning import BETAS, adam
from generators.training.muon import SIZE, Muon, orthogonal
from generators.training.state import restore, take_state


def muon(network: nn.Module) -> Muon:
    matrix, *others = network.parameters()
    return Muon([matrix], others, 0.01, BETAS)


def a_network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(2, 6, 3), nn.Conv2d(6, 1, 1))


def matrix_of(network: nn.Module) -> torch.Tensor:
    return next(network.parameters()).detach().clone()


def descend(network: nn.Module, optimizer: torch.optim.Optimizer, scale: float = 1) -> None:
    optimizer.zero_grad()
    (scale * network(torch.ones(1, 2, 4, 4)).square().mean()).backward()
    optimizer.step()


@pytest.mark.parametrize("shape", [(2, 8, 40), (2, 40, 8), (1, 16, 16)])
def test_singular_values_come_near_one_and_singular_vectors_stay(shape: tuple[int, int, int]) -> None:
    matrices = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    found = orthogonal(matrices)
    left, values, right = torch.linalg.svd(matrices, full_matrices=False)
    along = (left.mT @ found @ right.mT).diagonal(dim1=1, dim2=2)
    big = values > 0.1 * values.max()
    assert along[big].min() > 0.6
    assert along[big].max() < 1.25
    assert (left @ torch.diag_embed(along) @ right - found).abs().max() < 1e-4


def test_a_step_is_as_large_as_the_rate_says_however_large_the_gradient_is() -> None:
    moved = []
    for scale in (1, 1000):
        network = a_network()
        before = matrix_of(network)
        descend(network, muon(network), scale)
        moved.append(before - matrix_of(network))
    assert torch.allclose(moved[0], moved[1], rtol=1e-3, atol=1e-5)
    largest = torch.linalg.matrix_norm(moved[0].flatten(1), 2).item()
    assert 0.6 < largest / (0.01 * SIZE * 18**0.5) < 1.25


def test_the_state_of_muon_goes_on_where_it_was_and_that_of_adam_does_not_fit(
    tmp_path: Path,
) -> None:
    def saved(network: nn.Module, optimizer: torch.optim.Optimizer, name: str) -> checkpoints.Checkpoint:
        descend(network, optimizer)
        state = take_state(1, {"network": network}, {"network": optimizer})
        return checkpoints.write(
            tmp_path / name,
            generator="toy",
            generator_version="1",
            params={},
            config={},
            tensors=dict(network.state_dict()),
            labels=(),
            metrics={},
            data_sha256="0" * 64,
            seed=0,
            state=state.tensors,
            state_json=state.document,
        )

    network = a_network()
    optimizer = muon(network)
    kept = saved(network, optimizer, "muon")
    again = a_network()
    other = muon(again)
    assert restore(kept, {"network": again}, {"network": other}) == 1
    descend(network, optimizer)
    descend(again, other)
    assert all(map(torch.equal, network.state_dict().values(), again.state_dict().values()))
    plain = a_network()
    with pytest.raises(BadCheckpoint, match="does not fit"):
        restore(saved(plain, adam(plain, 0.01), "adam"), {"network": again}, {"network": muon(again)})

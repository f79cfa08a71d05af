import pytest
import torch

from generators.builtin.image_vq.codebook import Codebook

CENTRES = torch.tensor([[4.0, 0.0], [-4.0, 0.0], [0.0, 4.0], [0.0, -4.0]])


NUMBERS = torch.arange(400) % 4
POINTS = CENTRES[NUMBERS] + 0.3 * torch.randn(400, 2, generator=torch.Generator().manual_seed(0))


def learned(codebook: Codebook, steps: int) -> float:
    perplexity = 0.0
    for step in range(steps):
        codes = codebook.nearest(POINTS)
        perplexity = codebook.learn(POINTS, codes, torch.Generator().manual_seed(step))
    return perplexity


def test_the_nearest_vector_is_chosen() -> None:
    codebook = Codebook(4, 2)
    codebook.vectors.copy_(CENTRES)
    assert codebook.nearest(POINTS).tolist() == NUMBERS.tolist()


def test_vectors_become_the_means_of_what_chose_them_and_are_all_in_use() -> None:
    codebook = Codebook(4, 2)
    codebook.vectors.copy_(CENTRES + 0.5)
    codebook.counts.fill_(1)
    codebook.sums.copy_(codebook.vectors)
    assert learned(codebook, 100) == pytest.approx(4, abs=0.01)
    means = torch.stack([POINTS[number::4].mean(0) for number in range(4)])
    torch.testing.assert_close(codebook.vectors, means, atol=0.1, rtol=0)


def test_codes_that_nobody_chooses_start_anew_among_the_points() -> None:
    codebook = Codebook(8, 2)
    codebook.vectors.fill_(100)
    codebook.counts[0] = 100  # not the first step
    learned(codebook, 1)
    assert codebook.vectors[1:].norm(dim=1).max() < 8
    assert learned(codebook, 50) > 3


def test_the_first_step_takes_all_vectors_from_the_points() -> None:
    codebook = Codebook(8, 2)
    learned(codebook, 1)
    assert torch.cdist(codebook.vectors, POINTS).min(1).values.max() < 0.01

import pytest
import torch

from generators.training.randomness import balance_weights, balanced_indices, batch_indices, generator_for


def test_equal_places_draw_equal_numbers_and_others_do_not() -> None:
    draw = [
        torch.rand(4, generator=generator_for(*place)).tolist()
        for place in [(1, "step", 2), (1, "step", 2), (1, "step", 3), (2, "step", 2), (1, "epoch", 2)]
    ]
    assert draw[0] == draw[1]
    assert len({tuple(numbers) for numbers in draw}) == 4


def test_each_epoch_shows_every_example_once_in_an_order_of_its_own() -> None:
    row = torch.cat([batch_indices(step, count=10, batch_size=4, seed=0) for step in range(5)])
    first, second = row[:10].tolist(), row[10:].tolist()
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second


def test_a_batch_may_be_larger_than_the_data() -> None:
    assert sorted(batch_indices(0, count=3, batch_size=6, seed=0).tolist()) == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("balance", "shares"),
    [
        ("as_is", [0.64, 0.32, 0.04]),
        ("square_root", [8 / (8 + 32**0.5 + 2), 32**0.5 / (8 + 32**0.5 + 2), 2 / (8 + 32**0.5 + 2)]),
        ("equal", [1 / 3, 1 / 3, 1 / 3]),
    ],
)
def test_labels_come_as_often_as_their_balance_says(balance: str, shares: list[float]) -> None:
    labels = torch.tensor([0] * 64 + [1] * 32 + [2] * 4)
    weights = balance_weights(labels, balance)
    exact = [float(weights[labels == label].sum() / weights.sum()) for label in range(3)]
    assert exact == pytest.approx(shares)
    drawn = torch.cat(
        [balanced_indices(step, weights=weights, batch_size=100, seed=0) for step in range(200)]
    )
    seen = (labels[drawn].bincount(minlength=3) / len(drawn)).tolist()
    assert seen == pytest.approx(shares, abs=0.015)


def test_a_weighted_batch_depends_on_its_step_and_seed_only() -> None:
    weights = torch.rand(50, generator=generator_for(0, "weights"))

    def batch(step: int, seed: int) -> list[int]:
        drawn: list[int] = balanced_indices(step, weights=weights, batch_size=20, seed=seed).tolist()
        return drawn

    assert batch(3, 0) == batch(3, 0)
    assert batch(3, 0) != batch(4, 0)
    assert batch(3, 0) != batch(3, 1)


def test_a_label_that_no_picture_has_weighs_nothing() -> None:
    assert balance_weights(torch.tensor([0, 2, 2]), "equal").tolist() == [1.0, 0.5, 0.5]

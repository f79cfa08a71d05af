import torch

from generators.training.randomness import batch_indices, generator_for


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

"""Sets of generated pictures: how many are drawn, and what their classifiers are said to do."""

from pathlib import Path

import pytest
import torch

from generators.augmenting.drawing import check_labels
from generators.augmenting.judging import Judged, accuracy, confusion, mean_recall, scores, verdict
from generators.augmenting.params import AugmentParams
from generators.builtin.image_vae.spec import TrainParams
from generators.builtin.image_vae.train import train
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadCheckpoint, GeneratorError
from generators.inspection import Pair, load
from generators.inspection.augment import planned
from generators.metrics.bootstrap import Figure
from generators.run import LocalRun
from generators.testing import tiny_data
from generators.training.pictures import Pictures


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    return tiny_data(tmp_path_factory.mktemp("augmenting"), "image", records=100, held_out=24)


@pytest.fixture(scope="module")
def checkpoint(data: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    run = LocalRun(tmp_path_factory.mktemp("checkpoint"))
    return train(data, TrainParams(kimg=0.1, width=4, batch_size=16), run)


def test_a_set_is_drawn_and_judged(data: TrainingData, checkpoint: Checkpoint, tmp_path: Path) -> None:
    run = LocalRun(tmp_path)
    wanted = {"per_label": 3, "kimg": 0.2, "repeats": 2}
    found = load("augment")(Pair(checkpoint, data), {"augment": wanted}, run)
    lines = found.files["set"].read_text().splitlines()
    assert (len(lines), found.summary["generated"], found.summary["n"]) == (6, [3, 3], 24)
    mixes = {mix["name"]: mix for mix in found.summary["mixes"]}
    assert [mixes[name]["learned_from"] for name in ("real", "real_and_generated", "generated")] == [
        52,
        58,
        6,
    ]
    assert "accuracy_gain" not in mixes["real"]
    assert mixes["real_and_generated"]["accuracy_gain"]["verdict"] in ("helps", "hurts", "unclear")
    again = load("augment")(Pair(checkpoint, data), {"augment": wanted}, LocalRun(tmp_path / "again"))
    assert again.summary == found.summary


def test_a_checkpoint_that_knows_none_of_the_labels_draws_nothing(checkpoint: Checkpoint) -> None:
    assert check_labels(checkpoint, ("hat", checkpoint.labels[0])) == (checkpoint.labels[0],)
    with pytest.raises(BadCheckpoint, match="knows none"):
        check_labels(checkpoint, ("hat", "scarf"))


def test_balance_fills_each_label_up_to_the_largest_one() -> None:
    labels = torch.tensor([0] * 9 + [1] * 4 + [2])
    real = Pictures(torch.zeros(14, 1, 2, 2, dtype=torch.uint8), labels, ("mug", "bag", "hat"))
    fill = AugmentParams(fill="balance", per_label=6)
    assert planned(real, ("mug", "bag", "hat"), fill) == {"bag": 5, "hat": 6}
    assert planned(real, ("mug", "hat"), AugmentParams(per_label=2)) == {"mug": 2, "hat": 2}
    with pytest.raises(GeneratorError, match="9 training pictures already"):
        planned(real, ("mug",), fill)


def test_accuracy_counts_pictures_and_recall_counts_labels() -> None:
    truth = torch.tensor([0, 0, 0, 1])
    right = torch.tensor([[1.0, 1, 1, 0]]).double()
    whole = torch.ones(1, 4).double()
    assert float(accuracy(right, whole)) == 0.75
    assert float(mean_recall(right, whole, truth)) == 0.5
    without = torch.tensor([[1.0, 1, 1, 0]]).double()  # a resample that lacks the rare label
    assert float(mean_recall(right, without, truth)) == 1


def test_a_difference_that_every_picture_shows_is_told_and_none_is_not() -> None:
    truth = torch.arange(200) % 2
    wrong = truth.clone()
    wrong[:40] = 1 - wrong[:40]
    plain = Judged("real", 200, torch.stack([wrong, wrong, wrong]))
    better = Judged("real_and_generated", 300, truth.expand(3, -1))
    found = scores(better, truth, beside=plain, seed=0)
    assert found.accuracy_gain is not None
    assert found.accuracy_gain.value == pytest.approx(0.2)
    assert found.accuracy_gain.standard_error == pytest.approx((0.2 * 0.8 / 200) ** 0.5, rel=0.15)
    assert verdict(found.accuracy_gain) == "helps"
    same = scores(plain, truth, beside=plain, seed=0)
    assert same.accuracy_gain == Figure(0, 0, 0, 0)
    assert verdict(same.accuracy_gain) == "unclear"
    assert confusion(plain, truth, 2) == [[0.8, 0.2], [0.2, 0.8]]

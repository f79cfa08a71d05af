"""The loop: what it keeps, when it ends, and what it says of trouble, each by a fault that was planted."""

import errno
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from generators.checkpoint import Checkpoint
from generators.errors import BadData, Cancelled, GeneratorError
from generators.run import LocalRun
from generators.training import course, measuring, quality, troubles
from generators.training.loop import Batch, fit
from generators.training.params import ImageTrainParams
from generators.training.pictures import Pictures
from generators.training.state import State
from tests.generators.training.toy import PARAMS, Toy, pictures


@pytest.fixture(autouse=True)
def quick_features(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the pixels as features, and find measuring cheap."""
    monkeypatch.setattr(quality, "extract", lambda batch, device: batch.flatten(1).float())
    monkeypatch.setattr(measuring, "EXTRACTION", 0.0)


def train(
    toy: Toy, run: LocalRun, params: ImageTrainParams = PARAMS, *, validation: Pictures | None = None
) -> Checkpoint:
    return fit(run, pictures(), params, toy, toy.write, validation)


def codes(run: LocalRun) -> list[str]:
    return [notice.code for notice in run.notices]


def far(toy: Toy, after: int) -> Any:
    """Return a fault that moves what is drawn away from the pictures once it has seen so many."""

    def fault(learner: Toy, batch: Batch) -> dict[str, float]:
        if batch.shown >= after:
            learner.average.bias.add_(5.0)
        return {}

    return fault


def test_without_validation_pictures_the_last_is_kept_and_it_says_so(tmp_path: Path) -> None:
    run, toy = LocalRun(tmp_path), Toy()
    kept = train(toy, run)
    assert torch.equal(kept.tensors()["bias"], toy.network.state_dict()["bias"])
    assert codes(run) == ["kept_last"]
    assert not run.measures


def test_the_best_is_kept_and_not_the_last(tmp_path: Path) -> None:
    run, toy = LocalRun(tmp_path), Toy()
    toy._fault = far(toy, after=320)
    kept = train(toy, run, validation=pictures(seed=1))
    best = min(run.measures, key=lambda point: point[1]["validation_kid"])
    assert best[0] < 400 < run.measures[-1][0] == 640
    assert kept.metrics["validation_kid"] == best[1]["validation_kid"]
    assert float(kept.tensors()["bias"].abs().max()) < 5
    assert "kept_best" in codes(run)
    assert f"{best[0]:,}" in run.notices[-1].text


def test_it_ends_early_where_it_gets_no_better(tmp_path: Path) -> None:
    run, toy = LocalRun(tmp_path), Toy()
    toy._fault = far(toy, after=160)
    train(toy, run, PARAMS.model_copy(update={"patience_kimg": 0.2}), validation=pictures(seed=1))
    assert run.reports[-1].done < 640
    assert "early_stop" in codes(run)


def test_a_person_ends_it_and_gets_what_there_is(tmp_path: Path) -> None:
    run = LocalRun(tmp_path, finish_after=9)
    kept = train(Toy(), run)
    assert run.reports[-1].done < 640
    assert codes(run) == ["ended_early", "kept_last"]
    assert kept.folder.exists()


@pytest.mark.parametrize("steps", [13, 27])
def test_a_resumed_training_ends_with_the_same_best_and_says_the_same(tmp_path: Path, steps: int) -> None:
    params = PARAMS.model_copy(update={"patience_kimg": 0.4, "save_every_kimg": 0.064})
    whole, broken = LocalRun(tmp_path / "a"), LocalRun(tmp_path / "b", cancel_after=steps)
    toy = Toy()
    toy._fault = far(toy, after=320)
    straight = train(toy, whole, params, validation=pictures(seed=1))
    toy = Toy()
    toy._fault = far(toy, after=320)
    with pytest.raises(Cancelled):
        train(toy, broken, params, validation=pictures(seed=1))
    toy = Toy()
    toy._fault = far(toy, after=320)
    again = LocalRun(tmp_path / "c", resume_from=broken.saved[-1])
    resumed = train(toy, again, params, validation=pictures(seed=1))
    assert resumed.sha256 == straight.sha256
    assert resumed.metrics == straight.metrics
    assert codes(broken) + codes(again) == codes(whole)


def test_a_training_that_diverges_keeps_the_best_or_the_last_saved(tmp_path: Path) -> None:
    def fault(learner: Toy, batch: Batch) -> dict[str, float]:
        return {"loss": float("nan")} if batch.shown >= 320 else {}

    run = LocalRun(tmp_path / "a")
    kept = train(Toy(fault), run, validation=pictures(seed=1))
    assert codes(run)[-2:] == ["diverged", "kept_best"]
    assert kept.metrics["loss"] < 10
    run = LocalRun(tmp_path / "b")
    train(Toy(fault), run)
    assert codes(run) == ["diverged", "kept_saved"]
    with pytest.raises(GeneratorError, match=r"diverged: loss .* after 16 pictures. Train again with half"):
        train(Toy(lambda *_: {"loss": float("inf")}), LocalRun(tmp_path / "c"))


def test_memory_that_runs_out_once_halves_the_batch_and_twice_ends_it(tmp_path: Path) -> None:
    def once(learner: Toy, batch: Batch) -> dict[str, float]:
        if len(batch.pictures) > 8:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")
        return {}

    run, toy = LocalRun(tmp_path / "a"), Toy(once)
    train(toy, run)
    assert set(toy.sizes[1:]) == {8}
    assert run.reports[-1].done == run.reports[-1].total == 640
    assert codes(run) == ["batch_halved", "kept_last"]

    def always(learner: Toy, batch: Batch) -> dict[str, float]:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with pytest.raises(GeneratorError, match=r"batches of 8 pictures .* batch_size of 4"):
        train(Toy(always), LocalRun(tmp_path / "b"))


class FullDisk(Toy):
    """Its first checkpoint can be written, and none after it."""

    def write(self, folder: Path, state: State | None) -> Checkpoint:
        if self.losses.pop("written", 0):
            raise OSError(errno.ENOSPC, "No space left on device")
        self._fault = lambda *_: {"written": 1.0}
        return super().write(folder, state)


def test_a_full_disk_is_said_and_the_last_good_checkpoint_is_kept(tmp_path: Path) -> None:
    run = LocalRun(tmp_path)
    kept = train(FullDisk(), run)
    assert kept.folder == run.saved[0].folder
    assert codes(run) == ["disk", "kept_last", "disk_full"]
    assert "No space left on device" in run.notices[0].text


def collapsed(labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
    return torch.randn(1, 1, 8, 8).expand(count, 1, 8, 8) + 0.01 * torch.randn(count, 1, 8, 8)


def copied(labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
    return (pictures().images[:count].float() / 127.5 - 1) + 0.01


@pytest.mark.parametrize(("draw", "code"), [(collapsed, "mode_collapse"), (copied, "memorising")])
def test_what_is_drawn_is_looked_at_for_sameness_and_for_copies(tmp_path: Path, draw: Any, code: str) -> None:
    run, toy = LocalRun(tmp_path), Toy()
    toy.draw = draw  # type: ignore[method-assign]
    train(toy, run, validation=pictures(seed=1))
    assert codes(run).count(code) == 1
    assert run.notices[0].remedy


def test_a_healthy_training_is_told_nothing_but_what_was_kept(tmp_path: Path) -> None:
    run, toy = LocalRun(tmp_path), Toy()
    fresh = pictures(seed=2)
    toy.draw = lambda labels, count, random: fresh.images[:count].float() / 127.5 - 1  # type: ignore[method-assign]
    train(toy, run, validation=pictures(seed=1))
    assert codes(run) == ["kept_best"]


@pytest.mark.parametrize(
    ("accuracy", "code"), [(1.0, "discriminator_certain"), (0.0, "discriminator_dead"), (0.8, "")]
)
def test_a_discriminator_whose_scores_are_saturated_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accuracy: float, code: str
) -> None:
    monkeypatch.setattr(course, "ACCURACY_MEMORY", 0.9)
    monkeypatch.setattr(troubles, "SATURATED_KIMG", 0.3)
    run = LocalRun(tmp_path)
    long = PARAMS.model_copy(update={"kimg": 1.6})
    train(Toy(lambda *_: {"discriminator_accuracy": accuracy}), run, long)
    assert codes(run) == [*([code] if code else []), "kept_last"]


def test_a_loss_that_explodes_is_told_once(tmp_path: Path) -> None:
    run = LocalRun(tmp_path)
    long = PARAMS.model_copy(update={"kimg": 2.4})
    train(Toy(lambda _, batch: {"generator_loss": 1e6 if batch.shown > 2_000 else 2.0}), run, long)
    assert codes(run) == ["exploding", "kept_last"]
    assert "1,000,000; in the beginning it was about 2" in run.notices[0].text


def test_pictures_that_are_all_the_same_are_refused(tmp_path: Path) -> None:
    flat = Pictures(torch.full((60, 1, 8, 8), 7, dtype=torch.uint8), None, ())
    toy = Toy()
    with pytest.raises(BadData, match="All 60 training pictures are the same"):
        fit(LocalRun(tmp_path), flat, PARAMS, toy, toy.write)


def test_measuring_stays_a_small_part_of_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "EXTRACTION", 3.0 * 8 * 8 / 32)  # as much as a picture shown
    run = LocalRun(tmp_path)
    params = PARAMS.model_copy(update={"kimg": 8, "batch_size": 32, "save_every_kimg": 99})
    train(Toy(), run, params, validation=pictures(seed=1))
    assert len(run.measures) > 2
    extracted = 64 * (len(run.measures) + 2)  # what is drawn, and once what was held out and trained on
    assert extracted / 8_000 < 0.06

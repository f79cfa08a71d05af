import math
from pathlib import Path

import pytest
import torch

from generators.builtin.text_lm import preview
from generators.builtin.text_lm.language_model import LanguageModel
from generators.builtin.text_lm.preferences import Pair, dpo_loss, pairs_of
from generators.builtin.text_lm.spec import TrainParams
from generators.builtin.text_lm.train import train
from generators.data import Record, TrainingData
from generators.errors import BadData, DatasetTooSmall
from generators.run import LocalRun
from generators.testing import write_data

pytestmark = pytest.mark.usefixtures("local_folder")


def reviewed(folder: Path, count: int = 30) -> TrainingData:
    records = [
        Record(
            id=str(number),
            split="validation" if number % 5 == 0 else "train",
            text=f"The {colour} mug is calm.",
            fields={"prompt": f"A {colour} mug", "rejected": "Buy now!"},
        )
        for number in range(count)
        for colour in [("red", "blue")[number % 2]]
    ]
    return write_data(folder, "text", records)


def test_the_loss_is_that_of_the_paper() -> None:
    margins = torch.tensor([0.0, 2.0, -2.0])
    expected = [math.log(2), math.log1p(math.exp(-1)), math.log1p(math.exp(1))]
    assert dpo_loss(margins, beta=0.5).tolist() == pytest.approx(expected)


def test_preferred_texts_become_more_probable_than_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "TOKENS", 2)
    params = TrainParams(
        learn="preferences", ktokens=2, batch_tokens=256, context_length=64, learning_rate=0.05, lora_rank=2
    )
    run = LocalRun(tmp_path / "run")
    result = train(reviewed(tmp_path / "data"), params, run)
    assert result.metrics["preference_loss_before"] == pytest.approx(math.log(2), abs=1e-3)
    assert result.metrics["validation_preference_loss"] < 0.6
    assert result.metrics["preference_accuracy"] == 1
    assert "A red mug" in (run.previews[0].text or "") or "A blue mug" in (run.previews[0].text or "")


def test_pairs_that_say_nothing_are_left_out(language_model: LanguageModel, tmp_path: Path) -> None:
    records = [
        Record(id="same", split="train", text="One", fields={"prompt": "p", "rejected": "One"}),
        Record(id="no prompt", split="train", text="One", fields={"rejected": "Two"}),
        Record(id="good", split="train", text="One", fields={"prompt": "p", "rejected": "Two"}),
    ]
    data = write_data(tmp_path, "text", records)
    (pair,) = pairs_of(language_model, data, "train", context_length=64)
    assert isinstance(pair, Pair)
    assert pair.chosen.given == pair.rejected.given
    assert pairs_of(language_model, data, "train", context_length=2) == []


def test_data_without_enough_pairs_is_refused(tmp_path: Path) -> None:
    params = TrainParams(learn="preferences", context_length=64)
    with pytest.raises(DatasetTooSmall, match=r"at least 20 pairs; .* has 8 that fit. Add 12"):
        train(reviewed(tmp_path / "few", 10), params, LocalRun(tmp_path / "a"))
    plain = write_data(
        tmp_path / "plain", "text", [Record(id=str(at), split="train", text="A mug") for at in range(30)]
    )
    with pytest.raises(BadData, match="columns prompt, chosen"):
        train(plain, params, LocalRun(tmp_path / "b"))

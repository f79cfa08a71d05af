import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from generators import checkpoint as checkpoints
from generators.builtin.text_lm import preview
from generators.builtin.text_lm.evaluate import evaluate
from generators.builtin.text_lm.language_model import _kept, forget
from generators.builtin.text_lm.sample import sample
from generators.builtin.text_lm.spec import LmEvaluateParams, SampleParams, TrainParams
from generators.builtin.text_lm.train import train
from generators.checkpoint import Checkpoint
from generators.data import Record, TrainingData
from generators.errors import BadCheckpoint, BadParams, Cancelled, DatasetTooSmall
from generators.run import LocalRun
from generators.testing import tiny_data, write_data
from generators.texts.schedule import rate
from tests.generators.tiny_language_model import write_language_model

pytestmark = pytest.mark.usefixtures("local_folder")

QUICK = {"ktokens": 4, "batch_tokens": 128, "learning_rate": 0.02, "lora_rank": 4}


@pytest.fixture(scope="module", autouse=True)
def short_previews() -> Iterator[None]:
    """Let the texts that are shown be short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview, "TOKENS", 4)
        yield


@pytest.fixture
def data(tmp_path: Path) -> TrainingData:
    return tiny_data(tmp_path / "data", "text", records=80)


def trained(data: TrainingData, folder: Path, **params: object) -> tuple[Checkpoint, LocalRun]:
    run = LocalRun(folder)
    return train(data, TrainParams.model_validate(QUICK | params), run), run


@pytest.fixture(scope="module")
def learnt(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> "Learnt":
    """Return tiny texts and what one training of them gave, for all tests that only look at it."""
    place = tmp_path_factory.mktemp("learnt")
    texts = tiny_data(place / "data", "text", records=80)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRANDKILN_TEXT_LM", str(folder))
        return texts, *trained(texts, place / "run")


Learnt = tuple[TrainingData, Checkpoint, LocalRun]


def products(folder: Path, *, with_held_out: bool = True) -> TrainingData:
    folder.mkdir()
    colours = ("red", "blue", "green", "white")
    records = [
        Record(
            id=str(number),
            split="validation" if with_held_out and number % 5 == 0 else "train",
            text=f"The {colour} mug holds {number} cups.",
            fields={"colour": colour, "cups": number},
        )
        for number in range(40)
        for colour in [colours[number % 4]]
    ]
    return write_data(folder, "text", records)


def test_held_out_texts_are_predicted_better_than_before(learnt: Learnt, tmp_path: Path) -> None:
    data, result, run = learnt
    assert result.metrics["validation_perplexity"] < 0.7 * result.metrics["perplexity_before"]
    before, after = (
        evaluate(used, data, LmEvaluateParams(split="test"), LocalRun(tmp_path)) for used in (None, result)
    )
    assert after["perplexity"] < 0.7 * before["perplexity"]
    assert after["tokens"] == before["tokens"]
    assert {"loss", "validation_perplexity", "tokens_per_second"} <= {
        name for report in run.reports for name in report.metrics
    }


def test_texts_are_written_while_it_learns(learnt: Learnt) -> None:
    _, _, run = learnt
    assert len(run.previews) == 4
    assert all(preview.media_type == "text/plain" and "→" in (preview.text or "") for preview in run.previews)
    assert run.previews[-1].name.startswith("After 4,0")


def test_the_checkpoint_holds_adapters_only_and_names_its_language_model(
    learnt: Learnt, local_folder: Path
) -> None:
    _, result, _ = learnt
    assert all(name.endswith((".down", ".up")) for name in result.tensors())
    assert result.config["base_name"] == local_folder.name
    assert len(result.config["base_sha256"]) == 64
    assert result.state() is None


def test_the_same_seed_trains_the_same_weights_and_another_seed_others(
    data: TrainingData, tmp_path: Path
) -> None:
    hashes = [
        trained(data, tmp_path / str(run), ktokens=0.4, lora_dropout=0.1, seed=seed)[0].sha256
        for run, seed in enumerate((3, 3, 4))
    ]
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_checkpoint_writes_other_texts_and_is_merged_once(learnt: Learnt, tmp_path: Path) -> None:
    _, result, _ = learnt
    forget()
    params = SampleParams(
        product="A mug", format="slogan", variants=1, candidates=1, grounding="off", unsupported="mark"
    )
    written = [
        [piece.text for piece in sample(used, params, LocalRun(tmp_path))] for used in (None, result, result)
    ]
    assert written[1] == written[2] != written[0]
    assert _kept.cache_info().misses == 2


def test_a_format_is_learnt_from_facts_and_written_without_examples(tmp_path: Path) -> None:
    data = products(tmp_path / "products")
    result, run = trained(data, tmp_path / "run", learn="product_description", ktokens=6)
    assert result.config["learn"] == "product_description"
    assert "colour: red" in (run.previews[0].text or "")
    metrics = evaluate(result, data, LmEvaluateParams(texts=3, max_tokens=8), LocalRun(tmp_path))
    assert {"rouge_l", "unsupported", "distinct_1_floor", "copied_words", "perplexity_low"} <= set(metrics)
    assert metrics["written_n"] == 3
    assert metrics["reply_perplexity"] < result.metrics["perplexity_before"]
    (piece,) = sample(
        result, SampleParams(product="colour: red", variants=1, candidates=1), LocalRun(tmp_path)
    )
    assert not (piece.text or "").startswith(("Meet our", "Our", "Say hello", "Discover"))


def test_without_held_out_texts_the_newest_adapters_are_kept(tmp_path: Path) -> None:
    data = products(tmp_path / "products", with_held_out=False)
    result, run = trained(data, tmp_path / "run", ktokens=1)
    assert set(result.metrics) == {"loss", "tokens"}
    assert result.metrics["tokens"] >= 1000
    assert len(run.previews) == 4


def test_it_stops_when_held_out_texts_are_predicted_no_better(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    records = [
        Record(id=str(number), split="train" if number % 4 else "validation", text=text)
        for number in range(80)
        for text in ["The red mug." if number % 4 else "zq 你好 " * 6]
    ]
    data = write_data(tmp_path / "data", "text", records)
    result, run = trained(data, tmp_path / "run", ktokens=8, patience=1)
    assert result.metrics["tokens"] < 8_000
    assert any("predicted no better" in notice.text for notice in run.notices)


def test_too_few_texts_are_refused(tmp_path: Path) -> None:
    small = tiny_data(tmp_path / "small", "text", records=16)
    with pytest.raises(DatasetTooSmall, match=r"at least 20 texts to learn from; .* has 8 that fit. Add 12"):
        trained(small, tmp_path / "run")


def test_cancelling_stops_between_two_steps(data: TrainingData, tmp_path: Path) -> None:
    run = LocalRun(tmp_path / "run", cancel_after=5)
    with pytest.raises(Cancelled):
        train(data, TrainParams.model_validate(QUICK), run)
    assert len(run.reports) == 5


def test_a_training_is_not_resumed_with_other_params_or_another_language_model(
    data: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, run = trained(data, tmp_path / "run", ktokens=0.4)
    saved = checkpoints.read(run.saved[-1].folder)
    again = LocalRun(tmp_path / "again", resume_from=saved)
    with pytest.raises(BadParams, match="another learning_rate"):
        train(data, TrainParams.model_validate(QUICK | {"ktokens": 0.4, "learning_rate": 0.01}), again)
    other = write_language_model(tmp_path / "other", seed=1)
    monkeypatch.setenv("BRANDKILN_TEXT_LM", str(other))
    with pytest.raises(BadCheckpoint, match="text-lm runs other"):
        train(data, TrainParams.model_validate(QUICK | {"ktokens": 0.4}), again)
    with pytest.raises(BadCheckpoint, match="text-lm runs other"):
        list(sample(saved, SampleParams(product="A mug"), LocalRun(tmp_path)))


def test_the_learning_rate_rises_and_falls_along_a_cosine() -> None:
    assert rate(0, warmup=0.1) == pytest.approx(0.02)
    assert rate(0.05, warmup=0.1) == pytest.approx(0.5)
    assert rate(0.1, warmup=0.1) == pytest.approx(1)
    assert rate(0.55, warmup=0.1) == pytest.approx(0.1 + 0.9 * (1 + math.cos(math.pi / 2)) / 2)
    assert rate(1, warmup=0.1) == pytest.approx(0.1)

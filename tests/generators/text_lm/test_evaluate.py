import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from generators.builtin.text_lm import pieces
from generators.builtin.text_lm.evaluate import WINDOW, evaluate, token_surprise
from generators.builtin.text_lm.formats import FORMATS
from generators.builtin.text_lm.language_model import LanguageModel, forget, load
from generators.builtin.text_lm.pieces import bulk_figures, raw_figures
from generators.builtin.text_lm.spec import LmEvaluateParams, SampleParams
from generators.data import Record
from generators.errors import BadData
from generators.run import LocalRun, Run, Sample
from generators.testing import tiny_data, write_data


@pytest.fixture
def uniform(folder: Path) -> Iterator[LanguageModel]:
    """Return a network that finds every token equally likely."""
    forget()
    network = load(folder, "cpu", torch.float32, packed=False)
    network.network.lm_head.weight.data.zero_()
    yield network
    forget()


def test_a_network_that_guesses_has_the_size_of_its_vocabulary_as_perplexity(uniform: LanguageModel) -> None:
    surprise = token_surprise(uniform, "The Harbour rain jacket keeps you dry. " * 200)
    assert len(surprise) > WINDOW
    assert surprise.mean().exp().item() == pytest.approx(uniform.vocabulary.size, rel=1e-4)


@torch.inference_mode()
def test_surprise_is_the_loss_that_transformers_computes(language_model: LanguageModel) -> None:
    text = "Meet the desk lamp that makes every evening a little brighter."
    ids = torch.tensor([[language_model.start_id, *language_model.encode(text)]])
    loss = language_model.network(ids, labels=ids).loss.item()
    assert token_surprise(language_model, text).mean().item() == pytest.approx(loss, rel=1e-4)


def test_the_metrics_agree_with_each_other(local_folder: Path, tmp_path: Path) -> None:
    data = tiny_data(tmp_path / "data", "text", records=40)
    metrics = evaluate(None, data, LmEvaluateParams(split="test"), LocalRun(tmp_path))
    size = sum(len((record.text or "").encode()) for record in data.records("test"))
    assert metrics["texts"] == len(data.records("test"))
    assert metrics["bits_per_byte"] == pytest.approx(
        math.log2(metrics["perplexity"]) * metrics["tokens"] / size, rel=1e-6
    )


def test_what_raw_texts_break_is_counted_by_format_and_by_length() -> None:
    records = [
        Record(id=str(number), split="test", text="Cold All Day", fields={"name": "Fjord bottle", "volume": "0.5 l"})
        for number in range(4)
    ]  # fmt: skip
    texts = [
        "Fjord Holds 0.5 l",
        "Fjord Bottle Keeps Every Drink Cold for All of the Ride",
        "",
        "Fjord for 9 EUR",
    ]
    found = raw_figures(texts, records, FORMATS["ad_headline"], seed=0)
    assert found["format_violations"] == found["length_violations"] == found["unsupported"] == 0.25
    assert found["fact_support"] == 0.75
    assert found["rouge_1"] == pytest.approx(
        (2 * 2 / 14) / 4
    )  # "cold" and "all" are said by the second one only


def test_pieces_of_a_bulk_are_measured_on_both_splits(local_folder: Path, tmp_path: Path) -> None:
    records = [
        Record(id=f"{number}", split=split, text="Cold All Day", fields={"name": f"Fjord {number}"})  # type: ignore[arg-type]
        for number, split in enumerate(("train", "validation", "validation", "test", "test"))
    ]
    data = write_data(tmp_path / "data", "text", records)
    for split in ("validation", "test"):
        params = LmEvaluateParams(split=split, pieces=5, format="slogan")
        found = evaluate(None, data, params, LocalRun(tmp_path / split))
        assert found["bulk_n"] + found["bulk_refused"] == found["n"] == 2
        assert found["bulk_format_violations"] == found["bulk_length_violations"] == 0
        assert 0 < found["bulk_score"] <= 1
        assert found["bulk_fact_support"] == 1


def test_pieces_are_written_on_the_device_of_the_evaluation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    devices: list[str] = []

    def sample(checkpoint: None, params: SampleParams, run: Run) -> Iterator[Sample]:
        devices.append(run.device)
        return iter(())

    monkeypatch.setattr(pieces, "sample", sample)
    record = Record(id="0", split="validation", text="A mug.", fields={"name": "Mug", "text": "A mug."})
    run = LocalRun(tmp_path, device="cuda:0")
    assert bulk_figures([record] * 2, None, LmEvaluateParams(pieces=2), run, done=0, total=2) == {}
    assert devices == ["cuda:0"] * 2


def test_pieces_need_facts(local_folder: Path, tmp_path: Path) -> None:
    run = LocalRun(tmp_path / "run")
    records = [
        Record(id=split, split=split, text="Cold All Day") for split in ("train", "validation", "test")
    ]
    found = evaluate(None, write_data(tmp_path / "data", "text", records), LmEvaluateParams(pieces=2), run)
    assert "bulk_n" not in found
    assert [notice.code for notice in run.notices] == ["no_facts"]


def test_a_split_without_texts_is_refused(local_folder: Path, tmp_path: Path) -> None:
    data = tiny_data(tmp_path / "data", "text", records=40)
    lines = (data.folder / "records.jsonl").read_text().splitlines()
    (data.folder / "records.jsonl").write_text(
        "\n".join(line for line in lines if "validation" not in line) + "\n"
    )
    with pytest.raises(BadData, match="validation split"):
        evaluate(None, type(data).open(data.folder), LmEvaluateParams(), LocalRun(tmp_path))

import math
from pathlib import Path

import pytest
import torch

from generators.builtin.text_lm.evaluate import WINDOW, evaluate, token_surprise
from generators.builtin.text_lm.language_model import LanguageModel, forget, load
from generators.builtin.text_lm.spec import LmEvaluateParams
from generators.errors import BadData
from generators.run import LocalRun
from generators.testing import tiny_data


@pytest.fixture
def uniform(folder: Path) -> LanguageModel:
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


def test_a_split_without_texts_is_refused(local_folder: Path, tmp_path: Path) -> None:
    data = tiny_data(tmp_path / "data", "text", records=40)
    lines = (data.folder / "records.jsonl").read_text().splitlines()
    (data.folder / "records.jsonl").write_text(
        "\n".join(line for line in lines if "validation" not in line) + "\n"
    )
    with pytest.raises(BadData, match="validation split"):
        evaluate(None, type(data).open(data.folder), LmEvaluateParams(), LocalRun(tmp_path))

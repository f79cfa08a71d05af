from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from generators.builtin.text_lm.tuning import base_of, check_base, fingerprint
from generators.errors import BadCheckpoint
from tests.generators.tiny_language_model import write_language_model


def test_the_fingerprint_is_that_of_the_weights_however_they_are_filed(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    tensors = {name: torch.full((4, 3), float(index)) for index, name in enumerate("abc")}
    save_file(tensors, whole / "model.safetensors", metadata={"format": "pt"})
    save_file({"c": tensors["c"]}, parts / "model-00001-of-00002.safetensors")
    save_file({name: tensors[name] for name in "ab"}, parts / "model-00002-of-00002.safetensors")
    assert fingerprint(whole) == fingerprint(parts)
    save_file(tensors | {"c": tensors["c"] + 1}, whole / "model.safetensors")
    assert fingerprint(whole) != fingerprint(parts)


def test_a_changed_file_has_another_fingerprint(folder: Path, tmp_path: Path) -> None:
    other = write_language_model(tmp_path / "other", seed=1)
    assert fingerprint(other) != fingerprint(folder)
    path = folder / "model.safetensors"
    assert load_file(path).keys() == load_file(other / "model.safetensors").keys()


def test_the_checkpoint_of_another_language_model_is_refused(folder: Path, tmp_path: Path) -> None:
    check_base(base_of(folder), folder)
    other = write_language_model(tmp_path / "other", seed=1)
    with pytest.raises(
        BadCheckpoint, match=r"adapts the language model .* text-lm runs other .*BRANDKILN_TEXT_LM"
    ):
        check_base(base_of(folder), other)

"""The tiny language model, written once and set as the one that text-lm uses."""

from pathlib import Path

import pytest
import torch

from generators.builtin.text_lm.language_model import LanguageModel, load
from tests.generators.tiny_language_model import write_language_model


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a transformers folder with an untrained network."""
    return write_language_model(tmp_path_factory.mktemp("language-model"))


@pytest.fixture(scope="session")
def wide_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a network whose heads are as wide as kernels need them."""
    return write_language_model(tmp_path_factory.mktemp("wide"), width=32)


@pytest.fixture
def local_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set the tiny network as the one that text-lm uses."""
    monkeypatch.setenv("BRANDKILN_TEXT_LM", str(folder))
    return folder


@pytest.fixture(scope="session")
def language_model(folder: Path) -> LanguageModel:
    """Return the tiny network in float32."""
    return load(folder, "cpu", torch.float32)

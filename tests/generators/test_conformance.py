"""Every registered generator keeps every promise."""

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from generators import registry
from generators.registry import BUILTIN
from generators.testing import check
from tests.dummy_generator.spec import SPEC as DUMMY
from tests.generators.openai_compatible.hostile import wrote_by_seed
from tests.generators.picture_edit.products import write_product
from tests.generators.tiny_language_model import write_language_model

TINY_TEXT: dict[str, dict[str, Any]] = {
    "train": {
        "ktokens": 1.5,
        "batch_tokens": 128,
        "context_length": 32,
        "width": 16,
        "vocabulary_size": 320,
    },
    "sample": {"count": 2, "max_tokens": 12},
    "evaluate": {"texts": 4, "max_tokens": 12},
}
# Params by generator and kind of job that make it end in seconds.
QUICK: dict[str, Mapping[str, Mapping[str, Any]]] = {
    "text-lm": {
        "train": {"ktokens": 1.5, "batch_tokens": 128},
        "sample": {"product": "A blue ceramic mug for slow mornings", "variants": 1},
        "chat": {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 4},
    },
    "text-gpt": TINY_TEXT | {"train": TINY_TEXT["train"] | {"layers": 1, "heads": 2}},
    "text-lstm": TINY_TEXT | {"train": TINY_TEXT["train"] | {"layers": 1}},
    "text-vae": TINY_TEXT | {"train": TINY_TEXT["train"] | {"latent_dim": 4}},
    "openai-compatible": {
        "sample": {"connection": "x", "product": "Mug", "variants": 1},
        "chat": {"messages": [{"role": "user", "content": "Say hello."}]},
    },
    "image-gan": {
        "train": {"kimg": 0.064, "width": 8, "batch_size": 16, "resolution": 32},
        "sample": {"count": 4},
    },
    "image-vq": {
        "train": {
            "kimg": 0.064,
            "width": 4,
            "batch_size": 16,
            "codebook_size": 8,
            "code_dim": 4,
            "prior_width": 32,
            "prior_layers": 1,
            "resolution": 32,
            "autoencoder_share": 0.5,
        },
        "sample": {"count": 4},
    },
    "image-diffusion": {
        "train": {"kimg": 0.064, "width": 4, "batch_size": 16, "resolution": 32},
        "sample": {"count": 4, "steps": 2},
    },
    "image-restore": {"train": {"kimg": 0.064, "width": 4, "batch_size": 16}},
    "image-vae": {
        "train": {"kimg": 0.064, "width": 8, "batch_size": 16, "resolution": 32},
        "sample": {"count": 4},
    },
}


def test_every_builtin_generator_loads() -> None:
    registry.refresh()
    assert registry.quarantined() == ()
    assert len(registry.specs()) >= len(BUILTIN)


@pytest.mark.timeout(450)  # on a fresh machine this is where the language model is converted
@pytest.mark.parametrize("name", sorted(registry.specs()))
def test_a_registered_generator_keeps_every_promise(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "text-lm":
        monkeypatch.setenv("BRANDKILN_TEXT_LM", str(write_language_model(tmp_path / "language-model")))
    quick = dict(QUICK.get(name, {}))
    if name in ("picture-edit", "image-restore"):
        picture = str(write_product(tmp_path / "product.png"))
        quick["sample"] = {"pictures": [picture]} if name == "picture-edit" else {"picture": picture}
    if name == "image-style":
        picture = str(write_product(tmp_path / "product.png"))
        quick["sample"] = {"pictures": [picture], "style": picture, "steps": 1}
    with wrote_by_seed(monkeypatch) if name == "openai-compatible" else nullcontext():
        assert len(check(registry.get(name), tmp_path / "work", quick=quick)) >= 4


def test_the_dummy_keeps_every_promise(tmp_path: Path) -> None:
    assert len(check(DUMMY, tmp_path)) == 11

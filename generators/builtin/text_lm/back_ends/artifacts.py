"""What back ends read: a GGUF file of a language model with its training merged in, and the gate that it passes."""

import json
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from generators.builtin.text_lm.convert import locked
from generators.builtin.text_lm.evaluate import token_surprise
from generators.builtin.text_lm.formats import FORMATS
from generators.builtin.text_lm.gguf_file import WORSE, Kind, perplexity, write_gguf
from generators.builtin.text_lm.language_model import load_anew
from generators.builtin.text_lm.tuning import Tuning, fingerprint
from generators.errors import GeneratorError

Surprise = Callable[[Sequence[int]], Tensor]
"""Returns the negative log-likelihood of each token of a text in nats."""


class ReadsWorse(GeneratorError):
    """A compressed network predicts texts worse than is allowed."""


def folder_of(source: Path, tuning: Tuning | None) -> Path:
    """Return where the files of a language model with a training lie, whether there are any or not."""
    cache = Path(os.environ.get("BRANDKILN_CACHE") or "var/cache") / "text-lm" / "back-ends"
    return cache / f"{fingerprint(source)[:32]}-{tuning.sha256[:32] if tuning else 'plain'}"


def gguf_of(source: Path, tuning: Tuning | None, kind: Kind, convert: Callable[[Path], None]) -> Path:
    """Return the GGUF file of a language model, written first where it is not there yet.

    Args:
        source: The language model's transformers folder.
        tuning: A training's result, merged into the weights.
        kind: How its matrices are stored.
        convert: Turns the file into what a back end reads; does nothing where that is there.

    Raises:
        GeneratorError: If it is no network that GGUF holds, or the back end cannot read it.
    """
    folder = folder_of(source, tuning) / kind
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "network.gguf"
    with locked(folder / "lock"):
        if not path.is_file():
            write_gguf(load_anew(source, "cpu", torch.float32, False, tuning), path, kind)
        convert(path)
    return path


def check_perplexity(
    source: Path, tuning: Tuning | None, reader: str, surprise: Surprise
) -> tuple[float, float]:
    """Return the perplexity of known texts in float32 and as a back end reads them; compared once and kept.

    Args:
        source: The language model's transformers folder.
        tuning: A training's result.
        reader: Name and version of the back end.
        surprise: How it reads.

    Raises:
        ReadsWorse: If it is more than a hundredth higher.
    """
    folder = folder_of(source, tuning)
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "perplexity.json"
    with locked(folder / "comparing"):
        known = json.loads(kept.read_text()) if kept.is_file() else {}
        if reader not in known:
            plain = load_anew(source, "cpu", torch.float32, False, tuning)
            texts = [plain.encode(text) for text in _texts()]
            before = perplexity(token_surprise(plain, text) for text in _texts())
            known[reader] = before, perplexity(surprise(text) for text in texts)
            kept.write_text(json.dumps(known))
    before, after = known[reader]
    if not after <= WORSE * before:
        raise ReadsWorse(
            f"{reader} reads texts with a perplexity of {after:.2f} instead of {before:.2f}; at most {WORSE - 1:.0%} "
            "more is allowed."
        )
    return before, after


@lru_cache(maxsize=1)
def _texts() -> tuple[str, ...]:
    """Return the worked examples of all formats with their facts."""
    found = ("\n\n".join([facts, *texts]) for form in FORMATS.values() for facts, texts in form.examples)
    return tuple(dict.fromkeys(found))

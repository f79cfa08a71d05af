"""Which back end reads the texts: what this machine has, what an admin wishes, and a short measurement."""

import hashlib
import json
import os
import platform
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache, partial
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from generators.builtin.text_lm.convert import locked
from generators.builtin.text_lm.decoding.compiling import described_processor
from generators.builtin.text_lm.decoding.integers import integers
from generators.builtin.text_lm.decoding.lean import kernels_of
from generators.builtin.text_lm.decoding.passes import Passes
from generators.builtin.text_lm.decoding.requests import Request
from generators.builtin.text_lm.decoding.writing import write
from generators.builtin.text_lm.language_model import BUILT_IN, LanguageModel
from generators.builtin.text_lm.tuning import Tuning
from generators.errors import GeneratorError

if TYPE_CHECKING:
    from generators.builtin.text_lm.back_ends.outside import Outside
    from generators.builtin.text_lm.gguf_file import Kind

OUTSIDE = {"openvino": "openvino_genai", "llama.cpp": "llama_cpp"}
"""Other back ends and the packages that bring them."""
KINDS: tuple["Kind", ...] = ("Q8_0", "F16")
"""How matrices are stored: the first that reads well enough; the quicker one is tried first, see `kinds`."""
QUICKER = 1.1
"""How many times as quick as the built-in one another has to be, to be taken by itself."""
_TEXTS, _TOKENS = 24, 24


@dataclass(frozen=True, slots=True)
class Tried:
    """What a back end was found to do here.

    Attributes:
        title: Name and version.
        tokens_per_second: Of a small bulk; 0 where it does not serve.
        perplexity: Of known texts as it reads them; 0 where it was not measured.
        refused: Why it does not serve; "" where it does.
    """

    title: str
    tokens_per_second: float = 0.0
    perplexity: float = 0.0
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What was measured with a language model on this machine.

    Attributes:
        machine: Processor, threads and versions.
        float32_perplexity: Of the texts that all were compared by; 0 where none but the built-in one is here.
        tried: By name.
    """

    machine: dict[str, Any]
    float32_perplexity: float = 0.0
    tried: dict[str, Tried] = field(default_factory=dict)

    @property
    def quickest(self) -> str:
        """Return the name of the one to take."""
        rates = {name: one.tokens_per_second for name, one in self.tried.items()}
        best = max(rates, key=lambda name: rates[name])
        return best if rates[best] >= QUICKER * rates[BUILT_IN] else BUILT_IN

    @property
    def why(self) -> str:
        """Return why the quickest is taken, in a sentence with what was measured."""
        one, own = self.tried[self.quickest].tokens_per_second, self.tried[BUILT_IN].tokens_per_second
        if self.quickest != BUILT_IN:
            return f"It was the quickest here: {one:.0f} tokens a second, {own:.0f} with the built-in one."
        others = ", ".join(
            f"{name} does not serve" if found.refused else f"{found.tokens_per_second:.0f} with {name}"
            for name, found in self.tried.items()
            if name != BUILT_IN
        )
        return f"It writes {own:.0f} tokens a second here, {others}; another one has to be {QUICKER} times as quick."


def wish() -> str:
    """Return which back end an admin has set: "auto", or a name.

    Raises:
        GeneratorError: If there is none of that name, or it is not installed.
    """
    named = os.environ.get("BRANDKILN_TEXT_BACK_END") or "auto"
    if named not in ("auto", BUILT_IN, *OUTSIDE):
        raise GeneratorError(
            f'BRANDKILN_TEXT_BACK_END is "{named}". Set it to auto, {BUILT_IN}, {" or ".join(OUTSIDE)}.'
        )
    if named in OUTSIDE and named not in installed():
        raise GeneratorError(
            f"BRANDKILN_TEXT_BACK_END is {named}, whose package {OUTSIDE[named]} is not installed here. Install the "
            f"extra {named.replace('.', '-')} of brandkiln, or set it to auto."
        )
    return named


def installed() -> list[str]:
    """Return the names of the other back ends that are installed."""
    return [name for name, package in OUTSIDE.items() if find_spec(package)]


def kinds(name: str, processor: str) -> "tuple[Kind, ...]":
    """Return how a back end's matrices may be stored, the quickest first.

    Args:
        name: Of the back end.
        processor: What the system says of it. Without products of eight bits OpenVINO widens each weight first and
            is a quarter slower with them.
    """
    has_products = not processor or re.search(r"vnni|amx_int8", processor)
    return KINDS if name != "openvino" or has_products else KINDS[::-1]


def served(language_model: LanguageModel, tuning: Tuning | None) -> LanguageModel:
    """Return the language model with the back end that is to read its texts.

    One that cannot read this network, or reads it worse, says so in `back_end_note`, and the built-in one serves.

    Raises:
        GeneratorError: If an admin has set one that is not there.
    """
    named = wish()
    if named == BUILT_IN or language_model.device.type != "cpu" or not installed():
        return language_model
    why = "An admin has set it."
    if named == "auto":
        record = measured(language_model)
        named, why = record.quickest, record.why
    if named == BUILT_IN:
        return replace(language_model, back_end_note=why)
    try:
        passes, title, _ = opened(named, language_model, tuning)
    except GeneratorError as error:
        return replace(language_model, back_end_note=f"The built-in back end serves: {error}")
    return replace(language_model, passes=passes, back_end=title, back_end_note=why)


def opened(
    name: str, language_model: LanguageModel, tuning: Tuning | None
) -> tuple[Passes, str, tuple[float, float]]:
    """Return passes of a back end that is installed, its name with version, and the perplexity before and after.

    Raises:
        GeneratorError: If it cannot read this network, or reads texts worse than is allowed.
    """
    # imported here, as what writes and measures files is not wanted where no other back end is
    from generators.builtin.text_lm.back_ends.artifacts import ReadsWorse, check_perplexity

    refusals = list[ReadsWorse]()
    for kind in kinds(name, described_processor()):
        opening = lru_cache(partial(_opened, name, language_model, tuning, kind))
        title = f"{_version(name)}, {kind}"
        surprise = partial(_surprise, opening, language_model.start_id)
        try:
            figures = check_perplexity(language_model.folder, tuning, title, surprise)
        except ReadsWorse as refusal:
            refusals.append(refusal)
        else:
            return opening(), title, figures
    raise refusals[-1]


def _surprise(opening: Callable[[], "Outside"], start_id: int, ids: Sequence[int]) -> Tensor:
    return opening().surprise(ids, start_id)


def _opened(name: str, language_model: LanguageModel, tuning: Tuning | None, kind: "Kind") -> "Outside":
    from generators.builtin.text_lm.back_ends.artifacts import gguf_of

    source, context = language_model.folder, language_model.context_length
    if name == "openvino" and torch.get_num_threads() < 2:
        raise GeneratorError(
            "OpenVINO ends the process where it may use one thread only; give the worker two."
        )
    if name == "openvino":
        from generators.builtin.text_lm.back_ends import openvino_passes

        gguf = gguf_of(source, tuning, kind, openvino_passes.convert)
        return openvino_passes.OpenVino(gguf.parent, context)
    from generators.builtin.text_lm.back_ends import llama_passes

    return llama_passes.Llama(gguf_of(source, tuning, kind, lambda _: None), context)


def measured(language_model: LanguageModel, *, again: bool = False) -> Record:
    """Return what each back end does with a language model as it came; measured once for this machine and kept.

    Args:
        language_model: Read by the built-in back end.
        again: Whether to measure although it is known.
    """
    from generators.builtin.text_lm.back_ends.artifacts import folder_of

    machine = _machine(language_model)
    key = hashlib.sha256(json.dumps(machine, sort_keys=True).encode()).hexdigest()[:16]
    folder = folder_of(language_model.folder, None)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"measured-{key}.json"
    with locked(folder / "measuring"):
        if again or not path.is_file():
            path.write_text(json.dumps(asdict(_measure(language_model, machine)), indent=2) + "\n")
    return _record(path)


def _record(path: Path) -> Record:
    read = json.loads(path.read_text())
    tried = {name: Tried(**one) for name, one in read["tried"].items()}
    return Record(read["machine"], read["float32_perplexity"], tried)


def _measure(language_model: LanguageModel, machine: dict[str, Any]) -> Record:
    tried = {
        BUILT_IN: Tried(
            f"torch {torch.__version__}, {language_model.network.dtype}",
            _rate(language_model, None),
        )
    }
    float32 = 0.0
    for name in installed():
        try:
            passes, title, (float32, perplexity) = opened(name, language_model, None)
        except GeneratorError as error:
            tried[name] = Tried(name, refused=str(error))
            continue
        tried[name] = Tried(title, _rate(language_model, passes), round(perplexity, 3))
    return Record(machine, round(float32, 3), tried)


def _rate(language_model: LanguageModel, passes: Passes | None) -> float:
    """Return how many tokens a second a small bulk is written with."""
    from generators.builtin.text_lm.formats import FORMATS
    from generators.builtin.text_lm.prompt import encode_chat, request_alone

    own = replace(language_model, passes=passes)
    form = FORMATS["product_description"]
    requests = [
        Request(
            prompt=encode_chat(own, request_alone(form, f"{facts}\nArticle: {number}")),
            max_tokens=_TOKENS,
            stop_ids=frozenset(),
            temperature=0.5,
            top_p=0.9,
            seed=str(number),
        )
        for number in range(_TEXTS)
        for facts, _ in form.examples[:1]
    ]
    write(own, requests[:2])
    begun = time.perf_counter()
    tokens = sum(len(text.ids) for text in write(own, requests))
    return round(tokens / (time.perf_counter() - begun), 1)


def _machine(language_model: LanguageModel) -> dict[str, Any]:
    kernels = kernels_of(language_model.network)
    lines = described_processor().splitlines()
    processor = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "")
    return {
        "processor": processor or platform.processor(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "kernels": kernels.name if kernels else "none",
        "integers": narrow.name if (narrow := integers()) else "none",
        "others": [_version(name) for name in installed()],
    }


def _version(name: str) -> str:
    """Return a back end's package and version as people read them."""
    package = OUTSIDE[name].replace("_", "-").replace("llama-cpp", "llama-cpp-python")
    return f"{package} {metadata.version(package)}"

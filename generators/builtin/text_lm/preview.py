"""Texts that are written during a training, to be read while it goes on."""

from collections.abc import Callable

import torch

from generators.builtin.text_lm.adapter import merged
from generators.builtin.text_lm.decoding.requests import Request
from generators.builtin.text_lm.decoding.writing import write
from generators.builtin.text_lm.formats import FORMATS
from generators.builtin.text_lm.language_model import LanguageModel
from generators.builtin.text_lm.lessons import facts_of
from generators.builtin.text_lm.polish import polish
from generators.builtin.text_lm.prompt import encode_chat, request_alone
from generators.builtin.text_lm.spec import TrainParams
from generators.data import Record, TrainingData

COUNT = 2
TOKENS = 48
OPENING = 8
"""Words of a held-out text that the network goes on from."""
SHOWN = 200
"""Characters of the facts that stand above a text."""


def topics(language_model: LanguageModel, data: TrainingData, learn: str) -> list[tuple[str, list[int]]]:
    """Return what the texts are about, as people and as the network read it; held-out records come first."""
    found: list[tuple[str, list[int]]] = []
    for record in (*data.records("validation"), *data.records("train")):
        if len(found) < COUNT and (topic := _topic(language_model, record, learn)):
            found.append(topic)
    return found


def _topic(language_model: LanguageModel, record: Record, learn: str) -> tuple[str, list[int]] | None:
    if learn not in FORMATS and record.fields.get("prompt"):
        asked = str(record.fields["prompt"])
        ids = encode_chat(language_model, [("user", asked)])
        return (asked[:SHOWN], ids) if len(ids) < language_model.context_length // 2 else None
    if learn not in FORMATS:
        opening = " ".join((record.text or "").split()[:OPENING])
        ids = [language_model.start_id, *language_model.encode(opening)]
        return (f"{opening} …", ids) if opening else None
    facts = facts_of(record)
    if not facts or not record.text:
        return None
    prompt = encode_chat(language_model, request_alone(FORMATS[learn], facts))
    return (facts[:SHOWN], prompt) if len(prompt) < language_model.context_length // 2 else None


@torch.inference_mode()
def preview_text(
    language_model: LanguageModel,
    topics: list[tuple[str, list[int]]],
    params: TrainParams,
    *,
    on_step: Callable[[int], None],
) -> str:
    """Return a text about each topic, always drawn from the same random numbers; "" without topics."""
    written, count = [], 0

    def step() -> None:
        nonlocal count
        count += 1
        on_step(count)

    with merged(language_model.network):
        for number, (topic, prompt) in enumerate(topics):
            request = Request(
                prompt=prompt, max_tokens=TOKENS, seed=f"{params.seed}/preview/{number}", temperature=0.7, top_p=0.9,
                repetition_penalty=1.1, stops=("\n\n",),
            )  # fmt: skip
            (completion,) = write(language_model, [request], check=step)
            written.append(f"{topic}\n→ {polish(completion.text)}")
    return "\n\n".join(written)

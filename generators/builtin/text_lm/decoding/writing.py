"""Texts for requests: the door through which all of text-lm has its texts written."""

from collections.abc import Callable, Iterable, Iterator
from random import Random

import torch
from transformers import DynamicCache

from generators.builtin.text_lm.decoding.drawing import drawn
from generators.builtin.text_lm.decoding.requests import Completion, Request
from generators.builtin.text_lm.language_model import LanguageModel
from generators.builtin.text_lm.stream import TextStream
from generators.errors import GeneratorError


def write(
    language_model: LanguageModel, requests: Iterable[Request], *, check: Callable[[], None] = lambda: None
) -> list[Completion]:
    """Return a completion for each request, in their order; see `write_each`."""
    found = dict(write_each(language_model, requests, check=check))
    return [found[index] for index in range(len(found))]


def write_each(
    language_model: LanguageModel, requests: Iterable[Request], *, check: Callable[[], None] = lambda: None
) -> Iterator[tuple[int, Completion]]:
    """Yield each completion as it is finished, with the position of its request.

    Args:
        language_model: The network and its tokenizer.
        requests: Taken one after the other as there is room for them, so that thousands can be given lazily.
        check: Called again and again in this thread; what it raises gives up all requests and passes through.

    Raises:
        GeneratorError: If a prompt does not fit the network's context, or the network's output is not finite.
    """
    for index, request in enumerate(requests):
        yield index, _written(language_model, request, check)


@torch.inference_mode()
def _written(language_model: LanguageModel, request: Request, check: Callable[[], None]) -> Completion:
    stop_ids = language_model.vocabulary.end_ids if request.stop_ids is None else request.stop_ids
    stream = TextStream(language_model.tokenizer, before=request.prompt[-8:], stops=request.stops)
    cache = DynamicCache(config=language_model.network.config)
    numbers = Random(request.seed)  # noqa: S311 - reproducible, not secret
    unread, ids, log_probability, count = list(request.prompt), list[int](), 0.0, 0
    on_text, finish = request.on_text or (lambda text: None), False
    while not finish and len(ids) < request.max_tokens:
        check()
        new = list(request.constraint.forced()) if request.constraint else []
        if not new:
            logits = language_model.next_logits(torch.tensor([unread], device=language_model.device), cache)[
                0
            ]
            unread.clear()
            if not logits.isfinite().all():
                raise GeneratorError(
                    f"The language model in {language_model.folder} computes values that are not finite: its "
                    "weights are damaged. Replace the folder."
                )
            token, natural = drawn(logits, request, ids, numbers)
            log_probability, count, new = log_probability + natural, count + 1, [token]
        for token in new[: request.max_tokens - len(ids)]:
            ids.append(token)
            unread.append(token)
            if request.constraint:
                request.constraint.accept(token)
            if token in stop_ids:
                finish = True
            elif piece := stream.push(token):
                on_text(piece)
        finish = finish or stream.stopped or bool(request.constraint and request.constraint.finished)
    if piece := stream.finish():
        on_text(piece)
    return Completion(
        tuple(ids), stream.text, "stop" if finish else "length", log_probability / max(count, 1)
    )

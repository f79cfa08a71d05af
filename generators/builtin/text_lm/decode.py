"""Replies to one prompt, several at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import DynamicCache

from generators.builtin.text_lm.formats import Format
from generators.builtin.text_lm.guard import Guard
from generators.builtin.text_lm.language_model import LanguageModel
from generators.builtin.text_lm.reply import Choice, Reply
from generators.errors import GeneratorError

ROWS = 8
"""Every batch has this many rows, filled up where fewer are wanted.

Matrix kernels round differently for different numbers of rows, so only a constant number makes a reply the same
whatever is written beside it.
"""
_CANDIDATES = 64  # top_p chooses among so many of the most probable tokens
_NEVER_WHILE_ANYTHING_ELSE_IS_ALLOWED = 1e4  # finite, so that it ranks before banned tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """How tokens are drawn."""

    temperature: float = 0.5
    top_p: float = 0.9
    repetition_penalty: float = 1.0


@torch.inference_mode()
def decode(
    language_model: LanguageModel,
    prompt: Sequence[int],
    forms: Sequence[Format],
    seeds: Sequence[str],
    guard: Guard,
    decoding: Decoding,
    *,
    on_text: Callable[[int, str], None] = lambda row, text: None,
    on_step: Callable[[int], None] = lambda step: None,
    rows: int = ROWS,
) -> list[Reply]:
    """Return one reply for each seed, at most as many as rows; a reply depends on its own seed only.

    Args:
        language_model: The network and its tokenizer.
        prompt: Tokens that all replies follow.
        forms: What each reply consists of.
        seeds: Names of the replies' random number streams.
        guard: Which tokens are banned.
        decoding: How tokens are drawn.
        on_text: Is given each reply's text piece by piece.
        on_step: Is called after each token of the batch with the number of tokens so far; it may raise.
        rows: Of the batch; another number rounds differently.

    Raises:
        GeneratorError: If the network's output is not finite.
    """
    replies = [Reply(language_model, form, seed) for form, seed in zip(forms, seeds, strict=True)]
    for index, reply in enumerate(replies):
        on_text(index, reply.text)
    cache = DynamicCache(config=language_model.network.config)
    logits = language_model.next_logits(torch.tensor([prompt], device=language_model.device), cache)
    if not logits.isfinite().all():
        raise GeneratorError(
            f"The language model in {language_model.folder} computes values that are not finite: its weights are "
            "damaged. Replace the folder."
        )
    cache.batch_repeat_interleave(rows)
    logits = logits.expand(rows, -1)
    step = 0
    while not all(reply.done for reply in replies):
        if step:
            last = [reply.ids[-1] for reply in replies] + [prompt[-1]] * (rows - len(replies))
            logits = language_model.next_logits(
                torch.tensor(last, device=language_model.device)[:, None], cache
            )
        choices = most_probable(logits[: len(replies)], replies, guard, decoding)
        for index, (reply, choice) in enumerate(zip(replies, choices, strict=True)):
            if not reply.done and (piece := reply.extend(choice, decoding.top_p)):
                on_text(index, piece)
        step += 1
        on_step(step)
    return replies


def most_probable(logits: Tensor, replies: Sequence[Reply], guard: Guard, decoding: Decoding) -> list[Choice]:
    """Return each reply's most probable next tokens.

    A token that the reply already holds has its logit divided (or, below 0, multiplied) by the repetition penalty.
    Source: Keskar et al., CTRL, section 4.1. https://arxiv.org/abs/1909.05858

    Args:
        logits: Of the next token, shape (B, vocabulary).
        replies: The B replies so far.
        guard: Which tokens are banned.
        decoding: How tokens are drawn.
    """
    natural = logits.log_softmax(-1)
    logits = logits.clone()
    for row, reply in zip(logits, replies, strict=True):
        used = torch.tensor(sorted(set(reply.ids)), dtype=torch.long, device=row.device)
        values = row[used]
        row[used] = torch.where(
            values > 0, values / decoding.repetition_penalty, values * decoding.repetition_penalty
        )
        row[reply.repeating] -= _NEVER_WHILE_ANYTHING_ELSE_IS_ALLOWED
        row += guard.penalty(reply.text, may_end=reply.may_end)
    best = logits.topk(1 if decoding.temperature == 0 else min(_CANDIDATES, logits.shape[-1]))
    probabilities = (best.values / (decoding.temperature or 1.0)).softmax(-1)
    natural = natural.gather(-1, best.indices)
    return [
        Choice(*row)
        for row in zip(best.indices.tolist(), probabilities.tolist(), natural.tolist(), strict=True)
    ]

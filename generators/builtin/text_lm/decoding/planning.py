"""What the next step holds: a token of every text that is being written, and stretches of prompts beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from generators.builtin.text_lm.decoding.attention import NextTokens, Own, Reading
from generators.builtin.text_lm.decoding.blocks import BLOCK, Blocks, Prefix, Shape
from generators.builtin.text_lm.decoding.kernels import Kernels, PrefixRows, Rows
from generators.builtin.text_lm.decoding.step import Part, Step
from generators.builtin.text_lm.decoding.texts import Text
from generators.builtin.text_lm.packing import STEP_ROWS

READING_ROWS = 128
"""Tokens of prompts that a step reads at most, so that texts under way do not wait long."""
READING_ROWS_ALONE = 64
"""As many, where each row is computed by itself: fewer are no less quick for each."""


@dataclass(slots=True)
class Planned:
    """A step and what it means.

    Attributes:
        step: What the network computes.
        drawing: The texts whose next token is drawn, in the order of the step's answer.
        read: How many tokens it reads of which text.
        prefixes: How many tokens it reads of which prefix.
    """

    step: Step
    drawing: list[Text] = field(default_factory=list)
    read: list[tuple[Text, int]] = field(default_factory=list)
    prefixes: list[tuple[Prefix, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Rows:
    """The rows of a step while it is put together."""

    ids: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)

    def add(self, ids: Sequence[int], position: int) -> tuple[int, int]:
        begin = len(self.ids)
        self.ids += ids
        self.positions += range(position, position + len(ids))
        return begin, len(self.ids)


def planned(
    texts: Sequence[Text],
    kept: Blocks,
    least_rows: int,
    kernels: Kernels | None = None,
) -> Planned:
    """Return the next step for the texts in all slots.

    Args:
        texts: Those that have begun.
        kept: Where their own parts lie.
        least_rows: Rows of the step and of its answer, filled up with padding; more of them come in STEP_ROWS. Where it
            is 1, any number will do.
        kernels: What computes attention, or None for torch's operations.
    """
    if least_rows == 1:
        texts = _urgent(texts) or texts
    device = kept.keys.device
    rows, parts, plan = _Rows(), list[Part](), Planned(Step.empty())
    drawing: list[int] = []
    urgent_first = sorted(texts, key=lambda text: not text.request.urgent)
    ready = (text for text in texts if text.is_ready and text.stretch == 1)
    single = sorted(ready, key=lambda text: id(text.root))
    for text in single:
        rows.add(text.unread[:1], text.read)
        plan.read.append((text, 1))
        if len(text.unread) == 1:
            drawing.append(len(rows.ids) - 1)
            plan.drawing.append(text)
    if single:
        owns = [text.own(1) for text in single]
        parts.append(Rows(kernels, kept, 0, owns) if kernels else NextTokens(kept, owns))
    left = READING_ROWS_ALONE if least_rows == 1 else READING_ROWS
    for text in urgent_first:
        if text.prefix is not None and not text.prefix.is_ready:
            prefix = text.prefix.next_to_read()
            if all(prefix is not other for other, _ in plan.prefixes):
                left -= _read_prefix(prefix, kept.shape, rows, parts, plan, left, kernels)
        elif text.stretch > 1:
            left -= _read_text(text, kept, rows, parts, plan, drawing, left, kernels)
        if left <= 0:
            break
    rows.add([0] * _padding(len(rows.ids), least_rows), 0)
    answers = drawing + [0] * _padding(len(drawing), least_rows)
    plan.step = Step(
        ids=torch.tensor(rows.ids, device=device),
        positions=torch.tensor(rows.positions, device=device),
        parts=parts,
        drawing=torch.tensor(answers, dtype=torch.long, device=device),
    )
    return plan


def _urgent(texts: Sequence[Text]) -> list[Text]:
    """Return the texts on which people wait while a prompt among them is not read yet, else none.

    Where each row takes its own time, other texts lose nothing by standing back for a step.
    """
    urgent = [text for text in texts if text.request.urgent]
    return urgent if any(not text.is_ready or text.stretch > 1 for text in urgent) else []


def _padding(rows: int, least_rows: int) -> int:
    if least_rows == 1:
        return 0
    return least_rows - rows if rows <= least_rows else -rows % STEP_ROWS


def _read_prefix(
    prefix: Prefix,
    shape: Shape,
    rows: _Rows,
    parts: list[Part],
    plan: Planned,
    most: int,
    kernels: Kernels | None,
) -> int:
    begin, taken = prefix.ready, 0
    while taken < most and begin + taken < len(prefix.ids):
        place = begin + taken
        span = rows.add(prefix.ids[place : place + BLOCK], place)
        count = span[1] - span[0]
        if kernels is None:
            parts.append(Reading(span, prefix, None, (), place))
        else:
            parts.append(PrefixRows(kernels, shape, span[0], prefix, place, count))
        taken += count
    plan.prefixes.append((prefix, taken))
    return taken


def _read_text(
    text: Text,
    kept: Blocks,
    rows: _Rows,
    parts: list[Part],
    plan: Planned,
    drawing: list[int],
    most: int,
    kernels: Kernels | None,
) -> int:
    taken = 0
    while taken < most and taken < len(text.unread):
        position = text.read + taken
        count = min(len(text.unread) - taken, BLOCK - position % BLOCK)
        if count == 1:
            break  # one token is read as those of texts under way are, in the next step
        span = rows.add(text.unread[taken : taken + count], position)
        own = text.own(taken + count)
        place, blocks = own.place + taken, [*own.blocks]
        if kernels is None:
            parts.append(Reading(span, own.root, kept, blocks, place))
        else:
            parts.append(
                Rows(kernels, kept, span[0], [Own(own.root, blocks, place + one) for one in range(count)])
            )
        taken += count
    plan.read.append((text, taken))
    if taken == len(text.unread):
        drawing.append(len(rows.ids) - 1)
        plan.drawing.append(text)
    return taken

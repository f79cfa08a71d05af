"""Which records are for training, which for validation and which for the test."""

import hashlib
import math
from collections.abc import Sequence

from brandkiln.datasets.models import Split

SHARE = 0.1
"""The share of each label that validation and test get."""


def assign(contents: Sequence[str], labels: Sequence[str], seed: int) -> list[Split]:
    """Return the split of each record: 80 : 10 : 10 within each label, drawn by seed and content.

    The draw looks at the content, not at the position. So equal contents always share a split, which keeps the test
    honest, and a record mostly keeps its split when others are added. Equal contents with several labels count for
    the first of them.

    Args:
        contents: The hash of each record's content.
        labels: The label of each record, "" for none.
        seed: Another seed gives another split.
    """
    label_of: dict[str, str] = {}
    for content, label in zip(contents, labels, strict=True):
        label_of[content] = min(label, label_of.get(content, label))
    groups: dict[str, list[str]] = {}
    for content, label in label_of.items():
        groups.setdefault(label, []).append(content)
    chosen: dict[str, Split] = {}
    owed = 0.0  # what rounding kept from small labels goes to the next ones, so that many small labels add up
    for label in sorted(groups):
        drawn = sorted(groups[label], key=lambda content: _draw(seed, content))
        due = SHARE * len(drawn) + owed
        held_out = min(math.floor(due + 0.5), len(drawn) // 3)
        owed = due - held_out
        _deal(drawn, held_out, chosen)
    _leave_none_empty(sorted(label_of, key=lambda content: _draw(seed, content)), chosen)
    return [chosen[content] for content in contents]


def _deal(drawn: list[str], held_out: int, chosen: dict[str, Split]) -> None:
    for place, content in enumerate(drawn):
        if place < held_out:
            chosen[content] = Split.TEST
        else:
            chosen[content] = Split.VALIDATION if place < 2 * held_out else Split.TRAIN


def _leave_none_empty(drawn: list[str], chosen: dict[str, Split]) -> None:
    """Give test and validation one record each where there are three or more and rounding left them none."""
    for split in (Split.TEST, Split.VALIDATION):
        if len(drawn) >= 3 and split not in chosen.values():
            chosen[next(content for content in drawn if chosen[content] is Split.TRAIN)] = split


def _draw(seed: int, content: str) -> str:
    return hashlib.sha256(f"{seed}:{content}".encode()).hexdigest()

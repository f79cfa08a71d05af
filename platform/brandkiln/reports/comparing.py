"""What is different between two issues of one report."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from brandkiln.reports.document_parts import Block, Fact, KeyFigure, Sentence
from brandkiln.reports.documents import ReportDocument

ALIKE = 0.6
"""How alike two sentences of a block are, 0 to 1, for the one to count as the other changed."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One key figure in both issues; None where one has it not.

    Attributes:
        change: By how much it changed, as a share of the first; None where that says nothing.
    """

    name: str
    before: Fact | None
    after: Fact | None
    change: float | None

    @property
    def direction(self) -> Literal["up", "down", "flat"]:
        if not self.change or abs(self.change) < 0.0005:
            return "flat"
        return "up" if self.change > 0 else "down"

    @property
    def percent(self) -> str:
        """The change as printed."""
        return "" if self.change is None else f"{100 * self.change:+,.1f}%".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that one of two issues has, or that both have otherwise."""

    how: Literal["added", "removed", "changed"]
    block: Block
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two issues side by side.

    Attributes:
        lost: Blocks that could be shown before and cannot now.
        found: Blocks that could not be shown before and can now.
        missing: Blocks that could be shown in neither.
        same: How many sentences are the same.
    """

    figures: list[Figures]
    sentences: list[Said]
    same: int
    lost: list[Block]
    found: list[Block]
    missing: list[Block]


def compare(before: ReportDocument, after: ReportDocument) -> Comparison:
    """Return what is different in ``after``."""
    old, new = ({block.id: block for block in document.blocks} for document in (before, after))
    said: list[Said] = []
    same = 0
    for id in dict.fromkeys((*new, *old)):
        block = new.get(id) or old[id]
        kept, found = _said(block, _sentences(old.get(id)), _sentences(new.get(id)))
        same += kept
        said += found
    return Comparison(
        figures=list(_figures(before.key_figures, after.key_figures)),
        sentences=said,
        same=same,
        lost=[b for b in after.missing if b.id in old and not old[b.id].reason],
        found=[b for b in before.missing if b.id in new and not new[b.id].reason],
        missing=[b for b in after.missing if b.id not in old or old[b.id].reason],
    )


def _figures(before: list[KeyFigure], after: list[KeyFigure]) -> Iterable[Figures]:
    old, new = {key.name: key.value for key in before}, {key.name: key.value for key in after}
    for name in dict.fromkeys((*new, *old)):
        first, last = old.get(name), new.get(name)
        change = None
        if first and last and first.value and last.value is not None and first.value > 0:
            change = last.value / first.value - 1
        yield Figures(name, first, last, change)


def _sentences(block: Block | None) -> list[str]:
    sentences: list[Sentence] = block.told if block else []
    return [sentence.plain for sentence in sentences]


def _said(block: Block, before: list[str], after: list[str]) -> tuple[int, list[Said]]:
    """Return how many sentences are the same, and the others; like ones are paired, the most alike first."""
    gone = [text for text in before if text not in after]
    come = [text for text in after if text not in before]
    pairs = sorted(
        (
            (SequenceMatcher(None, old, new).ratio(), i, j)
            for i, old in enumerate(gone)
            for j, new in enumerate(come)
        ),
        reverse=True,
    )
    partner: dict[int, int] = {}
    for ratio, i, j in pairs:
        if ratio >= ALIKE and j not in partner and i not in partner.values():
            partner[j] = i
    found = [
        Said("changed", block, gone[partner[j]], text) if j in partner else Said("added", block, "", text)
        for j, text in enumerate(come)
    ]
    found += [Said("removed", block, text, "") for i, text in enumerate(gone) if i not in partner.values()]
    return len(before) - len(gone), found

"""A finished text as its page shows it: parts with their room, what the facts do not support, and why it was chosen."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

from brandkiln.library.models import Asset
from generators.spec import Spec

SCORES = {
    "facts": _("Facts"),
    "brand": _("Brand"),
    "coverage": _("Says enough"),
    "fluency": _("Reads naturally"),
    "grammar": _("Well formed"),
    "repetition": _("No repetition"),
    "novelty": _("New"),
    "readability": _("Easy to read"),
}
"""The scores in the order of their weight, as people read them."""
FINDINGS = {
    "number": _("This number is not in the facts."),
    "name": _("This name is not in the facts."),
    "claim": _("The facts do not say this."),
    "unproven": _(
        "Only the data says this: a superlative needs a proof. Add it to the claims of the brand kit."
    ),
    "language": _("This is not in the language that was asked for."),
    "banned": _("The brand does not use this term."),
    "required": _("This term is missing."),
}


@dataclass(frozen=True)
class Stretch:
    """A stretch of a part; `why` says what is wrong with it, "" for nothing."""

    text: str
    why: str = ""


@dataclass(frozen=True)
class WrittenPart:
    """A part of a text."""

    number: int
    name: str
    title: str
    text: str
    room: int
    limit: int
    stretches: tuple[Stretch, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class WrittenPiece:
    """A text with its parts.

    Attributes:
        view: How it is laid out; see `generators.formats.View`.
        scores: Title and value from 0 to 100 of each score.
        total: The weighted mean, 0 to 100.
        unsupported: How many stretches the facts do not support.
        candidates: Of how many it is the best.
        is_put_together: Whether rules made it of what was given, and the network only chose.
        back_end: What read it, where that is not the generator itself; else "".
        back_end_why: Why it did, as the generator says it.
    """

    format: str
    view: str
    parts: tuple[WrittenPart, ...]
    scores: tuple[tuple[str, int], ...]
    total: int
    unsupported: int
    candidates: int
    back_end: str = ""
    is_put_together: bool = False
    back_end_why: str = ""

    def named(self, name: str) -> list[WrittenPart]:
        """Return the parts of one name."""
        return [part for part in self.parts if part.name == name]

    @property
    def headlines(self) -> list[WrittenPart]:
        """The parts that stand out above the others."""
        return [part for part in self.parts if part.name in {"headline", "title", "subject"}]

    @property
    def others(self) -> list[WrittenPart]:
        """The parts below."""
        return [part for part in self.parts if part not in self.headlines]


def piece_of(
    asset: Asset, spec: Spec | None, more: list[list[dict[str, Any]]] | None = None
) -> WrittenPiece | None:
    """Return the asset's text by its parts, or None where it has none.

    Args:
        more: Further findings of each part: `start`, `end` and `why` in words.
    """
    details: dict[str, Any] = asset.receipt.get("details") or {}
    rows = details.get("parts")
    if asset.media_type != "text/plain" or not isinstance(rows, list) or not rows:
        return None
    forms = {form.name: form for form in spec.formats} if spec else {}
    form = forms.get(details.get("format", ""))
    scores: dict[str, float] = details.get("scores") or {}
    further = more or [[] for _row in rows]
    parts = tuple(
        _part(number, row, found) for number, (row, found) in enumerate(zip(rows, further, strict=True))
    )
    return WrittenPiece(
        format=form.title if form else "",
        view=form.view if form else "text",
        parts=parts,
        scores=tuple((title, round(100 * scores[name])) for name, title in SCORES.items() if name in scores),
        total=round(100 * scores.get("total", 0)),
        unsupported=sum(len(row.get("findings", ())) for row in rows),
        candidates=details.get("candidates", 1),
        back_end=details.get("back_end", ""),
        is_put_together=details.get("put_together") is True,
        back_end_why=details.get("back_end_why", ""),
    )


def _part(number: int, row: dict[str, Any], more: list[dict[str, Any]]) -> WrittenPart:
    text, findings = row["text"], row.get("findings", [])
    marked = [
        one | {"why": FINDINGS.get(one["kind"], "")} for one in findings if one["kind"] != "required"
    ] + more
    stretches, place = [], 0
    for found in sorted(marked, key=lambda one: one["start"]):
        if found["start"] < place:
            continue
        stretches.append(Stretch(text[place : found["start"]]))
        stretches.append(Stretch(text[found["start"] : found["end"]], found["why"]))
        place = found["end"]
    stretches.append(Stretch(text[place:]))
    return WrittenPart(
        number=number,
        name=row["name"],
        title=row["title"],
        text=text,
        room=row["room"],
        limit=row["limit"],
        stretches=tuple(stretch for stretch in stretches if stretch.text),
        missing=tuple(found["text"] for found in findings if found["kind"] == "required"),
    )

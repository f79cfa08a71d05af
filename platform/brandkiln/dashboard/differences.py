"""Two records side by side: texts with their changes marked, cells that differ, pictures drawn as steps would."""

import base64
import io
import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from brandkiln.artifacts.models import Artifact
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.pictures import PictureStep, open_picture

LONGEST = 600
"""Characters of a text that are compared; the rest is cut."""
DRAWN_PIXELS = 4_000_000
"""Larger pictures are not drawn while somebody waits."""
SHOWN_SIDE = 192
PIECES = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass
class Shown:
    """A record before and after, as the page shows it."""

    name: str
    pieces: list[tuple[str, str]] = field(default_factory=list)
    """The text in pieces that are the same, gone or new."""
    cells: list[tuple[str, Any, Any]] = field(default_factory=list)
    """Columns that differ, with both values."""
    label: tuple[str, str] | None = None
    picture: str | None = None
    """The id of the picture before."""
    drawn: str = ""
    """The picture after, as data that a page can show."""
    size: tuple[str, str] | None = None


def marked(
    before: str, after: str, *, most: int = LONGEST, shows_blanks: bool = True
) -> list[tuple[str, str]]:
    """Return both texts as one sequence of pieces: ("same" | "gone" | "new", text).

    Args:
        most: Characters of each that are compared; the rest is cut.
        shows_blanks: Whether blanks that differ are shown as signs; else as they are.
    """
    shown = _visible if shows_blanks else str
    old, new = PIECES.findall(before[:most]), PIECES.findall(after[:most])
    pieces: list[tuple[str, str]] = []
    for what, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if what == "equal":
            pieces.append(("same", "".join(old[old_from:old_to])))
            continue
        if old_to > old_from:
            pieces.append(("gone", shown("".join(old[old_from:old_to]))))
        if new_to > new_from:
            pieces.append(("new", shown("".join(new[new_from:new_to]))))
    return pieces


def side_by_side(before: Line, after: Line) -> Shown:
    """Return what differs between a record before and after, but for its picture."""
    shown = Shown(after.name, picture=before.thumbnail or before.artifact)
    if before.text != after.text:
        shown.pieces = marked(before.text, after.text)
    names = [*before.fields, *(name for name in after.fields if name not in before.fields)]
    shown.cells = [
        (name, before.fields.get(name), after.fields.get(name))
        for name in names
        if before.fields.get(name) != after.fields.get(name)
        or (name in before.fields) != (name in after.fields)
    ]
    if before.label != after.label:
        shown.label = (before.label, after.label)
    sizes = tuple(f"{line.facts.get('width')} × {line.facts.get('height')}" for line in (before, after))
    shown.size = (sizes[0], sizes[1]) if sizes[0] != sizes[1] else None
    return shown


def draw(before: Line, steps: list[PictureStep], workspace: Any) -> str:
    """Return the record's picture after the steps as data that a page can show, or "" where it is too large."""
    pixels = before.facts.get("width", 0) * before.facts.get("height", 0)
    if not before.artifact or not 0 < pixels <= DRAWN_PIXELS:
        return ""
    artifact = Artifact.objects.filter(workspace=workspace, pk=before.artifact).first()
    if artifact is None:
        return ""
    image = open_picture(artifact)
    for step in steps:
        image = step.drawn(image)
    if max(image.size) > SHOWN_SIDE:
        image.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    target = io.BytesIO()
    image.save(target, "PNG")
    return "data:image/png;base64," + base64.b64encode(target.getvalue()).decode()


def _visible(text: str) -> str:
    """Return a text whose blanks and unseen characters can be seen."""
    return "".join(
        _SEEN.get(letter, letter if letter.isprintable() else f"\\u{ord(letter):04x}") for letter in text
    )


_SEEN = {" ": "␣", "\t": "⇥", "\n": "↵\n", "\u00a0": "⍽"}

"""The parts of a written text, taken apart along the fixed texts between them and put together as people read it."""

from dataclasses import dataclass
from typing import Any

from generators.builtin.text_lm.formats import Format
from generators.builtin.text_lm.formats.shape import Part
from generators.builtin.text_lm.lexicon import UNFINISHED
from generators.builtin.text_lm.polish import polish, polish_headline
from generators.builtin.text_lm.truth.check import Finding
from generators.formats import room_used

_ENDS = ".!?。！？"


@dataclass(frozen=True, slots=True)
class Piece:
    """A finished text with its parts.

    Attributes:
        text: The whole, as it is read and copied.
        parts: The text of each part.
        is_flawed: Whether a part had to end for want of room, not because it was complete, or is there twice.
    """

    form: Format
    parts: tuple[str, ...]
    is_flawed: bool = False

    @property
    def text(self) -> str:
        return self.form.written(self.parts)

    @property
    def prose(self) -> str:
        """The parts alone, a line each, as they are checked and scored."""
        return "\n".join(self.parts)

    def as_json(self, findings: list[list[Finding]]) -> list[dict[str, Any]]:
        """Return the parts as plain data.

        Args:
            findings: Those of each part; their places count from the beginning of the part.
        """
        return [
            {
                "name": part.name,
                "title": part.title,
                "text": text,
                "room": room_used(text, part.counting),
                "limit": part.limit,
                "counting": part.counting,
                "findings": [finding.as_json() for finding in found],
            }
            for part, text, found in zip(self.form.parts, self.parts, findings, strict=True)
        ]


def taken_apart(form: Format, written: str) -> Piece | None:
    """Return the piece of a written text, or None where a part is missing."""
    befores = [part.before for part in form.parts]
    befores[0] = befores[0].lstrip("\n")
    if not written.startswith(befores[0]):
        return None
    found, place = [], len(befores[0])
    for part, following in zip(form.parts, befores[1:], strict=False):
        end = written.find(following, place + len(part.kept))
        if end < 0:
            return None
        found.append(written[place:end])
        place = end + len(following)
    found.append(written[place:])
    finished = [_finished(part, text) for part, text in zip(form.parts, found, strict=True)]
    if not all(text for text, _ in finished):
        return None
    texts = tuple(text for text, _ in finished)
    is_twice = len({text.lower() for text in texts}) < len(texts)
    return Piece(form, texts, is_twice or any(is_cut for _, is_cut in finished))


def _finished(part: Part, text: str) -> tuple[str, bool]:
    """Return a part as it is shown, and whether it was cut by its limit."""
    if part.kept or part.choices:
        return part.kept or text, False
    body = text.removesuffix(part.after)
    is_full = bool(part.limit) and room_used(text, part.counting) >= part.limit - 1
    if part.name == "headline":
        return polish_headline(body), False
    shown = polish(body)
    if part.limit and room_used(shown + part.after, part.counting) > part.limit:
        return shown + part.after, True
    if part.kind == "sentences":
        last = shown.rstrip(_ENDS).rpartition(" ")[2].lower()
        return shown + part.after, is_full and last in UNFINISHED
    return shown, is_full and shown.rpartition(" ")[2].lower() in UNFINISHED

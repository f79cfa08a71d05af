"""Where a comment is pinned: a passage of a text or a region of a picture; found again when the text was changed.

A passage is kept as its place and its words, with the words around it, as the W3C's selectors of web annotations are:
{"kind": "passage", "start", "end", "quote", "before", "after"}; places count characters of the text that is reviewed.
A region is {"kind": "region", "left", "top", "width", "height"} in fractions of the picture's sides.
Source: W3C, Web Annotation Data Model, 4.2.4 and 4.2.5. https://www.w3.org/TR/annotation-model/
"""

from difflib import SequenceMatcher
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable

AROUND = 32
"""Characters of the text on either side of a passage that are kept with it."""
LONGEST = 2_000
ALIKE = 0.6
"""How like the words around it have to be where a passage's words come several times or not at all (difflib)."""
SMALLEST = 0.005
"""Of a picture's side."""


def passage(text: str, start: int, end: int, quote: str = "") -> dict[str, Any]:
    """Return the anchor of a passage.

    Raises:
        Unprocessable: If it is empty, too long, or the text does not have the quote there.
    """
    if not 0 <= start < end <= len(text) or end - start > LONGEST or not text[start:end].strip():
        raise Unprocessable(
            _("A comment is pinned to 1 to %(most)d characters of the text; these are not.")
            % {"most": LONGEST},
            fields={"place": "passage"},
        )
    if quote and text[start:end] != quote:
        raise Unprocessable(
            _("The text was changed meanwhile. Reload the page and mark the passage again."),
            fields={"place": "passage"},
        )
    return {
        "kind": "passage",
        "start": start,
        "end": end,
        "quote": text[start:end],
        "before": text[max(0, start - AROUND) : start],
        "after": text[end : end + AROUND],
    }


def region(left: float, top: float, width: float, height: float) -> dict[str, Any]:
    """Return the anchor of a region of a picture, in fractions of its sides.

    Raises:
        Unprocessable: If it does not lie inside the picture.
    """
    sides = (left, top, width, height)
    inside = all(map(isfinite, sides)) and left >= 0 and top >= 0
    if not inside or min(width, height) < SMALLEST or left + width > 1.001 or top + height > 1.001:
        raise Unprocessable(
            _("A region lies inside the picture: left, top, width and height as fractions from 0 to 1."),
            fields={"place": "region"},
        )
    rounded = [round(side, 4) for side in sides]
    return {"kind": "region", **dict(zip(("left", "top", "width", "height"), rounded, strict=True))}


def found(anchor: dict[str, Any], text: str) -> tuple[int, int] | None:
    """Return where the passage of an anchor stands in a text that may have been changed; None where it is gone.

    Its own words are looked for first, and of several places the one whose surroundings are most alike is taken. Where
    its words were changed, what stands between the words around it is taken, if that is not much longer.
    """
    start, end, quote = anchor["start"], anchor["end"], anchor["quote"]
    if text[start:end] == quote and _likeness(anchor, text, start, end) >= ALIKE:
        return start, end
    places = _places(text, quote)
    if places:
        at = max(
            places,
            key=lambda place: (_likeness(anchor, text, place, place + len(quote)), -abs(place - start)),
        )
        alike = _likeness(anchor, text, at, at + len(quote))
        if alike >= ALIKE or (len(places) == 1 and len(quote) >= AROUND // 4):
            return at, at + len(quote)
    return _between(anchor, text)


def _places(text: str, quote: str) -> list[int]:
    places, at = [], text.find(quote)
    while at >= 0:
        places.append(at)
        at = text.find(quote, at + 1)
    return places


def _likeness(anchor: dict[str, Any], text: str, start: int, end: int) -> float:
    """Return how like the surroundings of a stretch are to those that were kept, 0 to 1."""
    here = text[max(0, start - len(anchor["before"])) : start], text[end : end + len(anchor["after"])]
    kept = anchor["before"], anchor["after"]
    return max(
        SequenceMatcher(None, was, now, autojunk=False).ratio() if was or now else 1.0
        for was, now in zip(kept, here, strict=True)
    )


def _between(anchor: dict[str, Any], text: str) -> tuple[int, int] | None:
    """Return the stretch between the words that stood around a passage, if both are there still."""
    before, after = anchor["before"], anchor["after"]
    if not before.strip() or not after.strip():
        return None
    left = text.find(before)
    if left < 0:
        return None
    start = left + len(before)
    end = text.find(after, start)
    most = 2 * len(anchor["quote"]) + AROUND
    return (start, end) if start < end <= start + most else None

"""Colours as people list them, one on a line with its name, and what each is good for, in words."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from generators.contrast import READABLE, contrast, rgb_of

LARGE = 3.0
"""Contrast from which large letters can be read: WCAG 2.2, success criterion 1.4.3."""
WHITE = (255, 255, 255)
LINE = re.compile(
    r"(?:#?(?P<six>[0-9a-f]{6})|#?(?P<three>[0-9a-f]{3})"
    r"|rgb\s*\(?\s*(?P<red>\d{1,3})[\s,]+(?P<green>\d{1,3})[\s,]+(?P<blue>\d{1,3})\s*\)?)"
    r"(?:[\s:,;–-]+(?P<name>.*))?",
    re.IGNORECASE,
)
"""One colour as #b4532a, b4532a, #b52 or rgb(180, 83, 42), and what it is called behind it."""
STRONG = _("Good for text on white, and as a ground for white text (%(ratio)s to 1).")
MIDDLE = _("On white only for large letters and signs; dark text fits on it (%(ratio)s to 1 on white).")
WEAK = _("Too light for text on white; good as a ground for dark text (%(ratio)s to 1 on white).")
UNREAD = _("No colour yet: write six digits, such as #b4532a.")


@dataclass(frozen=True)
class Swatch:
    """A line of a list of colours."""

    code: str
    """As ``#rrggbb``; as it was typed where that is no colour."""
    name: str
    says: str
    """What the colour is good for."""
    is_colour: bool = True


def read_colour(line: str) -> tuple[str, str] | None:
    """Return the colour of a line as ``#rrggbb`` and its name, or None where it holds none."""
    found = LINE.fullmatch(line.strip())
    if found is None:
        return None
    if found["red"]:
        parts = [int(found[part]) for part in ("red", "green", "blue")]
        if max(parts) > 255:
            return None
        code = "".join(f"{part:02x}" for part in parts)
    else:
        code = found["six"] or "".join(2 * digit for digit in found["three"])
    return f"#{code.lower()}", " ".join((found["name"] or "").split())


def lines_of(text: str) -> list[str]:
    """Return the lines that say something; one that lists codes alone, as style guides do, is a line for each."""
    found: list[str] = []
    for line in map(str.strip, str(text or "").replace("\0", "").splitlines()):
        codes = re.split(r"[\s,，;]+", line)
        found += codes if all(map(read_colour, codes)) else [line] if line else []
    return found


def swatches(text: str) -> list[Swatch]:
    """Return the lines of a text as colours; one that is none keeps its place."""
    return [_swatch(line) for line in lines_of(text)]


def _swatch(line: str) -> Swatch:
    read = read_colour(line)
    if read is None:
        return Swatch(line, "", str(UNREAD), is_colour=False)
    return Swatch(*read, says_of(read[0]))


def says_of(code: str) -> str:
    """Return what a colour can be used for: how well it can be told from white, and that dark or white text fits."""
    ratio = contrast(rgb_of(code), WHITE)
    text = STRONG if ratio >= READABLE else MIDDLE if ratio >= LARGE else WEAK
    return text % {"ratio": f"{ratio:.1f}"}

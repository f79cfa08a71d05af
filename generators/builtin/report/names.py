"""What columns, measures and segments are called in one language."""

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.builtin.report.formats import Language, shorten
from generators.builtin.report.wording import HEADINGS, NAMES

if TYPE_CHECKING:
    from generators.builtin.report.measures import Measure

LONGEST_NAME = 40  # longer ones are cut: they would break out of a column of the page


def shown(name: str) -> str:
    """Return a text from the data on one line, without characters that control the display."""
    kept = "".join(
        " " if c.isspace() else c
        for c in name
        if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")
    )
    return re.sub(r" +", " ", kept).strip()


@dataclass(frozen=True, slots=True)
class Names:
    """Names in one language. Those of the data stay as they are."""

    language: Language

    def measure(self, measure: "Measure") -> str:
        return NAMES[self.language][measure.name] if measure.derived else self.column(measure.name)

    def column(self, name: str) -> str:
        return shorten(shown(name).replace("_", " "), LONGEST_NAME) or HEADINGS[self.language]["missing"]

    def segment(self, name: str | None) -> str:
        known = shorten(shown(name), LONGEST_NAME) if name is not None else ""
        return known or HEADINGS[self.language]["missing"]

    def title(self, text: str) -> str:
        """Return a text with a capital at its start."""
        return text[:1].upper() + text[1:]

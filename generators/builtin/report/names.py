"""What columns, measures and segments are called in one language."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.builtin.report.formats import Language, shorten
from generators.builtin.report.wording import HEADINGS, NAMES

if TYPE_CHECKING:
    from generators.builtin.report.measures import Measure

CURRENCY = re.compile(r"[\s_]*[(（\[]\s*(?:人民币|元|rmb|cny|usd|eur|gbp)\s*[)）\]]$", re.IGNORECASE)
LONGEST_NAME = 40  # longer ones are cut: they would break out of a column of the page


def shown(name: str) -> str:
    """Return a text from the data on one line, without characters that control the display."""
    kept = "".join(
        " " if c.isspace() else c
        for c in name
        if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")
    )
    return re.sub(r" +", " ", kept).strip()


def without_currency(name: str) -> str:
    """Return the name of a column without a currency in brackets behind it, such as that of 销售额（元）."""
    return CURRENCY.sub("", name) or name


def alike(names: Iterable[str]) -> frozenset[str]:
    """Return the names that are the same without their currency."""
    plain = [(name, without_currency(name)) for name in names]
    counted = Counter(one for _, one in plain)
    return frozenset(name for name, one in plain if counted[one] > 1)


@dataclass(frozen=True, slots=True)
class Names:
    """Names in one language. Those of the data stay as they are."""

    language: Language
    alike: frozenset[str] = frozenset()
    """Columns of amounts that only the currency in their names tells apart."""

    def measure(self, measure: "Measure") -> str:
        """Return the name of a measure; a currency in it is left out where its numbers are printed with it."""
        if measure.derived:
            called = {
                "column": "".join(map(self.column, measure.columns[:1])),
                "value": self.segment(measure.value),
            }
            return NAMES[self.language][measure.name].format(**called)
        named = measure.sign and measure.name not in self.alike
        return self.column(without_currency(measure.name) if named else measure.name)

    def column(self, name: str) -> str:
        return shorten(shown(name).replace("_", " "), LONGEST_NAME) or HEADINGS[self.language]["missing"]

    def segment(self, name: str | None) -> str:
        known = shorten(shown(name), LONGEST_NAME) if name is not None else ""
        return known or HEADINGS[self.language]["missing"]

    def title(self, text: str) -> str:
        """Return a text with a capital at its start."""
        return text[:1].upper() + text[1:]

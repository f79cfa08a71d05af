"""Whether a text says only what its facts say: its numbers, with their units and currencies."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_QUANTITY = re.compile(
    r"(?P<before>[$€£¥])?\s?(?P<number>\d+(?:[.,]\d+)*)[\s-]?"
    r"(?P<after>%|[$€£¥]|(?:usd|eur|gbp|cm|mm|km|kg|mg|ml|gb|tb|mb|mah|hz|khz|ghz|mp|m|g|l|w|v|h)\b)?",
    re.IGNORECASE,
)


def unsupported(text: str, facts: str) -> list[str]:
    """Return the quantities of a text that its facts do not hold, in order.

    A number is supported where the facts hold the same number, however its thousands are grouped; a unit or currency
    beside it has to stand beside it in the facts too.
    """
    known = {(number, unit) for number, unit, _ in _quantities(facts)}
    numbers = {number for number, _ in known}
    return [
        written
        for number, unit, written in _quantities(text)
        if (number, unit) not in known and (unit or number not in numbers)
    ]


def fact_support(text: str, facts: str) -> float:
    """Return the share of a text's quantities that its facts hold, 0 to 1; 1 where it has none."""
    count = len(_NUMBER.findall(text))
    return 1 - len(unsupported(text, facts)) / count if count else 1.0


def _quantities(text: str) -> list[tuple[str, str, str]]:
    """Return each number of a text as it compares, its unit in lower case or "", and both as they stand there."""
    found = []
    for match in _QUANTITY.finditer(text):
        unit = (match["before"] or match["after"] or "").lower()
        found.append((_plain(match["number"]), unit, match[0].strip()))
    return found


def _plain(number: str) -> str:
    """Return a number without grouped thousands, its fraction after a point and without idle noughts."""
    groups = re.split(r"[.,]", number)
    if len(groups) > 1 and all(len(group) == 3 for group in groups[1:]) and groups[0] != "0":
        return "".join(groups)
    whole, fraction = "".join(groups[:-1]) or groups[-1], groups[-1] if len(groups) > 1 else ""
    return f"{int(whole)}.{fraction.rstrip('0')}".rstrip(".")

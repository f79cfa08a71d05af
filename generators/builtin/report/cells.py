"""A value of a record as the text, and the number, that a report reads.

Without polars, so that the studio, which shows the rows behind a number, reads them alike.
"""

import json
import re
from typing import Final

LARGEST = 1e15  # above this, neighbouring doubles are more than an eighth apart and sums lose the unit
MARK: Final = r"us\$|r\$|[$€£¥￥₹₩元]|usd|eur|gbp|cny|rmb|jpy|inr|krw|brl|chf|cad|aud|hkd|sgd|sek|nok|dkk|pln"
POINT: Final = r"^[-+−]?(?:\d{1,3}(?:[,'’ ]\d{3})+|\d+)?(?:\.\d+)?(?:e[-+]?\d{1,3})?$"
COMMA: Final = r"^[-+−]?(?:\d{1,3}(?:[.'’ ]\d{3})+|\d+)?(?:,\d+)?(?:e[-+]?\d{1,3})?$"
SPACE: Final = re.compile(r"[\u00a0\u2009\u202f]")
BEFORE: Final = re.compile(rf"^([-+−]?)\s?(?:{MARK})\s?")
AFTER: Final = re.compile(rf"\s?(?:%|{MARK})$")
EXACT = 2**53
"""Below it a float that is whole is written as a whole number, as polars writes it."""


def cell_text(value: object) -> str | None:
    """Return a value of any kind as text; None where there is none."""
    match value:
        case str() | None:
            return value
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < EXACT:
            return str(int(value))
        case int() | float():
            return repr(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def cell_number(text: str, *, comma: bool) -> float | None:
    """Return the number that a text is, as `readings.numbers` reads a column of them; None where it is none.

    Args:
        text: Without blanks at its ends.
        comma: Whether decimals stand behind a comma.
    """
    plain = SPACE.sub(" ", text.lower())
    bare = AFTER.sub("", BEFORE.sub(r"\1", plain))
    bare = re.sub(r"^([-+−])\s", r"\1", bare)
    if not re.search(COMMA if comma else POINT, bare, re.ASCII) or not re.search(r"[0-9]", bare):
        return None
    digits = re.sub(r"[.'’ ]" if comma else r"[,'’ ]", "", bare).replace("−", "-").replace(",", ".")
    value = float(digits)
    if abs(value) > LARGEST:
        return None
    return value / 100 if text.endswith("%") else value

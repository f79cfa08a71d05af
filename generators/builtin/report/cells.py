"""A value of a record as the text that a report reads. Without polars: whoever shows the rows reads them alike."""

import json

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

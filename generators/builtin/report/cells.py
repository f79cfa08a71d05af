"""A value of a record as the text that a report reads. Without polars: whoever shows the rows reads them alike."""

import json


def cell_text(value: object) -> str | None:
    """Return a value of any kind as text; None where there is none."""
    match value:
        case str() | None:
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)

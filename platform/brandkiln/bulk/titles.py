"""What people know a row by, and what is made of it."""

from django.utils.translation import gettext as _

from brandkiln.bulk.models import Row
from brandkiln.bulk.variables import plain

TITLES = ("name", "title", "product", "product_name", "text")
CUT = 160
MOST = 120
"""Characters of a job's name."""


def title_column(columns: list[dict[str, str]]) -> str:
    """Return the column that people know a row by."""
    names = [column["name"] for column in columns]
    by_key = {name.casefold().replace(" ", "_"): name for name in reversed(names)}
    found = next((by_key[key] for key in TITLES if key in by_key), None)
    texts = [column["name"] for column in columns if column["type"] == "text"]
    return found or (texts or names or [""])[0]


def title_of(row: Row, column: str) -> str:
    """Return what people know a row by."""
    return plain(row.cells.get(column) or _("Row %(n)d") % {"n": row.position + 1})[:CUT]


def name_of(row: Row, column: str, *, with_template: bool) -> str:
    """Return what a row's job and pieces are called.

    Args:
        with_template: Whether to say which template it is for, as where several make something of each row.
    """
    title = title_of(row, column)
    template = row.version.template.name
    return f"{title[: MOST - 3 - len(template)]} · {template}" if with_template else title[:MOST]

"""A row as pages, streams and programs read it."""

from typing import Any

from django.utils.translation import gettext as _

from brandkiln.bulk.models import Bulk, Row
from brandkiln.bulk.queries import pieces_of, totals_of
from brandkiln.bulk.variables import plain
from brandkiln.library.models import Asset

TITLES = ("name", "title", "product", "product_name", "text")
CUT = 160


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


def score_of(asset: Asset) -> tuple[int, int] | None:
    """Return how many rules of the brand a piece keeps, of how many; None where none was tested."""
    verdict = getattr(asset, "verdict", None)
    return (verdict.passed, verdict.tested) if verdict and verdict.tested else None


def row_as_json(row: Row, column: str) -> dict[str, Any]:
    """Return a row with its first piece, as a line of a list."""
    pieces = pieces_of(row)
    first = pieces[0] if pieces else None
    score = score_of(first) if first else None
    return {
        "id": row.pk,
        "position": row.position,
        "part": row.part,
        "title": title_of(row, column),
        "state": row.state,
        "text": (row.message or (" ".join(first.text.split()) if first else ""))[:CUT],
        "asset": str(first.pk) if first else None,
        "picture": bool(first and first.media_type.startswith("image/")),
        "pieces": len(pieces),
        "score": list(score) if score else None,
    }


def standing(bulk: Bulk) -> dict[str, Any]:
    """Return where a bulk stands, as streams and programs read it."""
    totals = totals_of(bulk)
    return {
        "state": bulk.state,
        "reason": bulk.reason,
        "counts": totals.states,
        "total": totals.total,
        "ended": totals.ended,
        "seconds_left": None if totals.seconds_left is None else round(totals.seconds_left, 1),
    }

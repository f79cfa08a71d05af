"""A row as pages, streams and programs read it."""

from typing import Any

from brandkiln.bulk.models import Bulk, Row
from brandkiln.bulk.queries import pieces_of, totals_of
from brandkiln.bulk.titles import CUT, title_of
from brandkiln.library.models import Asset


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


def standing(bulk: Bulk, states: dict[str, int] | None = None) -> dict[str, Any]:
    """Return where a bulk stands, as streams and programs read it; see `totals_of`."""
    totals = totals_of(bulk, states)
    return {
        "state": bulk.state,
        "reason": bulk.reason,
        "counts": totals.states,
        "total": totals.total,
        "ended": totals.ended,
        "seconds_left": None if totals.seconds_left is None else round(totals.seconds_left, 1),
    }

"""What came of a bulk as a table: the columns that came in, and beside them what was made; few rows in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from brandkiln.brand.services import verdicts_of
from brandkiln.bulk.checking import versions_of
from brandkiln.bulk.mapping import as_written
from brandkiln.bulk.models import Bulk, Row, TemplateVersion
from brandkiln.bulk.queries import pieces_of, with_pieces
from brandkiln.bulk.variables import Number
from brandkiln.library.holds import reason
from brandkiln.library.models import Asset
from brandkiln.library.revisions import parts_of

TOGETHER = 200
"""Rows of the source that are read at once."""


@dataclass
class Made:
    """The columns for what one template made: for each variant the names of the parts, in order."""

    version: TemplateVersion
    variants: dict[int, list[str]] = field(default_factory=dict)

    def see(self, variant: int, names: list[str]) -> None:
        """Take note of the parts that a piece has."""
        known = self.variants.setdefault(variant, [])
        known += [name for name in names if name not in known]


def results_table(bulk: Bulk) -> Iterator[list[Any]]:
    """Yield the header and then a line for each row of the source, with what every template made of it."""
    made = _columns(bulk)
    several = len(made) > 1
    source = [column["name"] for column in bulk.columns]
    header: list[Any] = list(source)
    for one in made:
        header += [_titled(one, several, name) for name in _names(one)]
    yield header
    for rows in batches(bulk):
        pieces = [piece for row in rows for piece in pieces_of(row)]
        verdicts = verdicts_of(pieces)
        by_position: dict[int, dict[int, Row]] = {}
        for row in rows:
            by_position.setdefault(row.position, {})[row.part] = row
        for parts in by_position.values():
            came = as_written(next(iter(parts.values())).cells, bulk.columns)
            line: list[Any] = [_without_point(came.get(name)) for name in source]
            for number, one in enumerate(made):
                line += _cells(one, parts.get(number), verdicts)
            yield line


def _without_point(value: Any) -> Any:
    """Return a cell without the ".0" that reading gave to 189 in a column of prices."""
    is_plain = isinstance(value, float) and not isinstance(value, Number)
    return int(value) if is_plain and value.is_integer() else value


def batches(bulk: Bulk) -> Iterator[list[Row]]:
    """Yield the rows with their pieces, in order, those of TOGETHER places at once."""
    for first in range(0, bulk.row_count, TOGETHER):
        rows = Row.objects.filter(bulk=bulk, position__gte=first, position__lt=first + TOGETHER)
        yield list(with_pieces(rows).order_by("position", "part"))


def part_names(parts: list[dict[str, Any]] | None) -> list[str]:
    """Return what the parts of a text are called; of one name several are numbered."""
    titles = [str(part.get("title") or part["name"]) for part in parts or ()]
    counts: dict[str, int] = {}
    names = []
    for title in titles:
        counts[title] = counts.get(title, 0) + 1
        names.append(f"{title} {counts[title]}" if titles.count(title) > 1 else title)
    return names


def _columns(bulk: Bulk) -> list[Made]:
    made = [Made(version) for version in versions_of(bulk)]
    pieces = Asset.objects.filter(job__bulk_row__bulk=bulk, trashed_at=None).order_by()
    seen = pieces.values_list("job__bulk_row__part", "position", "media_type", "receipt__details__parts")
    for part, variant, media_type, parts in seen.iterator(2000):
        if media_type.startswith("text/plain"):
            made[part].see(variant, part_names(parts) or [_("Text")])
        else:
            made[part].see(variant, [])
    return made


def _names(made: Made) -> list[str]:
    names = [_("State"), _("Problem")]
    for variant in sorted(made.variants):
        number = f" ({variant + 1})" if len(made.variants) > 1 else ""
        names += [f"{name}{number}" for name in (*made.variants[variant], _("Brand score"), _("Asset"))]
    return names


def _titled(made: Made, several: bool, name: str) -> str:
    return f"{made.version.template.name}: {name}" if several else name


def _cells(made: Made, row: Row | None, verdicts: dict[Any, Any]) -> list[Any]:
    pieces = {piece.position: piece for piece in pieces_of(row)} if row else {}
    held = next((text for piece in pieces.values() if (text := reason(piece))), "")
    cells: list[Any] = [row.get_state_display() if row else "", (row.message or held) if row else ""]
    for variant in sorted(made.variants):
        piece = pieces.get(variant)
        texts = _texts(piece) if piece and not piece.is_held else {}
        cells += [texts.get(name, "") for name in made.variants[variant]]
        verdict = verdicts.get(piece.pk) if piece else None
        cells.append(round(100 * verdict.passed / verdict.tested) if verdict else None)
        cells.append(str(piece.pk) if piece else "")
    return cells


def _texts(piece: Asset) -> dict[str, str]:
    parts = parts_of(piece)
    if not parts:
        return {_("Text"): piece.text}
    return dict(zip(part_names(parts), (part["text"] for part in parts), strict=True))

"""What the Quality tab shows: tiles of what was found, how the data is spread, and texts with their differences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from brandkiln.dashboard.languages import language_name
from brandkiln.dashboard.templatetags.studio import figure
from brandkiln.datasets.checks.codes import CODES, LANGUAGE_PREFIX, Code, codes_for
from brandkiln.datasets.checks.listing import Shown, counts_of, findings_of, worst_of
from brandkiln.datasets.models import DatasetVersion, Kind, QualityReport

PREVIEWED = 6
BARS_WIDE, BARS_HIGH = 240.0, 56.0
WORDS = 220
"""Words of a text that are shown beside its double."""
TITLES = {
    "width": gettext_noop("Width, pixels"),
    "height": gettext_noop("Height, pixels"),
    "brightness": gettext_noop("Brightness, 0 to 255"),
    "saturation": gettext_noop("Colour, 0 grey to 1"),
    "sharpness": gettext_noop("Sharpness"),
    "bytes": gettext_noop("File size, bytes"),
    "characters": gettext_noop("Characters"),
    "words": gettext_noop("Words"),
    "seconds": gettext_noop("Length, seconds"),
    "rms": gettext_noop("Loudness, of full scale"),
    "sample_rate": gettext_noop("Sample rate, Hz"),
}
_SPLIT_WORDS = re.compile(r"\s+|(?<=[\u3040-\u9fff])")


@dataclass(frozen=True)
class Tile:
    """One thing that was found: how often, what it means, what mends it, and a first look."""

    code: Code
    name: str
    records: int
    groups: int
    mend: str
    preview: list[Shown]


def tiles(version: DatasetVersion) -> list[Tile]:
    """Return a tile for everything that was found, the gravest first."""
    counts = counts_of(version)
    return [
        Tile(code, code.code, *_figures(code, counts), clean_query(code), _preview(version, code))
        for code in codes_for(version.dataset.kind)
        if code.code in counts
    ]


def looked_for(version: DatasetVersion, found: list[Tile], report: QualityReport) -> list[Code]:
    """Return what was looked for and not found."""
    names = {tile.name for tile in found}
    looked = [code for code in codes_for(version.dataset.kind) if code.code not in names]
    return [code for code in looked if code.code != "outlier" or report.comparison]


def clean_query(code: Code) -> str:
    """Return the query that opens the Clean page with the step that mends a finding, "" where none does."""
    return urlencode(code.mending())


def languages(report: QualityReport) -> list[dict[str, Any]]:
    """Return the languages of texts, the commonest first, with the code of the findings of the others."""
    counts: dict[str, int] = report.summary.get("languages", {})
    known = [(name, count) for name, count in by_count(counts) if name]
    rows = [
        {
            "title": _language_title(name),
            "count": count,
            "code": "" if number == 0 else f"{LANGUAGE_PREFIX}{name}",
        }
        for number, (name, count) in enumerate(known)
    ]
    if unsure := counts.get("", 0):
        rows.append({"title": _("too short to tell"), "count": unsure, "code": ""})
    return with_widths(rows)


def by_count(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Return counts by name, the highest first: a database does not keep the order of a JSON object."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def with_widths(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to each row with a count how wide its bar is, in percent of the widest."""
    most = max((row["count"] for row in rows), default=1) or 1
    return [row | {"width": f"{100 * row['count'] / most:.1f}"} for row in rows]


def charts(version: DatasetVersion, report: QualityReport) -> Iterator[dict[str, Any]]:
    """Yield the histograms as bars of an SVG picture."""
    histograms: dict[str, list[list[float]]] = dict(report.summary.get("histograms", {}))
    for name in (*TITLES, *(column["name"] for column in version.columns)):
        bins = histograms.pop(name, [])
        if len(bins) < 2:
            continue
        most = max(count for _start, _end, count in bins)
        step = BARS_WIDE / len(bins)
        yield {
            "title": _(TITLES[name]) if name in TITLES else name,
            "from": bins[0][0],
            "to": bins[-1][1],
            "bars": [
                {
                    "x": f"{number * step:.2f}",
                    "width": f"{max(0.5, step - 1.5):.2f}",
                    "height": f"{_height(count, most):.2f}",
                    "y": f"{BARS_HIGH - _height(count, most):.2f}",
                    "title": f"{figure(start)} – {figure(end)}: {count:,}",
                }
                for number, (start, end, count) in enumerate(bins)
            ],
        }


def title_of(name: str) -> str:
    """Return the title of a finding's code, with the language where it stands for one."""
    if name.startswith(LANGUAGE_PREFIX):
        return _("In another language: %(name)s") % {
            "name": _language_title(name.removeprefix(LANGUAGE_PREFIX))
        }
    return _(CODES[name].title)


def score_text(code: Code, score: float | None) -> str:
    """Return the score of a finding as people say it."""
    if score is None or not code.score:
        return ""
    shown = f"{100 * score:.1f} %" if code.percent else figure(score)
    return _(code.score) % shown


def marked_difference(first: str, other: str) -> list[tuple[str, bool]]:
    """Return the other text in pieces, each with whether the first one lacks it.

    >>> marked_difference("a red cup", "a blue cup")
    [('a', False), ('blue', True), ('cup', False)]
    """
    mine, theirs = _words(first), _words(other)
    pieces = []
    for kind, _a, _b, start, end in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if start < end:
            pieces.append((" ".join(theirs[start:end]), kind != "equal"))
        elif kind == "delete":
            pieces.append(("…", True))
    return pieces


def _words(text: str) -> list[str]:
    return [word for word in _SPLIT_WORDS.split(text[:4_000]) if word][:WORDS]


def _figures(code: Code, counts: dict[str, tuple[int, int]]) -> tuple[int, int]:
    records, groups = counts[code.code]
    return records, groups if code.show != "records" else 0


def _preview(version: DatasetVersion, code: Code) -> list[Shown]:
    if version.dataset.kind not in (Kind.IMAGE, Kind.TEXT):
        return []
    if code.show == "records":
        return worst_of(version, code.code, limit=PREVIEWED, largest=code.code == "outlier")
    groups = findings_of(version, code.code, limit=3).groups
    return [one for group in groups for one in group.members[:2]][:PREVIEWED]


def _language_title(name: str) -> str:
    try:
        return language_name(name)
    except KeyError:
        return name


def _height(count: float, most: float) -> float:
    """Return the height of a bar; what is there at all is seen."""
    return max(1.5, BARS_HIGH * count / most) if count else 0.0

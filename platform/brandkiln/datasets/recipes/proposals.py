"""One-click fixes: the steps that mend what checks and a look at some records have found."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from brandkiln.datasets.checks.codes import LANGUAGE, LANGUAGE_PREFIX, code_of
from brandkiln.datasets.checks.languages import language_of
from brandkiln.datasets.models import DatasetVersion, Kind
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.parent import parent_lines
from brandkiln.datasets.recipes.pictures import GREY
from brandkiln.datasets.recipes.registry import BY_NAME, parse_recipe
from brandkiln.datasets.recipes.texts import FixEncoding, NormaliseText, TextStep

LOOKED_AT = 200
BY_HAND = ("outlier", "split_leak")
"""Findings that somebody should look at before they are dropped; the Quality page offers the step there."""
MOST_FILLED = 3


@dataclass(frozen=True)
class Proposal:
    """A fix, and how much there is to fix."""

    title: str
    text: str
    step: dict[str, Any]
    count: int | None = None
    """Records that it is about, where all of them were looked at."""


def proposals(version: DatasetVersion) -> list[Proposal]:
    """Return the fixes that fit the version, the surest first."""
    found = [*_of_findings(version), *_of_columns(version)]
    count = version.record_count
    places = [count * number // LOOKED_AT for number in range(LOOKED_AT)] if count > LOOKED_AT else None
    lines = list(parent_lines(version, places))
    found += _of_texts(lines, version)
    if version.dataset.kind == Kind.IMAGE:
        found += _of_pictures(lines, version)
    return found


def _of_findings(version: DatasetVersion) -> list[Proposal]:
    rows = version.findings.values_list("code").annotate(count=Count("position", distinct=True)).order_by()
    counts: dict[str, int] = dict(rows)
    proposed = []
    for name, _count in sorted(counts.items()):
        code = code_of(name)
        step = code.mending() if code and name not in BY_HAND and code is not LANGUAGE else {}
        if not code or not step or version.dataset.kind not in BY_NAME[step["step"]].kinds:
            continue
        drops = parse_recipe([step], kind=version.dataset.kind)[0].known_drops(version)
        proposed.append(Proposal(_(code.title), _(code.means), step, drops))
    if "exact_duplicate" not in counts and (count := version.report.get("duplicates")):
        code = code_of("exact_duplicate")
        assert code is not None
        proposed.insert(0, Proposal(_(code.title), _(code.means), code.mending(), count))
    others = sum(count for name, count in counts.items() if name.startswith(LANGUAGE_PREFIX))
    if others and (main := _main_language(version)):
        step = {"step": "filter_language", "languages": [main]}
        proposed.append(Proposal(_(LANGUAGE.title), _(LANGUAGE.means), step, others))
    return proposed


def _main_language(version: DatasetVersion) -> str:
    lines = parent_lines(version, list(range(min(version.record_count, LOOKED_AT))))
    found = Counter(language for line in lines if (language := language_of(line.text)))
    return found.most_common(1)[0][0] if found else ""


def _of_columns(version: DatasetVersion) -> list[Proposal]:
    columns = version.report.get("columns", [])
    if not version.columns:
        return []
    proposed = []
    constant = [one["name"] for one in columns if one.get("constant")]
    if constant and len(constant) < len(version.columns):
        proposed.append(
            Proposal(
                _("Columns with one value"),
                _("%(columns)s hold the same value in every row, which teaches nothing.")
                % {"columns": ", ".join(constant)},
                {"step": "drop_columns", "columns": constant},
            )
        )
    for column in [one for one in columns if one.get("missing") and one["name"] not in constant][
        :MOST_FILLED
    ]:
        by = "median" if column["type"] in ("whole", "decimal") else "most_common"
        proposed.append(
            Proposal(
                _('Missing values in "%(column)s"') % {"column": column["name"]},
                _("Fill them with the median.")
                if by == "median"
                else _("Fill them with the commonest value."),
                {"step": "fill_missing", "column": column["name"], "by": by},
                column["missing"],
            )
        )
    return proposed


def _of_texts(lines: list[Line], version: DatasetVersion) -> list[Proposal]:
    steps: tuple[TextStep, ...] = (FixEncoding(), NormaliseText())
    proposed = []
    for step in steps:
        texts = [
            text for line in lines for text in (line.text, *line.fields.values()) if isinstance(text, str)
        ]
        changed = sum(step.written(text) != text for text in texts)
        if changed:
            said = _("%(changed)d of %(count)d texts looked at would change.")
            text = said % {"changed": changed, "count": len(texts)}
            proposed.append(Proposal(_(step.title), text, {"step": step.name}))
    return proposed


def _of_pictures(lines: list[Line], version: DatasetVersion) -> list[Proposal]:
    sizes = Counter((line.facts["width"], line.facts["height"]) for line in lines if "width" in line.facts)
    proposed = []
    if len(sizes) > 1:
        sides = sorted(side for size, count in sizes.items() for side in size for _one in range(count))
        side = max(1, min(1024, sides[len(sides) // 2]))
        text = _(
            "%(count)d different sizes among %(seen)d pictures. Generators learn from squares of one size."
        )
        proposed.append(
            Proposal(
                _("Pictures of many sizes"),
                text % {"count": len(sizes), "seen": len(lines)},
                {"step": "resize", "width": side, "height": side},
            )
        )
    grey = sum(str(line.facts.get("mode", "")).startswith(GREY) for line in lines)
    if 0 < grey < len(lines):
        text = _("%(grey)d of %(seen)d pictures looked at are grey, the others are not.")
        proposed.append(
            Proposal(
                _("Colour and grey mixed"),
                text % {"grey": grey, "seen": len(lines)},
                {"step": "recolour", "mode": "colour"},
            )
        )
    return proposed

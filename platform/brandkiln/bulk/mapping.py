"""Which column fills which variable: a guess from names and types, and the values of a row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from brandkiln.bulk.variables import Misfit, Number, Variable, plain
from brandkiln.datasets.checks.written import written

Column = Mapping[str, Any]
Source = Mapping[str, Any]
"""``{"columns": [...]}`` or ``{"value": ...}``."""
ALIKE: tuple[frozenset[str], ...] = (
    frozenset(
        {
            "name",
            "title",
            "product",
            "productname",
            "producttitle",
            "article",
            "bezeichnung",
            "名称",
            "商品名",
        }
    ),
    frozenset({"price", "cost", "amount", "preis", "价格"}),
    frozenset({"colour", "color", "shade", "farbe", "颜色"}),
    frozenset({"material", "materials", "fabric", "composition", "材质"}),
    frozenset({"features", "feature", "benefits", "highlights", "details", "特点"}),
    frozenset({"audience", "target", "targetaudience", "customer", "customers", "受众"}),
    frozenset({"category", "type", "kind", "group", "分类"}),
    frozenset({"description", "text", "body", "copy", "描述"}),
    frozenset({"sku", "id", "articlenumber", "productid", "ean", "gtin"}),
    frozenset({"label", "class", "tag", "标签"}),
    frozenset({"language", "lang", "locale", "语言"}),
)
FITTING = {"number": {"whole", "decimal"}, "yes_no": {"flag"}, "date": {"date"}}
NAMELESS = ALIKE[8]
"""What says nothing of a product: left out of its facts."""


def guess(variables: Sequence[Variable], columns: Sequence[Column]) -> dict[str, dict[str, Any]]:
    """Return the most likely source of each variable; those without any are left out."""
    mapping: dict[str, dict[str, Any]] = {}
    taken: set[str] = set()
    scored = sorted(
        ((_likeness(variable, column), -place, variable.name, column["name"])
         for variable in variables if variable.kind != "facts"
         for place, column in enumerate(columns)),
        reverse=True,
    )  # fmt: skip
    for score, _place, name, column in scored:
        if score >= 1 and name not in mapping and column not in taken:
            mapping[name] = {"columns": [column]}
            taken.add(column)
    for variable in variables:
        if variable.kind == "facts":
            mapping[variable.name] = {
                "columns": [one["name"] for one in columns if _bare(one["name"]) not in NAMELESS]
            }
    return mapping


def _likeness(variable: Variable, column: Column) -> float:
    """Return how well a column's name fits a variable's: 4 the same, 3 the same thing, 1 a part; its type adds 0.5."""
    names = {_bare(variable.name), _bare(variable.title)} - {""}
    wanted = _bare(column["name"])
    score = 0.0
    if wanted in names:
        score = 4
    elif any(names & alike and wanted in alike for alike in ALIKE):
        score = 3
    elif len(wanted) > 2 and any(len(name) > 2 and (name in wanted or wanted in name) for name in names):
        score = 1
    fitting = FITTING.get(variable.kind)
    if score and fitting and column["type"] not in fitting:
        score -= 1
    return score + (0.5 if fitting and column["type"] in fitting else 0) if score else 0


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def check_mapping(
    mapping: Mapping[str, Source], variables: Iterable[Variable], columns: Sequence[Column]
) -> dict[str, str]:
    """Return what is wrong with a mapping, by the variable's name."""
    known = {column["name"] for column in columns}
    problems = {}
    by_name = {variable.name: variable for variable in variables}
    for name, source in mapping.items():
        if name not in by_name:
            problems[name] = _("No template has a variable %(name)s.") % {"name": name}
        elif missing := [one for one in source.get("columns", ()) if one not in known]:
            problems[name] = _('The table has no column "%(column)s".') % {"column": missing[0]}
        elif len(source.get("columns", ())) > 1 and by_name[name].kind not in ("facts", "list"):
            problems[name] = _("%(name)s takes one column.") % {"name": by_name[name].label}
    for name, variable in by_name.items():
        source = mapping.get(name, {})
        if variable.required and not variable.default and not source.get("columns") and "value" not in source:
            problems.setdefault(
                name, _("Choose a column for %(name)s, or type a value.") % {"name": variable.label}
            )
    return problems


def as_written(cells: Mapping[str, Any], columns: Iterable[Column]) -> dict[str, Any]:
    """Return the cells of a row with numbers that know how they were written."""
    forms = {column["name"]: form for column in columns if (form := column.get("written"))}
    return {
        name: Number(value, written(value, forms[name]), forms[name])
        if name in forms and _is_number(value)
        else value
        for name, value in cells.items()
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def values_of(
    cells: Mapping[str, Any], variables: Iterable[Variable], mapping: Mapping[str, Source]
) -> dict[str, Any]:
    """Return what each variable is filled with for a row.

    Raises:
        Misfit: If cells do not fit; the text names all that is wrong.
    """
    values: dict[str, Any] = {}
    problems = []
    for variable in variables:
        try:
            values[variable.name] = variable.read(_cell(cells, variable, mapping.get(variable.name, {})))
        except Misfit as misfit:
            problems.append(str(misfit))
    if problems:
        raise Misfit(" ".join(problems))
    return values


def _cell(cells: Mapping[str, Any], variable: Variable, source: Source) -> Any:
    if "value" in source:
        return source["value"]
    columns = source.get("columns") or ()
    if variable.kind == "facts":
        return {name: plain(cells[name]) for name in columns if cells.get(name) not in (None, "")}
    if len(columns) > 1:
        return [cells[name] for name in columns if cells.get(name) not in (None, "")]
    return cells.get(columns[0]) if columns else None

"""What each column is for and why that was inferred, in a sentence that a page can show beside it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, get_args

from generators.builtin.report.formats import Language
from generators.builtin.report.roles import NAMED, Roles, is_averaged, plain_name
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.table import TableColumn
from generators.builtin.report.template import RoleName

WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "given": "You said so.",
        "named": "Its name says so.",
        "outcome": "It holds yes and no, and its name says that this is what came of each row.",
        "dates": "It holds dates, and is the first column that does.",
        "other_dates": "It holds dates, but another column is used for time.",
        "numbers": "It holds numbers; their sum is shown.",
        "means": "It holds numbers whose sum would say nothing; their mean is shown.",
        "prose": "It holds texts of several words that hardly repeat.",
        "names": "It holds {count} names that repeat, so rows can be grouped by them.",
        "id": "Its values hardly repeat: it tells rows apart.",
        "empty": "It holds nothing that could be read.",
        "many": "It holds {count} different texts, too many to group rows by.",
        "ambiguous": "It holds dates whose day and month cannot be told apart.",
    },
    "zh": {
        "given": "由您指定。",
        "named": "由列名得知。",
        "outcome": "该列为是与否，且列名表明它是每一行的结果。",
        "dates": "该列为日期，且是第一个日期列。",
        "other_dates": "该列为日期，但时间采用了另一列。",
        "numbers": "该列为数值，显示其合计。",
        "means": "该列为数值，但合计没有意义，显示其平均值。",
        "prose": "该列为多词文本，且很少重复。",
        "names": "该列有 {count} 个重复出现的名称，可用于分组。",
        "id": "该列的值几乎不重复，用于区分各行。",
        "empty": "该列没有可读取的内容。",
        "many": "该列有 {count} 个不同的文本，过多，无法用于分组。",
        "ambiguous": "该列的日期无法区分日与月。",
    },
}


@dataclass(frozen=True, slots=True)
class ColumnRole:
    """What a column is for, and why: a sentence in the language of the report."""

    column: str
    role: RoleName
    reason: str


def roles_with_reasons(
    columns: Mapping[str, TableColumn], roles: Roles, params: ReportParams
) -> tuple[ColumnRole, ...]:
    """Return the role of each column of a table, in its order, with the reason."""
    words = WORDS[params.language]
    named = {column: role for role, column in reversed(list(roles.named.items()))}
    found = []
    for column in columns.values():
        role, reason = _role(column, roles, params, named)
        found.append(ColumnRole(column.name, role, words[reason].format(count=f"{column.distinct:,}")))
    return tuple(found)


def _role(
    column: TableColumn, roles: Roles, params: ReportParams, named: Mapping[str, str]
) -> tuple[RoleName, str]:
    name = column.name
    if name in params.roles:
        return params.roles[name], "given"
    if name == params.time:
        return "time", "given"
    if name == params.measure:
        return "measure", "given"
    if name in params.dimensions:
        return "dimension", "given"
    if column.distinct == 0:
        return "ignore", "empty"
    if name == roles.time:
        return "time", "dates"
    if column.kind == "date":
        return "ignore", "other_dates"
    if name in named:
        known: RoleName = next(role for role in get_args(RoleName) if role == named[name])
        by_name = re.fullmatch(NAMED[known], plain_name(name))
        return known, "outcome" if known == "outcome" else "named" if by_name else "prose"
    if name in roles.ids:
        return "id", "id"
    averaged = is_averaged(name, cases="outcome" in roles.named)
    if name in roles.measures:
        return "measure", "means" if averaged or column.unit == "%" else "numbers"
    if name in roles.dimensions:
        return "dimension", "names"
    return "ignore", "ambiguous" if column.ambiguous else "many"

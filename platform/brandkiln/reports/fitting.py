"""Which templates a table has the columns for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generators.builtin.report.template import ReportTemplate

AMOUNTS = frozenset(
    {"measure", "revenue", "spend", "quantity", "price", "conversions", "clicks", "impressions", "outcome"}
)
"""Roles of columns that hold an amount; each may stand for a measure."""
NAMES = frozenset({"dimension", "item"})
"""Roles of columns that rows can be grouped by."""


@dataclass(frozen=True)
class Fit:
    """Whether a template fits a table; the roles that it needs and the table has no column for."""

    missing: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        return not self.missing


def fit(template: ReportTemplate, roles: Iterable[str]) -> Fit:
    """Return how a template fits columns of these roles."""
    there = set(roles)
    there |= {"measure"} if there & AMOUNTS else set()
    there |= {"dimension"} if there & NAMES else set()
    return Fit(tuple(role for role in template.needs if role not in there))


def roles_with(inferred: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return the role of each column: the one that a person gave, else the inferred one.

    A role that is there once, such as time or price, leaves the column that had it where it is given to another.
    """
    single = {role for role in given.values() if role not in {"measure", "dimension", "id", "ignore", "text"}}
    kept = {
        name: "ignore" if role in single and name not in given else role for name, role in inferred.items()
    }
    return {**kept, **{name: role for name, role in given.items() if name in inferred}}

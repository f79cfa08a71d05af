"""Whether rows fit their templates, found out before anything is submitted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext as _
from pydantic import ValidationError

from brandkiln.bulk.filling import fill, names_in
from brandkiln.bulk.mapping import as_written, values_of
from brandkiln.bulk.models import Bulk, Row, TemplateVersion
from brandkiln.bulk.params import text_params
from brandkiln.bulk.variables import Misfit, Variable
from brandkiln.core.problems import by_place
from brandkiln.jobs.brand_terms import brand_params
from brandkiln.jobs.requests import find_spec
from generators.params import Params

TOGETHER = 500


@dataclass(frozen=True)
class Filler:
    """Fills the params of one template version for rows of a bulk."""

    version: TemplateVersion
    variables: tuple[Variable, ...]
    model: type[Params]
    mapping: Mapping[str, Any]
    columns: Sequence[Mapping[str, Any]]
    brand: Mapping[str, Any]
    """What the project's brand kit says where template and row say nothing."""

    @classmethod
    def of(cls, version: TemplateVersion, bulk: Bulk, mapping: Mapping[str, Any] | None = None) -> "Filler":
        """Return the filler of a version for the rows of a bulk.

        Args:
            mapping: Another one than the bulk's own.

        Raises:
            Unprocessable: If its generator is no longer installed.
        """
        model = find_spec(version.generator, "sample").params_for("sample")
        brand = {
            name: value for name, value in brand_params(bulk.project).items() if name in model.model_fields
        }
        wanted = bulk.mapping if mapping is None else mapping
        return cls(version, variables_of(version), model, wanted, bulk.columns, brand)

    def params(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """Return the params for a row.

        Raises:
            Misfit: If its cells do not fit the variables.
        """
        values = values_of(as_written(cells, self.columns), self.variables, self.mapping)
        filled = fill(self.version.params, values, text_params(self.model))
        return filled | {name: value for name, value in self.brand.items() if not filled.get(name)}

    def problem(self, cells: Mapping[str, Any]) -> str:
        """Return why a row can't be made; "" where nothing is known against it."""
        try:
            self.model.model_validate(self.params(cells))
        except Misfit as misfit:
            return str(misfit)
        except ValidationError as error:
            found = by_place(error, at="params").items()
            return " ".join(f"{name.removeprefix('params.')}: {text}" for name, text in found)
        return ""


def variables_of(version: TemplateVersion) -> tuple[Variable, ...]:
    """Return the variables of a version."""
    return tuple(Variable.model_validate(row) for row in version.variables)


def versions_of(bulk: Bulk) -> list[TemplateVersion]:
    """Return the versions that a bulk uses, in the order of its rows' parts."""
    return list(
        bulk.versions.select_related("template", "checkpoint").order_by("template__created_at", "template_id")
    )


def all_variables(bulk: Bulk) -> list[Variable]:
    """Return the variables of all templates of a bulk; those of one name are one."""
    found: dict[str, Variable] = {}
    for version in versions_of(bulk):
        for variable in variables_of(version):
            kept = found.setdefault(variable.name, variable)
            if variable.required and not kept.required:
                found[variable.name] = variable
    return list(found.values())


def check_rows(bulk: Bulk) -> int:
    """Mark the rows that do not fit, take that mark from those that do now, and return how many do not.

    Rows that are being made, or were, are left as they are.
    """
    rows = Row.objects.filter(bulk=bulk)
    rows.filter(state=Row.State.FAULTY).update(state=Row.State.READY, message="", changed_at=Now())
    count = 0
    for part, version in enumerate(versions_of(bulk)):
        filler = Filler.of(version, bulk)
        for some in _batches(rows.filter(part=part, state=Row.State.READY)):
            faulty = [row for row in some if _mark(row, filler)]
            Row.objects.bulk_update(faulty, ["state", "message"])
            count += len(faulty)
    return count


def _mark(row: Row, filler: Filler) -> bool:
    row.message = filler.problem(row.cells)[:2000]
    if row.message:
        row.state = Row.State.FAULTY
    return bool(row.message)


def _batches(rows: Any) -> Iterator[list[Row]]:
    after = -1
    while some := list(rows.filter(position__gt=after).order_by("position")[:TOGETHER]):
        after = some[-1].position
        yield some


def preview(bulk: Bulk, mapping: Mapping[str, Any], *, count: int = 5) -> list[dict[str, Any]]:
    """Return the first rows as they would be filled: the values of each variable, the params, and what does not fit."""
    fillers = [Filler.of(version, bulk, mapping) for version in versions_of(bulk)]
    return [
        {
            "position": row.position,
            "number": row.position + 1,
            "cells": row.cells,
            "made": [_made(filler, row.cells) for filler in fillers],
        }
        for row in Row.objects.filter(bulk=bulk, part=0).order_by("position")[:count]
    ]


def _made(filler: Filler, cells: Mapping[str, Any]) -> dict[str, Any]:
    problem = filler.problem(cells)
    return {
        "template": filler.version.template.name,
        "problem": problem,
        "texts": {} if problem else _texts(filler, cells),
    }


def _texts(filler: Filler, cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return the params that differ from row to row, filled."""
    params = filler.model.model_validate(filler.params(cells)).model_dump(mode="json")
    return {name: params[name] for name, value in filler.version.params.items() if names_in(value)}


def refusal(problems: Mapping[str, str]) -> str:
    """Return one sentence for what is wrong with a mapping."""
    return _("The columns do not fit the variables: %(what)s") % {"what": " ".join(problems.values())}

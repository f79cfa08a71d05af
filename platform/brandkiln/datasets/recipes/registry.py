"""Every cleaning step by its name, and recipes as they arrive from forms and programs."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from brandkiln.core.errors import Unprocessable
from brandkiln.core.problems import by_place
from brandkiln.core.text import is_storable
from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.recipes.annotations import TakeLabels
from brandkiln.datasets.recipes.columns import ChangeType, DropColumns, RenameColumn
from brandkiln.datasets.recipes.duplicates import DropDuplicates
from brandkiln.datasets.recipes.filters import FilterLength, FilterQuality, FilterSize
from brandkiln.datasets.recipes.findings import DropFindings
from brandkiln.datasets.recipes.labels import FilterLabels, MergeLabels
from brandkiln.datasets.recipes.language import FilterLanguage
from brandkiln.datasets.recipes.missing import DropMissing, FillMissing
from brandkiln.datasets.recipes.pictures import Recolour, Resize
from brandkiln.datasets.recipes.protection import EraseRecords, ProtectText
from brandkiln.datasets.recipes.step import Step
from brandkiln.datasets.recipes.texts import FixEncoding, NormaliseText

STEPS: tuple[type[Step], ...] = (
    DropDuplicates,
    DropFindings,
    Resize,
    Recolour,
    FilterSize,
    FilterQuality,
    FixEncoding,
    NormaliseText,
    FilterLength,
    FilterLanguage,
    DropMissing,
    FillMissing,
    RenameColumn,
    DropColumns,
    ChangeType,
    TakeLabels,
    MergeLabels,
    FilterLabels,
)
"""In the order in which they are offered."""
ELSEWHERE: tuple[type[Step], ...] = (ProtectText, EraseRecords)
"""Steps that pages of their own ask for."""
BY_NAME = {step.name: step for step in STEPS + ELSEWHERE}
LONGEST = 50
RECORDED = {"counts"}
"""What a version notes beside a step's params."""

Recipe = tuple[Step, ...]


def steps_for(kind: str) -> list[type[Step]]:
    """Return the steps that work on this kind of data."""
    return [step for step in STEPS if kind in step.kinds]


def parse_recipe(steps: Sequence[Any], *, kind: str) -> Recipe:
    """Return the steps of a recipe for one kind of data.

    Raises:
        Unprocessable: If a step is unknown, is for other data, or has params that do not fit; ``fields`` says which.
    """
    if len(steps) > LONGEST:
        message = _("A recipe has %(most)d steps at most; this one has %(count)d.")
        raise Unprocessable(message % {"most": LONGEST, "count": len(steps)}, fields={"recipe": "too long"})
    return tuple(_parse(number, step, kind) for number, step in enumerate(steps))


def check_recipe(recipe: Recipe, version: DatasetVersion) -> None:
    """Raise Unprocessable where the recipe can't be run on the version: a column is missing, or a check was not run."""
    columns: list[dict[str, str]] = version.columns
    for number, step in enumerate(recipe):
        try:
            columns = step.columns_after(columns)
        except Unprocessable as error:
            raise _refused(number, step.title, {"": error.message}) from error
        if missing := step.needs(version):
            raise _refused(number, step.title, {"": missing})


def dump_recipe(recipe: Recipe) -> list[dict[str, Any]]:
    """Return the recipe as it is stored and sent, every default written out."""
    return [step.dumped() for step in recipe]


def params_of(recorded: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the recipe of a version as it was asked for, without what it did."""
    return [{name: value for name, value in step.items() if name not in RECORDED} for step in recorded]


def _parse(number: int, given: Any, kind: str) -> Step:
    if not isinstance(given, dict) or not isinstance(given.get("step"), str):
        raise _refused(number, "?", {"step": _('A step is an object with the name of the step in "step".')})
    params = {name: value for name, value in given.items() if name != "step" and name not in RECORDED}
    step = BY_NAME.get(given["step"])
    if step is None:
        known = ", ".join(BY_NAME)
        text = _('There is no step "%(name)s"; there are: %(known)s.')
        raise _refused(number, given["step"], {"step": text % {"name": given["step"], "known": known}})
    if kind not in step.kinds:
        text = _('"%(step)s" works on %(kinds)s; this data set holds %(kind)s.')
        kinds = ", ".join(sorted(step.kinds))
        raise _refused(number, step.title, {"step": text % {"step": step.name, "kinds": kinds, "kind": kind}})
    if not is_storable(params):
        raise _refused(number, step.title, {"": _("A text holds a character that is none. Remove it.")})
    try:
        return step.model_validate(params)
    except ValidationError as error:
        raise _refused(number, step.title, by_place(error)) from error


def _refused(number: int, title: str, problems: dict[str, str]) -> Unprocessable:
    first = next(iter(problems.items()))
    said = f"{first[0]}: {first[1]}" if first[0] else first[1]
    message = _("Step %(number)d (%(title)s) does not fit. %(problem)s")
    fields = {
        f"recipe.{number}.{name}" if name else f"recipe.{number}": text for name, text in problems.items()
    }
    return Unprocessable(
        message % {"number": number + 1, "title": _(title) if title else "", "problem": said}, fields=fields
    )

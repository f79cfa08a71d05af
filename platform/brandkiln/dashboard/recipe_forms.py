"""The params of cleaning steps and of splits as forms that offer the version's own columns and labels."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandkiln.datasets.checks.codes import codes_for
from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.recipes.step import Column, Step
from brandkiln.datasets.splits import SplitRule
from brandkiln.jobs.forms import ParamsForm, form_of
from generators.params import json_schema

MOST_BOXES = 24
"""Choices that are shown as boxes to tick; more are written, a name on each line."""
BY = {
    "keep": gettext_lazy("As they are; new records fill up"),
    "random": gettext_lazy("Drawn by seed"),
    "time": gettext_lazy("By date, newest for the test"),
}
TOGETHER = {
    "content": gettext_lazy("Equal records"),
    "near_duplicate": gettext_lazy("Near duplicates, too"),
    "column": gettext_lazy("Equal values of a column"),
}


def step_form(
    step: type[Step],
    version: DatasetVersion,
    columns: list[Column],
    *,
    prefix: str,
    data: Any = None,
    initial: Mapping[str, Any] | None = None,
) -> ParamsForm:
    """Return the form of a step's params.

    Args:
        columns: The columns as the steps before leave them.
    """
    names = [column["name"] for column in columns]
    replaced: dict[str, forms.Field] = {}
    for name, described in json_schema(step)["properties"].items():
        hint = described.get("widget", "")
        if hint == "column" and names:
            replaced[name] = forms.ChoiceField(choices=[(one, one) for one in names])
        elif name == "columns" and names and len(names) <= MOST_BOXES:
            replaced[name] = _boxes(names, initial, name)
        elif hint == "labels" and version.labels and len(version.labels) <= MOST_BOXES:
            replaced[name] = _boxes(version.labels, initial, name)
        elif hint == "finding":
            codes = [(code.code, _(code.title)) for code in codes_for(version.dataset.kind)]
            asked = (initial or {}).get(name)
            if asked and asked not in dict(codes):
                codes.append((asked, asked))
            replaced[name] = forms.ChoiceField(choices=codes)
    return form_of(step, data=data, initial=initial, prefix=prefix, replaced=replaced)


def split_form(version: DatasetVersion, columns: list[Column], data: Any = None) -> ParamsForm:
    """Return the form of how records are dealt; ways that the version has no columns for are not offered."""
    names = [column["name"] for column in columns]
    dates = [column["name"] for column in columns if column["type"] == "date"]
    ways = [(name, text) for name, text in BY.items() if name != "time" or dates]
    held = [(name, text) for name, text in TOGETHER.items() if name != "column" or names]
    replaced: dict[str, forms.Field] = {
        "by": forms.ChoiceField(choices=ways, widget=forms.RadioSelect),
        "together": forms.ChoiceField(choices=held),
        "column": forms.ChoiceField(choices=[("", "–"), *((one, one) for one in names)]),
        "time_column": forms.ChoiceField(choices=[("", "–"), *((one, one) for one in dates)]),
    }
    form = form_of(SplitRule, data=data, initial={"by": "keep"}, prefix="split", replaced=replaced)
    form.fields["by"].required = form.fields["together"].required = True
    for name, wanted in (("column", names), ("time_column", dates)):
        if not wanted:
            del form.fields[name]
    return form


def _boxes(choices: Sequence[str], initial: Mapping[str, Any] | None, name: str) -> forms.Field:
    asked = (initial or {}).get(name) or ()
    offered = list(
        dict.fromkeys([*choices, *asked])
    )  # a name that is gone stays visible, so that it can be unticked
    return forms.MultipleChoiceField(
        choices=[(one, one) for one in offered], widget=forms.CheckboxSelectMultiple
    )

"""The form of a block, drawn from its schema: columns are picked, texts have a field for each language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.translation import gettext as _

from brandkiln.dashboard.report_words import OPERATORS, ROLES
from brandkiln.jobs.forms import ParamsForm, form_of
from brandkiln.reports.drafts import KINDS, Draft
from generators.builtin.report.blocks.params import Block
from generators.params import json_schema

PREFIX = "b"
OWN = ("id", "kind", "filters")
"""Fields of a block that the form of its params does not draw."""
LANGUAGES = ("en", "zh")
LONG = ("note", "text")
MOST_FILTERS = 10


class BlockForm:
    """What a person may say of one block.

    Args:
        block: The block as the draft has it.
        columns: The columns of the chosen data set, by name.
        ids: The ids of the other blocks, for fields that name some.
        problems: What does not fit, by field.
    """

    def __init__(
        self, block: Draft, *, columns: Sequence[str], ids: Sequence[str], problems: Mapping[str, str]
    ) -> None:
        self.block, self.problems, self._columns = block, problems, columns
        self.kind = KINDS[block["kind"]]
        self._ids = [id for id in ids if id != block["id"]]
        self.params = self._form(None)
        self.params._errors = ErrorDict(  # type: ignore[attr-defined]  # Django sets it, its stubs leave it out
            {name: ErrorList([text]) for name, text in problems.items() if name in self.params.fields}
        )

    @property
    def texts(self) -> list[dict[str, Any]]:
        """The fields that hold a text in each language, with what stands in them."""
        described = json_schema(self.kind)["properties"]
        return [
            {
                "name": name,
                "label": described[name]["title"],
                "help": described[name].get("description", ""),
                "is_long": name in LONG,
                "values": [
                    (language, (self.block.get(name) or {}).get(language, "")) for language in LANGUAGES
                ],
                "problem": next(
                    (text for key, text in self.problems.items() if key.split(".")[0] == name), ""
                ),
            }
            for name in _text_fields(described)
        ]

    @property
    def filters(self) -> list[dict[str, Any]]:
        """The conditions, and an empty one behind them while there may be another."""
        rows: list[Draft] = [*self.block.get("filters", [])]
        if len(rows) < MOST_FILTERS:
            rows.append({"column": "", "op": "is", "values": []})
        return [
            {
                "column": row.get("column", ""),
                "columns": column_choices(self._columns, row.get("column", "")),
                "op": row.get("op", "is"),
                "ops": OPERATORS.items(),
                "values": "\n".join(row.get("values", [])),
                "problem": next(
                    (text for key, text in self.problems.items() if key.startswith(f"filters.{place}")), ""
                ),
            }
            for place, row in enumerate(rows)
        ]

    def taken(self, sent: QueryDict) -> Draft:
        """Return the block as the form says it now; what is left empty is left out."""
        form = self._form(sent)
        form.is_valid()
        block = {name: self.block[name] for name in ("id", "kind")}
        for name in form.fields:
            value = form.cleaned_data.get(name, form[name].value())
            if value not in (None, ""):
                block[name] = value
        for name in _text_fields(json_schema(self.kind)["properties"]):
            texts = {language: sent.get(f"{PREFIX}-{name}-{language}", "").strip() for language in LANGUAGES}
            block[name] = {language: text for language, text in texts.items() if text}
        block["filters"] = list(self._filters(sent))
        return block

    def _filters(self, sent: QueryDict) -> list[Draft]:
        rows = []
        for place in range(MOST_FILTERS):
            name = f"{PREFIX}-f{place}"
            if column := sent.get(f"{name}-column", ""):
                values = [line.strip() for line in sent.get(f"{name}-values", "").splitlines()]
                rows.append({"column": column, "op": sent.get(f"{name}-op", "is"), "values": values})
        return rows

    def _form(self, sent: QueryDict | None) -> ParamsForm:
        replaced: dict[str, forms.Field] = {}
        for name, described in json_schema(self.kind)["properties"].items():
            items = described.get("items", {})
            now = self.block.get(name)
            if described.get("widget") == "column":
                replaced[name] = forms.ChoiceField(choices=column_choices(self._columns, str(now or "")))
            elif items.get("widget") == "column":
                named = [str(one) for one in now or ()]
                offered = column_choices(self._columns, *named)[1:]
                replaced[name] = forms.MultipleChoiceField(
                    choices=offered, widget=forms.CheckboxSelectMultiple
                )
            elif described.get("type") == "array" and name == "blocks":
                named = [str(one) for one in now or ()]
                choices = [(id, id) for id in dict.fromkeys([*named, *self._ids])]
                replaced[name] = forms.MultipleChoiceField(
                    choices=choices, widget=forms.CheckboxSelectMultiple
                )
        form = form_of(self.kind, data=sent, initial=self.block, prefix=PREFIX, replaced=replaced)
        for name in OWN:
            form.fields.pop(name, None)
        form.order_fields(sorted(form.fields, key=lambda name: name in Block.model_fields))
        return form


def column_choices(columns: Sequence[str], *now: str) -> list[tuple[str, str]]:
    """Return what a field that names a column offers: roles, the columns of the data, and what it names now."""
    roles = [
        (f"@{name}", f"@ {label}") for name, label in ROLES.items() if name not in {"ignore", "id", "text"}
    ]
    known = dict([("", _("Chosen from the data")), *roles, *((name, name) for name in columns)])
    return [*known.items(), *((one, one) for one in now if one and one not in known)]


def _text_fields(described: Mapping[str, Any]) -> list[str]:
    return [name for name, part in described.items() if part.get("type") == "object"]

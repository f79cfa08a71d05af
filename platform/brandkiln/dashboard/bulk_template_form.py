"""The editor of a template of bulks: the generator's params as they are drawn everywhere, and beside them variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandkiln.bulk.filling import names_in
from brandkiln.bulk.params import facts_params, text_params
from brandkiln.bulk.templates import MOST_VARIABLES, Content
from brandkiln.bulk.variables import KINDS
from brandkiln.core.errors import StudioError
from brandkiln.dashboard.format_picker import Picker, picker_of
from brandkiln.jobs.forms import Lines, params_form
from brandkiln.jobs.models import Checkpoint
from brandkiln.jobs.requests import CheckpointChoice
from brandkiln.workspaces.models import Workspace
from generators.spec import Spec

KIND_TITLES = {
    "text": gettext_lazy("Text"),
    "number": gettext_lazy("Number"),
    "choice": gettext_lazy("Choice"),
    "date": gettext_lazy("Date"),
    "yes_no": gettext_lazy("Yes or no"),
    "list": gettext_lazy("List"),
    "facts": gettext_lazy("Several columns as facts"),
}
EMPTY_VARIABLE: dict[str, Any] = {
    "name": "",
    "title": "",
    "kind": "text",
    "required": True,
    "default": "",
    "choices": (),
}


@dataclass(frozen=True)
class ParamRow:
    """One param of the editor.

    Attributes:
        bound: Its field.
        takes_text: Whether variables are written into its text; others are filled by one variable as a whole.
        variable: The variable that fills it as a whole, "" for none.
    """

    bound: forms.BoundField
    takes_text: bool
    variable: str


class TemplateEditor:
    """What the editor shows, from what a version says or from what was sent."""

    def __init__(
        self, spec: Spec, workspace: Workspace, content: Content, data: QueryDict | None = None
    ) -> None:
        self.spec, self.workspace = spec, workspace
        self.model = spec.params_for("sample")
        self.problems: dict[str, str] = {}
        self.params = dict(content.params)
        self.variables = [dict(EMPTY_VARIABLE) | dict(row) for row in content.variables]
        self.checkpoint = content.checkpoint
        self._form = params_form(spec, "sample", labels=self._labels(), initial=self.params)
        if "seed" in self._form.fields:
            del self._form.fields["seed"]  # each row draws its own
        self.name = self.summary = self.note = ""
        if data is not None:
            self._read(data)

    def content(self) -> Content:
        """Return what is to be kept."""
        variables = [
            {name: value for name, value in row.items() if value is not None} for row in self.variables
        ]
        return Content(self.spec.name, self.params, variables, self.checkpoint)

    def refuse(self, error: StudioError) -> None:
        """Show a refusal beside the fields at fault."""
        self.problems |= error.fields or {"": error.message}

    @property
    def groups(self) -> list[tuple[str, list[ParamRow]]]:
        """The params by group; the first group is always shown."""
        found: dict[str, list[ParamRow]] = {"": []}
        for name in self._form.fields:
            if self.formats and name == "format":
                continue
            group = self._form.groups_by_name.get(name, "")
            found.setdefault(group, []).append(self._row(name))
        return list(found.items())

    def _row(self, name: str) -> ParamRow:
        value = self.params.get(name)
        takes_text = name in self._texts
        alone = not takes_text and isinstance(value, str) and len(names_in(value)) == 1
        variable = next(iter(names_in(value))) if alone else ""
        if not alone and name in self.params:
            self._form.initial[name] = value
        elif alone:
            self._form.initial[name] = self._form.fields[name].initial
        return ParamRow(self._form[name], takes_text, variable)

    @property
    def formats(self) -> Picker | None:
        """The formats to pick from, where the generator offers some."""
        chosen = str(
            self.params.get("format", self._form.fields["format"].initial if self.spec.formats else "")
        )
        return picker_of(self.spec.formats, chosen) if self.spec.formats else None

    @property
    def blank(self) -> dict[str, Any]:
        """A variable that is not there yet."""
        return EMPTY_VARIABLE

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        """The kinds of variables."""
        return [(kind, KIND_TITLES[kind]) for kind in KINDS]

    @property
    def checkpoints(self) -> list[tuple[str, str]]:
        """The checkpoints to choose from; none where the generator has no use for one."""
        if not (self.spec.needs.checkpoint or self.spec.train):
            return []
        rows = Checkpoint.objects.filter(workspace=self.workspace, generator=self.spec.name, trashed_at=None)
        found = [] if self.spec.needs.checkpoint else [("", _("None: as it came, without training"))]
        found.append(("production", _("The one in production when a row is made")))
        return found + [
            (str(row.pk), f"{row.project.name} · #{row.number}") for row in rows.select_related("project")
        ]

    @property
    def chosen_checkpoint(self) -> str:
        """The value of the choice."""
        return str(self.checkpoint.pk) if isinstance(self.checkpoint, Checkpoint) else self.checkpoint or ""

    @property
    def _texts(self) -> frozenset[str]:
        return text_params(self.model) | set(facts_params(self.model)) | self._lists

    @property
    def _lists(self) -> set[str]:
        return {name for name, field in self._form.fields.items() if isinstance(field, Lines)}

    def _labels(self) -> tuple[str, ...]:
        rows = Checkpoint.objects.filter(workspace=self.workspace, generator=self.spec.name, trashed_at=None)
        row = (
            self.checkpoint
            if isinstance(self.checkpoint, Checkpoint)
            else rows.order_by("-is_production").first()
        )
        return tuple(row.card.get("labels", ())) if row else ()

    def _read(self, data: QueryDict) -> None:
        self.name, self.summary, self.note = (
            data.get(key, "").strip() for key in ("name", "summary", "note")
        )
        self.variables = _variables(data)
        params: dict[str, Any] = {}
        for name, field in self._form.fields.items():
            if variable := data.get(f"from-{name}", ""):
                params[name] = f"{{{variable}}}"
                continue
            try:
                value = field.clean(field.widget.value_from_datadict(data, {}, name))
            except forms.ValidationError as error:
                self.problems[f"params.{name}"] = " ".join(error.messages)
                continue
            if value not in (None, "") or self._is_blank_kept(name):
                params[name] = value
        self.params = params
        known = {row["name"] for row in self.variables}
        for name in sorted(names_in(params) - known):
            kind = (
                "facts"
                if any(params.get(one) == f"{{{name}}}" for one in facts_params(self.model))
                else "text"
            )
            self.variables.append(dict(EMPTY_VARIABLE) | {"name": name, "kind": kind})
        self.checkpoint = self._read_checkpoint(data.get("checkpoint", ""))

    def _is_blank_kept(self, name: str) -> bool:
        return bool(self.model.model_fields[name].default == "")

    def _read_checkpoint(self, choice: str) -> CheckpointChoice:
        if choice == "production":
            return "production"
        rows = Checkpoint.objects.filter(workspace=self.workspace, generator=self.spec.name)
        return next((row for row in rows if str(row.pk) == choice), None) if choice else None


def first_content(spec: Spec, given: Mapping[str, Any], checkpoint: CheckpointChoice = None) -> Content:
    """Return what a new template of a generator begins with: one variable for the facts, or for the first text."""
    model = spec.params_for("sample")
    facts = facts_params(model)
    params: dict[str, Any] = {name: value for name, value in given.items() if name in model.model_fields}
    variables = []
    for name in facts:
        params[name] = f"{{{name}}}"
        variables.append({"name": name, "kind": "facts"})
    if "variants" in model.model_fields and "variants" not in params:
        params["variants"] = 1
    if "count" in model.model_fields and "count" not in params:
        params["count"] = 1
    return Content(spec.name, params, variables, checkpoint)


def _variables(data: QueryDict) -> list[dict[str, Any]]:
    rows = []
    for number in range(MOST_VARIABLES):
        if f"v-{number}-name" not in data or f"v-{number}-gone" in data:
            continue
        sent = {
            key: data.get(f"v-{number}-{key}", "").strip() for key in ("name", "title", "kind", "default")
        }
        if not sent["name"]:
            continue
        choices = data.get(f"v-{number}-choices", "").replace("\n", ",").split(",")
        rows.append(
            sent
            | {
                "required": f"v-{number}-required" in data,
                "choices": tuple(choice.strip() for choice in choices if choice.strip()),
                "least": _number(data.get(f"v-{number}-least", "")),
                "most": _number(data.get(f"v-{number}-most", "")),
            }
        )
    return rows


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ".")) if text.strip() else None
    except ValueError:
        return None

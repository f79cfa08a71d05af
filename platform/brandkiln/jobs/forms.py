"""Params drawn as a Django form. The pydantic class stays the only check: the form is its schema with widgets."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from brandkiln.core.problems import in_words
from brandkiln.core.text import is_storable
from brandkiln.jobs.param_titles import CHOICE_TITLES, PARAM_TITLES
from generators.params import Params, json_schema
from generators.spec import Spec

COLOUR = "^#[0-9a-fA-F]{6}$"
"""The pattern of params that are a colour, which is picked rather than typed."""
Schema = dict[str, Any]
Label = str | Promise


class ParamsForm(forms.Form):
    """A form whose fields are params; ``cleaned_params`` holds them once it is valid."""

    params_class: type[Params]
    groups_by_name: Mapping[str, str] = {}
    only_by_name: Mapping[str, str] = {}
    """For which values of another param a field is shown, such as "task=inpaint"; the others always are."""

    cleaned_params: dict[str, Any]

    def clean(self) -> dict[str, Any]:
        """Check all params at once with their own class, and put each problem beside its field."""
        cleaned = super().clean() or {}
        given = {name: value for name, value in cleaned.items() if value not in (None, "")}
        given |= {name: "" for name, value in cleaned.items() if value == "" and self._takes_blank(name)}
        self.cleaned_params = {}
        if self.errors:
            return cleaned
        try:
            self.cleaned_params = self.params_class.model_validate(given).model_dump(mode="json")
        except ValidationError as error:
            for problem in error.errors(include_url=False, include_input=False):
                name = str(problem["loc"][0]) if problem["loc"] else ""
                self.add_error(name if name in self.fields else None, in_words(problem))
        if "seed" in self.fields and "seed" not in given:
            self.cleaned_params.pop("seed", None)  # left empty: a new one is drawn at the submit
        return cleaned

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """Return the fields by group; the first group has no name and is always shown."""
        found: dict[str, list[BoundField]] = {"": []}
        for name in self.fields:
            found.setdefault(self.groups_by_name.get(name, ""), []).append(self[name])
        return list(found.items())

    def _takes_blank(self, name: str) -> bool:
        default: object = self.params_class.model_fields[name].default
        return default == ""


def params_form(
    spec: Spec,
    kind: str,
    *,
    labels: Sequence[str] = (),
    data: Any = None,
    initial: Mapping[str, Any] | None = None,
) -> ParamsForm:
    """Return the form of one kind of job of a generator.

    Args:
        labels: The labels of the chosen checkpoint, for fields that ask for one.
        data: What was sent, or None for a fresh form.
        initial: Values to begin with; what the params do not know is passed over.
    """
    return form_of(spec.params_for(kind), labels=labels, data=data, initial=initial)


def form_of(
    params_class: type[Params],
    *,
    labels: Sequence[str] = (),
    data: Any = None,
    initial: Mapping[str, Any] | None = None,
    prefix: str | None = None,
    replaced: Mapping[str, forms.Field] | None = None,
) -> ParamsForm:
    """Return the form of one class of params.

    Args:
        labels: What there is to choose from, for fields that ask for a label.
        data: What was sent, or None for a fresh form.
        initial: Values to begin with; what the params do not know is passed over.
        prefix: Put before the names of the fields where several forms share a page.
        replaced: Fields that the caller draws better, by name; they get the params' texts.
    """
    schema = json_schema(params_class)
    fields: dict[str, forms.Field] = {}
    groups: dict[str, str] = {}
    only: dict[str, str] = {}
    for name, described in schema["properties"].items():
        part, optional = _plain(described, schema)
        if part.get("type") == "object" or part.get("widget") in ("document", "hidden"):
            continue  # a document, such as a report's template, has a page of its own
        optional = optional or name not in schema.get("required", ())
        fields[name] = _field(name, part, optional=optional, labels=labels)
        if replaced and name in replaced:
            fields[name] = _like(fields[name], replaced[name])
        groups[name] = part.get("group", "")
        only[name] = part.get("only", "")
    form_class = type(
        f"{params_class.__name__}Form",
        (ParamsForm,),
        {"params_class": params_class, "groups_by_name": groups, "only_by_name": only, **fields},
    )
    begin = {name: field.initial for name, field in fields.items()}
    begin |= {name: value for name, value in (initial or {}).items() if name in fields}
    form: ParamsForm = form_class(data, initial=begin, prefix=prefix)
    return form


def _like(drawn: forms.Field, wanted: forms.Field) -> forms.Field:
    """Return the wanted field with the texts of the one that was drawn."""
    wanted.label, wanted.help_text = drawn.label, drawn.help_text
    wanted.initial, wanted.required = drawn.initial, drawn.required
    return wanted


def _plain(described: Schema, schema: Schema) -> tuple[Schema, bool]:
    """Return the schema of a param without references and without null, and whether it may be null."""
    if reference := described.get("$ref"):
        described = schema["$defs"][reference.rsplit("/", 1)[1]] | described
    choices = [choice for choice in described.get("anyOf", ()) if choice.get("type") != "null"]
    if choices:
        nullable = len(choices) < len(described["anyOf"])
        return _plain(choices[0], schema)[0] | described, nullable
    return described, False


def _field(name: str, part: Schema, *, optional: bool, labels: Sequence[str]) -> forms.Field:
    shared: dict[str, Any] = {
        "label": PARAM_TITLES.get(name) or part.get("title", name).capitalize(),
        "help_text": part.get("description", ""),
        "required": not optional,
        "initial": part.get("default"),
    }
    hint = part.get("widget", "")
    if hint in {"picture", "mask"}:
        several = part.get("maxItems", 1) if part.get("type") == "array" else 0
        return PictureField(hint=hint, most=several, **shared)
    if hint == "label" and labels:
        choices: list[tuple[str, Label]] = [("", _("Any")), *((label, label) for label in labels)]
        return forms.ChoiceField(choices=choices, **shared)
    if "enum" in part:
        return forms.TypedChoiceField(choices=_choices(part), coerce=_reader(part["enum"]), **shared)
    match part.get("type"):
        case "boolean":
            return forms.BooleanField(**shared | {"required": False})
        case "integer" | "number":
            return _number(part, hint, shared)
        case "array":
            return _several(part, shared)
        case _:
            return _text(part, hint, shared)


def _number(part: Schema, hint: str, shared: dict[str, Any]) -> forms.Field:
    kind: type[forms.IntegerField] = forms.IntegerField if part["type"] == "integer" else forms.FloatField
    low, high = part.get("minimum"), part.get("maximum")
    attributes: dict[str, Any] = {"data-widget": hint} if hint else {}
    bounded = low if low is not None else part.get("exclusiveMinimum")
    step: float | None = None
    if hint == "slider" and bounded is not None and high is not None:
        attributes |= {"type": "range", "min": bounded, "max": high}
        step = 1 if part["type"] == "integer" else 0.01
    widget = forms.NumberInput(
        attrs=attributes | {"step": step or ("1" if kind is forms.IntegerField else "any")}
    )
    if hint == "seed":
        shared |= {"required": False, "initial": None}
    return kind(min_value=low, max_value=high, widget=widget, **shared)


def _several(part: Schema, shared: dict[str, Any]) -> forms.Field:
    items = part.get("items", {})
    if "enum" in items:
        return forms.MultipleChoiceField(
            choices=_choices(items), widget=forms.CheckboxSelectMultiple, **shared
        )
    hint = {"data-widget": "colours"} if items.get("pattern") == COLOUR else {}
    attributes = {"rows": 3, "placeholder": _("One on each line")} | hint
    return Lines(widget=forms.Textarea(attrs=attributes), **shared)


def _text(part: Schema, hint: str, shared: dict[str, Any]) -> forms.Field:
    long = hint in {"textarea", "field"}
    attributes: dict[str, Any] = {"data-widget": hint} if hint else {}
    if part.get("pattern") == COLOUR:
        attributes["type"] = "color"
    widget: forms.Widget = (
        forms.Textarea(attrs=attributes | {"rows": 4}) if long else forms.TextInput(attrs=attributes)
    )
    return Text(max_length=part.get("maxLength"), strip=False, widget=widget, **shared)


def _choices(part: Schema) -> list[tuple[str, Label]]:
    return [
        (str(value), CHOICE_TITLES.get(value) or str(value).replace("_", " ").replace("-", " ").capitalize())
        for value in part["enum"]
    ]


def _reader(values: Sequence[Any]) -> Any:
    known = {str(value): value for value in values}
    return lambda text: known.get(text, text)


class Text(forms.CharField):
    """A text that a database can store."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if not is_storable(value):
            raise forms.ValidationError(_("The text holds a character that is none. Remove it."))


class PictureInput(forms.Widget):
    """Hidden fields that name pictures; the page draws the pictures around them."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [value for value in values if value] if isinstance(values, list) else [values]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        fields = ((name, one) for one in value or ())
        return format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)


class PictureField(forms.Field):
    """Pictures of the workspace, by the ids of their artifacts.

    Attributes:
        most: How many there may be; 0 takes one and gives its id rather than a list.
    """

    def __init__(self, *, hint: str, most: int, **shared: Any) -> None:
        self.most = most
        super().__init__(widget=PictureInput(attrs={"data-widget": hint}), **shared)

    def prepare_value(self, value: Any) -> list[str]:
        return [value] if isinstance(value, str) and value else list(value or ())

    def clean(self, value: Any) -> Any:
        chosen = [str(one) for one in value or ()]
        if not chosen and self.required:
            raise forms.ValidationError(
                _("No picture is chosen yet. Choose one from the library or bring a file.")
            )
        return (chosen or None) if self.most else (chosen[0] if chosen else None)


class Lines(Text):
    """Several short texts, one on each line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]

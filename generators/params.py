"""Params: one pydantic class that draws the form, the OpenAPI schema and the check in the worker."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.config import JsonDict

from generators.blank import says_a_word

Widget = Literal[
    "textarea",
    "slider",
    "seed",
    "label",
    "field",
    "picture",
    "mask",
    "document",
    "hidden",
    "connection",
    "column",
]
Group = Literal["", "Brand", "Augmentation", "Advanced"]


class Params(BaseModel):
    """The base of every params class.

    The string below a field is its description. Every field has limits; every field but the few that a person
    must fill in has a default.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        allow_inf_nan=False,
        protected_namespaces=(),
    )


def hint(*, widget: Widget | None = None, group: Group | None = None, only: str = "") -> JsonDict:
    """Return the hints that a form follows, for `Field(json_schema_extra=hint(...))`.

    Args:
        widget: "textarea" for long text, "slider" for a number between limits, "seed" for a number with a
            dice button, "label" for one of the checkpoint's labels, "field" for free text or the fields of a
            catalogue row, "picture" for a picture of the workspace or several, "mask" for one that is painted over
            the param `picture`, "document" for what an earlier job kept (`Run.picture` gives its file) and "hidden"
            for what no form asks for,
            "connection" for a connection of the workspace, "column" for a column of a table.
        group: "Brand", "Augmentation" or "Advanced" folds the field away under that name; "" or None shows it.
        only: For which values of another param it means something, such as "task=denoise|inpaint"; for others the form
            hides it, and its default is taken. "" shows it always.
    """
    hints: JsonDict = {}
    if widget:
        hints["widget"] = widget
    if group:
        hints["group"] = group
    if only:
        hints["only"] = only
    return hints


def json_schema(params: type[Params]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that the API publishes and the form is drawn from."""
    return params.model_json_schema(mode="validation")


Seed = Annotated[int, Field(ge=0, le=2**32 - 1, json_schema_extra=hint(widget="seed"))]
"""A seed that fits every random number generator and every JSON parser."""


Picture = Annotated[
    str, StringConstraints(min_length=1, max_length=400), Field(json_schema_extra=hint(widget="picture"))
]
"""A picture of the workspace, by the id of its artifact; `Run.picture` gives its file. For several, a tuple of these
with `hint(widget="picture")` on the field."""


def picture_params(params: type[Params]) -> tuple[str, ...]:
    """Return the names of the params that name pictures of the workspace."""
    return tuple(
        name
        for name, described in json_schema(params)["properties"].items()
        if described.get("widget") in ("picture", "mask", "document")
    )


def named_pictures(params: type[Params], values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return which pictures the values of each such param name; params that name none are left out."""
    found = {}
    for name in picture_params(params):
        value = values.get(name)
        if value:
            found[name] = (value,) if isinstance(value, str) else tuple(value)
    return found


def facts_text(value: object) -> object:
    """Return the fields of a catalogue row as text, a line for each that is not empty; pass anything else on."""
    if not isinstance(value, dict):
        return value
    return "\n".join(f"{name}: {field}" for name, field in value.items() if field not in (None, ""))


def _given_facts(value: object) -> object:
    """Return `facts_text` of facts that hold a letter or a digit that can be seen; names of fields do not count."""
    said = value
    if isinstance(value, dict):
        said = " ".join(str(field) for field in value.values() if field is not None)
    if isinstance(said, str) and said and not says_a_word(said):
        raise ValueError(
            'The facts hold no letter and no digit. Say what the product is, such as "Oak dining chair, stackable".'
        )
    return facts_text(value)


Connection = Annotated[
    str, StringConstraints(min_length=1, max_length=40), Field(json_schema_extra=hint(widget="connection"))
]
"""A connection of the workspace to a remote network, by its id; `Run.remote` says how to reach it."""


_FACTS_LIMITS = {"type": "string", "minLength": 1, "maxLength": 20_000}

Facts = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000),
    BeforeValidator(_given_facts),
    WithJsonSchema(
        {
            "anyOf": [
                _FACTS_LIMITS,
                {
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": {"type": ["string", "number", "null"]},
                },
            ]
        }
    ),
    Field(json_schema_extra=hint(widget="field")),
]
"""What is known of a product: a text, or the fields of a catalogue row, which become a text of "name: value" lines."""


class EvaluateParams(Params):
    """The params of every evaluate job."""

    split: Literal["validation", "test"] = "validation"
    """The held-out records to measure on. Keep "test" for the last comparison."""
    seed: Seed = 0
    """Seed of whatever is drawn while measuring."""

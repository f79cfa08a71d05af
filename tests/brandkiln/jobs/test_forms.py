"""The form that is drawn from params."""

from typing import Annotated, Any, Literal

import pytest
from brandkiln.jobs.forms import params_form
from django import forms
from django.http import QueryDict
from pydantic import Field, model_validator

from generators import registry
from generators.params import Params, Seed, hint, picture_params
from generators.spec import Needs, Spec


class Everything(Params):
    """One of each."""

    product: Annotated[str, Field(min_length=1, max_length=50, json_schema_extra=hint(widget="textarea"))]
    """What it is about."""
    tone: Literal["warm", "very_dry"] = "warm"
    """How it sounds."""
    size: Literal[32, 64] = 32
    """Pixels."""
    count: int = Field(2, ge=1, le=4, json_schema_extra=hint(widget="slider"))
    """How many."""
    heat: float = Field(0.5, ge=0, le=2, json_schema_extra=hint(widget="slider", group="Advanced"))
    """How daring."""
    loud: bool = False
    """Whether to shout."""
    label: str | None = Field(None, json_schema_extra=hint(widget="label"))
    """Which kind."""
    columns: tuple[str, ...] = ()
    """Which columns."""
    formats: tuple[Literal["pdf", "html"], ...] = Field(("pdf",), min_length=1)
    """Which files."""
    title: str = ""
    """What stands above."""
    seed: Seed = 0
    """The same seed gives the same."""

    @model_validator(mode="after")
    def _fits_together(self) -> "Everything":
        if self.loud and self.tone == "very_dry":
            raise ValueError("Nobody shouts drily. Choose another tone.")
        return self


SPEC = Spec(
    name="everything", version="1", sdk=">=1,<2", title="Everything", summary="One of each.", modality="text",
    output="text/plain", train=None, sample=Everything, evaluates=False, package="nowhere", needs=Needs(),
    licence="Apache-2.0", source="https://example.com",
)  # fmt: skip


def sent(**values: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    base = {
        "product": "A mug",
        "tone": "warm",
        "size": "32",
        "count": "3",
        "heat": "0.25",
        "formats": ["pdf", "html"],
    }
    for name, value in (base | values).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def test_every_field_has_its_label_help_limits_and_default() -> None:
    form = params_form(SPEC, "sample")
    assert list(form.fields) == list(Everything.model_fields)
    count, product = form.fields["count"], form.fields["product"]
    assert (count.label, count.help_text, form["count"].value()) == ("Count", "How many.", 2)
    assert isinstance(product.widget, forms.Textarea)
    assert (product.required, product.max_length, form.fields["tone"].required) == (True, 50, False)
    html = str(form["count"])
    assert 'type="range"' in html
    assert 'min="1" max="4"' in html.replace('max="4" min="1"', 'min="1" max="4"')


def test_advanced_params_stand_in_a_group_of_their_own() -> None:
    groups = dict(params_form(SPEC, "sample").groups())
    assert [field.name for field in groups["Advanced"]] == ["heat"]
    assert "heat" not in [field.name for field in groups[""]]


def test_what_is_sent_becomes_params_with_every_default() -> None:
    form = params_form(SPEC, "sample", data=sent(columns="a\n\n b \n", size="64", seed="7", loud="on"))
    assert form.is_valid(), form.errors
    assert form.cleaned_params == {
        "product": "A mug", "tone": "warm", "size": 64, "count": 3, "heat": 0.25, "loud": True, "label": None,
        "columns": ["a", "b"], "formats": ["pdf", "html"], "title": "", "seed": 7,
    }  # fmt: skip


def test_an_empty_seed_is_left_to_be_drawn() -> None:
    form = params_form(SPEC, "sample", data=sent(seed=""))
    assert form.is_valid(), form.errors
    assert "seed" not in form.cleaned_params


@pytest.mark.parametrize(
    ("name", "value"),
    [("product", ""), ("product", "x" * 51), ("product", "a\0b"), ("tone", "rude"), ("count", "5"), ("count", "two"),
     ("heat", "nan"), ("heat", "3"), ("formats", ["exe"]), ("seed", "-1"), ("size", "48")],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_told_beside_its_field(name: str, value: Any) -> None:
    form = params_form(SPEC, "sample", data=sent(**{name: value}))
    assert not form.is_valid()
    assert list(form.errors) == [name]


def test_params_that_do_not_fit_together_are_told_for_the_whole_form() -> None:
    form = params_form(SPEC, "sample", data=sent(loud="on", tone="very_dry"))
    assert form.non_field_errors() == ["Nobody shouts drily. Choose another tone."]


def test_a_label_is_chosen_from_those_of_the_checkpoint() -> None:
    form = params_form(SPEC, "sample", labels=("Bag", "Shoe"), data=sent(label="Shoe"))
    assert [value for value, _ in form.fields["label"].choices] == ["", "Bag", "Shoe"]
    assert form.is_valid()
    assert form.cleaned_params["label"] == "Shoe"
    assert not params_form(SPEC, "sample", labels=("Bag",), data=sent(label="Hat")).is_valid()
    assert params_form(SPEC, "sample", labels=("Bag",), data=sent(label="")).is_valid()


def test_an_old_job_fills_the_form_again() -> None:
    form = params_form(SPEC, "sample", initial={"product": "Old", "columns": ["a", "b"], "gone": 1})
    assert form["product"].value() == "Old"
    assert form["columns"].value() == "a\nb"


@pytest.mark.parametrize(
    ("name", "kind"), [(s.name, kind) for s in registry.specs().values() for kind in s.kinds]
)
def test_the_form_of_every_registered_generator_takes_its_own_defaults(name: str, kind: str) -> None:
    form = params_form(registry.get(name), kind)
    data = QueryDict(mutable=True)
    for bound in form:
        value = bound.value()
        if isinstance(bound.field.widget, forms.CheckboxInput) and not value:
            continue
        if value is None:
            value = "something" if bound.field.required else ""
        data.setlist(bound.name, [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)])
    filled = params_form(registry.get(name), kind, data=data)
    to_choose = picture_params(registry.get(name).params_for(kind))
    assert set(filled.errors) <= set(to_choose), filled.errors

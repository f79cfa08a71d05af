"""Recipes as they arrive: every step is described, and what does not fit is said."""

from pathlib import Path

import pytest
from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.recipes.registry import (
    BY_NAME,
    ELSEWHERE,
    LONGEST,
    STEPS,
    check_recipe,
    dump_recipe,
    params_of,
    parse_recipe,
)

from tests.brandkiln.datasets.recipes.versions import make_version


def test_a_name_stands_for_one_step() -> None:
    assert len(BY_NAME) == len(STEPS + ELSEWHERE)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_says_what_it_does_and_describes_every_param(step: type) -> None:
    assert step.title
    assert step.summary.endswith(".")
    properties = step.model_json_schema()["properties"]
    assert [name for name, field in properties.items() if not field.get("description")] == []
    assert step.model_config["extra"] == "forbid"
    assert step.model_config["frozen"]


def test_every_step_that_is_offered_and_every_param_is_documented() -> None:
    text = (Path(__file__).parents[4] / "docs" / "datasets.md").read_text(encoding="utf-8")
    lines = {
        step.name: [line for line in text.splitlines() if line.startswith(f"| `{step.name}` |")]
        for step in STEPS
    }
    assert [name for name, found in lines.items() if len(found) != 1] == []
    undocumented = {
        f"{step.name}.{name}"
        for step in STEPS
        for name in step.model_fields
        if name != "of" and name != "columns" and f"`{name}`" not in lines[step.name][0]
    }
    assert undocumented == set()


def test_a_recipe_is_stored_with_every_default() -> None:
    recipe = parse_recipe([{"step": "resize", "width": 64}], kind="image")
    assert dump_recipe(recipe) == [
        {"step": "resize", "width": 64, "height": 256, "fit": "cover", "ground": "#ffffff"}
    ]


def test_the_recipe_of_a_version_can_be_run_again() -> None:
    recorded = [{"step": "drop_duplicates", "keep": "last", "counts": {"in": 3, "out": 2}}]
    assert params_of(recorded) == [{"step": "drop_duplicates", "keep": "last"}]
    assert parse_recipe(recorded, kind="text")[0].dumped()["keep"] == "last"


@pytest.mark.parametrize(
    ("step", "field", "said"),
    [
        ({"step": "melt"}, "recipe.0.step", 'There is no step "melt"'),
        ({"step": "resize", "depth": 3}, "recipe.0.depth", "There is no input of this name"),
        ({"step": "resize", "width": 0}, "recipe.0.width", "greater than or equal to 1"),
        ({"step": "resize", "ground": "red"}, "recipe.0.ground", "match pattern"),
        ({"step": "drop_findings", "code": "a; drop"}, "recipe.0.code", "match pattern"),
        ({"width": 3}, "recipe.0.step", "object with the name"),
        ("resize", "recipe.0.step", "object with the name"),
        ({"step": "merge_labels", "labels": ["a"], "into": "a\x00"}, "recipe.0", "character that is none"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(step: object, field: str, said: str) -> None:
    with pytest.raises(Unprocessable) as refusal:
        parse_recipe([step], kind="image")
    assert said in refusal.value.fields[field]
    assert refusal.value.message.startswith("Step 1 (")


def test_a_step_for_other_data_is_refused() -> None:
    with pytest.raises(Unprocessable, match='"resize" works on image; this data set holds text'):
        parse_recipe([{"step": "resize"}], kind="text")


def test_a_recipe_has_an_end() -> None:
    with pytest.raises(Unprocessable, match="50 steps at most"):
        parse_recipe([{"step": "drop_duplicates"}] * (LONGEST + 1), kind="text")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([{"step": "rename_column", "column": "size", "to": "a"}], 'no column "size"'),
        ([{"step": "rename_column", "column": "price", "to": "name"}], 'a column "name" already'),
        ([{"step": "drop_columns", "columns": ["price", "name"]}], "leave no column"),
        ([{"step": "fill_missing", "column": "name", "by": "mean"}], "holds text, which has no mean"),
        (
            [{"step": "fill_missing", "column": "price", "by": "constant", "value": "cheap"}],
            '"cheap" is no decimal',
        ),
        (
            [{"step": "drop_columns", "columns": ["price"]}, {"step": "drop_missing", "columns": ["price"]}],
            'no column "price"',
        ),
    ],
)
def test_a_recipe_that_does_not_fit_the_columns_is_refused_before_it_runs(
    steps: list[object], said: str
) -> None:
    version = make_version("table", [], columns="name:text price:decimal")
    with pytest.raises(Unprocessable, match=said):
        check_recipe(parse_recipe(steps, kind="table"), version)


@pytest.mark.django_db
def test_findings_are_asked_of_a_checked_version_only() -> None:
    version = make_version("text", [])
    with pytest.raises(Unprocessable, match="has not been checked yet"):
        check_recipe(parse_recipe([{"step": "drop_findings"}], kind="text"), version)

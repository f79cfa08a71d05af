"""A spec says what it is, or is refused with every reason."""

from dataclasses import replace
from typing import Any

import pytest

from generators.errors import BadSpec, UnknownKind
from generators.params import EvaluateParams, json_schema
from generators.spec import Needs
from tests.dummy_generator.spec import SPEC, SampleParams, TrainParams


def test_a_spec_knows_its_kinds_and_their_params() -> None:
    assert SPEC.kinds == ("train", "sample", "evaluate")
    assert [SPEC.params_for(kind) for kind in SPEC.kinds] == [TrainParams, SampleParams, EvaluateParams]
    with pytest.raises(UnknownKind, match="has no report jobs"):
        SPEC.params_for("report")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "Image_GAN"}, "name is kebab-case"),
        ({"version": "newest"}, "version 'newest' is not a version"),
        ({"sdk": "1"}, "sdk '1' is not a range"),
        ({"sdk": ""}, "sdk '' is not a range"),
        ({"title": " "}, "title and summary are not empty"),
        ({"modality": "smell"}, "modality is one of image, text, table, document"),
        ({"output": "png"}, "output 'png' is not a media type"),
        ({"package": "a/b"}, "package 'a/b' is not a dotted name"),
        (
            {"train": None, "sample": None, "evaluates": False},
            "at least one of train, sample, report or evaluates",
        ),
        ({"needs": Needs(data=frozenset({"sound"}))}, "needs.data knows image, text and table, not sound"),
        ({"needs": Needs()}, "train, evaluate and report name their data"),
        ({"sample": dict}, "params derive from Params"),
    ],
)
def test_a_spec_that_contradicts_itself_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadSpec) as refusal:
        replace(SPEC, **changes)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(("sdk", "fits"), [(">=1,<2", True), (">=1.0", True), (">=2", False), ("<1", False)])
def test_a_generator_runs_on_the_sdk_it_is_written_for(sdk: str, fits: bool) -> None:
    assert replace(SPEC, sdk=sdk).fits_sdk() is fits


def test_the_schema_holds_descriptions_limits_and_hints() -> None:
    size = json_schema(SampleParams)["properties"]["size"]
    assert size == {
        "default": 16,
        "description": "Width and height of a picture in pixels.",
        "maximum": 512,
        "minimum": 1,
        "title": "Size",
        "type": "integer",
        "widget": "slider",
    }
    assert json_schema(SampleParams)["properties"]["seed"]["widget"] == "seed"

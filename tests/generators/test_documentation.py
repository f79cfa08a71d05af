"""The reference of the SDK names everything there is."""

from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from generators.params import Widget
from generators.registry import ENTRY_POINT_GROUP, EXTRA_VARIABLE
from generators.run import Run
from generators.spec import KINDS, Needs, Spec

PAGE = (Path(__file__).parents[2] / "docs" / "writing-a-generator.md").read_text()
RUN = sorted({*Run.__annotations__, *Run.__abstractmethods__})
NAMES = [*(f.name for f in (*fields(Spec), *fields(Needs))), *RUN, *KINDS, *get_args(Widget)]


@pytest.mark.parametrize("name", [*NAMES, ENTRY_POINT_GROUP, EXTRA_VARIABLE])
def test_the_reference_names_it(name: str) -> None:
    assert (
        f"`{name}`" in PAGE
        or f"`{name}(" in PAGE
        or f"{name}." in PAGE
        or f"{name}=" in PAGE
        or f'"{name}"' in PAGE
    )

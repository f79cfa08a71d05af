"""The docs name what the code offers: every route of the API and every field of a spec."""

from dataclasses import fields
from pathlib import Path

from brandkiln.api import api

from generators.spec import Needs, Spec

DOCS = Path(__file__).parents[2] / "docs"


def test_every_route_of_the_api_is_documented() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    paths = api.get_openapi_schema(path_prefix="/api")["paths"]
    assert [path for path in paths if f"{path}`" not in text] == []


def test_every_field_of_a_spec_is_documented() -> None:
    text = (DOCS / "writing-a-generator.md").read_text(encoding="utf-8")
    assert [
        field.name for kind in (Spec, Needs) for field in fields(kind) if f"`{field.name}`" not in text
    ] == []

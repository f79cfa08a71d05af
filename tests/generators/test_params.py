"""Params: what they accept and how they are described."""

import pytest
from pydantic import ValidationError

from generators.params import Facts, Params, json_schema


class _Copy(Params):
    """Params with a product."""

    product: Facts
    """The product."""


def test_facts_are_a_text_or_the_fields_of_a_row() -> None:
    row = {"name": "Steel mug", "price": 19.5, "colour": "", "audience": None}
    assert _Copy.model_validate({"product": row}).product == "name: Steel mug\nprice: 19.5"
    assert _Copy(product="  A mug ").product == "A mug"
    for empty in ("", " ", {}, {"name": None}, 3):
        with pytest.raises(ValidationError):
            _Copy.model_validate({"product": empty})
    described = json_schema(_Copy)["properties"]["product"]
    assert [choice["type"] for choice in described["anyOf"]] == ["string", "object"]
    assert described["widget"] == "field"

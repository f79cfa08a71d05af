"""What a bulk has to know of a generator's params."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from brandkiln.bulk.variables import Variable
from generators.params import Params, json_schema


@cache
def text_params(model: type[Params]) -> frozenset[str]:
    """Return the names of the params that are texts, into which any value is written."""
    return frozenset(name for name, part in json_schema(model)["properties"].items() if _is_text(part))


def _is_text(part: dict[str, Any]) -> bool:
    kinds = {choice.get("type") for choice in part.get("anyOf", (part,))} - {"null"}
    return kinds == {"string"} and "enum" not in part


@cache
def facts_params(model: type[Params]) -> tuple[str, ...]:
    """Return the names of the params that take the fields of a row of a catalogue."""
    properties = json_schema(model)["properties"]
    return tuple(name for name, part in properties.items() if part.get("widget") == "field")


def examples_of(variables: Iterable[Variable]) -> dict[str, Any]:
    """Return a value of each variable, with which a template is tried before there are rows."""
    return {variable.name: _example(variable) for variable in variables}


def _example(variable: Variable) -> Any:
    if variable.default and variable.kind != "facts":
        return variable.read(variable.default)
    match variable.kind:
        case "number":
            number = variable.least if variable.least is not None else min(1.0, variable.most or 1.0)
            return int(number) if float(number).is_integer() else number
        case "choice":
            return variable.choices[0]
        case "date":
            return "2026-03-31"
        case "yes_no":
            return True
        case "list":
            return ["example"]
        case "facts":
            return {"name": "Oak chair"}
        case _:
            return variable.label

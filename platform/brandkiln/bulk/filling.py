"""Filling a template's params with a row's values. Texts are data: names in braces are replaced once and nothing runs.

A line of a text whose variables are all empty is left out, so that an empty cell leaves no "Material: " behind.
``{{name}}`` stands for {name} itself.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from brandkiln.bulk.variables import NAME, plain
from generators.params import facts_text

_PLACE = re.compile(rf"\{{\{{({NAME})\}}\}}|\{{({NAME})\}}")
_ALONE = re.compile(rf"\s*\{{({NAME})\}}\s*")


def names_in(value: Any) -> set[str]:
    """Return the names of the variables that a param, or all of them, hold."""
    if isinstance(value, str):
        return {found[2] for found in _PLACE.finditer(value) if found[2]}
    if isinstance(value, Mapping):
        return set().union(*map(names_in, value.values()))
    if isinstance(value, list | tuple):
        return set().union(*map(names_in, value))
    return set()


def fill(params: Mapping[str, Any], values: Mapping[str, Any], texts: Iterable[str] = ()) -> dict[str, Any]:
    """Return the params with the variables' values in them.

    A param that is nothing but one variable takes its value as it is, a number as a number; where that is empty the
    param gets its default.

    Args:
        texts: Names of params that are texts, for which any value is written out.
    """
    written = set(texts)
    filled = {}
    for name, param in params.items():
        value = _filled(param, values, as_text=name in written)
        if value is not None or param is None:
            filled[name] = value
    return filled


def _filled(param: Any, values: Mapping[str, Any], *, as_text: bool) -> Any:
    if isinstance(param, list | tuple):
        return _entries(param, values)
    if not isinstance(param, str):
        return param
    if alone := _ALONE.fullmatch(param):
        value = values.get(alone[1])
        return value if value is None or not as_text else _written(value)
    return "\n".join(line for each in param.split("\n") if (line := _line(each, values)) is not None)


def _entries(param: Iterable[Any], values: Mapping[str, Any]) -> list[Any]:
    """Return the entries of a list; one that is a variable alone brings all of that variable's."""
    entries: list[Any] = []
    for one in param:
        value = _filled(one, values, as_text=False)
        if isinstance(value, list | tuple):
            entries.extend(value)
        elif value not in (None, ""):
            entries.append(_written(value) if isinstance(one, str) else value)
    return entries


def _line(line: str, values: Mapping[str, Any]) -> str | None:
    """Return a line with its values, or None where all that it holds is empty."""
    names = names_in(line)
    if names and all(values.get(name) in (None, "", [], {}) for name in names):
        return None
    return _PLACE.sub(lambda found: f"{{{found[1]}}}" if found[1] else _written(values.get(found[2])), line)


def _written(value: Any) -> str:
    if value is None:
        return ""
    return str(facts_text(value)) if isinstance(value, dict) else plain(value)

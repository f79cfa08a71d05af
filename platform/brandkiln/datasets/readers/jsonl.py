"""JSON lines: one object on each line, read more strictly than json.loads does."""

import json
import math
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from brandkiln.datasets.readers.cells import check_text
from brandkiln.datasets.readers.encoding import find_encoding, lines
from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.options import Options
from brandkiln.datasets.readers.rows import OnFault, Row, Rows, column_name

LARGEST_WHOLE = 10**18


def jsonl_rows(path: Path, options: Options, limits: Limits, *, flat: bool) -> tuple[str, Rows]:
    """Return the file's encoding and how to read its objects; `flat` ones hold no lists or objects.

    Raises:
        Refused: If the file is no text, or one JSON document instead of one on each line.
    """
    encoding = find_encoding(path, options.encoding)
    first = next((line.strip() for line in lines(path, encoding, limits) if line.strip()), "")
    if not first:
        raise Refused("empty", "The file holds no rows.")
    if first.startswith("[") or first == "{":
        raise Refused(
            "not_jsonl", "The file is one JSON document; write one object on each line (JSON Lines)."
        )
    return encoding, partial(_rows, path, encoding, limits, flat)


def _rows(path: Path, encoding: str, limits: Limits, flat: bool, on_fault: OnFault) -> Iterator[Row]:
    for number, line in enumerate(lines(path, encoding, limits), start=1):
        if number > limits.rows:
            raise Refused("too_many_rows", f"The file has more than {limits.rows:,} lines; split it.")
        if not line.strip():
            continue
        try:
            yield number, parse_object(line, limits, flat=flat)
        except Fault as fault:
            on_fault(number, fault)


def parse_object(line: str, limits: Limits, *, flat: bool) -> dict[str, Any]:
    """Return the object that the line holds.

    Raises:
        Fault: If it is no JSON object, or holds anything that a database or another program could not.
    """
    try:
        value = _loads(line)
    except RecursionError as error:
        raise _too_deep(limits) from error
    except ValueError as error:
        raise Fault("bad_json", f"The line is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise Fault("not_an_object", 'The line has to be a JSON object, such as {"text": "..."}.')
    _check(value, limits.depth, limits)
    if flat and any(isinstance(one, dict | list) for one in value.values()):
        raise Fault(
            "nested_value",
            "A value is a list or an object; a table holds texts, numbers, true and false.",
        )
    named = {column_name(name, position): one for position, (name, one) in enumerate(value.items(), start=1)}
    if len(named) != len(value):
        raise Fault("same_key", "Two keys differ only by blanks or by the form of an accent.")
    return named


def _check(value: Any, depth: int, limits: Limits) -> None:
    if depth < 0:
        raise _too_deep(limits)
    if isinstance(value, str):
        check_text(value, limits)
    elif isinstance(value, dict):
        for key, one in value.items():
            check_text(key, limits)
            _check(one, depth - 1, limits)
    elif isinstance(value, list):
        for one in value:
            _check(one, depth - 1, limits)


def _too_deep(limits: Limits) -> Fault:
    return Fault("too_deep", f"The line is nested deeper than {limits.depth} levels.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Fault("same_key", f"The key {ascii(key)[:80]} stands twice in one object.")
        found[key] = value
    return found


def _constant(name: str) -> float:
    raise Fault("not_a_number", f"{name} is not a number in JSON; write null.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Fault("number_too_large", f"The number {text[:40]} is too large.")
    return number


def _whole(text: str) -> int:
    if len(text) > 20 or abs(int(text)) >= LARGEST_WHOLE:
        raise Fault(
            "number_too_large", f"The whole number {text[:40]} has more than 18 digits; write it as text."
        )
    return int(text)


_loads = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_constant, parse_float=_finite, parse_int=_whole
).decode
"""Made once: json.loads makes a decoder for every call."""

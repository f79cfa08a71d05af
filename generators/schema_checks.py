"""What can be said of a spec without running its generator: params that make a good form, and light imports."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import ValidationError

from generators.errors import first_problem
from generators.params import Group, Params, Widget, json_schema
from generators.registry import HEAVY
from generators.several import module_path
from generators.spec import Spec

FOREIGN = (*HEAVY, "django", "celery", "redis")
_LOWER, _UPPER = {"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"}


def params_problems(params: type[Params], required: Mapping[str, Any]) -> Iterator[str]:
    """Give a sentence for each thing that is wrong with a params class.

    Args:
        params: The class.
        required: Values for the fields that have no default.
    """
    schema = json_schema(params)
    if json.loads(json.dumps(schema)) != schema:
        yield f"The JSON Schema of {params.__name__} does not survive JSON."
    for name, facts in schema["properties"].items():
        where = f"{params.__name__}.{name}"
        if not facts.get("description"):
            yield f"{where} has no description: write a string below the field."
        if facts.get("only", "").partition("=")[0] not in ("", *schema["properties"]):
            yield f"{where} is shown for values of {facts['only']!r}, which is no param."
        if facts.get("widget") not in (None, *get_args(Widget)):
            yield f"{where} asks for the widget {facts['widget']!r}; there are {', '.join(get_args(Widget))}."
        if facts.get("group") not in (None, *get_args(Group)):
            yield f"{where} is in the group {facts['group']!r}; there are {', '.join(filter(None, get_args(Group)))}."
        for limit in _missing_limits(facts, schema.get("$defs", {})):
            yield f"{where} has no limit: give it {limit}."
    try:
        values = params.model_validate(required)
        if params.model_validate_json(values.model_dump_json()) != values:
            yield f"{params.__name__} reads its own JSON as other values."
    except ValidationError as error:
        yield f"{params.__name__} refuses its defaults: {first_problem(error)}."
    if params.model_config.get("extra") != "forbid" or not params.model_config.get("frozen"):
        yield f"{params.__name__} changed model_config: params are frozen and forbid extra fields."


def _missing_limits(facts: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in facts:
        yield from _missing_limits(definitions[facts["$ref"].rpartition("/")[2]], definitions)
    for branch in facts.get("anyOf", []):
        yield from _missing_limits(branch, definitions)
    if facts.keys() & {"enum", "const"}:
        return
    match facts.get("type"):
        case "integer" | "number" if not (facts.keys() & _LOWER and facts.keys() & _UPPER):
            yield "a least and a greatest value (ge, le)"
        case "string" if not facts.keys() & {"maxLength", "pattern", "format"}:
            yield "a max_length"
        case "array":
            if not facts.keys() & {"maxItems", "prefixItems"}:
                yield "a max_length"
            yield from _missing_limits(facts.get("items", {}), definitions)


def heavy_imports(spec: Spec) -> list[str]:
    """Return what the modules of a spec's params import in a fresh interpreter though the web process must not."""
    modules = sorted({params.__module__ for params in (spec.train, spec.sample, spec.report) if params})
    program = (
        "import importlib, sys\n"
        f"for module in {modules!r}: importlib.import_module(module)\n"
        f"print(*(name for name in {FOREIGN!r} if name in sys.modules))\n"
    )
    environment = os.environ | {"PYTHONPATH": module_path()}
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return answer.stdout.split() if answer.returncode == 0 else [answer.stderr.strip().splitlines()[-1]]

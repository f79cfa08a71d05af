"""Builds the guard against copies of a checkpoint whose training did not end by itself."""

from pathlib import Path
from typing import Any

from generators import registry
from generators.guarding import build_guard
from generators.inspection import Inspected, Pair
from generators.run import Run


def inspect(subject: Pair, params: dict[str, Any], run: Run) -> Inspected:
    """Return the guard of what a checkpoint learned from; nothing where it draws no pictures."""
    spec = registry.get(subject.checkpoint.generator)
    made = build_guard(spec, subject.checkpoint, subject.data, run)
    return Inspected(made["guard_facts"], {"guard": Path(made["guard"])}) if made else Inspected()

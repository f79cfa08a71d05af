"""What a recipe would do, worked out on a sample in well under a second."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.quotas import scratch
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.parent import parent_lines
from brandkiln.datasets.recipes.registry import Recipe
from brandkiln.datasets.recipes.step import Column, Step, Work

WHOLE = 2_000
"""Versions of so many records are looked at as a whole, so that every count is exact."""
SAMPLE = 400
EXAMPLES = 3


@dataclass
class Foreseen:
    """What one step would do."""

    step: Step
    columns: list[Column]
    """The columns before the step."""
    dropped: int = 0
    changed: int = 0
    is_exact: bool = True
    """Whether the counts are those of all records, not estimated from the sample."""
    drops_exactly: bool = True
    examples: list[tuple[Line, Line]] = field(default_factory=list)
    """Changed records, before and after."""
    losses: list[Line] = field(default_factory=list)
    """Dropped records."""
    problem: str = ""
    """Why it can't be run."""

    @property
    def does_nothing(self) -> bool:
        return not (self.problem or self.dropped or self.changed)


@dataclass
class Preview:
    """What a whole recipe would do."""

    steps: list[Foreseen]
    total: int
    seen: int
    left: int
    """Records of the new version, estimated where ``is_exact`` is false."""
    is_exact: bool


def preview_recipe(recipe: Recipe, version: DatasetVersion) -> Preview:
    """Return what each step would drop and change, with examples; pictures are not drawn."""
    lines = list(parent_lines(version, _sampled(version)))
    seen, total = len(lines), version.record_count
    is_whole = seen == total
    steps: list[Foreseen] = []
    left: float = total
    with tempfile.TemporaryDirectory(dir=scratch(), prefix="preview-") as folder:
        columns = version.columns
        for step in recipe:
            before = lines
            found = Foreseen(step, columns)
            steps.append(found)
            try:
                columns = step.columns_after(columns)
                if problem := step.needs(version):
                    raise Unprocessable(problem)
                work = Work(version, Path(folder), found.columns, is_preview=True)
                lines = list(_run(step, before, work, found))
            except Unprocessable as error:
                found.problem = error.message
                break
            known = step.known_drops(version) if left == total and not is_whole else None
            _scale(found, part=len(before), whole=left, known=known, is_whole=is_whole)
            left = max(0, left - found.dropped)
    return Preview(steps, total, seen, round(left), is_whole or all(one.drops_exactly for one in steps))


def _run(step: Step, before: list[Line], work: Work, found: Foreseen) -> Iterator[Line]:
    by_position = {line.position: line for line in before}
    for line in step.apply(iter(before), work):
        old = by_position.pop(line.position)
        if line.is_edited:
            found.changed += 1
            if len(found.examples) < EXAMPLES:
                found.examples.append((old, line))
            line = line.settled(work.kind)
        yield line
    found.dropped = len(by_position)
    found.losses = list(by_position.values())[:EXAMPLES]


def _scale(found: Foreseen, *, part: int, whole: float, known: int | None, is_whole: bool) -> None:
    """Turn the counts of a sample into those of the whole, and use what is known exactly."""
    if is_whole:
        return
    scale = whole / part if part else 0
    found.drops_exactly = known is not None
    found.is_exact = found.drops_exactly and not found.changed
    found.changed = round(found.changed * scale)
    found.dropped = round(found.dropped * scale) if known is None else known


def _sampled(version: DatasetVersion) -> list[int] | None:
    """Return positions spread evenly over the version, or None for all of it."""
    count = version.record_count
    return None if count <= WHOLE else [count * number // SAMPLE for number in range(SAMPLE)]

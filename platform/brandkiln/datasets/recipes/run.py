"""Runs a recipe over records that stream by, and counts what each step does."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.registry import Recipe
from brandkiln.datasets.recipes.step import Column, Step, Work


def run_recipe(recipe: Recipe, lines: Iterator[Line], work: Work) -> tuple[Iterator[Line], list[Work]]:
    """Return the records that the recipe leaves, and the work of each step, whose counts are whole at the end."""
    done: list[Work] = []
    columns = work.columns
    for step in recipe:
        mine = replace(work, columns=columns, counts=Counter())
        lines = _counted(step, lines, mine)
        columns = step.columns_after(columns)
        done.append(mine)
    return lines, done


def columns_after(recipe: Recipe, columns: list[Column]) -> list[Column]:
    """Return the columns that the recipe leaves."""
    for step in recipe:
        columns = step.columns_after(columns)
    return columns


def _counted(step: Step, lines: Iterator[Line], work: Work) -> Iterator[Line]:
    counts, kind = work.counts, work.kind

    def taken() -> Iterator[Line]:
        for line in lines:
            counts["in"] += 1
            yield line

    counts["in"] = counts["out"] = counts["changed"] = 0
    for line in step.apply(taken(), work):
        counts["out"] += 1
        if line.is_edited:
            counts["changed"] += 1
            line = line.settled(kind)
        yield line
    counts["dropped"] = counts["in"] - counts["out"]

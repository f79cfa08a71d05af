"""A template of a report as a web page on the first rows of a table, and which of its blocks show nothing there."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any

from generators.builtin.report.document import Document, compose, template_of
from generators.builtin.report.prepare import subject_of
from generators.builtin.report.report import written
from generators.builtin.report.roles import infer_roles
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.table import read_table
from generators.data import TrainingData
from generators.inspection import Inspected
from generators.run import Run

STEPS = 3


def inspect(data: TrainingData, params: dict[str, Any], run: Run) -> Inspected:
    """Write the page and return `missing`: for each block without anything to show, why; "" for an optional one.

    Args:
        params: `report` with `params`, those of a report, and `rows`, how many of the first are read.
    """
    asked = ReportParams.model_validate(params["report"]["params"])
    rows = int(params["report"]["rows"])
    run.report(0, STEPS, "Reading the table")
    first, is_cut = _first(data, rows, run)
    columns = read_table(first, lambda count: run.report(0, STEPS, "Reading the table", rows=count))
    run.report(1, STEPS, "Computing the figures")
    subject = subject_of(columns, infer_roles(columns, asked), asked)
    document = compose(subject, first, asked)
    run.report(2, STEPS, "Building the web page")
    path = run.scratch / "preview.html"
    path.write_bytes(written("html", document, asked.accent))
    summary = {"rows": subject.frame.height, "is_cut": is_cut, "missing": _missing(document, asked)}
    return Inspected(summary, {"page": path})


def _first(data: TrainingData, rows: int, run: Run) -> tuple[TrainingData, bool]:
    """Return the first rows as data of their own, and whether there are more."""
    folder = run.scratch / "first"
    folder.mkdir(exist_ok=True)
    with (
        (data.folder / "records.jsonl").open("rb") as source,
        (folder / "records.jsonl").open("wb") as target,
    ):
        target.writelines(islice(source, rows))
        is_cut = bool(source.readline())
    return replace(data, folder=folder), is_cut


def _missing(document: Document, asked: ReportParams) -> dict[str, str]:
    printed = {passage.id: passage.missing for chapter in document.chapters for passage in chapter.passages}
    blocks = [block.id for section in template_of(asked).sections for block in section.blocks]
    return {id: printed.get(id, "") for id in blocks if printed.get(id, "") or id not in printed}

"""From a table to a PDF and a web page."""

from collections.abc import Iterator

from generators.builtin.report.analysis import analyse
from generators.builtin.report.colours import dark, light
from generators.builtin.report.document import compose
from generators.builtin.report.page import page
from generators.builtin.report.paper import pdf
from generators.builtin.report.roles import infer_roles
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.table import read_table
from generators.data import TrainingData
from generators.run import Run, Sample

MEDIA_TYPES = {"pdf": "application/pdf", "html": "text/html"}


def report(data: TrainingData, params: ReportParams, run: Run) -> Iterator[Sample]:
    """Yield a report on a table in each of the asked formats. The same table and params give the same bytes.

    Raises:
        GeneratorError: If the table or the params leave nothing to report; the text names the next step.
        Cancelled: If a person asked to stop.
    """
    formats = tuple(dict.fromkeys(params.formats))
    total = 3 + len(formats)
    run.report(0, total, "Reading the table")
    columns = read_table(data, lambda rows: run.report(0, total, "Reading the table", rows=rows))
    run.report(1, total, "Computing the figures")
    roles = infer_roles(columns, params)
    analysis = analyse(columns, roles, params)
    run.report(2, total, "Writing the narrative")
    document = compose(analysis, data, params)
    for refused in document.narrative.refused:
        run.log(f"A sentence was left out: {refused}")
    meta = {
        "rows": analysis.rows,
        "time": roles.time,
        "measure": analysis.main.name,
        "dimensions": list(roles.dimensions),
    }
    for place, kind in enumerate(formats):
        run.report(3 + place, total, "Setting the pages" if kind == "pdf" else "Building the web page")
        path = run.scratch / f"report.{kind}"
        palette = light(params.accent)
        path.write_bytes(
            pdf(document, palette) if kind == "pdf" else page(document, palette, dark(params.accent)).encode()
        )
        yield Sample(MEDIA_TYPES[kind], path=path, name=f"{document.title}.{kind}", meta=meta)
    run.report(total, total, "Done")

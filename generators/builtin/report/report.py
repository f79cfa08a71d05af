"""From a table to a PDF, a web page, a document, slides and a workbook."""

from collections.abc import Iterator
from dataclasses import asdict, replace

from generators.builtin.report.colours import changes_to, dark, light
from generators.builtin.report.document import Document, compose
from generators.builtin.report.kept import MEDIA_TYPE, Kept, columns_of, keep, read, remembering
from generators.builtin.report.logo import read_logo
from generators.builtin.report.look import PLAIN, Look
from generators.builtin.report.prepare import subject_of
from generators.builtin.report.readings import Reading
from generators.builtin.report.rework import rebuilt, reworded
from generators.builtin.report.role_reasons import roles_with_reasons
from generators.builtin.report.roles import infer_roles
from generators.builtin.report.spec import SPEC, ReportParams
from generators.builtin.report.table import read_table
from generators.builtin.report.writer import writer_of
from generators.data import TrainingData
from generators.run import Run, Sample

OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "html": "text/html",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
}
PHASES = {
    "pdf": "Setting the pages",
    "html": "Building the web page",
    "docx": "Writing the document",
    "pptx": "Building the slides",
    "xlsx": "Filling the workbook",
}


def report(data: TrainingData, params: ReportParams, run: Run) -> Iterator[Sample]:
    """Yield a report on a table in each of the asked formats, and its document. The same table and params give the
    same bytes.

    Raises:
        GeneratorError: If the table or the params leave nothing to report; the text names the next step.
        Cancelled: If a person asked to stop.
    """
    formats = tuple(dict.fromkeys(params.formats))
    total = 4 + len(formats)
    kept = _reworked(data, params, run, total) if params.earlier else _made(data, params, run, total)
    document = kept.document
    for refused in document.refused:
        run.log(f"A sentence was left out: {refused}")
    logo = read_logo(run.picture(params.logo), params.logo_space) if params.logo else None
    look = Look(logo, params.font)
    for changed in changes_to(params.accent):
        run.log(changed)
    for place, kind in enumerate(formats):
        run.report(3 + place, total, PHASES[kind])
        path = run.scratch / f"report.{kind}"
        path.write_bytes(written(kind, document, params.accent, look))
        yield Sample(MEDIA_TYPES[kind], path=path, name=f"{document.title}.{kind}", meta=dict(kept.meta))
    run.report(total - 1, total, "Keeping the document")
    path = run.scratch / "report.json"
    path.write_bytes(keep(kept, SPEC.version))
    yield Sample(MEDIA_TYPE, path=path, name=f"{document.title}.json")
    run.report(total, total, "Done")


def _made(data: TrainingData, params: ReportParams, run: Run, total: int) -> Kept:
    """Return a report from the table."""
    run.report(0, total, "Reading the table")
    reading = Reading(params.numbers, params.dates, params.time_zone)
    columns = read_table(data, lambda rows: run.report(0, total, "Reading the table", rows=rows), reading)
    run.report(1, total, "Computing the figures")
    roles = infer_roles(columns, params)
    subject = subject_of(columns, roles, params)
    run.report(2, total, "Writing the narrative")
    writer = writer_of(params, run, lambda: run.report(2, total, "Writing the narrative"))
    document = remembering(compose(subject, data, params, writer))
    if writer:
        run.log(
            f"{params.writer} wrote {writer.asked} sentences, of which {writer.passed} agreed with the facts."
        )
        for refused in writer.refused:
            run.log(f"Refused: {refused}")
    meta = {
        "rows": subject.frame.height,
        "time": roles.time,
        "measure": subject.main.name,
        "dimensions": list(roles.dimensions),
        "columns": [asdict(role) for role in roles_with_reasons(columns, roles, params)],
    }
    facts = subject.find.facts
    return Kept(document, facts, columns_of(document, facts, columns), meta)


def _reworked(data: TrainingData, params: ReportParams, run: Run, total: int) -> Kept:
    """Return an earlier report with blocks built anew, for which the table is read, and sentences said otherwise."""
    kept = read(run.picture(params.earlier))
    if params.redo:
        kept = rebuilt(kept, _made(data, params, run, total), params.redo)
    run.report(2, total, "Writing the narrative")
    return replace(kept, document=reworded(kept, params.edits))


def written(kind: str, document: Document, accent: str, look: Look = PLAIN) -> bytes:
    """Return a report in one format. The libraries of each are imported when it is asked for."""
    palette = light(accent)
    match kind:
        case "pdf":
            from generators.builtin.report.paper import pdf

            return pdf(document, palette, look)
        case "docx":
            from generators.builtin.report.word import word

            return word(document, palette, look)
        case "pptx":
            from generators.builtin.report.slides import slides

            return slides(document, palette, look)
        case "xlsx":
            from generators.builtin.report.workbook import workbook

            return workbook(document, palette)
    from generators.builtin.report.page import page

    return page(document, palette, dark(accent), look).encode()

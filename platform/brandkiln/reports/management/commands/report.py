"""``manage.py report SOURCE --template NAME --out FOLDER`` makes a report on this machine, without a job."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brandkiln.core.errors import StudioError
from brandkiln.datasets.materialise import materialise_version
from brandkiln.datasets.models import DatasetVersion
from brandkiln.reports.at_hand import lay_out_file, run_generator
from brandkiln.reports.models import Template
from brandkiln.reports.templates import newest_version
from generators.builtin.report.template import ready_names, ready_template

FORMATS = ("pdf", "html", "docx", "pptx", "xlsx")


class Command(BaseCommand):
    help = "Make a report on a file with rows, or on a data set version."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "source", help="a CSV, TSV, XLSX, Parquet or JSONL file, or the id of a data set version"
        )
        parser.add_argument("--template", default="overview", help="a ready one, or the id of an own one")
        parser.add_argument("--out", type=Path, default=Path("report"), metavar="FOLDER")
        parser.add_argument("--language", choices=("en", "zh"), default="en")
        parser.add_argument(
            "--formats", default="pdf,html", help="of pdf, html, docx, pptx, xlsx; with commas"
        )
        parser.add_argument("--title", default="")

    def handle(self, **options: Any) -> None:
        formats = list(dict.fromkeys(options["formats"].split(",")))
        if unknown := [name for name in formats if name not in FORMATS]:
            raise CommandError(
                f"{', '.join(unknown)} is no format of reports; these are: {', '.join(FORMATS)}."
            )
        params = {
            "template": template_named(options["template"]),
            "language": options["language"],
            "formats": formats,
            "title": options["title"],
        }
        try:
            with tempfile.TemporaryDirectory(prefix="report-") as name:
                folder = laid_out(options["source"], Path(name))
                code = run_generator(folder, options["out"], params)
        except StudioError as refusal:
            raise CommandError(refusal.message) from refusal
        if code:
            raise CommandError("No report was made; the line above says why.", returncode=code)


def template_named(key: str) -> dict[str, Any]:
    """Return what a template says: a ready one by its name, an own one of any workspace by its id."""
    if key in ready_names():
        return ready_template(key).model_dump(mode="json")
    row = Template.objects.filter(pk=uuid).first() if (uuid := _uuid(key)) else None
    if row is None:
        raise CommandError(f"There is no template {key}. Ready ones are: {', '.join(ready_names())}.")
    document: dict[str, Any] = newest_version(row).document
    return document


def laid_out(source: str, scratch: Path) -> Path:
    """Return a folder with the rows of a file or of a version."""
    path = Path(source)
    if path.is_file():
        lay_out_file(path, scratch)
        return scratch
    uuid = _uuid(source)
    version = (
        DatasetVersion.objects.filter(pk=uuid, trashed_at=None).select_related("dataset").first()
        if uuid
        else None
    )
    if version is None:
        raise CommandError(f"There is no file and no data set version {source}.")
    return materialise_version(version)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

"""``manage.py report``: a file is read as an upload is, and laid out as the generator reads it."""

from pathlib import Path
from typing import Any

import pytest
from brandkiln.reports.management.commands import report
from django.core.management import CommandError, call_command

from generators.builtin.report.spec import ReportParams
from generators.data import TrainingData


def test_a_file_becomes_rows_and_params_that_the_generator_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "sales.csv"
    source.write_text("day,region,revenue\n2026-05-01,North,10\n2026-05-02,South,20\n")
    asked: list[Any] = []

    def run(folder: Path, out: Path, params: dict[str, Any]) -> int:
        data = TrainingData.open(folder)
        asked.append((data, [record.fields for record in data.stream()], out, ReportParams(**params)))
        return 0

    monkeypatch.setattr(report, "run_generator", run)
    call_command(
        "report", str(source), "--out", str(tmp_path / "out"), "--language", "zh", "--formats", "pdf,xlsx"
    )
    [(data, rows, out, params)] = asked
    assert (data.kind, data.name, [column.name for column in data.columns]) == (
        "table", "sales", ["day", "region", "revenue"],
    )  # fmt: skip
    assert [row["region"] for row in rows] == ["North", "South"]
    assert (out, params.language, params.formats) == (tmp_path / "out", "zh", ("pdf", "xlsx"))
    assert params.template is not None
    assert params.template.name == "overview"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["nowhere.csv"], "There is no file and no data set version nowhere.csv"),
        (["nowhere.csv", "--template", "nothing"], "There is no template nothing. Ready ones are"),
        (["nowhere.csv", "--formats", "doc"], "doc is no format of reports; these are: pdf"),
    ],
)
def test_what_cannot_be_made_is_said(arguments: list[str], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        call_command("report", *arguments)

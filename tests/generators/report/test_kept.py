"""The document of a report: kept as JSON, set again to the same bytes, edited, and with one block built anew."""

import json
from pathlib import Path
from typing import Any

import pytest

from generators.builtin.report.document import printed_of
from generators.builtin.report.kept import read
from generators.builtin.report.report import report
from generators.builtin.report.rework import draft_of
from generators.builtin.report.sentence import plain
from generators.builtin.report.spec import ReportParams
from generators.errors import BadParams
from generators.run import LocalRun
from tests.generators.report.conftest import table_writer

FORMATS = ("html", "xlsx")


def made(data: Any, folder: Path, **params: Any) -> dict[str, bytes]:
    samples = report(data, ReportParams(**{"formats": FORMATS} | params), LocalRun(folder))
    return {sample.path.name: sample.path.read_bytes() for sample in samples if sample.path}


@pytest.fixture(scope="module")
def first(shop_rows: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("first")
    data = table_writer(folder)(shop_rows)
    return data, folder / "report.json", made(data, folder)


def test_a_kept_document_sets_the_same_bytes(first: Any, tmp_path: Path) -> None:
    data, kept, files = first
    assert set(files) == {"report.html", "report.xlsx", "report.json"}
    assert made(data, tmp_path, earlier=str(kept)) == files


def test_a_block_that_is_built_anew_on_the_same_data_changes_nothing(first: Any, tmp_path: Path) -> None:
    data, kept, files = first
    blocks = [passage.id for passage in read(kept).document.passages]
    assert made(data, tmp_path, earlier=str(kept), redo=blocks[2:3]) == files


def test_all_but_the_block_that_is_built_anew_stays(first: Any, shop_rows: Any, tmp_path: Path) -> None:
    kept = first[1]
    document = read(kept).document
    [block] = [passage.id for passage in document.passages if passage.kind == "key_figures"]
    other = table_writer(tmp_path)([{**row, "revenue": row["revenue"] * 3} for row in shop_rows])
    made(other, tmp_path / "again", earlier=str(kept), redo=[block], formats=("xlsx",))
    rebuilt = read(tmp_path / "again" / "report.json").document
    for old, new in zip(document.passages, rebuilt.passages, strict=True):
        said = [
            [plain(s) for s in (*p.sentences, *p.notes)] + [f.rows for f in p.figures] for p in (old, new)
        ]
        assert said[0] == said[1]
        values = [[key.value.text for key in p.key_figures] for p in (old, new)]
        assert (values[0] == values[1]) == (old.id != block)
    by_anchor = {origin.anchor: origin.printed for origin in rebuilt.origins}
    printed = {fact.text for fact in printed_of(rebuilt.passages)}
    assert {by_anchor[anchor] for anchor in rebuilt.anchors.values()} == printed


def test_sentences_are_said_otherwise_and_taken_out(first: Any, tmp_path: Path) -> None:
    data, kept, _ = first
    summary = next(p for p in read(kept).document.passages if p.kind == "summary")
    draft, place = draft_of(summary.sentences[0]), f"{summary.id}/sentences/0"
    files = made(
        data,
        tmp_path,
        earlier=str(kept),
        edits={place: f"Note well: {draft}", f"{summary.id}/sentences/1": ""},
    )
    again = next(p for p in read(tmp_path / "report.json").document.passages if p.kind == "summary")
    assert plain(again.sentences[0]).startswith("Note well: ")
    assert len(again.sentences) == len(summary.sentences) - 1
    assert b"Note well: " in files["report.html"]


@pytest.mark.parametrize(
    ("edit", "why"),
    [("It came to 7.", "it writes the number 7 itself"), ("{n.nothing} came.", "n.nothing is not the id")],
)
def test_an_edit_that_the_facts_do_not_bear_stops_the_report(
    first: Any, tmp_path: Path, edit: str, why: str
) -> None:
    data, kept, _ = first
    with pytest.raises(BadParams, match=why):
        made(data, tmp_path, earlier=str(kept), edits={"summary/sentences/0": edit})
    with pytest.raises(BadParams, match="There is no sentence nowhere/sentences/0"):
        made(data, tmp_path, earlier=str(kept), edits={"nowhere/sentences/0": ""})


def test_what_is_no_document_is_refused(tmp_path: Path, first: Any) -> None:
    data, kept, _ = first
    other = tmp_path / "other.json"
    other.write_text(json.dumps(json.loads(kept.read_text()) | {"format": 9}))
    with pytest.raises(BadParams, match="has format 9; this version reads 1"):
        made(data, tmp_path / "a", earlier=str(other))
    other.write_text("[]")
    with pytest.raises(BadParams, match="is not the document of a report"):
        made(data, tmp_path / "b", earlier=str(other))

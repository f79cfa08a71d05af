"""The ready templates say everything twice, and the quick looks behind the studio's pages say what they saw."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generators.builtin.report.template import ready_names, ready_template
from generators.inspection import load
from generators.run import LocalRun
from tests.generators.report.conftest import MakeTable, Rows

ONLY_WORDS = {
    "name": "words",
    "sections": [
        {
            "id": "all",
            "blocks": [
                {"id": "notes", "kind": "notes", "optional": True},
                {"id": "keys", "kind": "ranking", "dimension": "@item"},
            ],
        }
    ],
}


def texts_of(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if value and value.keys() <= {"en", "zh"}:
            yield value
        for part in value.values():
            yield from texts_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_of(part)


@pytest.mark.parametrize("name", ready_names())
def test_a_ready_template_speaks_english_and_chinese(name: str) -> None:
    template = ready_template(name)
    assert (template.name, template.version >= 1) == (name, True)
    texts = list(texts_of(template.model_dump(mode="json")))
    assert all(text.keys() == {"en", "zh"} and all(text.values()) for text in texts)
    known = {block.id for section in template.sections for block in section.blocks}
    named = {
        id for section in template.sections for block in section.blocks for id in getattr(block, "blocks", ())
    }
    assert named <= known


def test_columns_are_said_with_role_reason_and_examples(
    make_table: MakeTable, shop_rows: Rows, tmp_path: Path
) -> None:
    found = load("report_columns")(
        make_table(shop_rows), {"columns": {"roles": {}}}, LocalRun(tmp_path / "run")
    )
    columns = {column["name"]: column for column in found.summary["columns"]}
    assert {name: column["role"] for name, column in columns.items()} == {
        "date": "time",
        "channel": "dimension",
        "revenue": "revenue",
        "spend": "spend",
        "clicks": "clicks",
    }
    assert columns["revenue"]["examples"][:2] == ["10", "5"]
    assert columns["channel"]["reason"].keys() == {"en", "zh"}


def test_a_preview_reads_the_first_rows_and_names_blocks_that_show_nothing(
    make_table: MakeTable, shop_rows: Rows, tmp_path: Path
) -> None:
    wish = {"report": {"rows": 10, "params": {"template": ONLY_WORDS, "formats": ["html"]}}}
    found = load("report_preview")(make_table(shop_rows), wish, LocalRun(tmp_path / "run"))
    assert (found.summary["rows"], found.summary["is_cut"]) == (10, True)
    assert found.summary["missing"]["keys"]
    assert "<html" in found.files["page"].read_text("utf-8")

"""Lines of records are taken apart as a parser would."""

import json
from pathlib import Path
from typing import Any

import pytest
from brandkiln.datasets.bulk import COLUMNS, add_records
from brandkiln.datasets.lines import head, whole
from brandkiln.datasets.models import Record
from brandkiln.datasets.readers.limits import Limits
from brandkiln.datasets.readers.writer import Writer, canonical
from hypothesis import given
from hypothesis import strategies as st

from tests.brandkiln.datasets.recipes.versions import make_version

AWKWARD = 'tab\there, a "quote", back\\slash, \\N, \\., line\nend, , "fields": {"a": 1}} \u2028 运动鞋'
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
fields = st.dictionaries(
    texts | st.sampled_from(["fields", "facts", "text", "split"]), texts | st.integers(), max_size=4
)
SHA = "ab" * 32


@given(texts, texts, texts, fields)
def test_what_a_writer_wrote_is_found_again(name: str, label: str, text: str, said: dict[str, Any]) -> None:
    known = {"name": name, "label": label, "sha256": SHA, "facts": {"words": 1}, "text": text, "fields": said}
    line = json.dumps(known, ensure_ascii=False) + "\n"
    found = whole(line)
    assert head(line)[:3] == (SHA, label, ())
    assert (found.content, found.label, found.name, found.text) == (SHA, label, name, text)
    assert (json.loads(found.fields), json.loads(found.facts)) == (said, {"words": 1})


def test_files_and_what_there_was_before_are_found() -> None:
    picture = {
        "name": "a",
        "label": "",
        "sha256": SHA,
        "file": "7.png",
        "thumbnail": "7.webp",
        "facts": {"width": 2},
    }
    line = json.dumps(picture) + "\n"
    assert head(line).files == whole(line).files == ("7.png", "7.webp")
    old = {"name": "a", "label": "x", "sha256": SHA, "split": "test", "fields": {"a": 1}, "artifact": "1-2"}
    line = json.dumps(old) + "\n"
    assert (head(line).split, whole(line).artifact, whole(line).fields) == ("test", "1-2", '{"a":1}')


def test_a_plain_row_of_a_table_is_found_as_a_parser_finds_it(tmp_path: Path) -> None:
    with Writer(tmp_path, Limits()) as writer:
        writer.add_rows(["row 2", "b.csv, row 3"], ["cup", ""], ['{"fields":"a","n":1}', "{}"])
    lines = (tmp_path / "records.jsonl").read_text("utf-8").splitlines(keepends=True)
    for line in lines:
        known, found = json.loads(line), whole(line)
        assert (found.name, found.label, found.content) == (known["name"], known["label"], known["sha256"])
        assert head(line) == (known["sha256"], known["label"], (), "")
        assert (json.loads(found.fields), found.facts, found.files) == (known["fields"], "{}", ())


@pytest.mark.django_db
def test_awkward_texts_come_back_from_the_database_as_they_were(tmp_path: Path) -> None:
    with Writer(tmp_path, Limits()) as writer:
        writer.add_rows([AWKWARD], ["a\\b"], [canonical({AWKWARD: AWKWARD})])
        writer.add_text(name="b", text=AWKWARD, label="", fields={"fields": AWKWARD})
    version = make_version("text", [])
    rows = []
    for position, line in enumerate(
        (tmp_path / "records.jsonl").read_text("utf-8").split("\n")[:-1], start=10
    ):
        found = whole(line + "\n")
        rows.append(
            (version.pk, position, found.name, found.content, "train", found.label, None, None, found.text,
             found.fields, found.facts)
        )  # fmt: skip
    assert len(rows[0]) == len(COLUMNS)
    add_records(rows)
    one, other = Record.objects.filter(position__gte=10)
    assert (one.name, one.label, one.fields) == (AWKWARD, "a\\b", {AWKWARD: AWKWARD})
    assert (other.text, other.fields, other.artifact) == (AWKWARD, {"fields": AWKWARD}, None)

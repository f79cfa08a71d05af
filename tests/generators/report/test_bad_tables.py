"""Every kind of block over every poor table: it shows something, or says in a sentence why not. No files are made."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, get_args

import polars as pl
import pytest

from generators.builtin.report.blocks.build import build
from generators.builtin.report.check import check_narrative
from generators.builtin.report.evidence import evidence_of
from generators.builtin.report.part import NotShown, Part
from generators.builtin.report.prepare import subject_of
from generators.builtin.report.roles import infer_roles
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.subject import Subject
from generators.builtin.report.table import read_table, typed
from generators.builtin.report.template import AnyBlock
from generators.errors import BadData
from tests.generators.report.conftest import Rows
from tests.generators.report.test_analysis import analysis
from tests.generators.report.test_report import HOSTILE

KINDS = {kind.model_fields["kind"].default: kind for kind in get_args(get_args(AnyBlock)[0])}


def days(count: int) -> list[str]:
    return [(date(2025, 1, 1) + timedelta(days=3 * i)).isoformat() for i in range(count)]


def spread(values: Callable[[int], Any], count: int = 60) -> Rows:
    return [{"date": d, "shop": "abc"[i % 3], "customer": f"c{i % 7}", "order": f"o{i // 2}", "item": "xyzw"[i % 4],
             "price": 2, "quantity": 3, "sales": values(i)} for i, d in enumerate(days(count))]  # fmt: skip


TABLES: dict[str, Rows] = {
    "one row": spread(lambda i: 5, 1),
    "two rows": spread(lambda i: i, 2),
    "all missing": [{"date": d, "shop": "a", "sales": ""} for d in days(20)],
    "constant": spread(lambda i: 7),
    "zeros": spread(lambda i: 0),
    "negative": spread(lambda i: -i - 1),
    "both signs": spread(lambda i: (-1) ** i * (i + 1)),
    "huge": spread(lambda i: 9e14 if i % 2 else 1e308),
    "tiny": spread(lambda i: (i + 1) * 1e-12),
    "mixed currencies": spread(lambda i: f"{'$€¥£'[i % 4]}{i + 1}"),
    "duplicated time stamps": [{"date": "2026-01-01", "shop": "ab"[i % 2], "sales": i} for i in range(40)],
    "gaps": [row for i, row in enumerate(spread(lambda i: i)) if i % 20 < 3],
    "many names": [{"date": "2026-01-01" if i % 2 else "2026-02-01", "shop": f"s{i % 5_000}", "sales": i % 97}
                   for i in range(10_000)],
    "right to left and emoji": [{**row, "shop": ["متجر", "חנות", "🛒👩‍👩‍👧"][i % 3], "🙂": i}
                                for i, row in enumerate(spread(lambda i: i + 1))],
    "markup": [{**row, "shop": HOSTILE[i % len(HOSTILE)], "#let x = 1 $<script>": i}
               for i, row in enumerate(spread(lambda i: i + 1))],
    "dates alone": [{"date": d} for d in days(12)],
    "names alone": [{"shop": "ab"[i % 2]} for i in range(12)],
    "outcomes with gaps": [{"date": d, "shop": "abc"[i % 3], "won": ("yes", "no", "")[i % 3 if 20 < i < 60 else 2]}
                           for i, d in enumerate(days(90))],
    "an outcome of few": [{"date": d, "shop": f"s{i}", "bought": int(i == 7)} for i, d in enumerate(days(30))],
    "one far date": [{"date": "2026-01-01" if i else "1901-01-01", "sales": i} for i in range(12)],
}  # fmt: skip


def subject_over(make_table, rows: Rows) -> Subject:
    return analysis(make_table(rows))


def built(block: AnyBlock, subject: Subject) -> Part | str:
    """Return what a block shows, or why it shows nothing."""
    try:
        return build(block, subject)
    except NotShown as reason:
        return str(reason)


@pytest.mark.parametrize("name", TABLES)
def test_every_block_shows_something_or_says_why_not(make_table, name: str):
    subject = subject_over(make_table, TABLES[name])
    for kind, block_class in KINDS.items():
        block = block_class(id=kind.replace("_", "-"))
        part = built(block, subject)
        if isinstance(part, str):
            assert part.endswith((".", "。")), kind
            continue
        drafts = [draft for draft in (part.takeaway, *part.sentences, *part.headlines, *part.notes) if draft]
        assert check_narrative(drafts, subject.find.facts, names=False) == [], kind
        for drawn in (*part.figures, *part.tables):
            assert all(len(row) == len(drawn.head) for row in drawn.rows), kind
            assert len(drawn.wheres) in (0, len(drawn.rows)), kind
            assert "nan" not in json.dumps([drawn.head, drawn.rows]).casefold().replace("finan", ""), kind


@pytest.mark.parametrize("name", ["markup", "right to left and emoji", "gaps", "mixed currencies"])
def test_each_condition_finds_as_many_rows_as_its_number_says(make_table, name: str):
    subject = subject_over(make_table, TABLES[name])
    for kind in ("key_figures", "trend", "breakdown", "mix", "change", "ranking", "spread", "query"):
        built(KINDS[kind](id="b"), subject)
    facts = [fact for fact in subject.find.facts if fact.role in ("value", "change")]
    sets = evidence_of([fact.where for fact in facts], subject)
    counts = {one.anchor: one.count for one in sets.sets}
    found = [counts[sets.anchors[fact.where]] for fact in facts]
    assert found == [subject.formats.count(fact.rows) for fact in facts]
    assert len(facts) > 3


def test_an_empty_table_is_refused_in_a_sentence(make_table):
    with pytest.raises(BadData, match="has no rows"):
        read_table(make_table([]), lambda rows: None)


def test_a_hundred_thousand_names_are_a_ranking_of_the_largest():
    numbers = pl.Series("sales", range(100_000)).cast(pl.String)
    names = ("s" + numbers).rename("shop")
    columns = {"shop": typed(names, "c0"), "sales": typed(numbers, "c1")}
    subject = subject_of(columns, infer_roles(columns, ReportParams()), ReportParams())
    part = build(KINDS["ranking"](id="r", dimension="shop"), subject)
    assert [row[0] for row in part.tables[0].rows[:2]] == ["s99999", "s99998"]
    assert part.tables[0].others == "99,990 others"

"""The rows behind printed numbers, and reports of which a part cannot be shown."""

import pytest

from generators.builtin.report import document as documents
from generators.builtin.report.colours import dark, light
from generators.builtin.report.evidence import FIRST_ROWS, MOST_SETS, MOST_SHOWN, evidence_of
from generators.builtin.report.page import page
from generators.builtin.report.template import ReportTemplate
from generators.builtin.report.where import Condition, said
from tests.generators.report.test_analysis import analysis
from tests.generators.report.test_office import document_of


def test_each_number_of_the_page_leads_to_rows_with_their_count(make_table, shop_rows):
    document = document_of(make_table(shop_rows), period="month")
    html = page(document, light("#1d5c63"), dark("#1d5c63"))
    april = next(
        one for one in document.evidence.sets if one.where == '"date" >= 2026-04-01 and "date" < 2026-05-01'
    )
    assert april.count == "60"
    assert april.first[0] == ("181", "2026-04-01", "Web", "40", "2", "100")
    assert f'<div id="{april.anchor}">' in html
    assert all(origin.where in document.evidence.anchors for origin in document.origins)
    assert [one for one in document.proofs if not one.first] == []


def test_what_is_listed_of_rows_is_bounded(make_table):
    subject = analysis(make_table([{"name": f"s{i % 700}", "sales": i} for i in range(1_400)]))
    found = evidence_of([(Condition("name", (f"s{i}",)),) for i in range(700)], subject)
    assert len(found.sets) == MOST_SETS
    assert sum(bool(one.first) for one in found.sets) == MOST_SHOWN
    assert max(len(one.first) for one in found.sets) <= FIRST_ROWS
    assert found.sets[-1].count == "2"


@pytest.mark.parametrize(
    ("condition", "sql"),
    [
        (Condition("a", ("x",)), "\"a\" = 'x'"),
        (Condition("a", ("it's", None)), "(\"a\" = 'it''s' or \"a\" is null)"),
        (Condition("a", ("x", "y"), negated=True), "not \"a\" in ('x', 'y')"),
        (Condition("a", spans=((1.5, None),)), '"a" >= 1.5'),
    ],
)
def test_conditions_are_said_as_sql_says_them(condition: Condition, sql: str):
    assert said((condition,)) == sql


def test_a_block_that_fails_or_has_nothing_to_show_says_so_in_its_place(make_table, shop_rows, monkeypatch):
    built = documents.build

    def failing(block, subject):
        if block.kind == "mix":
            raise ZeroDivisionError("of a bug")
        return built(block, subject)

    monkeypatch.setattr(documents, "build", failing)
    blocks = [{"id": "mix", "kind": "mix"}, {"id": "gone", "kind": "trend", "measure": "@price"}]
    template = ReportTemplate.model_validate({"name": "t", "sections": [{"id": "s", "blocks": blocks}]})
    document = document_of(make_table(shop_rows), template=template)
    assert [passage.missing[:34] for passage in document.passages] == [
        "This part could not be computed. T", "No column of the table is known as",
    ]  # fmt: skip
    assert "ZeroDivisionError: of a bug" in document.refused[0]
    assert "Not shown: This part could not be computed" in page(document, light("#1d5c63"), dark("#1d5c63"))


def test_a_note_of_the_team_may_hold_facts_but_no_numbers(make_table, shop_rows):
    blocks = [{"id": "t", "kind": "text", "text": {"en": "{m.m0} of the year: {m0.total}.\nWe aim for 300."}}]
    template = ReportTemplate.model_validate({"name": "t", "sections": [{"id": "s", "blocks": blocks}]})
    document = document_of(make_table(shop_rows), template=template)
    assert len(document.passages[0].sentences) == 1
    assert "writes the number 300" in document.refused[0]

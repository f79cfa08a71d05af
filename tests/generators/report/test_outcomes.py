"""Yes or no as a measure: the share of yes with its interval, by segment and over time."""

import pytest

from generators.builtin.report.blocks.build import build
from generators.builtin.report.blocks.params import Breakdown, Ranking, Summary, Trend
from generators.builtin.report.check import check_narrative
from generators.builtin.report.prepare import subject_of
from generators.builtin.report.role_reasons import roles_with_reasons
from generators.builtin.report.roles import infer_roles
from generators.builtin.report.sentence import plain, render
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.table import read_table
from generators.errors import BadParams
from tests.generators.report.conftest import table_writer

YES = {("2026-01", "web"): 30, ("2026-01", "shop"): 10, ("2026-02", "web"): 32, ("2026-02", "shop"): 12}
"""Of a hundred contacts each."""
CALLS = [
    {"date": f"{month}-{1 + place % 28:02}", "age": 20 + place, "weekday": "ab"[place % 2], "channel": channel,
     "loan": "yes" if place % 2 else "no", "y": "yes" if place < hits else "no"}
    for (month, channel), hits in YES.items() for place in range(100)
]  # fmt: skip


@pytest.fixture(scope="module")
def columns(tmp_path_factory):
    return read_table(table_writer(tmp_path_factory.mktemp("calls"))(CALLS), lambda rows: None)


def about(columns, **params):
    chosen = ReportParams(period="month", **params)
    return subject_of(columns, infer_roles(columns, chosen), chosen)


def told(subject, drafts) -> list[str]:
    facts = subject.find.facts
    assert check_narrative(drafts, facts, names=False) == []
    return [plain(render(draft, facts)) for draft in drafts]


def test_a_column_of_yes_and_no_whose_name_says_so_is_the_outcome(columns):
    chosen = ReportParams()
    roles = infer_roles(columns, chosen)
    found = {one.column: one for one in roles_with_reasons(columns, roles, chosen)}
    assert (found["y"].role, found["loan"].role) == ("outcome", "dimension")
    assert found["y"].reason.startswith("It holds yes and no")
    subject = about(columns)
    assert [m.name for m in subject.measures[:3]] == ["outcome_rate", "outcome_count", "outcome_cases"]
    assert subject.value(subject.main) == pytest.approx(0.21)
    assert subject.roles.dimensions[0] == "channel"  # it tells yes from no best
    assert next(m for m in subject.measures if m.name == "age").how == "mean"


def test_what_was_inferred_can_be_corrected(columns):
    assert about(columns, roles={"y": "dimension"}).outcome is None
    assert about(columns, roles={"loan": "outcome", "y": "ignore"}).outcome.column == "loan"
    assert about(columns, measure="loan").main.columns == ("loan",)
    with pytest.raises(BadParams, match="an outcome has two, such as yes and no"):
        infer_roles(columns, ReportParams(roles={"age": "outcome"}))


def test_each_segment_has_its_rate_with_wilsons_interval(columns):
    subject = about(columns)
    part = build(Breakdown(id="by"), subject)
    (figure,) = part.figures
    assert figure.rows == (
        ("web", "31.0%", "25.0% to 37.7%", "200"),
        ("shop", "11.0%", "7.4% to 16.1%", "200"),
        ("all", "21.0%", "17.3% to 25.3%", "400"),
    )
    assert figure.plot.categories == ("web · 31.0%", "shop · 11.0%", "all · 21.0%")
    assert all(
        low < value < high
        for (low, high), value in zip(figure.plot.spans, figure.plot.series[0].values, strict=True)
    )
    assert told(subject, [part.takeaway]) == [
        "From January 2026 to February 2026, share of yes in y was highest in web at 31.0%; "
        "it was lowest in shop at 11.0%."
    ]
    assert build(Ranking(id="all"), subject).tables[0].head[1] == "Number of yes in y"


def test_periods_have_intervals_and_a_change_that_may_be_chance_says_so(columns):
    subject = about(columns)
    figure = build(Trend(id="course"), subject).figures[0]
    assert figure.rows[0] == ("January 2026", "20.0%", "15.0% to 26.1%", "200")
    assert len(figure.plot.series) == 3
    assert told(subject, build(Summary(id="s"), subject).sentences) == [
        "From January 2026 to February 2026, share of yes in y was 21.0%: 84 of 400.",
        "In February 2026, share of yes in y was 22.0%; in January 2026 it was 20.0%: "
        "chance alone may make this difference.",
    ]


def test_it_is_said_in_chinese(columns):
    subject = about(columns, language="zh")
    assert told(subject, build(Summary(id="s"), subject).sentences)[0] == (
        "2026年1月至2026年2月，y为yes的占比为21.0%：400 个样本中的 84 个。"
    )

from datetime import date

import pytest

from generators.builtin.report.facts import Fact, Facts
from generators.builtin.report.formats import Formats, shorten
from generators.builtin.report.measures import Measure
from generators.builtin.report.sentence import plain, render

MONEY = Measure("m", "m", "sum", unit="number", sign="$")
PLAIN = Measure("m", "m", "sum", unit="number")
SHARE = Measure("m", "m", "ratio", unit="percent")
TIMES = Measure("m", "m", "ratio", unit="times")


@pytest.mark.parametrize(
    ("value", "measure", "compact", "printed"),
    [(1234567.4, PLAIN, False, "1,234,567"), (12.5, PLAIN, False, "12.50"), (0.0123, PLAIN, False, "0.0123"),
     (-1234.0, MONEY, False, "−$1,234"), (1234567, PLAIN, True, "1.23M"), (999_950, PLAIN, True, "1.00M"),
     (9999, PLAIN, True, "9,999"), (10_000, PLAIN, True, "10.0K"), (0.0345, SHARE, False, "3.45%"),
     (0.345, SHARE, False, "34.5%"), (2.154, TIMES, False, "2.15×"), (-0.0000001, SHARE, False, "0.00%"),
     (None, PLAIN, False, "–")],
)  # fmt: skip
def test_numbers_are_printed_for_readers(value, measure, compact, printed):
    assert Formats("en").value(value, measure, compact=compact) == printed


@pytest.mark.parametrize(("value", "printed"), [(12_345, "1.23万"), (1.5e8, "1.50亿"), (9_999, "9,999")])
def test_chinese_counts_in_ten_thousands(value, printed):
    assert Formats("zh").value(value, PLAIN, compact=True) == printed


@pytest.mark.parametrize(
    ("grain", "english", "chinese"),
    [("day", "4 Nov 2026", "2026年11月4日"), ("week", "the week of 4 Nov 2026", "2026年11月4日当周"),
     ("month", "November 2026", "2026年11月"), ("quarter", "Q4 2026", "2026年第4季度"), ("year", "2026", "2026年")],
)  # fmt: skip
def test_periods_have_names(grain, english, chinese):
    day = date(2026, 11, 4)
    assert (Formats("en").period(day, grain), Formats("zh").period(day, grain)) == (english, chinese)


def test_a_long_text_is_cut_with_an_ellipsis():
    assert (shorten("a" * 9, 9), shorten("abcd efghij", 6)) == ("a" * 9, "abcd…")


def test_things_happen_in_a_month_and_on_a_day():
    facts = Facts()
    for key, text in (("day.2026-05-31", "31 May 2026"), ("month.2026-05-01", "May 2026")):
        facts.add(Fact(f"p.{key}", "period", text, period=key))
    draft = "In {p.day.2026-05-31} and in {p.month.2026-05-01}, in {p.day.2026-05-31}"
    assert plain(render(draft, facts)) == "On 31 May 2026 and in May 2026, on 31 May 2026"

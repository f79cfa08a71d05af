"""Wrong drafts are planted; none may get through."""

import pytest

from generators.builtin.report.check import check_narrative, unbound_digits
from generators.builtin.report.facts import Fact, Facts
from generators.builtin.report.sentence import plain
from tests.generators.report.test_office import document_of

OCT, SEP, ALL = "2026-10-01", "2026-09-01", "all"
FACTS = (
    Fact("m.revenue", "measure", "revenue", measure="revenue"),
    Fact("m.spend", "measure", "spend", measure="spend"),
    Fact("p.oct", "period", "October 2026", period=OCT),
    Fact("p.sep", "period", "September 2026", period=SEP),
    Fact("p.all", "period", "from May to October 2026", period=ALL),
    Fact("revenue.oct", "value", "293K", 293e3, measure="revenue", period=OCT),
    Fact("revenue.sep", "value", "262K", 262e3, measure="revenue", period=SEP),
    Fact("revenue.change", "change", "11.8%", 0.118, measure="revenue", period=OCT, against=SEP),
    Fact("spend.change", "change", "7.7%", -0.077, measure="spend", period=OCT, against=SEP),
    Fact("flat.change", "change", "0.0%", 0.00001, measure="revenue", period=OCT, against=SEP),
    Fact("s.email", "segment", "Email", segment="k1", rank="highest", ranks="email.value"),
    Fact("s.display", "segment", "Display", segment="k2", rank="lowest", ranks="display.value"),
    Fact("email.value", "value", "1.33M", 1.33e6, measure="revenue", segment="k1", period=ALL),
    Fact("display.value", "value", "182K", 182e3, measure="revenue", segment="k2", period=ALL),
    Fact("n.rows", "count", "594", 594),
)
RIGHT = (
    "In {p.oct}, {m.revenue} rose by {revenue.change} to {revenue.oct}, compared with {p.sep}.",
    "In {p.oct}, {m.spend} fell by {spend.change} from {p.sep}.",
    "In {p.oct}, {m.revenue} stayed level against {p.sep}: {flat.change}.",
    "{p.all}, {m.revenue} was highest in {s.email} at {email.value}; it was lowest in {s.display} at {display.value}.",
    "The table has {n.rows} rows.",
    "{p.oct}，{m.revenue}上升{revenue.change}，达到{revenue.oct}，对比期为{p.sep}。",
    "{p.all}，{m.revenue}最高的是{s.email}，为{email.value}；最低的是{s.display}，为{display.value}。",
)
WRONG = {
    "wrong direction": "In {p.oct}, {m.revenue} fell by {revenue.change} against {p.sep}.",
    "wrong direction of a loss": "In {p.oct}, {m.spend} increased by {spend.change} against {p.sep}.",
    "wrong direction in Chinese": "{p.oct}，{m.revenue}下降{revenue.change}，对比期为{p.sep}。",
    "rise of what is flat": "In {p.oct}, {m.revenue} rose by {flat.change} against {p.sep}.",
    "no direction": "In {p.oct}, {m.revenue} moved by {revenue.change} against {p.sep}.",
    "direction without a change": "In {p.oct}, {m.revenue} rose to {revenue.oct}.",
    "comparison without a change": "In {p.oct}, {m.revenue} was higher than expected at {revenue.oct}.",
    "invented number": "In {p.oct}, {m.revenue} came to 300K.",
    "invented decimals": "In {p.oct}, {m.revenue} came to {revenue.oct}.5.",
    "Arabic digits": "In {p.oct}, {m.revenue} came to ٣٠٠.",
    "full-width digits": "In {p.oct}, {m.revenue} came to ３００.",
    "number word": "In {p.oct}, {m.revenue} doubled to {revenue.oct}.",
    "share in words": "In {p.oct}, {m.revenue} was half of {revenue.oct}.",
    "Chinese number word": "{p.oct}，{m.revenue}达到{revenue.oct}，约三成。",
    "wrong unit sign": "In {p.oct}, {m.revenue} came to {revenue.oct}%.",
    "wrong unit word": "In {p.oct}, {m.revenue} came to {revenue.oct} percent.",
    "wrong currency": "In {p.oct}, {m.revenue} came to €{revenue.oct}.",
    "swapped measure": "In {p.oct}, {m.spend} came to {revenue.oct}.",
    "no measure": "In {p.oct}, it came to {revenue.oct}.",
    "swapped segments": "{p.all}, {m.revenue} in {s.display} was {email.value}.",
    "segment's number as the total": "{p.all}, {m.revenue} came to {email.value}.",
    "total as a segment's number": "In {p.oct}, {m.revenue} in {s.email} was {revenue.oct}.",
    "wrong period": "In {p.sep}, {m.revenue} came to {revenue.oct}.",
    "no period": "{m.revenue} came to {revenue.oct}.",
    "whole time for a month": "{p.all}, {m.revenue} came to {revenue.oct}.",
    "month for the whole time": "In {p.oct}, {m.revenue} in {s.email} was {email.value}.",
    "comparison with another period": "In {p.oct}, {m.revenue} rose by {revenue.change} against {p.all}.",
    "comparison with nothing": "In {p.oct}, {m.revenue} rose by {revenue.change}.",
    "wrong rank": "{p.all}, {m.revenue} was lowest in {s.email} at {email.value}.",
    "rank of another number": "{p.all}, {m.revenue} was highest in {s.email}; in {s.display} it was {display.value}.",
    "rank of nothing": "In {p.oct}, {m.revenue} was the best so far at {revenue.oct}.",
    "wrong rank in Chinese": "{p.all}，{m.revenue}最高的是{s.display}，为{display.value}。",
    "name in plain text": "{p.all}, {m.revenue} in Email was {email.value}.",
    "period in plain text": "In September 2026, {m.revenue} came to {revenue.oct}.",
    "measure in plain text": "In {p.oct}, revenue came to {revenue.oct}.",
    "unknown fact": "In {p.oct}, {m.revenue} came to {revenue.november}.",
    "format code": "In {p.oct}, {m.revenue} came to {revenue.oct:.3f}.",
    "lone brace": "In {p.oct}, {m.revenue} came to {revenue.oct}}.",
}  # fmt: skip


@pytest.fixture
def facts() -> Facts:
    facts = Facts()
    for fact in FACTS:
        facts.add(fact)
    return facts


@pytest.mark.parametrize("draft", RIGHT)
def test_a_true_sentence_passes(facts, draft: str):
    assert check_narrative([draft], facts) == []


@pytest.mark.parametrize("draft", WRONG.values(), ids=WRONG)
def test_a_false_sentence_is_caught(facts, draft: str):
    assert check_narrative([draft], facts)


def test_a_fact_cannot_be_told_twice_in_two_ways(facts):
    with pytest.raises(ValueError, match="already '293K'"):
        facts.add(Fact("revenue.oct", "value", "294K", 294e3))


def test_digits_that_no_fact_printed_are_found():
    assert unbound_digits("In October 2026, revenue came to 293K, not 300K.", FACTS) == ["300"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_our_own_sentences_pass_and_print_only_facts(make_table, shop_rows, language):
    document = document_of(make_table(shop_rows), period="month", language=language)
    passages = document.passages
    told = [f.takeaway for f in document.figures] + [t.takeaway for t in document.tables]
    sentences = [*(s for p in passages for s in (*p.sentences, *p.notes)), *told]
    facts = [piece for sentence in sentences for piece in sentence if isinstance(piece, Fact)]
    assert document.refused == ()
    assert len(passages[0].sentences) >= 5
    assert [digits for s in sentences for digits in unbound_digits(plain(s), facts)] == []


def test_english_sentences_say_what_happened(make_table, shop_rows):
    summary = document_of(make_table(shop_rows), period="month").passages[0]
    assert [plain(sentence) for sentence in summary.sentences[:3]] == [
        "From January 2026 to April 2026, revenue came to 2,860.",
        "In April 2026, revenue rose by 54.8% to 1,200, compared with March 2026.",
        "From March 2026 to April 2026, Web added the most to revenue, 580; Store took away the most, 155.",
    ]

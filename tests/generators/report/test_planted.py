"""Wrong drafts, planted by combination: every true sentence is made false in every way there is, and none gets through.

The README reports the counts that `test_the_counts_are_those_of_the_readme` asserts.
"""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from generators.builtin.report.check import check_narrative
from generators.builtin.report.facts import Fact, Facts

OCT, SEP, AUG, ALL = "month.2026-10-01", "month.2026-09-01", "month.2026-08-01", "all"
MEASURES = {"revenue": "revenue", "spend": "spend", "orders": "orders"}
SEGMENTS = {"email": "k1", "display": "k2", "search": "k3"}
PERIODS = {"oct": OCT, "sep": SEP, "aug": AUG}
NAMES = {"oct": "October 2026", "sep": "September 2026", "aug": "August 2026"}
CHANGES = {"revenue": ("11.8%", 0.118), "spend": ("7.7%", -0.077), "orders": ("0.0%", 0.00001)}
UP = ("rose", "grew", "increased", "climbed", "jumped", "improved", "gained", "soared", "was higher")
DOWN = ("fell", "declined", "decreased", "dropped", "shrank", "slipped", "sank", "lost", "was lower")
FLAT = ("stayed level", "was unchanged", "stayed flat", "was stable", "stayed constant")
UP_ZH, DOWN_ZH, FLAT_ZH = (
    ("上升", "上涨", "增长", "增加", "提高"),
    ("下降", "下跌", "下滑", "减少", "降低"),
    ("持平", "不变"),
)
HIGHEST, LOWEST = ("highest", "largest", "strongest", "best"), ("lowest", "smallest", "weakest", "worst")
DIGITS = ("300", "3.5", "１２", "٣٠٠", "Ⅻ", "²", "①", "½", "三百万", "7e6")
WORDS = (
    "three", "twelve", "seventeen", "forty", "a hundred", "thousands", "two million", "dozens", "half", "a third",
    "a quarter of it", "twice as much", "double", "triple", "tenfold", "a couple", "一半", "三成", "两倍", "十二万",
    "三分之一", "几百万", "第二", "翻倍", "数十亿",
)  # fmt: skip
UNITS = (
    "%",
    " percent",
    " points",
    " dollars",
    "€",
    "‰",
    "K",
    "bn",
    "million",
    "×",
    "元",
    "美元",
    " yuan",
    "°",
)
SIGNS = ("-", "−", "+", "±", "~", "≈", "$", "€", "<", "#")
DENIALS = ("did not", "never", "hardly", "failed to", "didn't")


def made() -> Facts:
    facts = Facts()
    for id, text in MEASURES.items():
        facts.add(Fact(f"m.{id}", "measure", text, measure=id))
    for id, period in PERIODS.items():
        facts.add(Fact(f"p.{id}", "period", NAMES[id], period=period))
    facts.add(Fact("p.all", "period", "from May to October 2026", period=ALL))
    for place, (id, segment) in enumerate(SEGMENTS.items()):
        rank = {0: "highest", 1: "lowest"}.get(place, "")
        ranks = f"revenue.{id}" if rank else ""
        facts.add(Fact(f"s.{id}", "segment", id.title(), segment=segment, rank=rank, ranks=ranks))
        number = Fact(
            f"revenue.{id}", "value", f"{place}33K", 1e5, measure="revenue", segment=segment, period=ALL
        )
        facts.add(number)
    for measure, (text, value) in CHANGES.items():
        for id, period in PERIODS.items():
            facts.add(Fact(f"{measure}.{id}", "value", "293K", 293e3, measure=measure, period=period))
        facts.add(Fact(f"{measure}.change", "change", text, value, measure=measure, period=OCT, against=SEP))
    facts.add(Fact("n.rows", "count", "594", 594))
    facts.add(Fact("f.web", "scope", "channel: Web", scope="k9"))
    facts.add(Fact("web.oct", "value", "88K", 88e3, measure="revenue", period=OCT, scope="k9"))
    return facts


FACTS = made()
TRUE_WORDS = {"revenue": UP, "spend": DOWN, "orders": FLAT}
TRUE_ZH = {"revenue": UP_ZH, "spend": DOWN_ZH, "orders": FLAT_ZH}


def changed(measure: str, word: str, then: str = "sep", now: str = "oct") -> str:
    to = f"by {{{measure}.change}} to {{{measure}.oct}}"
    return f"In {{p.{now}}}, {{m.{measure}}} {word} {to}, compared with {{p.{then}}}."


def changed_since(measure: str, word: str, then: str = "sep", now: str = "oct") -> str:
    return f"From {{p.{then}}} to {{p.{now}}}, {{m.{measure}}} {word} by {{{measure}.change}}."


def changed_zh(measure: str, word: str, then: str = "sep", now: str = "oct") -> str:
    return (
        f"{{p.{now}}}，{{m.{measure}}}{word}{{{measure}.change}}，为{{{measure}.oct}}，对比期为{{p.{then}}}。"
    )


SHAPES = ((changed, TRUE_WORDS, (UP, DOWN, FLAT)), (changed_since, TRUE_WORDS, (UP, DOWN, FLAT)),
          (changed_zh, TRUE_ZH, (UP_ZH, DOWN_ZH, FLAT_ZH)))  # fmt: skip


def ranked(word: str, segment: str = "email", number: str = "email", measure: str = "revenue") -> str:
    return f"{{p.all}}, {{m.{measure}}} was {word} in {{s.{segment}}} at {{revenue.{number}}}."


def at(measure: str, period: str, number: str) -> str:
    return f"In {{p.{period}}}, {{m.{measure}}} came to {{{number}}}."


def true() -> Iterator[str]:
    for shape, words, _ in SHAPES:
        yield from (shape(measure, word) for measure in MEASURES for word in words[measure])
    yield from (ranked(word) for word in HIGHEST)
    yield from (ranked(word, "display", "display") for word in LOWEST)
    yield from (at(measure, period, f"{measure}.{period}") for measure in MEASURES for period in PERIODS)
    yield "The table has {n.rows} rows."
    yield "数据表共有 {n.rows} 行。"
    yield "{f.web}: In {p.oct}, {m.revenue} came to {web.oct}."
    yield "{p.all}，{m.revenue}最高的是{s.email}，为{revenue.email}；最低的是{s.display}，为{revenue.display}。"


def planted() -> Iterator[tuple[str, str]]:
    """Yield the kind of each wrong draft, and the draft."""
    for shape, words, lists in SHAPES:
        for measure in MEASURES:
            wrong = (word for one in lists if one is not words[measure] for word in one)
            yield from (("wrong sign", shape(measure, word)) for word in wrong)
            right = words[measure][0]
            for then, now in product(PERIODS, PERIODS):
                if (then, now) != ("sep", "oct"):
                    yield "wrong comparison", shape(measure, right, then, now)
            for other in set(MEASURES) - {measure}:
                yield "wrong measure", shape(measure, right).replace(f"{{m.{measure}}}", f"{{m.{other}}}")
    for measure, denial in product(("revenue", "spend"), DENIALS):
        yield "denial", changed(measure, f"{denial} {TRUE_WORDS[measure][0]}")
    for measure, denial in product(("revenue", "spend"), ("并没有", "从未", "不再")):
        yield "denial", changed_zh(measure, f"{denial}{TRUE_ZH[measure][0]}")
    for measure, period, number in product(MEASURES, PERIODS, PERIODS):
        if period != number:
            yield "wrong period", at(measure, period, f"{measure}.{number}")
    for measure, other, period in product(MEASURES, MEASURES, PERIODS):
        if measure != other:
            yield "wrong measure", at(measure, period, f"{other}.{period}")
    for segment, number in product(SEGMENTS, SEGMENTS):
        if segment != number:
            yield "swapped segments", f"{{p.all}}, {{m.revenue}} in {{s.{segment}}} was {{revenue.{number}}}."
            yield "swapped segments", f"{{p.all}}，{{s.{segment}}}的{{m.revenue}}为{{revenue.{number}}}。"
            yield (
                "wrong comparison",
                f"{{p.all}}, {{m.revenue}} in {{s.{segment}}} was {{revenue.{segment}}}, more than in {{s.{number}}}.",
            )
            yield (
                "wrong comparison",
                f"{{p.all}}，{{s.{segment}}}的{{m.revenue}}为{{revenue.{segment}}}，高于{{s.{number}}}。",
            )
    for word, segment in product((*HIGHEST, *LOWEST), SEGMENTS):
        if (word in HIGHEST, segment) not in ((True, "email"), (False, "display")):
            yield "wrong rank", ranked(word, segment, segment)
    for word, segment in product(("最高", "最大", "最低", "最小"), SEGMENTS):
        if (word in ("最高", "最大"), segment) not in ((True, "email"), (False, "display")):
            yield (
                "wrong rank",
                f"{{p.all}}，{{m.revenue}}{word}的是{{s.{segment}}}，为{{revenue.{segment}}}。",
            )
    bases = [at(measure, "oct", f"{measure}.oct") for measure in MEASURES] + [
        changed("revenue", "rose"),
        ranked("highest"),
    ]
    for base, digits in product(bases, DIGITS):
        yield (
            "invented number",
            base.replace(".", f", or {digits}.", 1) if base.endswith("..") else f"{base[:-1]}, or {digits}.",
        )
        yield "invented number", re.sub(r"\{[a-z]+\.(oct|email)\}", digits, base)
    for base, word in product(bases, WORDS):
        yield "number word", f"{base[:-1]}, about {word}."
    for base, unit in product(bases, UNITS):
        yield (
            "wrong unit",
            f"{base[:-1]}{unit}." if not base.endswith("{p.sep}.") else base.replace("}, c", f"}}{unit}, c"),
        )
    for base, sign in product(bases, SIGNS):
        yield "wrong unit", re.sub(r"(\{(?:\w+\.(?:oct|email))\})", rf"{sign}\1", base)
    for name in (*MEASURES.values(), *NAMES.values(), "Email", "Display", "Search"):
        yield "name in plain text", f"In {{p.oct}}, {{m.revenue}} came to {{revenue.oct}}, as did {name}."
    for measure in MEASURES:
        yield "other rows", at(measure, "oct", "web.oct")
        yield "a count as a value", at(measure, "oct", "n.rows")
        yield "unknown fact", at(measure, "oct", f"{measure}.nov")
        yield "a total of a segment", f"{{p.all}}, {{m.{measure}}} came to {{revenue.email}}."
    yield "other rows", "{f.web}: In {p.oct}, {m.revenue} came to {revenue.oct}."


TRUE, PLANTED = sorted(set(true())), sorted(set(planted()))


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in PLANTED}))
def test_no_planted_draft_gets_through(kind: str):
    through = [draft for one, draft in PLANTED if one == kind and not check_narrative([draft], FACTS)]
    assert through == []


def test_every_true_draft_gets_through():
    refused = [(draft, problems[0].reason) for draft in TRUE if (problems := check_narrative([draft], FACTS))]
    assert refused == []


def test_the_counts_are_those_of_the_readme():
    readme = Path("generators/builtin/report/README.md").read_text("utf-8")
    assert len(PLANTED) > 500
    assert f"{len(PLANTED)} wrong drafts" in readme
    assert f"{len(TRUE)} true ones" in readme

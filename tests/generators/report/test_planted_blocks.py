"""Wrong drafts of every kind of block: what each says of a small table is made false piece by piece."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from generators.builtin.report.blocks.build import build
from generators.builtin.report.check import check_narrative
from generators.builtin.report.facts import Fact, Facts
from generators.builtin.report.part import NotShown
from generators.builtin.report.prepare import subject_of
from generators.builtin.report.roles import infer_roles
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.subject import Subject
from generators.builtin.report.table import read_table
from tests.generators.report.test_analysing_blocks import MORE, OF, READ, TABLES
from tests.generators.report.test_bad_tables import KINDS
from tests.generators.report.test_outcomes import CALLS

OF_OUTCOMES = ("summary", "breakdown", "trend", "ranking")
OPPOSITES = (("rose", "fell"), ("added", "took away"), ("higher", "lower"), ("highest", "lowest"),
             ("largest", "smallest"),
             ("上升", "下降"), ("增加", "减少"), ("最高", "最低"), ("高于", "低于"), ("最多", "最少"))  # fmt: skip
UNITS, SIGNS, DIGITS = ("%", " points", "€", "元"), ("-", "+", "~"), ("300", "３", "三百万", "twice as much")


def drafts_of(subject: Subject, kind: str) -> list[str]:
    more = {key: value for key, value in MORE.get(kind, {}).items() if key != "period"}
    try:
        part = build(KINDS[kind](id="b", period="month", **more), subject)
    except NotShown:
        return []
    return [d for d in dict.fromkeys((part.takeaway, *part.sentences, *part.headlines, *part.notes)) if d]


def other(facts: Facts, of: Fact, *, than: tuple[str, ...], told: list[str]) -> str | None:
    """Return the id of another fact of the role that differs in what it is about."""
    about = tuple(getattr(of, name) for name in than)
    found = (f for f in facts if f.role == of.role and tuple(getattr(f, name) for name in than) != about)
    return next((f.id for f in found if f.id not in told), None)


def corrupted(draft: str, facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the kind of each way to make a draft wrong, and the wrong draft."""
    ids = re.findall(r"\{([^}]+)\}", draft)
    numbers = [facts[id] for id in ids if facts[id].is_number]
    for id in dict.fromkeys(ids):
        fact, place = facts[id], f"{{{id}}}"
        if fact.is_number:
            yield from (("invented number", draft.replace(place, digits)) for digits in DIGITS)
        if fact.is_number and fact.role != "count":
            yield from (("wrong unit", draft.replace(place, place + unit)) for unit in UNITS)
            yield from (("wrong sign", draft.replace(place, sign + place)) for sign in SIGNS)
        about = {"period": ("period",), "segment": ("segment",), "measure": ("measure",)}.get(fact.role)
        if fact.is_number and fact.role != "count":
            about = ("measure", "segment", "period")
        elif not about or not any(getattr(number, about[0]) == getattr(fact, about[0]) for number in numbers):
            continue
        if wrong := other(facts, fact, than=about, told=ids):
            yield f"other {fact.role}", draft.replace(place, f"{{{wrong}}}")
    for one, following in pairwise(numbers):
        places = f"{{{one.id}}}", f"{{{following.id}}}"
        between = draft.partition(places[0])[2].partition(places[1])[0].strip()
        if between in ("to", "and", "至", "，达到") and one.value != following.value:
            yield (
                "ends of an interval",
                places[1].join(part.replace(places[1], places[0]) for part in draft.split(places[0], 1)),
            )
    for one, opposite in (pair for both in OPPOSITES for pair in (both, both[::-1])):
        if re.search(rf"(?<!\w){one}(?!\w)", draft, re.ASCII):
            yield "opposite word", draft.replace(one, opposite, 1)
    for name in sorted({facts[id].text for id in ids if facts[id].role in ("segment", "measure")}):
        if len(name) > 1:
            yield (
                "name in plain text",
                f"{draft[:-1]}{'，与' if draft.endswith('。') else ' as did '}{name}{draft[-1]}",
            )


def test_no_sentence_of_any_block_can_be_made_wrong(make_table):
    true, wrong, through, refused = 0, 0, [], []
    tables = {
        name: READ.get(name) or read_table(make_table(rows()), lambda rows: None)
        for name, rows in TABLES.items()
    }
    tables["calls"] = read_table(make_table(CALLS), lambda rows: None)
    asked = [(kind, OF.get(kind, "shop")) for kind in KINDS] + [(kind, "calls") for kind in OF_OUTCOMES]
    for language in ("en", "zh"):
        params = ReportParams(language=language, period="month")
        for kind, name in asked:
            subject = subject_of(tables[name], infer_roles(tables[name], params), params)
            facts = subject.find.facts
            for draft in drafts_of(subject, kind):
                true += 1
                refused += check_narrative([draft], facts)
                planted = dict.fromkeys(pair for pair in corrupted(draft, facts) if pair[1] != draft)
                wrong += len(planted)
                through += [(kind, *pair) for pair in planted if not check_narrative([pair[1]], facts)]
    assert through == []
    assert refused == []
    readme = Path("generators/builtin/report/README.md").read_text("utf-8")
    assert f"{wrong:,} made of the {true} sentences" in readme, f"{wrong:,} made of the {true} sentences"

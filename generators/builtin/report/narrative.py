"""What a report says in words: sentences chosen by the facts, checked before they are kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from generators.builtin.report.analysis import Analysis, Breakdown
from generators.builtin.report.check import PLACEHOLDER, check_narrative
from generators.builtin.report.facts import Fact, Facts
from generators.builtin.report.findings import ALL, Finder
from generators.builtin.report.formats import Language
from generators.builtin.report.measures import Measure
from generators.builtin.report.wording import SENTENCES

Piece = str | Fact
Sentence = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Narrative:
    """The sentences of a report.

    Attributes:
        summary: What a reader should know, most important first.
        takeaways: What each figure shows, by the figure's key.
        notes: What the reader should know about the data.
        refused: Drafts that contradicted the facts and were left out, with the reasons.
    """

    summary: tuple[Sentence, ...]
    takeaways: dict[str, Sentence]
    notes: tuple[Sentence, ...]
    refused: tuple[str, ...]


def narrate(analysis: Analysis, finder: Finder, language: Language) -> Narrative:
    """Return the narrative of an analysis."""
    writer = _Writer(analysis, finder, language)
    takeaways = writer.takeaways()
    summary, notes = writer.summary(takeaways), writer.notes()
    problems = check_narrative([*summary, *takeaways.values(), *notes], finder.facts, names=False)
    wrong = {problem.draft for problem in problems}

    def kept(drafts: Sequence[str]) -> tuple[Sentence, ...]:
        return tuple(render(draft, finder.facts) for draft in dict.fromkeys(drafts) if draft not in wrong)

    return Narrative(
        kept(summary),
        {key: render(draft, finder.facts) for key, draft in takeaways.items() if draft not in wrong},
        kept(notes),
        tuple(f"{problem.reason}: {problem.draft}" for problem in problems),
    )


def render(draft: str, facts: Facts) -> Sentence:
    """Return a draft as texts and facts."""
    parts = re.split(r"(\{[^{}]*\})", draft)
    pieces: list[Piece] = [facts[p[1:-1]] if PLACEHOLDER.fullmatch(p) else p for p in parts if p]
    return tuple(pieces)


def capitalised(sentence: Sentence) -> Sentence:
    """Return a sentence with a capital at its start."""
    if not sentence:
        return ()
    first = sentence[0]
    if isinstance(first, str):
        return (first[:1].upper() + first[1:], *sentence[1:])
    return (replace(first, text=first.text[:1].upper() + first.text[1:]), *sentence[1:])


def plain(sentence: Sentence) -> str:
    """Return a sentence as text."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in capitalised(sentence))


class _Writer:
    def __init__(self, analysis: Analysis, finder: Finder, language: Language) -> None:
        self._analysis = analysis
        self._finder = finder
        self._texts = SENTENCES[language]

    def draft(self, key: str, **facts: Fact) -> str:
        """Return a sentence with the ids of its facts between braces."""
        return self._texts[key].format(**{name: f"{{{fact.id}}}" for name, fact in facts.items()})

    def summary(self, takeaways: dict[str, str]) -> list[str]:
        main, facts = self._analysis.main, self._finder.facts
        drafts = []
        if total := self._finder.total(main):
            key = "sum" if main.adds_up else "mean"
            drafts.append(self.draft(key, p=facts[f"p.{ALL}"], m=self._m(main), x=total))
        second = self._analysis.second
        drafts += [d for d in (self._latest(main), self._year(main)) if d]
        drafts += [takeaways[key] for key in ("change", "by0") if key in takeaways]
        drafts += [d for d in (self._latest(second) if second else "", takeaways.get("second", "")) if d]
        return drafts

    def takeaways(self) -> dict[str, str]:
        analysis, found = self._analysis, {}
        found["trend"] = self._peak(analysis.main)
        found["change"] = self._change()
        found["mix"] = self._mix()
        for place, breakdown in enumerate(analysis.breakdowns):
            found[f"by{place}"] = self._ranked(breakdown, analysis.main)
        if analysis.second and analysis.breakdowns:
            found["second"] = self._ranked(analysis.breakdowns[0], analysis.second)
        if analysis.ranking and analysis.ranking not in analysis.breakdowns:
            found["ranking"] = self._ranked(analysis.ranking, analysis.main)
        return {key: draft for key, draft in found.items() if draft}

    def notes(self) -> list[str]:
        analysis, finder, timeline = self._analysis, self._finder, self._analysis.timeline
        drafts = []
        if timeline is None:
            drafts.append(self.draft("no_time"))
        else:
            drafts += [self.draft("left_out", p=finder.period(start)) for start in timeline.left_out]
            if timeline.previous is None:
                drafts.append(self.draft("no_previous"))
            if gaps := timeline.rows.count(0):
                drafts.append(self.draft("gaps", n=finder.count("gaps", gaps, "periods with count(*) = 0")))
            if analysis.undated:
                drafts.append(
                    self.draft(
                        "undated", n=finder.count("undated", analysis.undated, "count(*) without a date")
                    )
                )
        drafts += [self.draft("averaged", m=self._m(m)) for m in analysis.measures if m.how == "mean"]
        if any(m.how == "ratio" for m in analysis.measures):
            drafts.append(self.draft("ratios"))
        if analysis.main.adds_up and analysis.breakdowns and not analysis.has_shares:
            drafts.append(self.draft("mixed_signs", m=self._m(analysis.main)))
        for place, (name, unread) in enumerate(analysis.unread.items()):
            number = finder.count(f"unread{place}", unread, "count of values of another kind than the column")
            drafts.append(self.draft("unread", c=finder.column(name), n=number))
        drafts += [self.draft("ambiguous", c=finder.column(name)) for name in analysis.ambiguous]
        return drafts

    def _m(self, measure: Measure) -> Fact:
        return self._finder.facts[f"m.{measure.id}"]

    def _latest(self, measure: Measure) -> str:
        """How the latest period compares with the one before."""
        timeline = self._analysis.timeline
        if timeline is None or timeline.previous is None:
            return ""
        change = self._finder.change(measure, timeline.previous, timeline.latest)
        value = self._finder.at(timeline.latest, measure)
        if change is None or value is None:
            return ""
        p, against = self._finder.period(timeline.latest), self._finder.period(timeline.previous)
        return self.draft(change.direction, p=p, m=self._m(measure), change=change, x=value, against=against)

    def _year(self, measure: Measure) -> str:
        """How the latest period compares with the same period a year before."""
        timeline = self._analysis.timeline
        if timeline is None or timeline.year_before is None:
            return ""
        change = self._finder.change(measure, timeline.year_before, timeline.latest)
        if change is None:
            return ""
        p, against = self._finder.period(timeline.latest), self._finder.period(timeline.year_before)
        return self.draft(f"year_{change.direction}", p=p, m=self._m(measure), change=change, against=against)

    def _peak(self, measure: Measure) -> str:
        timeline = self._analysis.timeline
        if timeline is None:
            return ""
        known = [
            (v, s) for v, s in zip(timeline.values[measure.id], timeline.starts, strict=True) if v is not None
        ]
        if len({v for v, _ in known}) < 2:
            return ""
        high, x = self._finder.ranked_period(max(known)[1], measure, "highest")
        low, y = self._finder.ranked_period(min(known)[1], measure, "lowest")
        return self.draft("peak", m=self._m(measure), high=high, x=x, low=low, y=y)

    def _change(self) -> str:
        change, timeline = self._analysis.change, self._analysis.timeline
        if change is None or timeline is None or timeline.previous is None or not change.contributions:
            return ""
        largest, smallest = change.contributions[0], change.contributions[-1]
        names = {"p": self._finder.period(timeline.latest), "against": self._finder.period(timeline.previous)}
        for part, name, number in ((largest, "high", "gain"), (smallest, "low", "loss")):
            if (part.delta > 0) == (number == "gain") and part.delta != 0:
                fact, value = self._finder.contribution(change.dimension, part.name, part.delta, part.rows)
                if value.direction != "flat":
                    names |= {name: fact, number: value}
        known = ("gain" in names, "loss" in names)
        key = {(True, True): "both", (True, False): "gains", (False, True): "losses"}.get(known)
        return self.draft(key, m=self._m(self._analysis.main), **names) if key else ""

    def _mix(self) -> str:
        mix = self._analysis.mix
        if mix is None:
            return ""
        start, (name, share) = mix.starts[-1], mix.leader
        rows = self._analysis.timeline.rows_at(start) if self._analysis.timeline else 0
        x = self._finder.share(mix.dimension, name, share, rows, period=start)
        high = self._finder.leader(mix.dimension, name, x)
        return self.draft(
            "leads", p=self._finder.period(start), m=self._m(self._analysis.main), high=high, x=x
        )

    def _ranked(self, breakdown: Breakdown, measure: Measure) -> str:
        """Which segment is largest with its share, or which are highest and lowest."""
        facts, finder = self._finder.facts, self._finder
        if measure.id not in breakdown.extremes:
            return ""
        top, bottom = breakdown.extremes[measure.id]
        high = finder.segment(breakdown, top, measure, "highest")
        low = finder.segment(breakdown, bottom, measure, "lowest")
        assert high is not None
        assert low is not None
        common = {"p": facts[f"p.{ALL}"], "m": self._m(measure), "high": high[0], "x": high[1]}
        if measure == self._analysis.main and self._analysis.has_shares:
            share = self._analysis.share_of(top)
            return self.draft(
                "largest", **common, share=finder.share(breakdown.dimension, top.name, share, top.rows)
            )
        return self.draft("range", **common, low=low[0], y=low[1])

"""The content of a report, ready to be set as a page or as paper."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from generators.builtin.report.analysis import Analysis
from generators.builtin.report.facts import Fact
from generators.builtin.report.figures import Figure, Ranking, Subject, figures_of, ranking_of
from generators.builtin.report.findings import ALL, Finder, Names, shown
from generators.builtin.report.formats import Formats, Language
from generators.builtin.report.measures import Measure
from generators.builtin.report.narrative import Narrative, narrate
from generators.builtin.report.plots import code_of
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.wording import HEADINGS
from generators.data import TrainingData

MOST_KEY_FIGURES = 8
Tone = Literal["good", "bad", "plain"]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A measure in the latest period, its change, and its course."""

    name: str
    value: Fact
    change: Fact | None
    tone: Tone
    course: tuple[float | None, ...]
    code: str
    """How Excel prints the value."""

    @property
    def arrow(self) -> str:
        return {"up": "▲", "down": "▼", "flat": "="}[self.change.direction] if self.change else ""

    @property
    def printed_change(self) -> str:
        """The change with its arrow; "" where there is none."""
        return f"{self.arrow} {self.change.text}" if self.change else ""


@dataclass(frozen=True, slots=True)
class Origin:
    """An entry of the appendix: a printed number or a figure, and where it comes from.

    Attributes:
        anchor: Where links to it lead.
        printed: The number as it is printed, or the name of the figure.
        about: Measure, segment and periods in words.
        query: How it was computed.
        rows: From how many rows.
    """

    anchor: str
    printed: str
    about: str
    query: str
    rows: str


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that a report prints, in one language."""

    language: Language
    words: Mapping[str, str]
    title: str
    subtitle: str
    label: str
    source: str
    key_heading: str
    key_figures: tuple[KeyFigure, ...]
    narrative: Narrative
    figures: tuple[Figure, ...]
    ranking: Ranking | None
    origins: tuple[Origin, ...]
    anchors: Mapping[str, str]
    """The anchor of each printed fact, by the fact's id."""

    @property
    def appendix(self) -> "tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]":
        """Where each number comes from, as the head and the rows of a table."""
        head = tuple(self.words[key] for key in ("printed", "about", "query", "rows"))
        return head, tuple((o.printed, o.about, o.query, o.rows) for o in self.origins)

    def figure_name(self, figure: Figure) -> str:
        """Return "Figure 3"."""
        return self.words["figure"].format(number=self.figures.index(figure) + 1)


def compose(analysis: Analysis, data: TrainingData, params: ReportParams) -> Document:
    """Return the content of a report."""
    words = HEADINGS[params.language]
    subject = Subject(analysis, Formats(params.language), Names(params.language), words)
    finder = Finder(analysis, subject.formats, subject.names)
    narrative = narrate(analysis, finder, params.language)
    figures, ranking = figures_of(subject, narrative.takeaways), ranking_of(subject)
    keys = tuple(_key_figures(subject, finder))
    printed = _printed(narrative, figures, keys)
    anchors = {fact.id: f"n{place}" for place, fact in enumerate(printed, start=1)}
    rows, dataset = subject.formats.count(analysis.rows), shown(data.name)
    period = finder.facts[f"p.{ALL}"].text
    return Document(
        language=params.language,
        words=words,
        title=shown(params.title)
        or words["title"].format(measure=subject.title(analysis.main), dataset=dataset),
        subtitle=words["subtitle" if analysis.timeline else "subtitle_rows"].format(rows=rows, period=period),
        label=words["label"].format(dataset=dataset, sha256=data.sha256[:12]),
        source=words["source"].format(dataset=dataset, rows=rows),
        key_heading=_key_heading(subject),
        key_figures=keys,
        narrative=narrative,
        figures=figures,
        ranking=ranking,
        origins=(
            *_number_origins(printed, anchors, subject, finder),
            *_figure_origins(figures, ranking, subject),
        ),
        anchors=anchors,
    )


def _key_heading(subject: Subject) -> str:
    timeline, formats = subject.analysis.timeline, subject.formats
    if timeline is None:
        return subject.words["key_total"]
    period = subject.names.title(formats.period(timeline.latest, timeline.grain))
    if timeline.previous is None:
        return period
    return subject.words["key_period"].format(
        period=period, previous=formats.period(timeline.previous, timeline.grain)
    )


def _key_figures(subject: Subject, finder: Finder) -> Iterator[KeyFigure]:
    """Yield measures in the latest period; over the whole table where there are no periods."""
    timeline = subject.analysis.timeline
    for measure in subject.telling()[:MOST_KEY_FIGURES]:
        value = finder.at(timeline.latest, measure) if timeline else finder.total(measure)
        course = timeline.values[measure.id] if timeline else ()
        change = None
        if timeline and timeline.previous:
            change = finder.change(measure, timeline.previous, timeline.latest)
        if value:
            tone = _tone(measure, change)
            yield KeyFigure(
                subject.title(measure), value, change, tone, course, code_of(measure, [value.value])
            )


def _tone(measure: Measure, change: Fact | None) -> Tone:
    if change is None or change.direction == "flat" or measure.better == "either":
        return "plain"
    return "good" if change.direction == measure.better else "bad"


def _printed(narrative: Narrative, figures: tuple[Figure, ...], keys: tuple[KeyFigure, ...]) -> list[Fact]:
    """Return the numbers that sentences and key figures print, in reading order."""
    last = narrative.takeaways.get("ranking", ())
    sentences = [*narrative.summary, *(figure.takeaway for figure in figures), last, *narrative.notes]
    facts = [
        piece for sentence in sentences for piece in sentence if isinstance(piece, Fact) and piece.is_number
    ]
    facts += [fact for key in keys for fact in (key.value, key.change) if fact]
    return list({fact.id: fact for fact in facts}.values())


def _number_origins(
    printed: list[Fact], anchors: Mapping[str, str], subject: Subject, finder: Finder
) -> Iterator[Origin]:
    named = {
        (fact.role, key): fact.text
        for fact in finder.facts
        for key in (fact.measure, fact.segment, fact.period)
        if key and not fact.is_number
    }
    for fact in printed:
        keys = (
            ("measure", fact.measure),
            ("segment", fact.segment),
            ("period", fact.period),
            ("period", fact.against),
        )
        about = " · ".join(named[key] for key in keys if key in named)
        yield Origin(anchors[fact.id], fact.text, about, fact.query, subject.formats.count(fact.rows))


def _figure_origins(
    figures: tuple[Figure, ...], ranking: Ranking | None, subject: Subject
) -> Iterator[Origin]:
    rows = subject.formats.count(subject.analysis.rows)
    for number, figure in enumerate(figures, start=1):
        name = subject.words["figure"].format(number=number)
        yield Origin(f"q-{figure.key}", name, figure.title, figure.query, rows)
    if ranking:
        yield Origin("q-ranking", subject.words["table"], ranking.title, ranking.query, rows)

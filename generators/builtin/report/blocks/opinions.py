"""What people wrote: topics, whether they speak well or ill, and examples."""

from functools import partial

import polars as pl

from generators.builtin.report import charts
from generators.builtin.report.analyses.opinions import Opinions as Found
from generators.builtin.report.analyses.opinions import opinions
from generators.builtin.report.analyses.topics import LEAST_TEXTS
from generators.builtin.report.blocks.analysis_params import Opinions
from generators.builtin.report.blocks.own import Own
from generators.builtin.report.facts import Fact
from generators.builtin.report.names import shown
from generators.builtin.report.part import Figure, Part, Table
from generators.builtin.report.plots import COUNT, SHARE, Plot, Series
from generators.builtin.report.subject import Subject

TONES = ("good", "mixed", "bad")
MOST_PERIODS = 24
PERIOD = "_period"


def build(block: Opinions, subject: Subject) -> Part:
    """Return the topics, the course of what people say where there is time, and quotes."""
    text, rating, timeline = subject.column(block.text), _rating(block, subject), subject.timeline
    found = opinions(
        _with_periods(subject),
        text=subject.key(text),
        rating=subject.key(rating) if rating else None,
        period=PERIOD if timeline else None,
    )
    if found is None:
        raise subject.not_shown("no_texts", least=str(LEAST_TEXTS))
    own = Own(block, subject)
    figures = [_topics(block, subject, found)] if found.topics else []
    if timeline and len(found.course) > 1:
        figures.append(_course(block, subject, found))
    tables = (_table(block, subject, found),) if found.topics else ()
    takeaway, sentences = _told(own, subject, found)
    return Part(
        figures=tuple(figures),
        tables=tables,
        takeaway=takeaway,
        sentences=sentences,
        headlines=(sentences[0], takeaway, *_weakest(own, subject, found)),
        notes=_notes(own, subject, found),
    )


def _with_periods(subject: Subject) -> pl.DataFrame:
    timeline = subject.timeline
    if timeline is None:
        return subject.frame
    start = timeline.start_of(pl.col(subject.key(timeline.column)))
    return subject.frame.with_columns(start.alias(PERIOD))


def _rating(block: Opinions, subject: Subject) -> str:
    if block.rating.startswith("@"):
        return subject.roles.named.get(block.rating[1:], "")
    return subject.column(block.rating) if block.rating else ""


def _named(terms: tuple[str, ...]) -> str:
    return shown(" · ".join(terms))


def _topics(block: Opinions, subject: Subject, found: Found) -> Figure:
    formats, words = subject.formats, subject.words
    names = [_named(topic.terms) for topic in found.topics]
    bars = [
        charts.Bar(
            name,
            topic.texts,
            f"{formats.count(topic.texts)} · {formats.percent(topic.texts / found.texts, places=0)}",
        )
        for name, topic in zip(names, found.topics, strict=True)
    ]
    return Figure(
        key=block.id,
        title=words["topics"],
        draw=partial(charts.bars, bars),
        plot=Plot(
            "bars",
            tuple(names),
            (Series(words["texts"], tuple(float(t.texts) for t in found.topics)),),
            COUNT,
        ),
        wide=True,
        head=(words["topic"], words["texts"], words["good"], words["bad"]),
        rows=tuple(
            (name, *(formats.count(n) for n in (topic.texts, topic.good, topic.bad)))
            for name, topic in zip(names, found.topics, strict=True)
        ),
        query="texts by the topic that fits best: TF-IDF, non-negative factors",
    )


def _course(block: Opinions, subject: Subject, found: Found) -> Figure:
    timeline, formats, words = subject.periods(), subject.formats, subject.words
    course = found.course[-MOST_PERIODS:]
    table = [(good / n, (n - good - bad) / n, bad / n) for _, n, good, bad in course]
    ticks = [formats.tick(start, timeline.grain) for start, *_ in course]
    names = [words[tone] for tone in TONES]
    labels = [formats.percent(share, places=0) for share in table[-1]]
    return Figure(
        key=f"{block.id}-tones",
        title=words["tones"],
        draw=lambda palette, width: charts.shares(names, ticks, table, labels, palette, width),
        plot=Plot("shares", tuple(ticks), tuple(map(Series, names, zip(*table, strict=True))), SHARE),
        wide=True,
        head=(subject.names.title(words[timeline.grain]), *names),
        rows=tuple(
            (formats.period(start, timeline.grain), *(formats.percent(share) for share in shares))
            for (start, *_), shares in zip(course, table, strict=True)
        ),
        query=f"share of the texts that speak well, neither or both, and ill, by {timeline.grain}",
    )


def _table(block: Opinions, subject: Subject, found: Found) -> Table:
    words, formats = subject.words, subject.formats
    return Table(
        key=f"{block.id}-topics",
        title=words["topic_tones"],
        head=(words["topic"], words["texts"], words["good"], words["bad"]),
        rows=tuple(
            (
                _named(topic.terms),
                formats.count(topic.texts),
                *(formats.percent(n / topic.texts, places=0) for n in (topic.good, topic.bad)),
            )
            for topic in found.topics
        ),
        values=tuple((float(t.texts), t.good / t.texts, t.bad / t.texts) for t in found.topics),
        codes=(COUNT, SHARE, SHARE),
        query="texts of each topic, and the share that speaks well and ill",
    )


def _told(own: Own, subject: Subject, found: Found) -> tuple[str, tuple[str, ...]]:
    """Return which topic most texts have, and what people say with examples."""
    formats = subject.formats
    n = own.count("texts", found.texts, "texts read")
    sides = {
        tone: own.share(tone, found.tones[tone] / found.texts, "texts of this tone, divided by all")
        for tone in ("good", "bad")
    }
    drafts = [subject.draft("tones", n=n, **sides)]
    takeaway = ""
    if found.topics:
        first, k = found.topics[0], own.metric("texts")
        name, key = _named(first.terms), own.key("topic", _named(first.terms))
        x = own.number(
            "topic", formats.count(first.texts), first.texts, "texts that it fits best", of=k, segment=key
        )
        takeaway = subject.draft("topic", k=k, high=own.name("topic", name, x, "highest", name), x=x)
    for place, topic in enumerate(found.topics):
        if topic.quote:
            drafts.append(
                subject.draft(
                    "quote", high=_topic(own, topic.terms), q=own.words(f"q{place}", shown(topic.quote))
                )
            )
    for key, example in (("quote_good", found.best), ("quote_bad", found.worst)):
        if example:
            drafts.append(subject.draft(key, q=own.words(key, shown(example[0]))))
    return takeaway, tuple(drafts)


def _weakest(own: Own, subject: Subject, found: Found) -> list[str]:
    """Return of which topic the smallest share speaks well, where the topics differ."""
    shares = [topic.good / topic.texts for topic in found.topics]
    if len(set(shares)) < 2:
        return []
    share, topic = min(zip(shares, found.topics, strict=True), key=lambda pair: pair[0])
    k, name = own.metric("speak_well"), _named(topic.terms)
    text = subject.formats.percent(share, places=0)
    query = "texts of the topic that speak well, divided by all of it"
    x = own.number("weakest", text, share, query, of=k, segment=own.key("topic", name))
    return [subject.draft("tone_low", k=k, low=own.name("topic", name, x, "lowest", name), x=x)]


def _topic(own: Own, terms: tuple[str, ...]) -> Fact:
    return own.name("topic", _named(terms), text=_named(terms))


def _notes(own: Own, subject: Subject, found: Found) -> tuple[str, ...]:
    notes = [subject.draft("by_rating" if found.by_rating else "by_words")]
    if found.texts < found.written:
        every = own.count("written", found.written, "rows with a text")
        notes.append(subject.draft("sampled", all=every, n=own.count("texts", found.texts, "texts read")))
    return tuple(notes)

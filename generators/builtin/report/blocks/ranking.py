"""A table of the largest segments with the measures that boards ask for."""

from collections.abc import Sequence

from generators.builtin.report.analyses.segments import Segment
from generators.builtin.report.blocks.breakdown import ranked
from generators.builtin.report.blocks.params import Ranking
from generators.builtin.report.measures import Measure, telling
from generators.builtin.report.part import Part, Table
from generators.builtin.report.plots import COUNT, SHARE, code_of
from generators.builtin.report.subject import Subject
from generators.builtin.report.where import Condition

RANKED_MEASURES = 5


def build(block: Ranking, subject: Subject) -> Part:
    """Return the largest segments of a dimension in the first measure."""
    asked = [subject.measure(name) for name in block.measures]
    first, *further = asked or _told(subject)[:RANKED_MEASURES]
    dimension = subject.column(block.dimension) if block.dimension else _finest(subject)
    breakdown = subject.breakdown(dimension, (first, *further), block.top_n)
    names, formats, words = subject.names, subject.formats, subject.words
    column = names.column(dimension)
    has_share = subject.has_shares(first)
    rows, values = [], []
    for segment in breakdown.segments:
        share = subject.share(segment, first) if has_share else 0.0
        cells = [
            formats.value(segment.values[first.id], first),
            *([formats.percent(share)] if has_share else []),
        ]
        cells += [formats.value(segment.values[m.id], m) for m in further]
        rows.append((names.segment(segment.name), *cells, formats.count(segment.rows)))
        known = [segment.values[m.id] for m in further]
        part = [share] if has_share else []
        values.append((segment.values[first.id], *part, *known, float(segment.rows)))
    titles = [subject.title(first), *([words["share"]] if has_share else []), *map(subject.title, further)]
    queries = ", ".join(m.query() for m in (first, *further))
    table = Table(
        key=block.id,
        title=words["ranking"].format(dimension=names.title(column)),
        head=(names.title(column), *titles, words["rows"]),
        rows=tuple(rows),
        values=tuple(values),
        codes=_codes([first, *further], breakdown.segments, has_share=has_share),
        others=words["others"].format(number=formats.count(breakdown.others)) if breakdown.others else "",
        query=f'{queries} group by "{column}" order by {first.query()} desc limit {len(rows)}',
        wheres=tuple(subject.where(Condition(dimension, (s.name,))) for s in breakdown.segments),
    )
    return Part(tables=(table,), takeaway=ranked(subject, breakdown, first))


def _told(subject: Subject) -> list[Measure]:
    """Return the measures that boards ask for; the number before the rate, which would put small segments on top."""
    told, outcome = telling(subject.measures), subject.outcome
    if outcome and told[0] == outcome.rate:
        return [outcome.count, *(m for m in told if m != outcome.count)]
    return told


def _finest(subject: Subject) -> str:
    """Return the inferred dimension with the most segments, the first of equals."""
    first = subject.dimension()
    frame = subject.frame
    count = {d: frame.get_column(subject.key(d)).n_unique() for d in subject.roles.dimensions}
    return max(count, key=lambda name: count[name], default=first)


def _codes(measures: Sequence[Measure], segments: Sequence[Segment], *, has_share: bool) -> tuple[str, ...]:
    first, *further = (code_of(m, [s.values[m.id] for s in segments]) for m in measures)
    return (first, *([SHARE] if has_share else []), *further, COUNT)

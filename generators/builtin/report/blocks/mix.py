"""How the shares of the largest segments went from period to period."""

from generators.builtin.report import charts
from generators.builtin.report.analyses.mix import mix_of
from generators.builtin.report.blocks.params import Mix
from generators.builtin.report.colours import Palette
from generators.builtin.report.part import Figure, Part
from generators.builtin.report.plots import SHARE, Plot, Series
from generators.builtin.report.subject import Subject


def build(block: Mix, subject: Subject) -> Part:
    """Return columns that are split into shares, one for each period."""
    measure, timeline = subject.measure(block.measure), subject.periods()
    dimension = subject.dimension(block.dimension)
    formats, words, grain = subject.formats, subject.words, timeline.grain
    column, frame = subject.names.column(dimension), subject.by_name(dimension)
    if not measure.adds_up:
        raise subject.not_shown("not_added", measure=subject.title(measure))
    mix = mix_of(frame, subject.key(dimension), dimension, subject.key(timeline.column), timeline, measure)
    if mix is None:
        raise subject.not_shown("no_mix", measure=subject.title(measure), dimension=column)
    names = [subject.names.segment(name) for name in mix.names]
    if mix.has_others:
        names[-1] = words["other"]
    ticks = [formats.tick(start, grain) for start in mix.starts]
    labels = [formats.percent(share, places=0) for share in mix.shares[-1]]

    def draw(palette: Palette, width: int) -> charts.Spec:
        return charts.shares(names, ticks, mix.shares, labels, palette, width)

    figure = Figure(
        key=block.id,
        title=subject.names.title(
            words["mix"].format(measure=subject.names.measure(measure), dimension=column)
        ),
        draw=draw,
        plot=Plot("shares", tuple(ticks), tuple(map(Series, names, zip(*mix.shares, strict=True))), SHARE),
        wide=True,
        head=(subject.names.title(words[grain]), *names),
        rows=tuple(
            (formats.period(start, grain), *(formats.percent(share) for share in shares))
            for start, shares in zip(mix.starts, mix.shares, strict=True)
        ),
        query=f'{measure.query()} group by {grain}, "{column}", divided by the same of the {grain}',
        wheres=tuple(subject.where(subject.find.span(start)) for start in mix.starts),
    )
    start, (name, share) = mix.starts[-1], mix.leader
    find = subject.find
    x = find.share(dimension, name, share, timeline.rows_at(start), measure, period=start)
    high = find.named(find.key(dimension, name), name, "highest", x)
    takeaway = subject.draft("leads", p=find.period(start), m=find.measure(measure), high=high, x=x)
    return Part(figures=(figure,), takeaway=takeaway)

"""An income statement with its ratios."""

import polars as pl

from generators.builtin.report.analyses.finance import (
    RESULTS,
    Result,
    income_of_accounts,
    income_of_columns,
)
from generators.builtin.report.analyses.finance import (
    Income as Statement,
)
from generators.builtin.report.blocks.analysis_params import Income
from generators.builtin.report.blocks.effects import waterfall_figure
from generators.builtin.report.blocks.own import Own
from generators.builtin.report.charts_parts import Fall
from generators.builtin.report.formats import NOTHING
from generators.builtin.report.measures import Measure
from generators.builtin.report.part import Figure, Part, Table
from generators.builtin.report.plots import SHARE, code_of
from generators.builtin.report.roles import plain_name
from generators.builtin.report.subject import Subject

TOTALS: tuple[Result, ...] = ("gross", "operating_result", "net")


def build(block: Income, subject: Subject) -> Part:
    """Return the statement of the latest period beside the one before, and its waterfall."""
    by_account = not block.account.startswith("@") or block.account[1:] in subject.roles.named
    measure = subject.measure(block.amount)
    timeline = subject.timeline
    latest = _statement(block, subject, measure, timeline.latest if timeline else None, by_account=by_account)
    if latest is None:
        raise subject.not_shown("no_income")
    before = None
    if timeline and timeline.previous:
        before = _statement(block, subject, measure, timeline.previous, by_account=by_account)
    query = (
        f'{measure.query()} group by "{subject.names.column(subject.column(block.account))}"'
        if by_account
        else "sum of each column"
    )
    takeaway, *sentences = _told(Own(block, subject), subject, latest, query, by_account=by_account)
    return Part(
        figures=(_figure(block, subject, measure, latest, query),),
        tables=(_table(block, subject, measure, latest, before, query),),
        takeaway=takeaway,
        sentences=tuple(sentences),
    )


def _statement(
    block: Income, subject: Subject, measure: Measure, start: object, *, by_account: bool
) -> Statement | None:
    """Return the statement of a period, or of all rows for None."""
    rows = subject.frame
    if start is not None:
        timeline = subject.periods()
        rows = rows.filter(timeline.start_of(pl.col(subject.key(timeline.column))) == start)
    if by_account:
        account = subject.column(block.account)
        return income_of_accounts(rows, account=subject.key(account), amount=measure.keys[0])
    summed = [m for m in subject.measures if m.how == "sum"]
    sums = {plain_name(m.name): float(rows.get_column(m.keys[0]).sum()) for m in summed}
    return income_of_columns(sums, rows.height)


def _figure(block: Income, subject: Subject, measure: Measure, latest: Statement, query: str) -> Figure:
    formats, words = subject.formats, subject.words
    known = [line for line in RESULTS if line in latest.lines]
    shown = [
        line for line in known if line != "operating_result" or latest.lines[line] != latest.lines["net"]
    ]
    steps = [
        Fall(
            words[f"line_{line}"],
            latest.lines[line],
            formats.value(latest.lines[line], measure, compact=True),
            total=line in TOTALS or line == "revenue",
        )
        for line in shown
    ]
    title = words["income"]
    if subject.timeline:
        period = formats.period(subject.timeline.latest, subject.timeline.grain)
        title = f"{title} · {subject.names.title(period)}"
    return waterfall_figure(subject, block.id, title, steps, measure, named=words["account"], query=query)


def _table(
    block: Income, subject: Subject, measure: Measure, latest: Statement, before: Statement | None, query: str
) -> Table:
    formats, words, timeline = subject.formats, subject.words, subject.timeline
    revenue = latest.lines["revenue"]
    days = [timeline.latest, timeline.previous] if timeline else []
    periods = [subject.names.title(formats.period(day, timeline.grain)) for day in days if day and timeline]
    now = periods[0] if periods else subject.title(measure)
    rows, values = [], []
    for line in RESULTS:
        if line not in latest.lines:
            continue
        value, earlier = latest.lines[line], before.lines.get(line) if before else None
        share = value / revenue if revenue > 0 else None
        change = value / earlier - 1 if earlier and value / earlier > 0 else None
        further = [earlier, change] if before else []
        printed = [formats.value(value, measure), NOTHING if share is None else formats.percent(share)]
        if before:
            printed += [formats.value(earlier, measure), _signed(subject, change)]
        rows.append((words[f"line_{line}"], *printed))
        values.append((value, share, *further))
    code = code_of(measure, [revenue])
    beside = (periods[1], words["change_head"]) if before else ()
    return Table(
        key=f"{block.id}-statement",
        title=words["income"],
        head=(words["account"], now, words["of_revenue"], *beside),
        rows=tuple(rows),
        values=tuple(values),
        codes=(code, SHARE, *((code, SHARE) if before else ())),
        query=query,
    )


def _signed(subject: Subject, change: float | None) -> str:
    if change is None:
        return NOTHING
    return ("+" if change > 0 else "") + subject.formats.percent(change)


def _told(own: Own, subject: Subject, latest: Statement, query: str, *, by_account: bool) -> list[str]:
    """Return the margins, and how many accounts are in no line."""
    timeline, drafts = subject.timeline, []
    for result in reversed(TOTALS):
        margin = latest.margin(result)
        if margin is None:
            continue
        k, text = own.metric(result), subject.formats.percent(margin)
        at = timeline.latest if timeline else ""
        x = own.number(
            f"margin.{result}", text, margin, f"{query}: {result} divided by revenue", of=k, period=at
        )
        drafts.append(
            subject.draft("margin", p=subject.find.period(timeline.latest), k=k, x=x)
            if timeline
            else subject.draft("margin_all", k=k, x=x)
        )
    if latest.unplaced and by_account:
        n = own.count("unplaced", len(latest.unplaced), "accounts that no word tells the line of")
        drafts.append(subject.draft("income_unplaced", n=n))
    return drafts or [""]

"""What price, quantity, mix, new and dropped items did to the change of revenue."""

import polars as pl

from generators.builtin.report.analyses.effects import revenue_change
from generators.builtin.report.blocks.analysis_params import PriceVolume
from generators.builtin.report.blocks.effects import Effect, Shift, compared, figure_of, told
from generators.builtin.report.blocks.own import Own
from generators.builtin.report.part import Part
from generators.builtin.report.subject import Subject


def build(block: PriceVolume, subject: Subject) -> Part:
    """Return a waterfall from the previous to the latest period."""
    item, quantity = subject.column(block.item), subject.measure(block.quantity)
    revenue, (before, after) = subject.measure(block.revenue), compared(subject)
    timeline = subject.periods()
    start = timeline.start_of(pl.col(subject.key(timeline.column)))
    rows = (
        subject.by_name(item)
        .filter(start.is_in([before, after]))
        .with_columns((start == after).alias("_later"))
    )
    found = revenue_change(
        rows, item=subject.key(item), quantity=quantity.keys[0], revenue=revenue.keys[0], later="_later"
    )
    if found is None:
        raise subject.not_shown("no_shared_items")
    effects = (
        Effect("price", found.price),
        Effect("volume", found.volume),
        Effect("mix_part", found.mix),
        Effect("new_items", found.new),
        Effect("gone_items", found.gone),
    )
    kept = tuple(e for e in effects if e.value or e.key in ("price", "volume", "mix_part"))
    query = (
        f'{revenue.query()} by "{item}": price at the later quantities, volume at the earlier mean price, '
        "mix the rest of the items sold in both periods"
    )
    shift = Shift(revenue, found.before, found.after, kept, query, found.rows)
    title = subject.words["price_volume"].format(measure=subject.names.measure(revenue))
    return Part(
        figures=(figure_of(block.id, subject, shift, title),),
        takeaway=told(Own(block, subject), subject, shift),
    )

"""Which items are bought together more often than by chance."""

from generators.builtin.report.analyses.basket import FALSE_RATE, basket
from generators.builtin.report.analyses.basket import Basket as Pairs
from generators.builtin.report.blocks.analysis_params import Basket
from generators.builtin.report.blocks.own import Own
from generators.builtin.report.part import Part, Table
from generators.builtin.report.plots import COUNT, SHARE
from generators.builtin.report.subject import Subject

TIMES = "0.0\\×"


def build(block: Basket, subject: Subject) -> Part:
    """Return a table of the pairs with the highest lift."""
    order, item = subject.column(block.order), subject.column(block.item)
    found = basket(
        subject.by_name(item), order=subject.key(order), item=subject.key(item), support=block.support
    )
    if found is None or not found.pairs:
        raise subject.not_shown("no_pairs")
    formats, words, names = subject.formats, subject.words, subject.names
    shown = found.pairs[: block.top_n]
    others = len(found.pairs) - len(shown)
    table = Table(
        key=block.id,
        title=words["basket"],
        head=(words["pair"], words["together"], words["confidence"], words["lift"]),
        rows=tuple(
            (
                f"{names.segment(pair.first)} + {names.segment(pair.second)}",
                formats.count(pair.together),
                formats.percent(pair.confidence),
                f"{pair.lift:,.1f}×",
            )
            for pair in shown
        ),
        values=tuple((float(pair.together), pair.confidence, pair.lift) for pair in shown),
        codes=(COUNT, SHARE, TIMES),
        others=words["others"].format(number=formats.count(others)) if others else "",
        query=f'orders with both of two "{names.column(item)}", divided by what chance would give',
    )
    return Part(
        tables=(table,),
        takeaway=_told(Own(block, subject), subject, found),
        sentences=_notes(Own(block, subject), subject, found),
    )


def _told(own: Own, subject: Subject, found: Pairs) -> str:
    best = found.pairs[0]
    return subject.draft(
        "basket",
        a=own.name("item", best.first),
        b=own.name("item", best.second),
        l=own.number(
            "lift", f"{best.lift:,.1f}×", best.lift, "orders with both, divided by chance", role="count"
        ),
        n=own.count("together", best.together, "orders with both"),
    )


def _notes(own: Own, subject: Subject, found: Pairs) -> tuple[str, ...]:
    told = [
        subject.draft(
            "basket_note",
            n=own.count("tested", found.tested, "pairs in enough orders"),
            f=own.share("false", FALSE_RATE, "Benjamini and Hochberg", places=0),
        )
    ]
    if found.left_out:
        told.append(
            subject.draft("basket_large", n=own.count("large", found.left_out, "orders with too many items"))
        )
    return tuple(told)

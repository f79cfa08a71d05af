"""Customers by how lately, how often and how much they bought."""

from functools import partial

from generators.builtin.report import charts
from generators.builtin.report.analyses.rfm import LEAST_CUSTOMERS, rfm
from generators.builtin.report.blocks.analysis_params import CustomerGroups
from generators.builtin.report.blocks.own import Own
from generators.builtin.report.part import Figure, Part, Table
from generators.builtin.report.plots import COUNT, SHARE, Plot, Series, code_of
from generators.builtin.report.subject import Subject


def build(block: CustomerGroups, subject: Subject) -> Part:
    """Return a bar and a row of a table for each group that has customers."""
    customer, timeline, measure = (
        subject.column(block.customer),
        subject.periods(),
        subject.amount(block.measure),
    )
    order = subject.roles.named.get("order")
    found = rfm(
        subject.frame,
        customer=subject.key(customer),
        time=subject.key(timeline.column),
        value=measure.keys[0] if measure.how == "sum" else None,
        order=subject.key(order) if order else None,
    )
    if found is None:
        raise subject.not_shown("few_customers", least=str(LEAST_CUSTOMERS))
    formats, words, own = subject.formats, subject.words, Own(block, subject)
    names = [words[group.name] for group in found.groups]
    parts = [group.customers / found.customers for group in found.groups]
    values = [group.value / found.value if found.value > 0 else None for group in found.groups]
    bars = [
        charts.Bar(
            name, group.customers, f"{formats.count(group.customers)} · {formats.percent(part, places=0)}"
        )
        for name, group, part in zip(names, found.groups, parts, strict=True)
    ]
    query = "customers by fifths of recency, and of the mean of frequency and value"
    figure = Figure(
        key=block.id,
        title=words["customer_groups"],
        draw=partial(charts.bars, bars),
        plot=Plot(
            "bars",
            tuple(names),
            (Series(words["customers"], tuple(float(g.customers) for g in found.groups)),),
            COUNT,
        ),
        wide=True,
        head=(words["group"], words["customers"], words["share"]),
        rows=tuple(
            (name, formats.count(g.customers), formats.percent(part))
            for name, g, part in zip(names, found.groups, parts, strict=True)
        ),
        query=query,
    )
    summed = measure if measure.how == "sum" else None
    title = subject.title(summed) if summed else words["frequency"]
    printed = [
        formats.value(g.value, summed, compact=True) if summed else formats.count(round(g.value))
        for g in found.groups
    ]
    table = Table(
        key=f"{block.id}-groups",
        title=f"{words['customer_groups']} · {title}",
        head=(words["group"], words["customers"], title, words["value_share"], words["recency"], words["frequency"]),
        rows=tuple(
            (
                name,
                formats.count(g.customers),
                text,
                "" if v is None else formats.percent(v),
                f"{g.recency:,.0f}",
                f"{g.frequency:.1f}",
            )
            for name, g, v, text in zip(names, found.groups, values, printed, strict=True)
        ),
        values=tuple(
            (float(g.customers), g.value, v, g.recency, g.frequency) for g, v in zip(found.groups, values, strict=True)
        ),
        codes=(COUNT, code_of(summed, [found.value]) if summed else COUNT, SHARE, COUNT, "0.0"),
        query=query,
    )  # fmt: skip
    k = own.metric("customers")
    largest = max(found.groups, key=lambda group: group.customers)
    key = own.key("group", largest.name)
    x = own.number("largest", formats.count(largest.customers), largest.customers, query, of=k, segment=key)
    high = own.name("group", largest.name, x, "highest", words[largest.name])
    sentences = []
    if summed and found.value > 0:
        richest = max(found.groups, key=lambda group: group.value)
        share = richest.value / found.value
        m, key = subject.find.measure(summed), own.key("group", richest.name)
        part = own.number(
            "richest",
            formats.percent(share),
            share,
            f"{summed.query()} of the group, divided by all",
            of=m,
            segment=key,
        )
        name = own.name("group", richest.name, text=words[richest.name])
        of = own.share("part", richest.customers / found.customers, "customers of the group, divided by all")
        n = own.count("customers", found.customers, "count of customers")
        sentences.append(subject.draft("group_value", high=name, m=m, share=part, part=of, n=n))
    return Part(
        figures=(figure,),
        tables=(table,),
        takeaway=subject.draft("groups", k=k, high=high, x=x),
        sentences=tuple(sentences),
        headlines=tuple(sentences),
    )

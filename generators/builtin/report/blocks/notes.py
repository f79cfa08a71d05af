"""What a reader should know about the data."""

from generators.builtin.report.blocks.own import Own
from generators.builtin.report.blocks.params import Notes
from generators.builtin.report.part import Part
from generators.builtin.report.subject import Subject


def build(block: Notes, subject: Subject) -> Part:
    """Return what was left out, averaged, missing or not read."""
    find, timeline = subject.find, subject.timeline
    drafts = []
    if timeline is None:
        drafts.append(subject.draft("no_time"))
    else:
        drafts += [subject.draft("left_out", p=find.period(start)) for start in timeline.left_out]
        if timeline.previous is None:
            drafts.append(subject.draft("no_previous"))
        if gaps := timeline.rows.count(0):
            drafts.append(subject.draft("gaps", n=find.count("gaps", gaps, "periods with count(*) = 0")))
        undated = subject.frame.get_column(subject.key(timeline.column)).null_count()
        if undated:
            drafts.append(
                subject.draft("undated", n=find.count("undated", undated, "count(*) without a date"))
            )
    told = {fact.measure for fact in find.facts if fact.is_number and fact.id != f"{fact.measure}.total"}
    if means := [
        find.measure(m) for m in subject.measures if m.how == "mean" and (m.id in told or not timeline)
    ]:
        named = ", ".join(f"{{{fact.id}}}" for fact in means)
        drafts.append(subject.texts("averaged").replace("{all}", named))
    if any(m.how == "ratio" and not m.value for m in subject.measures):
        drafts.append(subject.draft("ratios"))
    if subject.outcome:
        level = Own(block, subject).level()
        drafts.append(subject.draft("intervals", m=find.measure(subject.outcome.rate), level=level))
    if subject.main.adds_up and subject.roles.dimensions and not subject.has_shares(subject.main):
        drafts.append(subject.draft("mixed_signs", m=find.measure(subject.main)))
    columns = subject.columns.values()
    for place, column in enumerate(c for c in columns if c.unread):
        number = find.count(
            f"unread{place}", column.unread, "count of values of another kind than the column"
        )
        drafts.append(subject.draft("unread", c=find.column(column.name), n=number))
    drafts += [subject.draft("ambiguous", c=find.column(c.name)) for c in columns if c.ambiguous]
    return Part(sentences=tuple(drafts))

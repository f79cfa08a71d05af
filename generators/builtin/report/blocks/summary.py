"""The sentences that a reader should know: of the main measure here, and then those that the other blocks tell."""

from generators.builtin.report.blocks.params import Summary
from generators.builtin.report.part import Part
from generators.builtin.report.sentences import latest, year
from generators.builtin.report.subject import Subject


def build(block: Summary, subject: Subject) -> Part:
    """Return the total, and how the latest period compares; the document adds the headlines of the other blocks."""
    find, main = subject.find, subject.main
    if not block.totals:
        return Part()
    drafts = []
    if total := find.total(main):
        key = "sum" if main.adds_up else "mean"
        drafts.append(subject.draft(key, p=find.all_time(), m=find.measure(main), x=total))
    drafts += [draft for draft in (latest(subject, main), year(subject, main)) if draft]
    return Part(sentences=tuple(drafts))

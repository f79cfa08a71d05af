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
        told = {"p": find.all_time(), "m": find.measure(main), "x": total}
        outcome = subject.outcome
        if outcome and main == outcome.rate:
            hits, cases = (int(subject.value(one) or 0) for one in (outcome.count, outcome.cases))
            told["n"] = find.count("hits", hits, outcome.count.query())
            told["all"] = find.count("cases", cases, outcome.cases.query())
            drafts.append(subject.draft("outcome", **told))
        else:
            key = "sum" if main.adds_up else "ratio" if main.how == "ratio" else "mean"
            drafts.append(subject.draft(key, **told))
    drafts += [draft for draft in (latest(subject, main), year(subject, main)) if draft]
    return Part(sentences=tuple(drafts))

"""A document that was kept, with sentences said otherwise or passages built anew; all else stays as it was."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from generators.builtin.report.document import Document, Passage, printed_of
from generators.builtin.report.evidence import Evidence
from generators.builtin.report.facts import Fact, Facts
from generators.builtin.report.kept import Kept, with_passages
from generators.builtin.report.rewording import objections
from generators.builtin.report.sentence import Sentence, render
from generators.errors import BadParams


def reworded(kept: Kept, edits: Mapping[str, str]) -> Document:
    """Return the document with sentences said otherwise, and without those that are said as "".

    Args:
        edits: Drafts with facts as {placeholders}, by the place of the sentence: "trend/figures/trend",
            "summary/sentences/0", "notes/notes/1".

    Raises:
        BadParams: If there is no such sentence, or one says what the facts do not.
    """
    left = dict(edits)
    document = with_passages(kept.document, lambda passage: _reworded(passage, left, kept.facts))
    if left:
        raise BadParams(
            f"There is no sentence {', '.join(sorted(left))} in this report. Open its newest issue again."
        )
    return _tidied(document)


def rebuilt(kept: Kept, fresh: Kept, blocks: Collection[str]) -> Kept:
    """Return the kept document with the passages of some blocks as they are in a fresh one.

    Raises:
        BadParams: If a block is in neither.
    """
    lacking = set(blocks) - {passage.id for passage in kept.document.passages}
    if lacking:
        raise BadParams(
            f"There is no block {', '.join(sorted(lacking))} in this report. Choose one that it shows."
        )
    fresh = _told_apart(fresh, kept.facts)
    known = {passage.id: passage for passage in fresh.document.passages}

    def change(passage: Passage) -> Passage:
        return known.get(passage.id, _bare(passage)) if passage.id in blocks else passage

    document = with_passages(kept.document, change)
    facts = Facts()
    for fact in (*kept.facts, *fresh.facts):
        facts.add(fact)
    evidence = _joined(document.evidence, fresh.document.evidence)
    label = max(
        document.label, fresh.document.label, key=len
    )  # the longer one says that a language model wrote
    document = _numbered(replace(document, evidence=evidence, label=label), fresh.document)
    return replace(kept, document=_tidied(document), facts=facts, columns=kept.columns | fresh.columns)


def _told_apart(fresh: Kept, known: Facts) -> Kept:
    """Return a fresh document in which no fact has the id of a known one that says something else."""
    clash = {fact.id for fact in fresh.facts if known.get(fact.id) not in (None, fact)}
    clash |= {fact.id for fact in fresh.facts if fact.ranks in clash}
    if not clash:
        return fresh
    round = 2
    while any(f"{id}~{round}" in known for id in clash):
        round += 1
    facts = Facts()
    for fact in fresh.facts:
        facts.add(replace(fact, id=_id(fact.id, clash, round), ranks=_id(fact.ranks, clash, round)))

    def named(fact: Fact) -> Fact:
        return facts[_id(fact.id, clash, round)]

    def said(sentence: Sentence) -> Sentence:
        return tuple(piece if isinstance(piece, str) else named(piece) for piece in sentence)

    def change(passage: Passage) -> Passage:
        keys = passage.key_figures
        return replace(
            passage,
            key_figures=tuple(
                replace(k, value=named(k.value), change=k.change and named(k.change)) for k in keys
            ),
            figures=tuple(replace(one, takeaway=said(one.takeaway)) for one in passage.figures),
            tables=tuple(replace(one, takeaway=said(one.takeaway)) for one in passage.tables),
            sentences=tuple(map(said, passage.sentences)),
            notes=tuple(map(said, passage.notes)),
        )

    document = with_passages(fresh.document, change)
    anchors = {_id(id, clash, round): anchor for id, anchor in document.anchors.items()}
    return replace(fresh, document=replace(document, anchors=anchors), facts=facts)


def _id(id: str, clash: Collection[str], round: int) -> str:
    return f"{id}~{round}" if id in clash else id


def _numbered(document: Document, fresh: Document) -> Document:
    """Return the document with anchors and origins for the numbers that come from the fresh one."""
    anchors, number = dict(document.anchors), max((int(a[1:]) for a in document.anchors.values()), default=0)
    origins = {origin.anchor: origin for origin in fresh.origins}
    numbers = [origin for origin in document.origins if not origin.anchor.startswith("q-")]
    figures = {origin.anchor: origin for origin in document.origins if origin.anchor.startswith("q-")}
    for fact in printed_of(document.passages):
        if fact.id not in anchors:
            number += 1
            anchors[fact.id] = f"n{number}"
            numbers.append(replace(origins[fresh.anchors[fact.id]], anchor=anchors[fact.id]))
    for origin in fresh.origins:
        if origin.anchor.startswith("q-"):
            figures.setdefault(origin.anchor, origin)
    return replace(document, anchors=anchors, origins=(*numbers, *figures.values()))


def _reworded(passage: Passage, edits: dict[str, str], facts: Facts) -> Passage:
    """Return a passage with its edits, which are taken out of the mapping."""
    changes: dict[str, Any] = {}
    for name in ("sentences", "notes"):
        told = [
            _said(f"{passage.id}/{name}/{place}", sentence, edits, facts)
            for place, sentence in enumerate(getattr(passage, name))
        ]
        changes[name] = tuple(sentence for sentence in told if sentence)
    for name in ("figures", "tables"):
        changes[name] = tuple(
            replace(one, takeaway=_said(f"{passage.id}/{name}/{one.key}", one.takeaway, edits, facts))
            for one in getattr(passage, name)
        )
    return replace(passage, **changes)


def _said(place: str, sentence: Sentence, edits: dict[str, str], facts: Facts) -> Sentence:
    draft = edits.pop(place, None)
    if draft is None:
        return sentence
    reasons = objections(draft, draft_of(sentence), facts) if draft else []
    if reasons:
        raise BadParams(f"The sentence {place} cannot be printed: {'; '.join(reasons)}. Say it otherwise.")
    return render(draft, facts) if draft else ()


def draft_of(sentence: Sentence) -> str:
    """Return a sentence with its facts as {placeholders}."""
    return "".join(f"{{{piece.id}}}" if isinstance(piece, Fact) else piece for piece in sentence)


def _joined(kept: Evidence, fresh: Evidence) -> Evidence:
    """Return the sets of rows of the kept document, and behind them those that only the fresh one has."""
    anchors, sets, number = dict(kept.anchors), list(kept.sets), len(kept.sets)
    known = {one.anchor: one for one in fresh.sets}
    for where, anchor in fresh.anchors.items():
        if where not in anchors:
            number += 1
            anchors[where] = f"r{number}"
            sets.append(replace(known[anchor], anchor=anchors[where]))
    return Evidence(kept.head or fresh.head, tuple(sets), anchors)


def _bare(passage: Passage) -> Passage:
    """Return what is left of a block that shows nothing any more."""
    return Passage(passage.id, passage.kind, passage.title)


def _tidied(document: Document) -> Document:
    """Return the document without the origins of what it no longer prints."""
    printed: Iterable[Fact] = printed_of(document.passages)
    anchors = {fact.id: document.anchors[fact.id] for fact in printed}
    keys = [figure.key for figure in document.figures] + [table.key for table in document.tables]
    kept = {*anchors.values(), *(f"q-{key}" for key in keys)}
    origins = tuple(origin for origin in document.origins if origin.anchor in kept)
    return replace(document, anchors=anchors, origins=origins)

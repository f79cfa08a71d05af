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
    known = {passage.id: passage for passage in fresh.document.passages}
    lacking = set(blocks) - {passage.id for passage in kept.document.passages}
    if lacking:
        raise BadParams(
            f"There is no block {', '.join(sorted(lacking))} in this report. Choose one that it shows."
        )
    document = with_passages(
        kept.document,
        lambda passage: (
            known.get(passage.id, replace(_bare(passage), missing=passage.missing))
            if passage.id in blocks
            else passage
        ),
    )
    facts = Facts()
    for fact in (*(f for f in kept.facts if fresh.facts.get(f.id) in (None, f)), *fresh.facts):
        facts.add(fact)
    anchors = {
        fact.id: place for fact in printed_of(document.passages) if (place := document.anchors.get(fact.id))
    }
    number = max((int(anchor[1:]) for anchor in document.anchors.values()), default=0)
    for fact in printed_of(document.passages):
        if fact.id not in anchors:
            number += 1
            anchors[fact.id] = f"n{number}"
    of_fresh = {origin.anchor: origin for origin in fresh.document.origins}
    new = [
        replace(of_fresh[fresh.document.anchors[id]], anchor=anchor)
        for id, anchor in anchors.items()
        if id not in document.anchors
    ]
    numbers = [origin for origin in document.origins if not origin.anchor.startswith("q-")]
    figures = [origin for origin in document.origins if origin.anchor.startswith("q-")]
    known_figures = {origin.anchor for origin in figures}
    figures += [
        o for o in fresh.document.origins if o.anchor.startswith("q-") and o.anchor not in known_figures
    ]
    document = replace(
        document,
        anchors=anchors,
        origins=(*numbers, *new, *figures),
        evidence=_joined(document.evidence, fresh.document.evidence),
    )
    return replace(kept, document=_tidied(document), facts=facts, columns=kept.columns | fresh.columns)


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
    return Passage(passage.id, passage.kind, passage.title)


def _tidied(document: Document) -> Document:
    """Return the document without the origins of what it no longer prints."""
    printed: Iterable[Fact] = printed_of(document.passages)
    anchors = {fact.id: document.anchors[fact.id] for fact in printed}
    keys = [figure.key for figure in document.figures] + [table.key for table in document.tables]
    kept = {*anchors.values(), *(f"q-{key}" for key in keys)}
    origins = tuple(origin for origin in document.origins if origin.anchor in kept)
    return replace(document, anchors=anchors, origins=origins)

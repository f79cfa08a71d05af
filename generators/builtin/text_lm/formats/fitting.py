"""Formats made to measure: for the text that they start from, and for what is given that says it by itself."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from generators.boasts import without_boasts
from generators.builtin.text_lm.clauses import is_plural
from generators.builtin.text_lm.edits import chinese
from generators.builtin.text_lm.edits.cutting import SHORTER, cut
from generators.builtin.text_lm.edits.describing import lines, paragraphs
from generators.builtin.text_lm.edits.layouts import laid_out
from generators.builtin.text_lm.edits.plainer import TONES, longer, simpler, toned
from generators.builtin.text_lm.edits.replying import replies
from generators.builtin.text_lm.facts import product_name
from generators.builtin.text_lm.fields import Said, answers, clauses
from generators.builtin.text_lm.formats import reworking
from generators.builtin.text_lm.formats.descriptions import DESCRIPTION, SHORT
from generators.builtin.text_lm.formats.mail import REPLY
from generators.builtin.text_lm.formats.pages import FAQ, LANDING_PAGE
from generators.builtin.text_lm.formats.shape import Format, Part
from generators.builtin.text_lm.truth.check import said


class Asked(reworking.Wishes, Protocol):
    """The params that formats are fitted to."""

    @property
    def product(self) -> str: ...
    @property
    def grounding(self) -> str: ...
    @property
    def required_terms(self) -> Sequence[str]: ...
    @property
    def banned_terms(self) -> Sequence[str]: ...
    @property
    def proven_claims(self) -> Sequence[str]: ...


_ROOM = 160
"""Characters from which on a summary is never longer; a shorter text is cut as when it is to be shorter."""
_FIELD = re.compile(r"([^:：,，]{1,20}[:：]\s*)?(.*)")
_CLAUSE = re.compile(r"(?<=[,;，；。])")
_GROUP, _MOST = 4, 16
"""Wordings among which the network chooses for one variant, and for all."""


def fitted(form: Format, asked: Asked, language: str, *, is_trained: bool = False) -> Format:
    """Return a format fitted to what is asked for; in English, what the facts say themselves is not left to chance.

    Args:
        is_trained: Whether the network learnt from a team's texts: then it writes descriptions itself.
    """
    facts = without_boasts(
        asked.product, name=product_name(asked.product), proven=(*asked.proven_claims, *asked.required_terms)
    )
    facts = _without_terms(facts, asked.banned_terms)
    writes_itself = is_trained or asked.tone != "neutral" or asked.grounding != "words"
    if language == "zh" and not writes_itself and (told := chinese.laid_out(form.name, facts)):
        return _laid_out(form, told, asked) or form
    if language != "en":
        return reworking.fitted(form, asked)
    if form in (SHORT, DESCRIPTION) and (is_trained or asked.tone != "neutral"):
        return form
    if asked.grounding == "words" and (composed := _composed(form, asked, facts, is_trained=is_trained)):
        return composed
    if form is FAQ:
        return replace(form, parts=_answered(form.parts, answers(facts)))
    if form is LANDING_PAGE:
        return replace(form, parts=_headed(form.parts, clauses(facts)))
    return reworking.fitted(form, asked)


def _without_terms(facts: str, banned: Sequence[str]) -> str:
    """Return facts without the clauses that hold a banned term, so that the others can still be told."""
    terms = [said(term) for term in banned]
    if not any(term.search(facts) for term in terms):
        return facts
    lines = []
    for line in facts.splitlines():
        field, told = _FIELD.fullmatch(line).groups(default="")  # type: ignore[union-attr]  # it matches any line
        pieces = _CLAUSE.split(told)
        kept = [one for one in pieces if not any(term.search(one) for term in terms)]
        lines += [field + "".join(kept).strip(" ,;，；")] if kept else []
    return "\n".join(lines)


def _composed(form: Format, asked: Asked, facts: str, *, is_trained: bool) -> Format | None:
    """Return a format whose text is put together from what is given, of which the network chooses a wording.

    The packaged network answers and rewrites badly and chooses well. None where it has to be written.

    Args:
        facts: Those of the product, without superlatives that nothing proves.
    """
    name = product_name(asked.product)
    text = " ".join(asked.source.split())
    if form is REPLY:
        reply = replies(text, facts, name)
        return _saying(replace(form, is_holding=reply.is_holding), reply.texts, asked)
    if form in (SHORT, DESCRIPTION):
        told = (lines if form is SHORT else paragraphs)(facts, name)
        return _saying(form, told, asked) if told else None
    if not is_trained and asked.tone == "neutral" and (pieces := laid_out(form.name, facts, name)):
        return _laid_out(form, pieces, asked)
    found = _reworked(form, asked, text, name, facts)
    if found is None:
        return None
    # What no rule changes is better than what the packaged network would make of it.
    found = found[:_MOST] or [text]
    size = _GROUP if len(found) > _GROUP else 1
    return _saying(form, [found[place : place + size] for place in range(0, len(found), size)], asked)


def _laid_out(form: Format, pieces: Sequence[Sequence[Sequence[str]]], asked: Asked) -> Format | None:
    """Return a format whose parts say what was put together for them, if that keeps the terms."""
    allowed = [
        piece
        for piece in pieces
        if _keeps("\n".join(texts[0] for texts in piece), asked)
        and not any(
            said(term).search(text) for term in asked.banned_terms for texts in piece for text in texts
        )
    ]
    if not allowed:
        return None
    parts = tuple(
        replace(part, choices=tuple(tuple(piece[place]) for piece in allowed), once=True)
        for place, part in enumerate(form.parts)
    )
    longest = max(sum(_tokens(text) for texts in piece for text in texts) for piece in allowed)
    return replace(form, parts=parts, max_tokens=form.max_tokens + longest)


def _tokens(text: str) -> int:
    """Return how many tokens a text has at most: two letters make one, elsewhere a letter may take several."""
    return len(text) // 2 + 1 if text.isascii() else len(text.encode())


def _reworked(form: Format, asked: Asked, text: str, name: str, facts: str) -> list[str] | None:
    """Return a text reworked as it is wished, the best first; None where that takes writing."""
    if form is reworking.SUMMARY:
        return cut(text, min(_ROOM, round(SHORTER * len(text))), name=name)
    if form is not reworking.REWRITE:
        return None
    if asked.change == "shorter":
        return cut(text, round(SHORTER * len(text)), name=name)
    if asked.change == "simpler":
        return simpler(text)
    if asked.change == "longer":
        return longer(text, facts, is_many=is_plural(name))
    return toned(text, asked.tone) if asked.tone in TONES else None


def _saying(form: Format, groups: Sequence[Sequence[str]], asked: Asked) -> Format | None:
    """Return a format that says one of the texts which hold every required term and no banned one, if there is any."""
    allowed = (tuple(text for text in texts if _keeps(text, asked)) for texts in groups)
    kept = tuple(texts for texts in allowed if texts)
    if not kept:
        return None
    longest = max(len(text) for texts in kept for text in texts)
    part = replace(form.parts[0], choices=kept)
    return replace(form, parts=(part, *form.parts[1:]), max_tokens=form.max_tokens + longest // 2)


def _keeps(text: str, asked: Asked) -> bool:
    return all(said(term).search(text) for term in asked.required_terms) and not any(
        said(term).search(text) for term in asked.banned_terms
    )


def _answered(parts: Sequence[Part], known: Sequence[Said]) -> tuple[Part, ...]:
    """Return questions and answers, the last of which are the facts' own; the first one is written."""
    pairs = [(question, answer) for question, answer in zip(parts[::2], parts[1::2], strict=True)]
    asked = len(pairs) - 1
    fixed = [
        (replace(question, kept=said.question), replace(answer, kept=said.answer))
        for (question, answer), said in zip(pairs[1:], known[:asked], strict=False)
    ]
    return tuple(part for pair in [*pairs[: len(pairs) - len(fixed)], *fixed] for part in pair)


def _headed(parts: Sequence[Part], listed: Sequence[str]) -> tuple[Part, ...]:
    """Return a landing page whose benefits are headed by what is listed about the product."""
    headings = iter(clause[:1].upper() + clause[1:] for clause in listed)
    return tuple(
        replace(part, kept=heading)
        if part.name == "benefit"
        and (heading := next((one for one in headings if len(one) <= part.limit), ""))
        else part
        for part in parts
    )

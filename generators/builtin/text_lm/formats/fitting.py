"""Formats made to measure: for the text that they start from, and for what the product facts say by themselves."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from generators.builtin.text_lm.fields import Said, answers, clauses
from generators.builtin.text_lm.formats import reworking
from generators.builtin.text_lm.formats.pages import FAQ, LANDING_PAGE
from generators.builtin.text_lm.formats.shape import Format, Part


class Asked(reworking.Wishes, Protocol):
    """The params that formats are fitted to."""

    @property
    def product(self) -> str: ...


def fitted(form: Format, asked: Asked, language: str) -> Format:
    """Return a format fitted to what is asked for; in English, what the facts say themselves is not left to chance."""
    if language != "en":
        return reworking.fitted(form, asked)
    if form is FAQ:
        return replace(form, parts=_answered(form.parts, answers(asked.product)))
    if form is LANDING_PAGE:
        return replace(form, parts=_headed(form.parts, clauses(asked.product)))
    return reworking.fitted(form, asked)


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

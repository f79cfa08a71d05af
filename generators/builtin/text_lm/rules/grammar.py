"""A format with its wording as a grammar: what it accepts has all parts, none too long, and the terms as asked."""

from collections.abc import Sequence

from generators.builtin.text_lm.formats import Format, Part
from generators.builtin.text_lm.rules.expressions import escaped, literal, within
from generators.builtin.text_lm.rules.wording import Wording
from generators.errors import GeneratorError
from generators.formats import room_used

_COUNTED = 400
"""Limits up to here are kept character by character. Larger ones lie far beyond what a format writes; a text that
passed one all the same would be dropped."""


def grammar(form: Format, wording: Wording, *, required: Sequence[str] = ()) -> str:
    """Return the Lark grammar of a text in this format.

    Args:
        required: Terms that the part which carries them says, spread over its sentences.

    Raises:
        GeneratorError: If a required term does not fit the part that is to say it.
    """
    if any(part.carries and not part.kept and not part.choices for part in form.parts):
        _check_room(form, required)
    rules, terminals = [], []
    for number, part in enumerate(form.parts):
        before = part.before.lstrip("\n") if number == 0 else part.before
        if part.kept:
            rules += [literal(before + part.kept)]
            continue
        if part.choices:
            said = " | ".join(literal(before + text) for texts in part.choices for text in texts)
            rules += [f"({said})"]
            continue
        limit = ""
        if 0 < part.limit <= _COUNTED:
            room = part.limit - room_used(part.after, part.counting)
            limit = f" & {within(room, counting=part.counting, wide=not wording.gap)}"
        body = _body(part, wording, required if part.carries else ())
        terminals.append(f"PART{number}: BODY{number}{limit}\nBODY{number}: {body}\n")
        rules += [literal(before)] if before else []
        rules += [f"PART{number}", *([literal(part.after)] if part.after else [])]
    return f"start: {' '.join(rules)}\n{''.join(terminals)}"


def _body(part: Part, wording: Wording, required: Sequence[str]) -> str:
    opening = part.openings[0]
    if part.kind == "line":
        return f"/{wording.saying('line', required)}/"
    ends = f"[{escaped(wording.ends if part.ends == '.!?' else part.ends)}]"
    begun = 1 if opening and part.most > 1 else 0
    terms: list[list[str]] = [[] for _ in range(part.most)]
    for number, term in enumerate(required):
        terms[min(begun + number, part.most - 1)].append(term)
    if opening.endswith((".", "!", "?")):
        first = literal(opening)
    elif opening:
        first = f"{literal(opening + ' ')} /{wording.saying('rest', terms[0])}{ends}/"
    else:
        first = f"/{wording.saying('sentence', terms[0])}{ends}/"
    gap = f"{literal(wording.gap)} " if wording.gap else ""
    needed = max(part.least, 1 + max((place for place, said in enumerate(terms) if said), default=0))
    sentences = [f"({gap}/{wording.saying('sentence', said)}{ends}/)" for said in terms[1:]]
    must, may = sentences[: needed - 1], sentences[needed - 1 :]
    ending = ""
    for sentence in reversed(may):
        ending = f"({sentence} {ending})?" if ending else f"{sentence}?"
    return " ".join([first, *must, *([ending] if ending else [])])


def _check_room(form: Format, required: Sequence[str]) -> None:
    part = next(part for part in form.parts if part.carries)
    needed = sum(room_used(term, part.counting) + 1 for term in required)
    if required and part.limit and needed + 8 > part.limit:
        raise GeneratorError(
            f"The required terms take {needed} of the {part.limit} characters that the {part.title.lower()} of the "
            f"{form.title.lower()} may have. Ask for fewer or shorter terms, or choose another format."
        )

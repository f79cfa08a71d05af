"""Texts made of a text: rewritten, summarised, translated, varied."""

from dataclasses import replace
from typing import Protocol

from generators.builtin.text_lm.formats.shape import Format, Part
from generators.formats import room_used

GROUP = "From a text"
_SOURCE = frozenset({"source"})
_FACTS = "Meadow hand soap, 250 ml"
_LONGER = (
    "Meadow hand soap turns washing your hands into a small pause in the day. Olive oil and oat milk leave skin soft, "
    "while lavender adds a calm scent."
)
_SHORTER = "Meadow hand soap leaves skin soft with olive oil and oat milk."
_MOST = 6  # sentences; more of them are beyond what is asked for in one go

REWRITE = Format(
    name="rewrite",
    title="Rewrite",
    summary="A text made shorter, longer or simpler, or said in another tone.",
    group=GROUP,
    uses=_SOURCE | {"change", "tone"},
    caution="Words and sentences are left out, parted or exchanged; nothing is said anew. A playful or confident tone "
    "needs a larger network: ask your admin to set one (BRANDKILN_TEXT_LM).",
    task="You rewrite texts and keep what they say.",
    request="Rewrite the text.",
    parts=(Part(name="text", title="Text", kind="sentences", most=_MOST, carries=True),),
    max_tokens=260,
    candidates=2,
)
SUMMARY = Format(
    name="summary",
    title="Summary",
    summary="A text in one or two sentences of 200 characters.",
    group=GROUP,
    uses=_SOURCE,
    task="You sum up texts in one sentence.",
    request="Sum up the text in one sentence.",
    examples=((f"{_FACTS}\n\nText: {_LONGER}", (_SHORTER,)),),
    parts=(Part(name="summary", title="Summary", kind="sentences", most=2, limit=200, carries=True),),
    max_tokens=90,
    candidates=2,
)
TRANSLATION = Format(
    name="translation",
    title="Translation",
    summary="A text in another language.",
    group=GROUP,
    uses=_SOURCE,
    caution="The packaged network does not translate usably. Ask your admin to set another one first "
    "(BRANDKILN_TEXT_LM).",
    wants_larger=True,
    task="You translate texts and add nothing.",
    request="Translate the text.",
    parts=(Part(name="translation", title="Translation", kind="sentences", most=_MOST, carries=True),),
    max_tokens=400,
)
VARIATIONS = Format(
    name="variations",
    title="Variations of a winner",
    caution="The packaged network rarely finds good other words. For more, ask your admin to set a larger one "
    "(BRANDKILN_TEXT_LM).",
    wants_larger=True,
    summary="New texts that say the same in other words, as long as the one that worked.",
    group=GROUP,
    uses=_SOURCE,
    task="You write a text that says the same as the given one in other words.",
    request="Say the same in other words.",
    examples=(
        (f"{_FACTS}\n\nText: Say hello to softer hands.", ("Your hands will feel the difference.",)),
        (
            f"{_FACTS}\n\nText: {_SHORTER}",
            ("Olive oil and oat milk make Meadow hand soap a treat for your skin.",),
        ),
    ),
    parts=(Part(name="text", title="Text", kind="sentences", most=_MOST, carries=True),),
    max_tokens=260,
    candidates=2,
)

_COLD = (
    "The Fjord water bottle is made of stainless steel. It has a double wall that keeps drinks cold, and the lid is "
    "leakproof. It holds 0.5 l and fits bike cages."
)
_SHOWN = {
    "shorter": (_SHORTER, "The Fjord water bottle keeps drinks cold, holds 0.5 l and fits bike cages."),
    "longer": (
        f"{_LONGER} The bottle holds 250 ml.",
        "The Fjord water bottle is made of stainless steel, so you can use it for a long time. It has a double wall "
        "that keeps drinks cold on every ride, and the lid is leakproof. It holds 0.5 l. It fits bike cages, too.",
    ),
    "simpler": (
        "Meadow hand soap makes your hands soft. It has olive oil and oat milk in it. Lavender gives it a calm scent.",
        "The Fjord water bottle is made of stainless steel. It keeps drinks cold. The lid does not leak. It holds "
        "0.5 l and fits bike cages.",
    ),
    "tone": (
        "Meadow hand soap leaves your hands soft with olive oil and oat milk, and lavender adds a calm scent.",
        "The Fjord water bottle has a double wall of stainless steel that keeps drinks cold, and a leakproof lid. It "
        "holds 0.5 l and fits bike cages.",
    ),
}
"""What two texts, the longer one about the soap and the one about the bottle, become by each change."""

_WISHES = {
    "shorter": "Rewrite the text in fewer words.",
    "longer": "Rewrite the text in more words and one more sentence.",
    "simpler": "Rewrite the text in short sentences and plain words that a child of ten reads easily.",
    "tone": "Rewrite the text in a {tone} tone.",
}


class Wishes(Protocol):
    """The params that say how a text is to be changed."""

    @property
    def format(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def change(self) -> str: ...
    @property
    def tone(self) -> str: ...


def fitted(form: Format, wishes: Wishes) -> Format:
    """Return a format with its length and its examples made to measure for the text that it starts from."""
    if form not in (REWRITE, VARIATIONS, TRANSLATION):
        return form
    if form is REWRITE:
        soap, bottle = _SHOWN[wishes.change]
        shown = (
            (f"{_FACTS}\n\nText: {_LONGER}", (soap,)),
            (f"Fjord water bottle\n\nText: {_COLD}", (bottle,)),
        )
        return _measured(replace(form, examples=shown), wishes)
    return _measured(form, wishes)


def _measured(form: Format, wishes: Wishes) -> Format:
    source = " ".join(wishes.source.split())
    count = min(_MOST, max(1, sum(source.count(end) for end in ".!?。！？")))
    part = form.parts[0]
    if source[-1:] not in ".!?。！？":
        limit = max(
            30, room_used(source) + (10 if form.name == VARIATIONS.name or wishes.change != "shorter" else -4)
        )
        return replace(form, request=_request(form, wishes), parts=(replace(part, kind="line", limit=limit),))
    least, most, limit = max(1, count - 1), count, 0
    if form.name == REWRITE.name and wishes.change == "shorter":
        least, most, limit = 1, max(1, count - 1), max(40, round(0.75 * room_used(source)))
    elif form.name == REWRITE.name and wishes.change == "longer":
        least, most = min(_MOST, count + 1), min(_MOST + 1, count + 2)
    easy = 70 if form.name == REWRITE.name and wishes.change == "simpler" else part.easy
    fitting = replace(part, least=least, most=most, limit=limit, easy=easy)
    return replace(form, request=_request(form, wishes), parts=(fitting,))


def _request(form: Format, wishes: Wishes) -> str:
    return _WISHES[wishes.change].format(tone=wishes.tone) if form.name == REWRITE.name else form.request


FORMATS = (REWRITE, SUMMARY, TRANSLATION, VARIATIONS)

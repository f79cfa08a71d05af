"""What a check can find, by the code that a Finding carries: what it means, and the cleaning step that mends it.

Texts are marked for translation here and translated where they are shown.
"""

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_noop as _

from brandkiln.datasets.models import Kind

Show = Literal["groups", "pairs", "records"]
"""Groups stand side by side, pairs across splits do as well, records stand alone with their score."""
LANGUAGE_PREFIX = "language:"


@dataclass(frozen=True, slots=True)
class Code:
    """One thing that a check looks for.

    Attributes:
        code: The word in Finding.code.
        title: What people call it.
        means: Why it matters, in a sentence.
        kinds: The kinds of data in which it is looked for.
        show: How its records are laid out.
        mend: The step of a recipe that mends it and its params; "" where people have to decide each.
        mend_title: What the link to that step says.
        score: What Finding.score is, with one place for the number; "" where it has none.
        percent: Whether the score is a share of 1.
    """

    code: str
    title: str
    means: str
    kinds: frozenset[str]
    show: Show = "records"
    mend: str = ""
    mend_title: str = ""
    score: str = ""
    percent: bool = False

    def mending(self) -> dict[str, Any]:
        """Return the step that mends it, as a recipe holds it; nothing where none does."""
        if not self.mend:
            return {}
        return {"step": self.mend} | ({"code": self.code} if self.mend == "drop_findings" else {})


ALL = frozenset({Kind.IMAGE.value, Kind.TEXT.value, Kind.TABLE.value, Kind.AUDIO.value})
PICTURES, TEXTS, SOUNDS = (
    frozenset({Kind.IMAGE.value}),
    frozenset({Kind.TEXT.value}),
    frozenset({Kind.AUDIO.value}),
)

_CODES = (
    Code(
        "exact_duplicate",
        _("Exact duplicates"),
        _("The same content more than once. It counts for more than it should and is learnt by heart."),
        ALL,
        show="groups",
        mend="drop_duplicates",
        mend_title=_("Keep one of each"),
    ),
    Code(
        "near_duplicate",
        _("Near duplicates"),
        _("Almost the same: saved anew, resized or hardly edited. They weigh like exact duplicates."),
        PICTURES | TEXTS,
        show="groups",
        mend="drop_findings",
        mend_title=_("Keep one of each group"),
        score=_("%s alike"),
        percent=True,
    ),
    Code(
        "split_leak",
        _("Leaks between splits"),
        _("The same or nearly the same record is in training and in a held-out split, so measures flatter."),
        ALL,
        show="pairs",
        mend="drop_findings",
        mend_title=_("Keep one of each group"),
    ),
    Code(
        "label_conflict",
        _("Label conflicts"),
        _("The same content carries different labels. A generator can't learn both; decide which is right."),
        ALL,
        show="groups",
    ),
    Code(
        "blurred",
        _("Blurred pictures"),
        _("Out of focus or scaled up. Generators learn to draw the blur too."),
        PICTURES,
        mend="drop_findings",
        mend_title=_("Leave them out"),
        score=_("sharpness %s"),
    ),
    Code(
        "blank",
        _("Blank"),
        _("One plain tone or silence, with nothing in it to learn from."),
        PICTURES | SOUNDS,
        mend="drop_findings",
        mend_title=_("Leave them out"),
        score=_("contrast %s"),
    ),
    Code(
        "tiny",
        _("Tiny pictures"),
        _("Far smaller than the others; enlarged to the size of training they turn to mush."),
        PICTURES,
        mend="drop_findings",
        mend_title=_("Leave them out"),
        score=_("%s pixels at the shorter side"),
    ),
    Code(
        "outlier",
        _("Outliers"),
        _("Unlike all others, by distance to their nearest neighbours: often from another collection."),
        PICTURES | TEXTS | SOUNDS,
        mend="drop_findings",
        mend_title=_("Leave them out"),
        score=_("distance %s"),
    ),
)
CODES: dict[str, Code] = {one.code: one for one in _CODES}
"""In the order in which they are shown."""

LANGUAGE = Code(
    "language",
    _("Other languages"),
    _(
        "Texts that are not in the language of most. Mixed languages blur a voice; keep them where that is meant."
    ),
    TEXTS,
    mend="filter_language",
    mend_title=_("Choose the languages to keep"),
)
"""Findings carry "language:" and the ISO 639-1 code of each text that is not in the commonest language."""


def code_of(name: str) -> Code | None:
    """Return what a Finding's code stands for, or None where no check gives such a code."""
    return LANGUAGE if name.startswith(LANGUAGE_PREFIX) else CODES.get(name)


def codes_for(kind: str) -> list[Code]:
    """Return what is looked for in this kind of data."""
    return [one for one in CODES.values() if kind in one.kinds]

"""The room that a channel gives a text."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from brandkiln.brand.rules.rule import Finding, Known, TextRule
from brandkiln.projects.guide import Limit


def _limits(known: Known) -> list[Limit]:
    return [limit for limit in known.guide.limits if limit.channel == known.channel]


def _too_long(text: str, known: Known) -> Iterator[Finding]:
    for limit in _limits(known):
        stretches = [(start, end) for name, start, end in known.parts if name == limit.part]
        for start, end in stretches if limit.part else [(0, len(text))]:
            if end - start > limit.most:
                why = _("%(length)s characters stand here; the channel takes %(most)s.")
                yield Finding(start + limit.most, end, why, {"length": end - start, "most": limit.most})


RULES = (
    TextRule(
        "limits",
        _("Room in the channel"),
        lambda text, known: bool(_limits(known)),
        _too_long,
        wish="shorter",
    ),
)

"""What the specs of generators that learn to write from nothing have in common. Torch-free: specs build on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generators.spec import Needs, Preset

WRITER_NEEDS = Needs(
    data=frozenset({"text"}),
    minimum_records=20,
    recommended_records=2000,
    checkpoint=True,
    gpu="helps",
    memory_mb=4096,
)


def writing_presets(
    *,
    quick: Mapping[str, Any],
    good: Mapping[str, Any],
    best: Mapping[str, Any],
    quick_is: str = "Words and their order, to see whether the texts are right.",
    good_is: str = "Sentences that sound like the texts, after some minutes on a processor.",
    best_is: str = "As good as this network gets; hours on a processor, minutes on a GPU.",
) -> tuple[Preset, ...]:
    """Return the three presets of a generator that writes, each with the params that differ from their defaults.

    Args:
        quick_is: What the first one says, where its network knows the language beforehand.
        good_is: What the second one says.
        best_is: What the third one says.
    """
    return (
        Preset(name="quick", title="Quick look", summary=quick_is, params=quick),
        Preset(name="good", title="Good", summary=good_is, params=good),
        Preset(name="best", title="Best", summary=best_is, params=best),
    )

"""The ways to train that the generators of pictures offer alike. Torch-free: specs build on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generators.spec import Preset


def drawing_presets(
    *,
    quick: Mapping[str, Any],
    good: Mapping[str, Any],
    best: Mapping[str, Any],
    best_is: str = "As good as this network gets.",
) -> tuple[Preset, ...]:
    """Return the three presets of a generator that draws, each with the params that differ from their defaults.

    Args:
        best_is: What the third one says, where it is not only that.
    """
    return (
        Preset(
            name="quick",
            title="Quick look",
            summary="Shapes and grounds, to see whether the data is right.",
            params=quick,
        ),
        Preset(
            name="good",
            title="Good",
            summary="Pictures to choose from.",
            params=good,
        ),
        Preset(name="best", title="Best", summary=best_is, params=best),
    )

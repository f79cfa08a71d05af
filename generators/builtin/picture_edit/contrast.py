"""Whether words can be read on a ground. Without torch."""

from __future__ import annotations

from collections.abc import Sequence

from generators.contrast import READABLE, Rgb, contrast

BLACK, WHITE = (17, 17, 17), (255, 255, 255)


def hex_of(colour: Rgb) -> str:
    """Return a colour as #rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def readable(grounds: Sequence[Rgb], wanted: Sequence[Rgb]) -> tuple[Rgb, float]:
    """Return the first wanted colour that can be read on all grounds, else the better of black and white.

    Returns:
        The colour, and its lowest contrast with the grounds.
    """
    rated = [
        (colour, min(contrast(colour, ground) for ground in grounds)) for colour in (*wanted, BLACK, WHITE)
    ]
    for colour, ratio in rated[: len(wanted)]:
        if ratio >= READABLE:
            return colour, ratio
    return max(rated[len(wanted) :], key=lambda pair: pair[1])

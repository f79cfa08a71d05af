"""Whether words can be read on a ground. Without torch."""

from __future__ import annotations

from collections.abc import Sequence

Rgb = tuple[int, int, int]
READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3
BLACK, WHITE = (17, 17, 17), (255, 255, 255)


def rgb_of(text: str) -> Rgb:
    """Return the colour that #rrggbb names."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def hex_of(colour: Rgb) -> str:
    """Return a colour as #rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def luminance(colour: Rgb) -> float:
    """Return the relative luminance from 0 to 1.

    Source: Web Content Accessibility Guidelines 2.2, relative luminance. https://www.w3.org/TR/WCAG22/
    """
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (c / 255 for c in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: Rgb, b: Rgb) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


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

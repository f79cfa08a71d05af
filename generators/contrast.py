"""How well two colours can be told apart. Torch-free."""

from __future__ import annotations

Rgb = tuple[int, int, int]
READABLE = 4.5  # of text on its ground, WCAG 2.2, success criterion 1.4.3, level AA


def rgb_of(text: str) -> Rgb:
    """Return the colour that #rrggbb names."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


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

"""The colours of a report, all made from one accent."""

from dataclasses import dataclass

from generators.builtin.report.vision import told_apart
from generators.contrast import READABLE, rgb_of
from generators.contrast import contrast as ratio

WHITE = "#ffffff"
FALLS = ("#b4532a", "#6b4fa0", "#9a6a00", "#2f6fb0", "#1b2430")
"""What losses are drawn in on white: the first that every reader tells from the accent. All are readable there."""
DARK_FALLS = ("#e58a62", "#b79ae6", "#e0b341", "#7db8f0", "#e8ecf1")


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by what they are for. `shades` run from the accent to a tint and end with the grey of "others"."""

    ground: str
    ink: str
    muted: str
    line: str
    accent: str
    fall: str
    shades: tuple[str, ...]


def light(accent: str) -> Palette:
    """Return the palette on white; the accent is darkened until text in it can be read."""
    colour = accent.lower()
    while contrast(colour, WHITE) < READABLE:
        colour = mix(colour, "#000000", 0.08)
    return Palette(
        WHITE,
        "#1b2430",
        "#5a6675",
        "#dfe4ea",
        colour,
        told_apart(colour, FALLS),
        _shades(colour, WHITE, "#d3d8de"),
    )


def dark(accent: str) -> Palette:
    """Return the palette on near black; the accent is lightened until text in it can be read."""
    ground, colour = "#12171d", accent.lower()
    while contrast(colour, ground) < READABLE + 1:
        colour = mix(colour, WHITE, 0.08)
    return Palette(
        ground,
        "#e8ecf1",
        "#9aa7b5",
        "#2b343f",
        colour,
        told_apart(colour, DARK_FALLS),
        _shades(colour, ground, "#3a444f"),
    )


def changes_to(accent: str) -> list[str]:
    """Return in sentences what was changed so that everybody can read and tell apart the colours of an accent."""
    palette, told = light(accent), []
    if palette.accent != accent.lower():
        told.append(
            f"The accent {accent} is printed as {palette.accent}, so that text in it can be read on white."
        )
    if palette.fall != FALLS[0]:
        told.append(
            f"Losses are drawn in {palette.fall}: colour-blind readers could not tell {FALLS[0]} from the accent."
        )
    return told


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    return ratio(rgb_of(one), rgb_of(other))


def mix(colour: str, other: str, share: float) -> str:
    """Return a colour with a share (0 to 1) of another in it."""
    return "#" + "".join(
        f"{round(a + (b - a) * share):02x}" for a, b in zip(rgb_of(colour), rgb_of(other), strict=True)
    )


def _shades(accent: str, ground: str, others: str) -> tuple[str, ...]:
    return (*(mix(accent, ground, share) for share in (0, 0.22, 0.42, 0.58, 0.72)), others)

"""How colours look to readers who see fewer of them, and how far two are apart for every reader."""

from typing import Final

from generators.contrast import rgb_of

Vector = tuple[float, float, float]
SIGHTS: Final[dict[str, tuple[Vector, Vector, Vector]]] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip
"""What becomes of linear red, green and blue where one kind of cone is missing.

Source: Machado, Oliveira and Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency,
2009, severity 1.0. https://doi.org/10.1109/TVCG.2009.113
"""
APART = 20.0
"""From which distance on two colours beside each other are told apart at a glance; 2.3 is just noticeable."""


def distance(one: str, other: str) -> float:
    """Return how far two colours are apart, CIE 1976 delta E, for those readers who see them the least apart."""
    a, b = _linear(one), _linear(other)
    seen = [(a, b), *((_times(sight, a), _times(sight, b)) for sight in SIGHTS.values())]
    return min(_delta(_lab(x), _lab(y)) for x, y in seen)


def told_apart(colour: str, others: tuple[str, ...]) -> str:
    """Return the first of some colours that every reader tells from a colour; the furthest where none is far enough."""
    far = next((other for other in others if distance(colour, other) >= APART), None)
    return far or max(others, key=lambda other: distance(colour, other))


def _linear(colour: str) -> Vector:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (c / 255 for c in rgb_of(colour))
    )
    return red, green, blue


def _times(rows: tuple[Vector, Vector, Vector], vector: Vector) -> Vector:
    red, green, blue = (
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, vector, strict=True)))) for row in rows
    )
    return red, green, blue


def _lab(linear: Vector) -> Vector:
    """Return CIELAB under daylight (D65) of linear sRGB."""
    red, green, blue = linear
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _delta(a: Vector, b: Vector) -> float:
    return float(sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) ** 0.5)

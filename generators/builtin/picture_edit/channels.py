"""Where the product and the words lie in a channel's picture. Without torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    left: int
    top: int
    width: int
    height: int

    def as_list(self) -> list[int]:
        """Return left, top, width and height."""
        return [self.left, self.top, self.width, self.height]


MARGIN = 0.06  # of the shorter side
TEXT_SHARE = 0.44  # of the side that the product and the words share


def layout(width: int, height: int, text_area: str) -> tuple[Box, Box | None]:
    """Return the room of the product and that of the words, which never overlap.

    Args:
        text_area: "none", "auto", "left", "right", "top" or "bottom"; auto takes the left of wide frames, else the top.
    """
    margin = round(MARGIN * min(width, height))
    inner_width, inner_height = width - 2 * margin, height - 2 * margin
    if text_area == "none":
        return Box(margin, margin, inner_width, inner_height), None
    side = ("left" if width > 1.2 * height else "top") if text_area == "auto" else text_area
    if side in ("left", "right"):
        words = round(TEXT_SHARE * inner_width)
        rest = inner_width - words - margin
        first = side == "left"
        text = Box(margin if first else margin + rest + margin, margin, words, inner_height)
        return Box(2 * margin + words if first else margin, margin, rest, inner_height), text
    words = round(0.32 * inner_height)
    rest = inner_height - words - margin
    first = side == "top"
    text = Box(margin, margin if first else 2 * margin + rest, inner_width, words)
    return Box(margin, 2 * margin + words if first else margin, inner_width, rest), text

"""The sizes in which channels show pictures. Without the numerical libraries: the platform reads them too."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Frame:
    """One channel's picture: its size in pixels, and what the channel insists on."""

    width: int
    height: int
    is_white: bool = False
    fill: float | None = None


FRAMES = {
    "square": Frame(1080, 1080),
    "story": Frame(1080, 1920),
    "portrait": Frame(1080, 1350),
    "landscape": Frame(1200, 628),
    "banner": Frame(1920, 640),
    "marketplace": Frame(2000, 2000, is_white=True, fill=0.85),
}

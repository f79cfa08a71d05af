"""Pictures one after the other, as an animation."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from torch import Tensor

from generators.training.pictures import to_bytes

FRAME_MS, PAUSE_MS = 80, 600
SHOWN_SIDE = 256  # of a frame, about


def save_film(pictures: Tensor, path: Path) -> None:
    """Write pictures in [-1, 1], shape (N, 1 or 3, H, W), as a WebP that goes there and back, without loss."""
    frames = []
    for picture in to_bytes(pictures):
        pixels = picture.expand(3, -1, -1).permute(1, 2, 0).contiguous()
        frame = Image.frombytes("RGB", (picture.shape[2], picture.shape[1]), pixels.numpy().tobytes())
        times = max(1, round(SHOWN_SIDE / max(frame.size)))
        frames.append(frame.resize((frame.width * times, frame.height * times), Image.Resampling.NEAREST))
    there_and_back = frames + frames[-2:0:-1]
    waits = [FRAME_MS] * len(there_and_back)
    waits[0] = waits[len(frames) - 1] = PAUSE_MS
    there_and_back[0].save(
        path, save_all=True, append_images=there_and_back[1:], duration=waits, loop=0, lossless=True
    )

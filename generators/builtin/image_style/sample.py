"""Sampling from `image-style`: each picture, painted anew like another one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from generators.builtin.image_style.paint import paint
from generators.builtin.image_style.spec import SampleParams
from generators.checkpoint import Checkpoint
from generators.run import Run, Sample
from generators.training.decode import whole_picture
from generators.training.grids import save_png
from generators.training.pictures import to_bytes

SMALLEST = 128
MULTIPLE = 16
SIDES = {256: [128, 256], 384: [128, 256, 384], 512: [128, 256, 512]}


def sample(checkpoint: Checkpoint | None, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Return one picture for each picture.

    Raises:
        BadData: If a file is no picture.
    """
    sides = SIDES[params.size]
    style = _tensor(
        _on_white(_open(run.picture(params.style), "style")), round(params.size * params.marks), 8
    )
    total = len(params.pictures) * len(sides) * params.steps
    done = 0

    def on_step(number: int, shown: Tensor | None) -> None:
        nonlocal done
        if shown is None:
            done += 1
            run.report(done, total, f"Painting picture {number} of {len(params.pictures)}")
            return
        path = run.scratch / f"preview-{number:02}-{shown.shape[3]}.png"
        save_png(shown[0].cpu(), path)
        run.preview(Sample("image/png", path=path, name=f"Picture {number}"))

    for number, name in enumerate(params.pictures, start=1):
        opened = _open(run.picture(name), str(number))
        cutout = opened.getchannel("A") if opened.mode == "RGBA" else None
        picture = _tensor(_on_white(opened), params.size, MULTIPLE)
        painted = paint(
            picture,
            style,
            sides=sides,
            strength=params.strength,
            keeps_colours=params.colours == "keep",
            steps=params.steps,
            device=run.device,
            on_step=partial(on_step, number),
        )
        path = run.scratch / f"painted-{number:02}.png"
        _save(painted[0].cpu(), cutout, path)
        meta = {"picture": name, "style": params.style, "strength": params.strength}
        yield Sample("image/png", path=path, name=f"Painted {number}", meta=meta)


def _open(path: Path, which: str) -> Image.Image:
    picture = whole_picture(path, "The style picture" if which == "style" else f"Picture {which}")
    picture.thumbnail((2048, 2048), Image.Resampling.LANCZOS)
    return picture if picture.mode == "RGBA" else picture.convert("RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    ground = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(ground, picture).convert("RGB")


def _tensor(picture: Image.Image, side: int, multiple: int) -> Tensor:
    """Return a picture in [-1, 1], shape (1, 3, H, W), its longer side about this long."""
    share = side / max(picture.size)
    width, height = (max(2 * multiple, round(one * share / multiple) * multiple) for one in picture.size)
    pixels = np.array(picture.resize((width, height), Image.Resampling.LANCZOS))
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 127.5 - 1


def _save(painted: Tensor, cutout: Image.Image | None, path: Path) -> None:
    pixels = to_bytes(painted).permute(1, 2, 0).contiguous()
    picture = Image.frombytes("RGB", (painted.shape[2], painted.shape[1]), pixels.numpy().tobytes())
    if cutout is not None:
        picture.putalpha(cutout.resize(picture.size, Image.Resampling.LANCZOS))
    picture.save(path, compress_level=4)

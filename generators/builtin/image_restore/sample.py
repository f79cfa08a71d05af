"""Sampling from `image-restore`: each picture mended by its task."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image, UnidentifiedImageError
from torch import Tensor

from generators.builtin.image_restore.mend import denoise, enlarge, fill
from generators.builtin.image_restore.model import Restorer
from generators.builtin.image_restore.spec import SampleParams
from generators.builtin.image_restore.spoil import SCALES
from generators.checkpoint import Checkpoint
from generators.errors import BadData, BadParams
from generators.run import Run, Sample
from generators.training.decode import pixels_of
from generators.training.grids import save_png
from generators.training.pictures import to_floats
from generators.training.warm import kept_warm

MOST_PIXELS = 16_000_000  # of a result


def sample(checkpoint: Checkpoint, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Return each picture, mended.

    Raises:
        BadData: If a file is no picture.
        BadParams: If the result would be too large, or the mask does not fit.
    """
    network = load_network(checkpoint, run.device)
    names = (params.picture, *params.others)
    for number, name in enumerate(names, start=1):
        run.report(number - 1, len(names), f"Mending {number} of {len(names)}")
        picture = _read(run, name, number)
        path = run.scratch / f"mended-{number:03}.png"
        save_png(_mended(network, picture, params, run)[0], path)
        meta = {"task": params.task, "picture": name, "width": picture.shape[3], "height": picture.shape[2]}
        yield Sample("image/png", path=path, name=f"{params.task} {number}", meta=meta)
        run.report(number, len(names))


def load_network(checkpoint: Checkpoint, device: str) -> Restorer:
    """Return the checkpoint's network, from memory where this process has used it before."""
    return kept_warm(checkpoint, device, Restorer)


def _mended(network: Restorer, picture: Tensor, params: SampleParams, run: Run) -> Tensor:
    if params.task == "denoise":
        return denoise(network, picture, params.noise)
    if scale := SCALES.get(params.task):
        pixels = scale**2 * picture.shape[2] * picture.shape[3]
        if pixels > MOST_PIXELS:
            raise BadParams(
                f"Enlarged {scale} times, the picture would have {pixels:,} pixels; at most {MOST_PIXELS:,} are made. "
                "Take a smaller picture."
            )
        return enlarge(network, picture, scale)
    mask = _read(run, str(params.mask), 1).mean(1, keepdim=True).gt(0).float()
    if mask.shape[2:] != picture.shape[2:]:
        raise BadParams(
            f"The mask has {mask.shape[3]} x {mask.shape[2]} pixels, the picture {picture.shape[3]} x "
            f"{picture.shape[2]}. Paint it over this picture."
        )
    if not bool(mask.any()):
        raise BadParams("Nothing is painted over. Paint over what is to be drawn anew.")
    return fill(network, picture, mask)


def _read(run: Run, name: str, number: int) -> Tensor:
    """Return a picture in [-1, 1], shape (1, 1 or 3, H, W)."""
    try:
        with Image.open(run.picture(name)) as opened:
            plain = opened.convert("L" if opened.mode in ("1", "L", "I;16") else "RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise BadData(f"Picture {number} cannot be read. Export it anew as PNG or JPEG.") from error
    return to_floats(pixels_of(plain)[None])

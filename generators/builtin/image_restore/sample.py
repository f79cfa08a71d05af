"""Sampling from `image-restore`: each picture mended by its task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageStat
from torch import Tensor

from generators.builtin.image_restore.fill import fill
from generators.builtin.image_restore.grain import noise_of
from generators.builtin.image_restore.mend import denoise, enlarge
from generators.builtin.image_restore.model import Restorer
from generators.builtin.image_restore.spec import SampleParams
from generators.builtin.image_restore.spoil import SCALES, STRONGEST_NOISE
from generators.checkpoint import Checkpoint
from generators.errors import BadParams
from generators.run import Run, Sample
from generators.training.decode import pixels_of, whole_picture
from generators.training.grids import save_png
from generators.training.pictures import to_floats
from generators.training.warm import kept_warm

NAMES = {
    "denoise": "Denoised",
    "enlarge-2x": "Enlarged 2x",
    "enlarge-4x": "Enlarged 4x",
    "inpaint": "Filled in",
}
PARTS = 100  # of the progress of one picture
MOST_PIXELS = 16_000_000  # of a result
UNEVEN = 0.01  # by which a mask may miss the picture's proportions


def sample(checkpoint: Checkpoint, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Return each picture, mended.

    Raises:
        BadData: If a file is no picture.
        BadParams: If the result would be too large, or the mask does not fit.
    """
    network = load_network(checkpoint, run.device)
    names = (params.picture, *params.others)
    for number, name in enumerate(names, start=1):
        run.report(PARTS * (number - 1), PARTS * len(names), f"Mending {number} of {len(names)}")
        picture = whole_picture(run.picture(name), f"Picture {number}")
        path = run.scratch / f"mended-{number:03}.png"
        given = _tensor(picture)
        meta = {"task": params.task, "picture": name, "width": picture.width, "height": picture.height}
        noise = 0.0
        if params.task == "denoise":
            meta["noise"] = noise = round(min(params.noise or noise_of(given), STRONGEST_NOISE), 3)
        mended = _mended(network, given, params, run, noise=noise, before=number - 1)
        _save(mended[0], picture, path)
        yield Sample("image/png", path=path, name=f"{NAMES[params.task]} {number}", meta=meta)
        run.report(PARTS * number, PARTS * len(names))


def load_network(checkpoint: Checkpoint, device: str) -> Restorer:
    """Return the checkpoint's network, from memory where this process has used it before."""
    return kept_warm(checkpoint, device, Restorer)


def _mended(
    network: Restorer, picture: Tensor, params: SampleParams, run: Run, *, noise: float, before: int
) -> Tensor:
    total, done = PARTS * (1 + len(params.others)), before * PARTS

    def say(share: float) -> None:
        run.report(done + round(share * PARTS), total)

    if params.task == "denoise":
        return denoise(network, picture, noise, say)
    if scale := SCALES.get(params.task):
        pixels = scale**2 * picture.shape[2] * picture.shape[3]
        if pixels > MOST_PIXELS:
            raise BadParams(
                f"Enlarged {scale} times, the picture would have {pixels:,} pixels; at most {MOST_PIXELS:,} are made. "
                "Take a smaller picture."
            )
        return enlarge(network, picture, scale, say)
    painted = whole_picture(run.picture(str(params.mask)), "The mask")
    return fill(network, picture, _mask(painted, picture))


def _mask(painted: Image.Image, picture: Tensor) -> Tensor:
    """Return 1 where a pixel is painted over, shape (1, 1, H, W); a smaller mask of the same proportions is enlarged.

    Raises:
        BadParams: If it is of another picture, or nothing is painted.
    """
    height, width = picture.shape[2:]
    if abs(painted.width * height / (painted.height * width) - 1) > UNEVEN:
        raise BadParams(
            f"The mask has {painted.width} x {painted.height} pixels, the picture {width} x {height}. "
            "Paint it over this picture."
        )
    fitted = painted.convert("L").resize((width, height), Image.Resampling.NEAREST)
    mask = to_floats(pixels_of(fitted)[None]).gt(0).float()
    if not bool(mask.any()):
        raise BadParams("Nothing is painted over. Paint over what is to be drawn anew.")
    return mask


def _tensor(picture: Image.Image) -> Tensor:
    """Return a picture in [-1, 1], shape (1, 1 or 3, H, W); what is transparent gets the mean colour of the rest."""
    if picture.mode == "RGBA":
        ground = Image.new("RGBA", picture.size, _mean_colour(picture))
        picture = Image.alpha_composite(ground, picture).convert("RGB")
    return to_floats(pixels_of(picture)[None])


def _mean_colour(picture: Image.Image) -> tuple[int, ...]:
    """Return the mean colour of what is seen, so that no foreign colour comes into its edge."""
    seen = ImageStat.Stat(
        picture.convert("RGB"), picture.getchannel("A").point(lambda value: 255 * (value > 127))
    )
    return (*map(round, seen.mean if seen.count[0] else (255, 255, 255)), 255)


def _save(mended: Tensor, given: Image.Image, path: Path) -> None:
    """Write a mended picture; a cut-out stays one."""
    save_png(mended, path)
    if given.mode == "RGBA":
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
        picture.putalpha(given.getchannel("A").resize(picture.size, Image.Resampling.LANCZOS))
        picture.save(path)

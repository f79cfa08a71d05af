"""Sampling from `picture-edit`: each picture, cut out once, is laid out for each channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from generators.builtin.picture_edit.channels import Box, layout
from generators.builtin.picture_edit.compose import compose, covered, enlargement, seen_box
from generators.builtin.picture_edit.contrast import WHITE, hex_of, readable
from generators.builtin.picture_edit.cutout import Cutout, cut_out
from generators.builtin.picture_edit.headline import find_font, set_headline
from generators.builtin.picture_edit.spec import SampleParams
from generators.checkpoint import Checkpoint
from generators.contrast import Rgb, rgb_of
from generators.errors import BadData
from generators.frames import FRAMES, Frame
from generators.run import Notice, Run, Sample
from generators.training.decode import whole_picture

LARGEST_SIDE, SMALLEST_SIDE = 4000, 16
MOST_ENLARGED = 2.0
LARGE = 3.0  # contrast that large letters need: WCAG 2.2, success criterion 1.4.3
THIN = 0.12  # of its box, that a product without an inside fills
LEAST_COVERED, MOST_COVERED = 0.005, 0.97


@dataclass(frozen=True)
class _Source:
    name: str
    number: int
    picture: Image.Image
    cutout: Cutout | None


def sample(checkpoint: Checkpoint | None, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Return one picture for each picture and channel.

    Raises:
        BadData: If a file is no picture, or one with hardly any pixels.
    """
    total = len(params.pictures) * len(params.channels)
    done = 0
    for number, name in enumerate(params.pictures, start=1):
        run.report(done, total, f"Cutting out {number} of {len(params.pictures)}")
        source = _open(name, number, params, run)
        _warn_of_enlarging(source, params, run)
        for channel in params.channels:
            yield _laid_out(source, channel, params, run)
            done += 1
            run.report(done, total)


def _open(name: str, number: int, params: SampleParams, run: Run) -> _Source:
    picture = whole_picture(run.picture(name), f"Picture {number}")
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    picture = picture if picture.mode == "RGBA" else picture.convert("RGB")
    if params.background == "keep":
        return _Source(name, number, picture, None)
    if min(picture.size) < SMALLEST_SIDE:
        raise BadData(
            f"Picture {number} has {picture.width} x {picture.height} pixels; a product is cut out of at least "
            f"{SMALLEST_SIDE} a side. Take a larger picture."
        )
    cutout = cut_out(picture, tolerance=params.tolerance, holes=params.holes)
    _warn(cutout, number, run)
    return _Source(name, number, picture, cutout)


def _warn(cutout: Cutout, number: int, run: Run) -> None:
    percent = f"{100 * cutout.covered:.1f}"
    values: dict[str, float | str] = {
        "picture": number, "covered": round(cutout.covered, 3), "percent": percent
    }  # fmt: skip
    if not LEAST_COVERED < cutout.covered < MOST_COVERED:
        is_empty = cutout.covered < 0.5
        found = "nothing stands out from the ground" if is_empty else "no ground was found"
        run.notice(
            Notice(
                "no_product" if is_empty else "no_ground",
                f"In picture {number} {found}: {percent} % of it was kept.",
                "Change the tolerance, or take a picture with a ground of another colour than the product.",
                values=values,
            )
        )
    elif _is_thin(cutout):
        run.notice(
            Notice(
                "thin_parts_only",
                f"Of picture {number} only thin lines were kept: {percent} % of it.",
                "If the product is more than that, it has the colour of its ground: take it before another one.",
                values=values,
            )
        )
    elif not cutout.is_plain:
        run.notice(
            Notice(
                "ground_not_plain",
                f"The ground of picture {number} is not plain: its colours differ by {cutout.spread:.0f} (Lab).",
                "Look at the edge; a picture before one plain colour cuts out better.",
                values=values | {"spread": f"{cutout.spread:.0f}"},
            )
        )


def _is_thin(cutout: Cutout) -> bool:
    """Return whether what was found hardly fills its own box, as an outline or the frame of spectacles does."""
    left, top, right, bottom = seen_box(cutout.picture)
    box = (right - left) * (bottom - top) / (cutout.picture.width * cutout.picture.height)
    return cutout.covered < THIN * box


def _warn_of_enlarging(source: _Source, params: SampleParams, run: Run) -> None:
    """Say where a picture is too small for its channels."""
    if source.cutout is None or source.cutout.covered < LEAST_COVERED:
        return
    scales = []
    for channel in params.channels:
        frame, product, _words = _frame(source, channel, params)
        scales.append((enlargement(source.cutout.picture, product, frame.fill or params.fill), channel))
    scale, channel = max(scales)
    if scale > MOST_ENLARGED:
        run.notice(
            Notice(
                "picture_too_small",
                f"The product of picture {source.number} is enlarged {scale:.1f} times for the {channel}: "
                "it looks soft.",
                "Take a larger picture of it, or enlarge it first with the picture restorer.",
                level="info",
                values={"picture": source.number, "times": f"{scale:.1f}", "channel": channel},
            )
        )


def _frame(source: _Source, channel: str, params: SampleParams) -> tuple[Frame, Box, Box | None]:
    """Return a channel's frame, and where the product and the words lie in it."""
    frame = FRAMES.get(channel) or Frame(*source.picture.size)
    wanted = "auto" if params.headline and params.text_area == "none" else params.text_area
    return frame, *layout(frame.width, frame.height, "none" if frame.is_white else wanted)


def _laid_out(source: _Source, channel: str, params: SampleParams, run: Run) -> Sample:
    frame, product, words = _frame(source, channel, params)
    ground = _ground(frame, params)
    size = frame.width, frame.height
    if source.cutout is None:
        picture = covered(source.picture, size)
    else:
        fill, shadow = frame.fill or params.fill, 0.0 if frame.is_white else params.shadow
        picture = compose(source.cutout.picture, size, product, ground=ground, fill=fill, shadow=shadow)
    meta: dict[str, Any] = {"channel": channel, "picture": source.name, "background": params.background}
    if ground:
        meta["ground"] = hex_of(ground)
    if source.cutout:
        meta |= {"covered": round(source.cutout.covered, 4), "ground_spread": round(source.cutout.spread, 2)}
    if words:
        meta |= _words(picture, words, params, run)
        _warn_of_words(source.number, channel, meta, params, run)
    path = run.scratch / f"{source.number:03}-{channel}.png"
    picture.save(path, compress_level=4)
    return Sample(
        "image/png", path=path, label=channel, name=f"{channel.capitalize()} {source.number}", meta=meta
    )


def _ground(frame: Frame, params: SampleParams) -> Rgb | None:
    if params.background in ("transparent", "keep"):
        return WHITE if frame.is_white and params.background == "transparent" else None
    if frame.is_white or params.background == "white":
        return WHITE
    if params.background == "brand" and params.brand_colours:
        return rgb_of(params.brand_colours[0])
    return rgb_of(params.colour)


def _words(picture: Image.Image, room: Box, params: SampleParams, run: Run) -> dict[str, Any]:
    """Set the headline where there is one, and return what is known of its room."""
    area = picture.crop((room.left, room.top, room.left + room.width, room.top + room.height))
    if area.mode == "RGBA":  # what comes behind it is not known; most pages are light
        area = Image.alpha_composite(Image.new("RGBA", area.size, "white"), area)
    area = area.convert("RGB")
    grounds = _extremes(area)
    colour, ratio = readable(grounds, [rgb_of(one) for one in params.brand_colours[1:]])
    found: dict[str, Any] = {"text_area": room.as_list(), "text_contrast": round(ratio, 2)}
    if params.headline:
        font, is_wanted = find_font(params.brand_font, params.headline)
        if not is_wanted and params.brand_font:
            run.log(f"The font {params.brand_font} is not on this machine; another one was set.")
        size = set_headline(picture, params.headline, room, font, colour)
        found |= {"text_colour": hex_of(colour), "text_size": size, "font": _name(font)}
    return found


def _warn_of_words(number: int, channel: str, meta: dict[str, Any], params: SampleParams, run: Run) -> None:
    if not params.headline or meta["text_contrast"] >= LARGE:
        return
    run.notice(
        Notice(
            "words_hard_to_read",
            f"The words on picture {number} ({channel}) have a contrast of {meta['text_contrast']:.1f} with what is "
            "behind them; large letters need 3.",
            "Choose a plain background, or another place for the words.",
            values={"picture": number, "channel": channel, "contrast": f"{meta['text_contrast']:.1f}"},
        )
    )


def _extremes(area: Image.Image) -> list[Rgb]:
    """Return the darkest and the lightest colour of an area, looked at from some distance."""
    small = area.resize((16, 16), Image.Resampling.BOX)
    pixels: list[Rgb] = [tuple(small.getpixel((x, y))) for x in range(16) for y in range(16)]  # type: ignore[arg-type,misc]
    return [min(pixels, key=sum), max(pixels, key=sum)]


def _name(font: Path | None) -> str:
    return font.stem if font else "Aileron"

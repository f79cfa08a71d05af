"""Film strips and sample grids for docs/image-families.md, from checkpoints that `bench.images_families` kept.

python -m bench.images_strips NAME...    # named as there; writes docs/images/NAME-strip.png and NAME-grid.png
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from PIL import Image

from bench.images_data import ROOT
from bench.images_drawing import drawn
from generators.builtin.image_diffusion.denoising import Care
from generators.checkpoint import read
from generators.training.grids import save_grid
from generators.training.pictures import to_floats

MOMENTS, SIDE, COLUMNS = 6, 32, 10
TARGET = Path(__file__).parent.parent / "docs" / "images"


def strip(folder: Path) -> Image.Image:
    """Return one row of pictures, a column for each label, for each of some moments; time runs downwards.

    The moments lie as far apart as doublings, since a training changes most at its beginning.
    """
    previews = sorted(folder.glob("preview-*.png"))
    places = {round((len(previews)) ** (moment / (MOMENTS - 1))) - 1 for moment in range(MOMENTS)}
    rows = [Image.open(previews[place]) for place in sorted(places)]
    film = Image.new("L", (COLUMNS * SIDE, len(rows) * SIDE))
    for number, row in enumerate(rows):
        film.paste(row.crop((0, 0, COLUMNS * SIDE, SIDE)).convert("L"), (0, number * SIDE))
    return film


def main() -> None:
    """Write the strips and grids that are named."""
    torch.set_num_threads(1)
    TARGET.mkdir(exist_ok=True)
    labels = torch.arange(COLUMNS).repeat(MOMENTS)
    for name in sys.argv[1:]:
        folder = ROOT / "checkpoints" / name
        strip(folder).save(TARGET / f"{name}-strip.png", optimize=True)
        pictures = to_floats(drawn(read(folder), labels, seed=0, care=Care()))
        save_grid(pictures, TARGET / f"{name}-grid.png", columns=COLUMNS)


if __name__ == "__main__":
    main()

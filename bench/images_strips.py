"""Film strips of trainings: the same seeds at some moments, from the previews that a checkpoint was kept with.

python -m bench.images_strips NAME...    # named as by `bench.images_families`; writes docs/images/NAME-strip.png
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from bench.images_data import ROOT

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
    """Write the strips that are named."""
    TARGET.mkdir(exist_ok=True)
    for name in sys.argv[1:]:
        strip(ROOT / "checkpoints" / name).save(TARGET / f"{name}-strip.png", optimize=True)


if __name__ == "__main__":
    main()

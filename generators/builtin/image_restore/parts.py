"""Parts of pictures in about their own size: what is mended later is as large as pictures are.

A restorer that learns from small copies of photographs knows edges as sharp as no photograph has them. So it is shown
squares out of its pictures, half of them pixel by pixel, the others scaled down by chance, at most until the whole
picture fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from PIL import Image, ImageStat
from torch import Tensor

from generators.data import Record, TrainingData
from generators.errors import BadData
from generators.training.decode import decode_square, pixels_of, plain_picture
from generators.training.pictures import Pictures, kept_of_records, label_numbers, records_of
from generators.training.randomness import generator_for

MOST = 8000
"""Parts of a split: 98 MB in colour at 64 pixels."""
MOST_OF_ONE = 64
LARGEST = 2048
"""Pixels each way, beyond which a JPEG is read at a fraction of its size."""
AREAS = 2.0
"""Times that the parts together cover their picture."""
TRIED = 2
"""Places for each part, of which the one with more to see is taken: most of a product shot is ground."""


def load_parts(
    data: TrainingData,
    split: str,
    *,
    resolution: int,
    generator: str,
    at_least: int = 1,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Pictures:
    """Return squares out of the pictures of a split, the same ones each time.

    Raises:
        DatasetTooSmall: If the split has fewer pictures.
        BadData: If the records are not pictures, or one cannot be read.
    """
    return parts_and_places(
        data, split, resolution=resolution, generator=generator, at_least=at_least, on_progress=on_progress
    )[0]


def parts_and_places(
    data: TrainingData,
    split: str,
    *,
    resolution: int,
    generator: str,
    at_least: int = 1,
    most: int = MOST,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Pictures, Tensor]:
    """Return squares out of the pictures of a split, and the place of each one's picture in it, int64, shape (N,)."""
    records = records_of(data, split, generator=generator, at_least=at_least)
    of_one = max(1, min(MOST_OF_ONE, most // len(records)))

    def cut() -> dict[str, Tensor]:
        images: list[Tensor] = []
        places: list[int] = []
        for place, record in enumerate(records):
            if place % 50 == 0:
                on_progress(place, len(records))
            for part in _parts(record, resolution, of_one):
                images.append(pixels_of(part.convert("RGB")))
                places.append(place)
        every = torch.stack(images)
        if bool((every == every[:, :1]).all()):
            every = every[:, :1].contiguous()
        return {"images": every, "places": torch.tensor(places)}

    kept = kept_of_records(data, records, f"parts {split} {resolution} {of_one}", cut)
    numbers = label_numbers(data.labels, records)
    labels = None if numbers is None else numbers[kept["places"]]
    return Pictures(kept["images"], labels, data.labels if labels is not None else ()), kept["places"]


def _parts(record: Record, resolution: int, most: int) -> Iterator[Image.Image]:
    if record.path is None:
        raise BadData(f"Record {record.id!r} has no picture file.")
    picture = plain_picture(record.path, at_least=LARGEST)
    width, height = picture.size
    if min(width, height) <= resolution:
        yield decode_square(record.path, resolution)
        return
    random = generator_for(0, f"parts of {record.id}")
    covering = round(AREAS * width * height / resolution**2)
    for _ in range(max(1, min(most, covering))):
        boxes = [_box(width, height, resolution, random) for _ in range(TRIED)]
        tried = [picture.resize((resolution, resolution), Image.Resampling.LANCZOS, box=box) for box in boxes]
        yield max(tried, key=lambda part: sum(ImageStat.Stat(part).var))


def _box(
    width: int, height: int, resolution: int, random: torch.Generator
) -> tuple[float, float, float, float]:
    """Return a square of the picture: as large as the part for half of them, up to the whole picture for the rest."""
    own_size, across, down, scale = torch.rand(4, generator=random).tolist()
    side = resolution if own_size < 0.5 else round(resolution * (min(width, height) / resolution) ** scale)
    left, top = round(across * (width - side)), round(down * (height - side))
    return left, top, left + side, top + side

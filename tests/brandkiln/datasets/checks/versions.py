"""Versions with known records, written to the database without reading any file."""

import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from typing import Any

from brandkiln.datasets.bulk import add_records
from brandkiln.datasets.checks.facts import picture_facts
from brandkiln.datasets.models import DatasetVersion
from PIL import Image, ImageDraw, ImageFilter

from tests.factories import DatasetFactory, DatasetVersionFactory, ProjectFactory

WORDS = [f"word{number}" for number in range(2_000)]


def picture(seed: int, side: int = 96) -> Image.Image:
    """Return a picture of coloured discs and bars that no other seed draws."""
    draw = random.Random(seed)
    image = Image.frombytes("RGB", (side, side), draw.randbytes(3 * side * side))
    pencil = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, size = draw.randrange(side), draw.randrange(side), draw.randrange(side // 6, side // 2)
        colour = tuple(draw.randrange(256) for _ in range(3))
        shape = pencil.ellipse if draw.random() < 0.5 else pencil.rectangle
        shape((x, y, x + size, y + size), fill=colour)
    return image


def facts_of(image: Image.Image) -> dict[str, Any]:
    small = image.copy()
    small.thumbnail((256, 256))
    return {
        "width": image.width,
        "height": image.height,
        "format": "PNG",
        "mode": image.mode,
    } | picture_facts(small)


def text(seed: int, words: int = 120) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def image_line(image: Image.Image, **more: Any) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(image.tobytes()).hexdigest(), "facts": facts_of(image)} | more


def text_line(said: str, **more: Any) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(said.encode()).hexdigest(), "text": said} | more


def row_line(**fields: Any) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(json.dumps(fields).encode()).hexdigest(), "fields": fields}


def version_of(
    kind: str, lines: Sequence[dict[str, Any]], *, workspace: Any = None, **more: Any
) -> DatasetVersion:
    """Return a version that holds these records, each for training unless it says otherwise."""
    project = ProjectFactory(workspace=workspace) if workspace else ProjectFactory()
    version = DatasetVersionFactory(
        dataset=DatasetFactory(kind=kind, project=project), record_count=len(lines), **more
    )
    add_records(_rows(version, lines))
    return version


def _rows(version: DatasetVersion, lines: Iterable[dict[str, Any]]) -> Iterable[tuple[Any, ...]]:
    for position, line in enumerate(lines):
        yield (
            version.pk, position, line.get("name", f"{position}.png"), line["sha256"], line.get("split", "train"),
            line.get("label", ""), line.get("artifact"), None, line.get("text", ""), line.get("fields", {}),
            line.get("facts", {}),
        )  # fmt: skip


def blurred(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(8))

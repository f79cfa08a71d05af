"""Tiny dataset versions, written without numpy or Pillow, for conformance checks and tests."""

import json
import math
import random
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from generators.data import Record, TrainingData

Split = Literal["train", "validation", "test"]
SPLITS_OF_FOUR: tuple[Split, ...] = ("train", "train", "validation", "test")
LABELS = ("disc", "square")


def png_bytes(width: int, height: int, rgb: bytes) -> bytes:
    """Return an 8-bit RGB picture as a PNG file.

    Args:
        width: Pixels in a row.
        height: Rows.
        rgb: The pixels in row-major order, 3 bytes each.

    Source: W3C, Portable Network Graphics specification. https://www.w3.org/TR/png-3/
    """
    if len(rgb) != 3 * width * height:
        raise ValueError(f"{width} x {height} pixels take {3 * width * height} bytes, not {len(rgb)}.")
    rows = b"".join(b"\0" + rgb[start : start + 3 * width] for start in range(0, len(rgb), 3 * width))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def write_data(
    folder: Path,
    kind: str,
    records: Iterable[Record],
    *,
    name: str = "Tiny",
    labels: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
) -> TrainingData:
    """Write a dataset version as the platform does and return it.

    Args:
        folder: Where to write; made where it is missing.
        kind: "image", "text", "table" or "audio".
        records: What it holds.
        name: Its name in error texts.
        labels: All labels in order.
        columns: For a table, each column's name and type.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        json.dumps(
            {
                "id": record.id,
                "split": record.split,
                "path": None if record.path is None else str(record.path.absolute()),
                "text": record.text,
                "label": record.label,
                "fields": record.fields,
            }
        )
        for record in records
    ]
    header: dict[str, Any] = {
        "format": 1,
        "kind": kind,
        "name": name,
        "sha256": f"{zlib.crc32(chr(10).join(lines).encode()):064x}",
        "labels": list(labels),
        "columns": [{"name": column, "type": role} for column, role in (columns or {}).items()],
    }
    (folder / "dataset.json").write_text(json.dumps(header))
    (folder / "records.jsonl").write_text("".join(f"{line}\n" for line in lines))
    return TrainingData.open(folder)


def tiny_data(
    folder: Path, kind: str, *, records: int = 128, held_out: int | None = None, seed: int = 0
) -> TrainingData:
    """Write a tiny dataset version of one kind.

    Images are discs and squares of 32 x 32 pixels in mixed colours, texts are short product lines, a table holds
    two years of weekly sales by region.

    Args:
        held_out: How many records are for validation, and as many for testing; a quarter each where it is None.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret hangs on it
    folder.mkdir(parents=True, exist_ok=True)
    splits = [_split(index, held_out) for index in range(records)]
    match kind:
        case "image":
            return write_data(folder, kind, _images(folder, splits, chance), labels=LABELS)
        case "text":
            return write_data(folder, kind, _texts(splits, chance), labels=LABELS)
        case "table":
            columns = {"week": "date", "region": "text", "orders": "number", "revenue": "number"}
            return write_data(folder, kind, _rows(splits, chance), columns=columns)
    raise ValueError(f"A dataset version is image, text or table, not {kind!r}.")


def _split(index: int, held_out: int | None) -> Split:
    pair = index // 2  # of two labels
    if held_out is None:
        return SPLITS_OF_FOUR[pair % 4]
    return "train" if index >= 2 * held_out else SPLITS_OF_FOUR[2 + pair % 2]


def _images(folder: Path, splits: Sequence[Split], chance: random.Random) -> Iterable[Record]:
    for index, split in enumerate(splits):
        label = LABELS[index % 2]
        path = folder / f"{index:05}.png"
        path.write_bytes(png_bytes(32, 32, _shape(label, chance)))
        yield Record(id=path.stem, split=split, path=path, label=label)


def _shape(label: str, chance: random.Random) -> bytes:
    centre, radius = 16 + chance.uniform(-3, 3), chance.uniform(6, 11)
    ink, paper = chance.randbytes(3), bytes(chance.randrange(200, 256) for _ in range(3))

    def covered(x: int, y: int) -> bool:
        across, down = abs(x - centre), abs(y - centre)
        return (math.hypot(across, down) if label == "disc" else max(across, down)) < radius

    return b"".join(ink if covered(x, y) else paper for y in range(32) for x in range(32))


def _texts(splits: Sequence[Split], chance: random.Random) -> Iterable[Record]:
    makers, things = ("Handmade", "Recycled", "Light", "Sturdy"), ("mug", "lamp", "bag", "chair", "vase")
    uses = ("for slow mornings", "for small rooms", "for long journeys", "that lasts for years")
    for index, split in enumerate(splits):
        text = f"{chance.choice(makers)} {chance.choice(things)} {chance.choice(uses)}."
        yield Record(id=f"{index:05}", split=split, text=text, label=LABELS[index % 2])


def _rows(splits: Sequence[Split], chance: random.Random) -> Iterable[Record]:
    for index, split in enumerate(splits):
        week, region = divmod(index, 4)
        orders = 100 + 2 * week + 10 * region + chance.randrange(20)
        month, day = divmod(7 * week % 336, 28)
        fields = {
            "week": f"{2023 + week // 48}-{month + 1:02}-{day + 1:02}",
            "region": ("North", "East", "South", "West")[region],
            "orders": orders,
            "revenue": round(orders * chance.uniform(18, 22), 2),
        }
        yield Record(id=f"{index:05}", split=split, fields=fields)

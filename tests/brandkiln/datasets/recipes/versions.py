"""Versions made without files, and what a recipe makes of them."""

import io
from collections.abc import Iterable
from typing import Any

from brandkiln.artifacts import store
from brandkiln.datasets.bulk import add_records
from brandkiln.datasets.derive import derive_version
from brandkiln.datasets.models import DatasetVersion, Record
from brandkiln.datasets.readers.decode import pixels_sha256
from brandkiln.datasets.readers.writer import canonical, digest
from brandkiln.datasets.recipes.registry import parse_recipe
from brandkiln.datasets.splits import SplitRule
from PIL import Image

from tests.factories import DatasetFactory, DatasetVersionFactory

Row = dict[str, Any]


def make_version(kind: str, rows: Iterable[Row], *, columns: str = "", **values: Any) -> DatasetVersion:
    """Return a version with these records.

    Args:
        columns: Names with types, such as "price:decimal name:text".
    """
    dataset = values.pop("dataset", None) or DatasetFactory(kind=kind)
    described = [dict(zip(("name", "type"), one.split(":"), strict=True)) for one in columns.split()]
    version = DatasetVersionFactory(
        dataset=dataset, columns=described, record_count=0, **{"number": 1, **values}
    )
    records = [_row(version, place, row) for place, row in enumerate(rows)]
    add_records(iter(records))
    version.record_count = len(records)
    version.save()
    return version


def _row(version: DatasetVersion, place: int, row: Row) -> tuple[Any, ...]:
    text, fields = row.get("text", ""), row.get("fields", {})
    content = canonical(fields) if version.dataset.kind == "table" else text
    if version.dataset.kind == "text" and fields:
        content = canonical({"text": text, "fields": fields})
    artifact, sha256, facts = None, row.get("sha256") or digest(content.encode()), row.get("facts", {})
    if "image" in row:
        data = png(row["image"])
        sha256 = pixels_sha256(row["image"])
        artifact = store.put_bytes(data, workspace=version.workspace, media_type="image/png").pk
        facts = {"width": row["image"].width, "height": row["image"].height, **facts}
    return (
        version.pk,
        place,
        row.get("name", f"row {place + 1}"),
        sha256,
        row.get("split", "train"),
        row.get("label", ""),
        artifact,
        None,
        text,
        fields,
        facts,
    )


def png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", compress_level=3)
    return target.getvalue()


def picture(record: Record) -> Image.Image:
    assert record.artifact is not None
    with store.open_artifact(record.artifact) as source:
        return Image.open(io.BytesIO(source.read())).copy()


def derive(parent: DatasetVersion, *steps: Any, **values: Any) -> DatasetVersion:
    """Return the version that the steps make; each is a dict, or a name without params."""
    rule = values.pop("rule", {})
    return derive_version(
        parent=parent,
        recipe=parse_recipe(
            [{"step": one} if isinstance(one, str) else one for one in steps], kind=parent.dataset.kind
        ),
        split_rule=SplitRule(**rule),
        split_seed=values.pop("seed", 0),
        actor=None,
        report_progress=values.pop("report_progress", lambda *_: None),
        **values,
    )


def texts(version: DatasetVersion) -> list[str]:
    return list(version.records.order_by("position").values_list("text", flat=True))


def names(version: DatasetVersion) -> list[str]:
    return list(version.records.order_by("position").values_list("name", flat=True))


def values(version: DatasetVersion, column: str) -> list[Any]:
    return [record.fields.get(column) for record in version.records.order_by("position")]

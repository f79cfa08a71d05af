"""Finding a record to trace: by its hash, its number, its name, words in it, or a picture like it."""

import json
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.filenames import safe_filename
from brandkiln.datasets.models import Kind, Record
from brandkiln.datasets.quotas import scratch
from brandkiln.datasets.readers.limits import Limits, Refused
from brandkiln.datasets.readers.process import read_in_child
from brandkiln.workspaces.models import Workspace

MOST = 30
"""Contents that a search answers with."""
LOOK_ALIKE = 8
"""Bits of 64 in which the difference hashes of two pictures that look alike differ at most."""
LIMITS = Limits(wall_seconds=30, cpu_seconds=20, entries=1, decoders=1)
"""A search is one picture, read while somebody waits."""
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Hit:
    """A record that fits, as an example of its content."""

    record: Record
    distance: int = 0
    """How many bits of 64 its picture differs from the one that was shown; 0 for other searches."""


def find_records(workspace: Workspace, query: str) -> list[Hit]:
    """Return records that fit the words, each content once; exact matches alone where there are some."""
    query = query.strip()
    if not query or "\0" in query:
        return []
    records = Record.objects.filter(version__workspace=workspace)
    exact = Q(name=query)
    if HASH.fullmatch(query.lower()):
        exact |= Q(sha256=query.lower())
    if query.isdecimal() and len(query) < 19:
        exact |= Q(pk=int(query))
    found = _distinct(records.filter(exact)[: 4 * MOST])
    if not found:
        words = records.annotate(said=Cast("fields", TextField())).filter(
            Q(text__icontains=query)
            | Q(name__icontains=query)
            | Q(said__icontains=query)
            | Q(said__icontains=json.dumps(query)[1:-1])  # as SQLite keeps letters beyond ASCII
        )
        found = _distinct(words.order_by("-pk")[: 4 * MOST])
    return [Hit(record) for record in found]


def find_pictures(workspace: Workspace, path: Path, name: str) -> list[Hit]:
    """Return the records whose picture is this one or looks like it, the most alike first.

    Raises:
        Unprocessable: If the file is no picture that can be read.
    """
    line = _read(path, name)
    wanted = int(line["facts"]["dhash"], 16)
    pictures = Record.objects.filter(version__workspace=workspace, version__dataset__kind=Kind.IMAGE)
    near: dict[str, int] = {}
    rows = pictures.order_by().annotate(dhash=KeyTextTransform("dhash", "facts"))
    for sha256, dhash in rows.values_list("sha256", "dhash").distinct().iterator(chunk_size=10_000):
        distance = 0 if sha256 == line["sha256"] else (int(dhash, 16) ^ wanted).bit_count() if dhash else 64
        if distance <= LOOK_ALIKE:
            near[sha256] = distance
    best = sorted(near, key=lambda sha256: (sha256 != line["sha256"], near[sha256]))[:MOST]
    records = {
        record.sha256: record for record in _distinct(pictures.filter(sha256__in=best).order_by("-pk"))
    }
    return [Hit(records[sha256], near[sha256]) for sha256 in best if sha256 in records]


def find_like(workspace: Workspace, file: "UploadedFile[Any]") -> list[Hit]:
    """Return the records whose picture is like one that was just sent, which is not kept.

    Raises:
        Unprocessable: If the file is too large, or no picture that can be read.
    """
    name = safe_filename(file.name or "picture")
    if (file.size or 0) > LIMITS.image_bytes:
        message = _('"%(name)s" is larger than the %(most)d MiB that a picture may have.')
        message %= {"name": name, "most": LIMITS.image_bytes // 2**20}
        raise Unprocessable(message, fields={"picture": message})
    with tempfile.TemporaryDirectory(dir=scratch(), prefix="look-") as folder:
        path = Path(folder) / "picture"
        with path.open("wb") as target:
            for piece in file.chunks():
                target.write(piece)
        return find_pictures(workspace, path, name)


def record_with(workspace_id: UUID, content: str) -> Record | None:
    """Return one record with the content, the newest, or None."""
    records = Record.objects.filter(version__workspace_id=workspace_id, sha256=content)
    return (
        records.select_related("version__dataset__project", "artifact", "thumbnail").order_by("-pk").first()
    )


def _distinct(records: Iterable[Record]) -> list[Record]:
    seen: dict[str, int] = {}
    for record in records:
        seen.setdefault(record.sha256, record.pk)
    shown = Record.objects.filter(pk__in=list(seen.values())[:MOST])
    rows = {row.pk: row for row in shown.select_related("version__dataset", "artifact", "thumbnail")}
    return [rows[pk] for pk in seen.values() if pk in rows]


def _read(path: Path, name: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=scratch(), prefix="look-") as folder:
        try:
            read_in_child(
                [(path, name)], kind=Kind.IMAGE, folder=Path(folder), limits=LIMITS, options={},
                progress=lambda done, total: None,
            )  # fmt: skip
            with (Path(folder) / "records.jsonl").open(encoding="utf-8") as lines:
                line: dict[str, Any] = json.loads(next(lines))
        except (Refused, StopIteration) as error:
            message = _('"%(name)s" is no picture that can be read. Choose a PNG, JPEG, WebP or GIF file.')
            raise Unprocessable(
                message % {"name": name}, fields={"picture": message % {"name": name}}
            ) from error
    return line

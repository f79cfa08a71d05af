"""The picture of a record's chain: four columns of boxes, and a line from each to what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brandkiln.library.lineage import Chain
from brandkiln.workspaces.models import Workspace

WIDTH, HEIGHT = 196, 52
ACROSS, DOWN = 252, 64
TOP = 34
MOST = 8
"""Boxes of a column; the rest is one box that says how many there are."""
LETTERS = 25


@dataclass(frozen=True)
class Box:
    """One thing of the chain, and where it stands."""

    key: str
    title: str
    note: str
    address: str
    x: int
    y: int
    is_marked: bool = False

    @property
    def middle(self) -> int:
        return self.y + HEIGHT // 2

    @property
    def right(self) -> int:
        return self.x + WIDTH


@dataclass(frozen=True)
class Line:
    """A line from one box to another, as an SVG path."""

    path: str


@dataclass
class Picture:
    """Everything that the template draws."""

    heads: list[tuple[int, str]] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    width: int = 3 * ACROSS + WIDTH + 2
    height: int = 0
    box_width: int = WIDTH
    box_height: int = HEIGHT


Entry = tuple[UUID | str, str, str, str, bool]


def draw(chain: Chain, workspace: Workspace) -> Picture:
    """Return the picture of the chain."""
    picture = Picture()
    columns = (
        _uploads(chain, workspace),
        _versions(chain, workspace),
        _checkpoints(chain, workspace),
        _assets(chain, workspace),
    )
    for number, (head, entries) in enumerate(zip(_heads(), columns, strict=True)):
        picture.heads.append((number * ACROSS, head))
        picture.boxes += _stack(entries, x=number * ACROSS + 1)
    placed = {box.key: box for box in picture.boxes}
    for source, target in _links(chain):
        if str(source) in placed and str(target) in placed:
            picture.lines.append(_line(placed[str(source)], placed[str(target)]))
    picture.height = max((box.y for box in picture.boxes), default=TOP) + HEIGHT + 2
    return picture


def _heads() -> tuple[str, str, str, str]:
    return _("Files"), _("Versions"), _("Checkpoints"), _("Assets")


def _uploads(chain: Chain, workspace: Workspace) -> list[Entry]:
    return [
        (
            upload.pk,
            upload.filename,
            _("deleted") if upload.report.get("erased") else f"{upload.created_at:%Y-%m-%d}",
            reverse("dashboard:dataset_page", args=[workspace.slug, upload.dataset_id]) + "?uploads",
            bool(upload.report.get("erased")),
        )
        for upload in chain.uploads
    ]


def _versions(chain: Chain, workspace: Workspace) -> list[Entry]:
    return [
        (
            version.pk,
            str(version),
            _("in the trash")
            if version.trashed_at or version.dataset.trashed_at
            else version.report.get("generated", {}).get("by") or version.get_origin_display(),
            ""
            if version.trashed_at or version.dataset.trashed_at
            else reverse(
                "dashboard:dataset_version", args=[workspace.slug, version.dataset_id, version.number]
            ),
            bool(version.report.get("erased")),
        )
        for version in chain.versions
    ]


def _checkpoints(chain: Chain, workspace: Workspace) -> list[Entry]:
    return [
        (
            checkpoint.pk,
            str(checkpoint),
            _("to be trained anew") if checkpoint.retrain_reason else checkpoint.project.name,
            reverse("dashboard:checkpoint_page", args=[workspace.slug, checkpoint.pk]),
            bool(checkpoint.retrain_reason),
        )
        for checkpoint in chain.checkpoints
    ]


def _assets(chain: Chain, workspace: Workspace) -> list[Entry]:
    return [
        (
            f"made-{source}",
            ngettext("%(n)d asset", "%(n)d assets", count) % {"n": count},
            _("in the library"),
            "#assets",
            False,
        )
        for source, count in chain.asset_counts.items()
    ]


def _stack(entries: Sequence[Entry], *, x: int) -> list[Box]:
    shown = entries if len(entries) <= MOST else entries[: MOST - 1]
    boxes = [
        Box(str(key), _short(title), _short(note), address, x, TOP + place * DOWN, is_marked)
        for place, (key, title, note, address, is_marked) in enumerate(shown)
    ]
    if more := len(entries) - len(shown):
        boxes.append(Box("", _("and %(n)d more") % {"n": more}, "", "", x, TOP + len(shown) * DOWN))
    return boxes


def _short(text: str) -> str:
    return text if len(text) <= LETTERS else text[: LETTERS - 1] + "…"


def _links(chain: Chain) -> Iterable[tuple[UUID | str, UUID | str]]:
    for version in chain.versions:
        if version.upload_id:
            yield version.upload_id, version.pk
        if version.parent_id:
            yield version.parent_id, version.pk
    for checkpoint in chain.checkpoints:
        if checkpoint.dataset_version_id:
            yield checkpoint.dataset_version_id, checkpoint.pk
    for source in chain.asset_counts:
        yield source, f"made-{source}"


def _line(source: Box, target: Box) -> Line:
    if source.x == target.x:  # a version and the one that was made of it
        x, bend = source.right, source.right + 22
        return Line(
            f"M{x} {source.middle} C{bend} {source.middle} {bend} {target.middle} {x} {target.middle}"
        )
    middle = (source.right + target.x) // 2
    return Line(
        f"M{source.right} {source.middle} C{middle} {source.middle} {middle} {target.middle} {target.x} {target.middle}"
    )

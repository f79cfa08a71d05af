"""Writes about the library, one transaction each."""

import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.datasets.models import Record
from brandkiln.jobs.models import Job
from brandkiln.jobs.telling import is_part
from brandkiln.library.holds import hold_if_copied
from brandkiln.library.models import Asset, Tagging
from brandkiln.library.organising import clean_tag, tags_named
from brandkiln.library.receipts import build_receipt
from brandkiln.library.words import list_words
from brandkiln.notifications.services import announce
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit

MAX_TAGS = 20


def keep_sample(
    *,
    job: Job,
    position: int,
    media_type: str,
    path: Path | None = None,
    text: str | None = None,
    artifact: Artifact | None = None,
    label: str | None = None,
    seed: int | None = None,
    name: str = "",
    made_of: str = "",
    meta: dict[str, Any] | None = None,
) -> Asset:
    """Keep one sample of the job in the library, with its receipt.

    Call it in the transaction that ends the job: a job's pieces then appear exactly once, whatever died before.
    The bytes may have been stored already (``artifact``), or come as a file or a text.

    Args:
        made_of: What the picture is called that it was made of; it is called after that ("Trail boot · square").
    """
    artifact = artifact or _store(job, media_type, path, text)
    width, height = png_size(path) if path and media_type == "image/png" else (None, None)
    asset = Asset.objects.create(
        workspace=job.workspace,
        project=job.project,
        job=job,
        attempt=job.attempt,
        made_by=job.requested_by,
        position=position,
        artifact=artifact,
        media_type=media_type,
        title=title_of(
            job,
            position=position,
            media_type=media_type,
            name=" · ".join(filter(None, (made_of, label))) if made_of else name,
            text=text or "",
        ),
        text=text or "",
        label=label or "",
        seed=seed,
        generator=job.generator,
        width=width,
        height=height,
        receipt=build_receipt(
            job=job, artifact=artifact, position=position, label=label or "", seed=seed, meta=meta or {}
        ),
    )
    list_words(asset)
    hold_if_copied(asset, (meta or {}).get("memorisation", {}))
    announce(
        workspace=job.workspace,
        kind="asset.made",
        subject=asset,
        name=asset.title,
        data={
            "asset": str(asset.pk),
            "job": str(job.pk),
            "media_type": media_type,
            "generator": job.generator,
            "project": job.project.slug,
        },
        path=reverse("dashboard:asset_page", args=[job.workspace.slug, asset.pk]),
        people=[] if is_part(job) else [job.requested_by],
    )
    return asset


def title_of(job: Job, *, position: int, media_type: str, name: str, text: str) -> str:
    """Return what a piece is called: what its job is, as rows of a bulk are; else what it brought, or its first words.

    Of a job's pieces those behind the first are numbered. Documents keep the name that their file has.
    """
    if job.name and not media_type.startswith("application/"):
        return job.name if not position else f"{job.name} {position + 1}"
    if name:
        return name[:200]
    if text:
        words = " ".join(text.split())
        return words if len(words) <= 80 else words[:79].rsplit(" ", 1)[0] + "…"
    return f"{job.generator} {job.created_at:%Y-%m-%d %H:%M}"


def picture_names(workspace: Workspace, pictures: Iterable[str]) -> dict[str, str]:
    """Return what pictures are called, by the ids of their artifacts: as their assets are, else as their records."""
    keys: dict[str, UUID] = {}
    for picture in pictures:
        with suppress(ValueError):  # what a generator calls a picture may be no id
            keys[picture] = UUID(picture)
    wanted = set(keys.values())
    assets = Asset.objects.filter(workspace=workspace, artifact__in=wanted).order_by("-created_at")
    names: dict[UUID | None, str] = dict(assets.values_list("artifact", "title"))
    records = Record.objects.filter(version__workspace=workspace, artifact__in=wanted - names.keys())
    for key, name in records.order_by("-id").values_list("artifact", "name"):
        names[key] = Path(name).stem.replace("-", " ").replace("_", " ")
    return {
        picture: name[:1].upper() + name[1:] for picture, key in keys.items() if (name := names.get(key, ""))
    }


def png_size(path: Path) -> tuple[int | None, int | None]:
    """Return a PNG file's width and height in pixels, read from its header; (None, None) if it is no PNG."""
    with path.open("rb") as source:
        header = source.read(24)
    if len(header) < 24 or header[:8] != b"\x89PNG\r\n\x1a\n":
        return None, None
    width, height = struct.unpack(">II", header[16:24])
    return width, height


@transaction.atomic
def rate_asset(*, asset: Asset, rating: int) -> Asset:
    """Give the asset 1 to 5 stars, or 0 to take them back."""
    if not 0 <= rating <= 5:
        raise Unprocessable(
            _("A rating is 0 to 5 stars; %(rating)s is not.") % {"rating": rating}, fields={"rating": "0-5"}
        )
    asset.rating = rating
    asset.save(update_fields=["rating"])
    return asset


@transaction.atomic
def tag_asset(*, asset: Asset, tags: list[str]) -> Asset:
    """Replace the asset's tags: trimmed, in lower case, each once."""
    cleaned = sorted({clean_tag(tag) for tag in tags} - {""})
    if len(cleaned) > MAX_TAGS:
        raise Unprocessable(
            _("An asset has at most %(most)s tags; these are %(count)s.")
            % {"most": MAX_TAGS, "count": len(cleaned)},
            fields={"tags": str(MAX_TAGS)},
        )
    asset.taggings.exclude(tag__name__in=cleaned).delete()
    rows = tags_named(workspace=asset.workspace, names=cleaned)
    Tagging.objects.bulk_create([Tagging(tag=tag, asset=asset) for tag in rows], ignore_conflicts=True)
    asset.tags = cleaned
    asset.save(update_fields=["tags"])
    list_words(asset)
    return asset


@transaction.atomic
def trash_asset(*, asset: Asset, actor: User) -> Asset:
    """Move the asset to the trash, from where it can be restored."""
    asset.trashed_at, asset.trashed_by = timezone.now(), actor
    asset.save(update_fields=["trashed_at", "trashed_by"])
    record_audit(workspace=asset.workspace, actor=actor, action="asset.trashed", subject=asset.pk)
    return asset


@transaction.atomic
def restore_asset(*, asset: Asset, actor: User) -> Asset:
    """Take the asset out of the trash."""
    asset.trashed_at = asset.trashed_by = None
    asset.save(update_fields=["trashed_at", "trashed_by"])
    record_audit(workspace=asset.workspace, actor=actor, action="asset.restored", subject=asset.pk)
    return asset


def _store(job: Job, media_type: str, path: Path | None, text: str | None) -> Artifact:
    if path is not None:
        return store.put(path, workspace=job.workspace, media_type=media_type)
    return store.put_bytes((text or "").encode(), workspace=job.workspace, media_type=media_type)

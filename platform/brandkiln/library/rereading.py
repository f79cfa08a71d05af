"""Exported files that come back: which asset they are, whether they were changed, and how to make them again."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.core.errors import Unprocessable
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.library.embedding import LARGEST, carried, embed
from brandkiln.library.models import Asset
from brandkiln.library.signed_texts import SignedLine, signed_line, signed_text
from brandkiln.workspaces.models import Workspace
from generators import registry

FORMAT = 1
LEFT_OUT = ("actor", "workspace", "project", "details", "prompt", "edits")
"""Of a receipt: who asked, and what a reader outside has no use for."""


@dataclass(frozen=True)
class Reread:
    """What a file says of itself.

    Attributes:
        asset: Where it is still in the library.
        job: Whose settings it was made with, where it is still there.
        receipt: What the file carries; empty where it carries nothing.
        is_ours: Whether this studio signed it.
        is_unchanged: Whether the file's content is what was signed.
        params: The settings; empty where nothing is known.
        notes: What is to be known before it is made again, in words.
    """

    asset: Asset | None
    job: Job | None
    receipt: dict[str, Any]
    is_ours: bool
    is_unchanged: bool
    params: dict[str, Any]
    notes: tuple[str, ...]

    @property
    def can_be_made_again(self) -> bool:
        """Whether the form to make it can be filled in."""
        return bool(self.job or (self.is_ours and self.params))


def exported(asset: Asset) -> bytes | None:
    """Return the asset's file with its receipt inside; None where it is too large, or its kind has no place for one."""
    if asset.artifact.size > LARGEST:
        return None
    with store.open_artifact(asset.artifact) as source:
        data = source.read()
    if asset.media_type.startswith("text/plain"):
        return signed_text(data, asset.pk, _signature(_about_text(asset.workspace_id, asset.pk, data)))
    with_receipt = embed(data, asset.media_type, receipt_for(asset))
    return with_receipt if len(with_receipt) > len(data) else None


def receipt_for(asset: Asset, *, whole: bool = False, **also: Any) -> dict[str, Any]:
    """Return what a file carries: its receipt without the people's part, signed by this studio.

    Args:
        whole: With the people's part, for a file that lies beside others and stays with the team.
        also: What else is said and signed.
    """
    kept = {name: value for name, value in asset.receipt.items() if whole or name not in LEFT_OUT}
    said = {
        "brandkiln": FORMAT,
        "asset": str(asset.pk),
        "workspace": str(asset.workspace_id),
        "receipt": kept,
        **also,
    }
    return {**said, "signature": _signature(said)}


def reread(*, workspace: Workspace, data: bytes) -> Reread:
    """Return what a file says of itself, and whether it may be believed.

    Raises:
        Unprocessable: If the file is too large to be read here.
    """
    if len(data) > LARGEST:
        message = _("The file has %(size)d MiB; at most %(most)d are read.")
        raise Unprocessable(message % {"size": len(data) // 2**20, "most": LARGEST // 2**20})
    if line := signed_line(data):
        return _by_line(workspace, line)
    found = carried(data)
    if found is None:
        return _by_content(workspace, data)
    said = dict(found.receipt)
    signature = str(said.pop("signature", "")).encode("utf-8", "surrogatepass")
    receipt = said.get("receipt") if isinstance(said.get("receipt"), dict) else {}
    if not receipt or not hmac.compare_digest(signature, _signature(said).encode()):
        note = _(
            "Its receipt was not signed by this studio, or was changed, so its settings cannot be relied on."
        )
        return Reread(None, None, receipt or {}, False, False, {}, (note,))
    if said.get("workspace") != str(workspace.pk):
        note = _("It was made in another workspace of this studio. Sign in there to make it again.")
        return Reread(None, None, {}, False, False, {}, (note,))
    assert isinstance(receipt, dict)
    is_same = found.plain is None or hashlib.sha256(found.plain).hexdigest() == receipt["content"]["sha256"]
    asset = _assets(workspace).filter(pk=UUID(said["asset"])).first()
    return _told(workspace, asset, receipt, is_same)


def _by_line(workspace: Workspace, line: SignedLine) -> Reread:
    """Return what the last line of a text says: it names the piece, and its signature covers the words above."""
    asset = _assets(workspace).filter(pk=line.asset).first()
    signature = _signature(_about_text(workspace.pk, line.asset, line.plain))
    is_same = hmac.compare_digest(line.signature, signature)
    if asset is None:
        note = _(
            "The text it belongs to is not in this library: it was deleted, or made in another workspace."
        )
        return Reread(None, None, {}, is_same, is_same, {}, (note,))
    return _told(workspace, asset, asset.receipt, is_same)


def _about_text(workspace: UUID, asset: UUID, plain: bytes) -> dict[str, Any]:
    return {"asset": str(asset), "workspace": str(workspace), "sha256": hashlib.sha256(plain).hexdigest()}


def _by_content(workspace: Workspace, data: bytes) -> Reread:
    digest = hashlib.sha256(data).hexdigest()
    asset = _assets(workspace).filter(artifact__sha256=digest).order_by("trashed_at", "-created_at").first()
    if asset:
        return _told(workspace, asset, asset.receipt, True)
    note = _(
        "It carries no receipt, and its content is not in this library: it was not made here, or another program "
        "wrote it anew. Of a file of an export pack, drop the receipt that lies in the pack's folder receipts."
    )
    return Reread(None, None, {}, False, False, {}, (note,))


def _told(workspace: Workspace, asset: Asset | None, receipt: dict[str, Any], is_same: bool) -> Reread:
    notes = []
    if not is_same:
        notes.append(_("The file was changed since it left the studio; these are the settings of what left."))
    if asset is None:
        notes.append(_("The asset was deleted since; its receipt still names its settings."))
    elif asset.trashed_at:
        notes.append(_("The asset is in the trash."))
    job = (asset and asset.job) or Job.objects.filter(workspace=workspace, pk=receipt["job"]["id"]).first()
    if made_with := receipt.get("checkpoint"):
        rows = Checkpoint.objects.filter(workspace=workspace, pk=made_with["id"], trashed_at=None)
        if not rows.exists():
            notes.append(
                _("Its checkpoint #%(number)s is gone. Choose another one; the result will differ.")
                % {"number": made_with["number"]}
            )
    made_by, now = receipt["generator"], registry.specs().get(receipt["generator"]["name"])
    if now is None:
        notes.append(_("Its generator %(name)s is not installed here any more.") % {"name": made_by["name"]})
    elif now.version != made_by["version"]:
        notes.append(
            _(
                "It was made by version %(then)s of its generator; here is %(now)s, which may draw differently."
            )
            % {"then": made_by["version"], "now": now.version}
        )
    return Reread(
        asset=asset,
        job=job if now else None,
        receipt=receipt,
        is_ours=now is not None,
        is_unchanged=is_same,
        params=receipt.get("params") or {},
        notes=tuple(notes),
    )


def _assets(workspace: Workspace) -> Any:
    return Asset.objects.filter(workspace=workspace).select_related("job", "artifact")


def _signature(said: dict[str, Any]) -> str:
    key = hashlib.sha256(b"brandkiln receipt " + settings.SECRET_KEY.encode()).digest()
    plain = json.dumps(said, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hmac.new(key, plain.encode(), "sha256").hexdigest()

"""Making the ZIPs of an export pack: files, a manifest and receipts."""

import csv
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC
from hashlib import file_digest, sha256
from pathlib import Path
from typing import cast
from uuid import UUID

from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.artifacts.arrivals import announce
from brandkiln.artifacts.models import Artifact
from brandkiln.artifacts.removal import release
from brandkiln.core.errors import Conflict
from brandkiln.core.tables import plain_cell
from brandkiln.datasets.quotas import scratch
from brandkiln.library.marks import mark_of_asset
from brandkiln.library.models import Asset
from brandkiln.library.rereading import receipt_for
from brandkiln.planning.channels import CHANNELS
from brandkiln.planning.models import Pack
from brandkiln.planning.pack_pictures import Fit, Unfit, made_for
from brandkiln.planning.pack_plans import Placing, extension_of, plan_pack
from brandkiln.projects.models import BrandKit
from generators.frames import FRAMES

Report = Callable[[int, int, str], None]
COLUMNS = (
    "file", "channel", "size", "width", "height", "bytes", "sha256", "title", "text", "asset", "version", "review",
    "planned", "changed", "receipt",
)  # fmt: skip


@dataclass
class MadeFiles:
    """The ZIP of each channel with how many files it holds, and the announcements that they enter the store."""

    files: dict[str, tuple[Artifact, int]] = field(default_factory=dict)
    arrivals: list[UUID] = field(default_factory=list)


class Moved(Conflict):
    """A piece is not what it was when the pack was asked for."""

    code = "moved_on"


def make_files(pack: Pack, report: Report) -> MadeFiles:
    """Return the ZIP of each channel, kept in the store, with the number of its files.

    Raises:
        Moved: If a piece was changed, deleted or withdrawn since the pack was asked for.
        Conflict: If a picture cannot be made to fit.
    """
    assets = _pieces(pack)
    stem = pack.campaign.slug if pack.campaign else pack.workspace.slug
    fit = cast(Fit, pack.fit)
    plan = plan_pack(assets, pack.channels, fit=fit, campaign=pack.campaign, stem=stem)
    asked = {piece["asset"]: piece.get("channels", pack.channels) for piece in pack.pieces}
    plan = replace(
        plan, placings=tuple(one for one in plan.placings if one.channel in asked[str(one.asset.pk)])
    )
    stopping = [
        placing
        for placing in plan.stopping
        if not pack.override_reason or any(f.stops and f.code != "not_approved" for f in placing.faults)
    ]
    if stopping:
        why = " ".join(fault.text for fault in stopping[0].faults if fault.stops)
        raise Moved(
            _("%(name)s can't go out any more. %(why)s Ask for the pack again.")
            % {"name": stopping[0].name, "why": why}
        )
    kit = BrandKit.objects.filter(project=pack.project).first()
    ground = kit.colours[0] if kit and kit.colours else "#ffffff"
    made = MadeFiles()
    done, total = 0, len(plan.placings)
    try:
        with tempfile.TemporaryDirectory(dir=scratch()) as folder:
            for channel in pack.channels:
                placings = [one for one in plan.placings if one.channel == channel]
                if not placings:
                    continue
                path = Path(folder) / f"{channel}.zip"
                with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
                    lines = []
                    for placing in placings:
                        report(done, total, placing.name)
                        lines.append(_add(archive, placing, fit, ground))
                        done += 1
                    archive.writestr("manifest.csv", _manifest(lines))
                made.arrivals.append(_announced(path, pack))
                artifact = store.put(path, workspace=pack.workspace, media_type="application/zip")
                made.files[channel] = artifact, len(placings)
    except BaseException:
        release([artifact.pk for artifact, _n in made.files.values()])
        raise
    report(total, total, "")
    return made


def _pieces(pack: Pack) -> list[Asset]:
    wanted = {piece["asset"]: piece["sha256"] for piece in pack.pieces}
    rows = Asset.objects.filter(workspace=pack.workspace, pk__in=wanted, trashed_at=None)
    rows = rows.select_related("artifact", "hold", "project", "job__dataset_version", "job__checkpoint")
    assets = list(rows.order_by("created_at", "position", "pk"))
    if len(assets) != len(wanted):
        n = len(wanted) - len(assets)
        raise Moved(_("Pieces were deleted meanwhile: %(n)d. Ask for the pack again.") % {"n": n})
    for asset in assets:
        if asset.artifact.sha256 != wanted[str(asset.pk)]:
            raise Moved(_("%(asset)s was changed meanwhile. Ask for the pack again.") % {"asset": asset})
    return assets


def _add(archive: zipfile.ZipFile, placing: Placing, fit: Fit, ground: str) -> dict[str, str]:
    """Write one piece with its receipt, and return its line of the manifest."""
    asset, media_type = placing.asset, placing.asset.media_type
    mark = "NOT-FOR-DIAGNOSIS_" if mark_of_asset(asset) else ""
    width, height, data = asset.width, asset.height, None
    if media_type.startswith("image/"):
        frame = FRAMES.get(placing.frame)
        with store.open_artifact(asset.artifact) as source:
            try:
                made = made_for(
                    source, media_type=media_type, size=asset.artifact.size, channel=CHANNELS[placing.channel],
                    frame=frame, fit=fit, ground=ground,
                )  # fmt: skip
            except Unfit as error:
                text = _("%(name)s can't be made to fit: %(why)s. Choose another picture.")
                raise Conflict(text % {"name": placing.name, "why": error}) from error
        media_type, width, height, data = made.media_type, made.width, made.height, made.data
    name = f"{mark}{placing.name}.{extension_of(media_type)}"
    receipt = f"receipts/{mark}{placing.name}.receipt.json"
    if data is None:
        with store.open_artifact(asset.artifact) as source, archive.open(name, "w") as entry:
            shutil.copyfileobj(source, entry)
        size, digest = asset.artifact.size, asset.artifact.sha256
    else:
        archive.writestr(name, data)
        size, digest = len(data), sha256(data).hexdigest()
    about = {"file": name, "channel": placing.channel, "sha256": digest, "changed": data is not None}
    packed = receipt_for(asset, pack=about | {"made_from": asset.artifact.sha256})
    archive.writestr(receipt, json.dumps(packed, indent=2, ensure_ascii=False), zipfile.ZIP_DEFLATED)
    return {
        "file": name, "channel": placing.channel, "size": placing.frame, "width": str(width or ""),
        "height": str(height or ""), "bytes": str(size), "sha256": digest, "title": asset.title, "text": asset.text,
        "asset": str(asset.pk), "version": asset.artifact.sha256, "review": str(placing.place.state),
        "planned": placing.planned.astimezone(UTC).isoformat() if placing.planned else "",
        "changed": "yes" if data is not None else "no", "receipt": receipt,
    }  # fmt: skip


def _manifest(lines: Iterable[dict[str, str]]) -> str:
    """Return the manifest as CSV that spreadsheets read as UTF-8; no cell begins as a formula would."""
    target = io.StringIO()
    writer = csv.DictWriter(target, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: plain_cell(cell) for name, cell in line.items()} for line in lines)
    return "\ufeff" + target.getvalue()


def _announced(path: Path, pack: Pack) -> UUID:
    """Announce a file before it is put, so that it is removed where the worker dies before the pack has it."""
    with path.open("rb") as source:
        return announce([file_digest(source, "sha256").hexdigest()], workspace=pack.workspace)

"""Many assets as one file."""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from io import BytesIO
from typing import IO, cast

from brandkiln.artifacts import store
from brandkiln.library.files import EXTENSIONS
from brandkiln.library.marks import mark_of_asset
from brandkiln.library.models import Asset
from brandkiln.library.rereading import exported, receipt_for

IN_MEMORY = 16 * 2**20


def bundle(assets: Iterable[Asset]) -> tuple[IO[bytes], int]:
    """Return an open ZIP file with each asset and, beside it, its receipt; and the file's size."""
    target = cast(IO[bytes], tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115  the response closes it
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for asset in assets:
            mark = "NOT-FOR-DIAGNOSIS-" if mark_of_asset(asset) else ""
            name = f"{mark}{asset.generator or 'asset'}-{str(asset.pk)[:8]}"
            data = None if asset.media_type == "text/plain" else exported(asset)  # its receipt lies beside it
            with (
                BytesIO(data) if data else store.open_artifact(asset.artifact) as source,
                archive.open(f"{name}.{EXTENSIONS.get(asset.media_type, 'bin')}", "w") as entry,
            ):
                shutil.copyfileobj(source, entry)
            archive.writestr(
                f"{name}.receipt.json",
                json.dumps(receipt_for(asset, whole=True), indent=2, ensure_ascii=False),
            )
    size = target.tell()
    target.seek(0)
    return target, size

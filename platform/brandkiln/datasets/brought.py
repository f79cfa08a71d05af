"""The text of one file that a person brings to a page, read apart from the web process."""

import json
import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.readers.limits import Limits, ReaderFailed, Refused
from brandkiln.datasets.readers.process import read_in_child
from brandkiln.datasets.readers.texts import DOCUMENTS

LIMITS = Limits(wall_seconds=60, cpu_seconds=60, memory_bytes=2**30, written_bytes=64 * 2**20)
"""A person waits for it."""
LARGEST = 32 * 2**20


def text_of(path: Path, name: str) -> str:
    """Return the paragraphs of a document, a line each.

    Raises:
        Unprocessable: If it is too large, of a kind that is not read, or cannot be read.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in DOCUMENTS:
        said = _('"%(name)s" is no document that can be read; bring one of %(kinds)s.')
        raise Unprocessable(said % {"name": name[:80], "kinds": ", ".join(sorted(DOCUMENTS))})
    if path.stat().st_size > LARGEST:
        raise Unprocessable(
            _("The file has %(size)d MiB; at most %(most)d are read.")
            % {"size": path.stat().st_size // 2**20, "most": LARGEST // 2**20}
        )
    with tempfile.TemporaryDirectory(prefix="brought-") as folder:
        try:
            read_in_child(
                [(path, f"brought{suffix}")],
                kind="text",
                folder=Path(folder),
                limits=LIMITS,
                options={},
                progress=lambda done, total: None,
            )
            lines = (Path(folder) / "records.jsonl").read_text("utf-8").splitlines()
        except (Refused, ReaderFailed) as refusal:
            raise Unprocessable(str(refusal)) from refusal
    return "\n".join(json.loads(line)["text"] for line in lines)

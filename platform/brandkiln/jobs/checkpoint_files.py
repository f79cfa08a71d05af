"""A checkpoint as files to take away: the folder that generators read, its model card, and how to load it."""

import json
import tempfile
import zipfile
from typing import IO

from brandkiln.artifacts import store
from brandkiln.jobs.model_card import as_markdown, model_card
from brandkiln.jobs.models import Checkpoint, CheckpointFile
from brandkiln.workspaces.switches import require_feature
from generators import checkpoint as folders

LOADER = '''"""Draws with this checkpoint: python load.py. Needs Brandkiln's package `generators` and torch."""

from pathlib import Path

from generators import registry
from generators.checkpoint import read
from generators.execution import execute, read_params
from generators.run import LocalRun

spec = registry.get("{generator}")
params = read_params(spec, "sample", {{"seed": 0}})
checkpoint = read(Path(__file__).parent)
execute(spec, "sample", params, LocalRun(Path("drawn")), checkpoint=checkpoint, data=None, on_sample=print)
'''


def open_made(file: CheckpointFile) -> IO[bytes]:
    """Return a file that was made of a checkpoint, open.

    Raises:
        SwitchedOff: If an admin has switched exports off; pictures that were drawn to be compared are none.
    """
    if file.role != CheckpointFile.Role.COMPARED:
        require_feature(file.workspace, "exports")
    return store.open_artifact(file.artifact)


def as_archive(checkpoint: Checkpoint) -> tuple[IO[bytes], int]:
    """Return a zip file of the checkpoint's folder with README.md, the model card, and load.py; and its size.

    It lies in a temporary file that goes when it is closed. The weights are stored as they are: numbers of a trained
    network hardly get smaller.

    Raises:
        SwitchedOff: If an admin has switched exports off.
    """
    require_feature(checkpoint.workspace, "exports")
    name = f"{checkpoint.generator}-{checkpoint.number}"
    card = {key: value for key, value in checkpoint.card.items() if key != "data"}
    file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        with archive.open(f"{name}/{folders.WEIGHTS}", "w", force_zip64=True) as target:
            for piece in store.chunks(checkpoint.weights):
                target.write(piece)
        archive.writestr(f"{name}/{folders.CARD}", json.dumps(card, indent=1))
        archive.writestr(f"{name}/README.md", as_markdown(model_card(checkpoint)))
        archive.writestr(f"{name}/load.py", LOADER.format(generator=checkpoint.generator))
    size = file.tell()
    file.seek(0)
    return file, size

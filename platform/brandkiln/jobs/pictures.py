"""Pictures that people give to a generator to work on: params name them by the id of their artifact."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.datasets.readers.decode import cutout_png, decode
from brandkiln.datasets.readers.limits import Fault, Limits
from brandkiln.jobs.models import Job
from brandkiln.workspaces.models import Workspace
from generators import registry
from generators.params import Params, named_pictures

MEDIA_TYPES = ("image/png", "image/jpeg", "image/webp", "application/vnd.brandkiln.report+json")
"""Of what params name by an artifact; the last is what a report kept of itself."""
LARGEST_BYTES = 32 * 2**20
LIMITS = Limits(pixels=40_000_000, side=12_000)
"""Of a picture that is brought: it is decoded while the person waits."""


def check_pictures(params: type[Params], values: Mapping[str, Any], *, workspace: Workspace) -> None:
    """Let values pass whose pictures are all of the workspace.

    Raises:
        NotFound: If one is not; whether it is another workspace's is not said.
    """
    for name, pictures in named_pictures(params, values).items():
        if set(pictures) - _artifacts(workspace, pictures).keys():
            message = _("There is no such picture in this workspace.")
            raise NotFound(message, fields={f"params.{name}": message})


def lay_out_pictures(job: Job) -> dict[str, Path]:
    """Return a file of this machine for each picture that the job's params name.

    Raises:
        NotFound: If one was deleted since the job was asked for.
    """
    spec = registry.specs().get(job.generator)
    kind = "sample" if job.kind == Job.Kind.COMPARE else job.kind
    if spec is None or kind not in spec.kinds:
        return {}
    wanted = {name for names in named_pictures(spec.params_for(kind), job.params).values() for name in names}
    found = _artifacts(job.workspace, wanted)
    if missing := wanted - found.keys():
        raise NotFound(
            _("%(n)d of the pictures that this job works on were deleted meanwhile. Choose others.")
            % {"n": len(missing)}
        )
    return {name: store.local_path(artifact) for name, artifact in found.items()}


def picture_bytes(sent: "UploadedFile[Any]") -> bytes:
    """Return the bytes of a picture that was sent; one that is too large is not read into memory.

    Raises:
        Unprocessable: If it is too large.
    """
    _check_size(sent.size or 0)
    data: bytes = sent.read(LARGEST_BYTES)
    return data


def bring_picture(*, workspace: Workspace, data: bytes) -> Artifact:
    """Keep a picture that a person brought, decoded and written anew as a plain PNG, and return its artifact.

    Transparency stays: what is cut out already is not to be cut out again.

    Raises:
        Unprocessable: If it is too large, or no picture.
    """
    _check_size(len(data))
    try:
        picture = decode(data, LIMITS)
    except Fault as fault:
        raise _unfit(fault.message) from fault
    png = (cutout_png(data) if "flattened" in picture.notes else None) or picture.png
    return store.put_bytes(png, workspace=workspace, media_type="image/png")


def _artifacts(workspace: Workspace, names: Iterable[str]) -> dict[str, Artifact]:
    """Return what is there of what is named, by the names; one artifact may have several, as capitals are alike."""
    keys: dict[str, UUID] = {}
    for name in names:
        with suppress(ValueError):
            keys[name] = UUID(name)
    rows = Artifact.objects.filter(workspace=workspace, pk__in=keys.values(), media_type__in=MEDIA_TYPES)
    found = {row.pk: row for row in rows}
    return {name: found[key] for name, key in keys.items() if key in found}


def _check_size(size: int) -> None:
    if size > LARGEST_BYTES:
        message = _("The picture has %(size)d MiB; at most %(most)d are taken. Export it smaller.")
        raise _unfit(message % {"size": size // 2**20, "most": LARGEST_BYTES // 2**20})


def _unfit(message: str) -> Unprocessable:
    return Unprocessable(message, fields={"picture": message})

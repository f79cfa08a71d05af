"""Jobs that make vectors of assets, and of what is looked for: computed in the workers' child process, in batches."""

from array import array
from base64 import b64decode
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.artifacts.models import Artifact
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.models import User
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State
from brandkiln.jobs.services import submit_job
from brandkiln.library.models import Asset, SearchEntry
from brandkiln.library.nearness import SIZES, Space, nearest_assets, ranked, vector_of
from brandkiln.library.words import fold
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace

PAUSE = timedelta(minutes=10)
"""After a failed job, until the next one is tried."""
PRIORITY = 10
LOOKED_THROUGH = 200
"""The newest assets with the words that are fused with those of a near meaning."""


class NotReady(Conflict):
    """The vectors that are needed are still being made."""

    code = "not_ready"


def index_due() -> int:
    """Submit a job for each workspace in which assets wait for their vectors; return how many."""
    busy = Job.objects.filter(
        workspace=OuterRef("pk"), kind=Job.Kind.INDEX, dataset_version=None, params__has_key="library"
    )
    is_open = busy.filter(state__in=Job.OPEN)
    has_failed = busy.filter(state=State.FAILED, finished_at__gt=timezone.now() - PAUSE)
    waits = SearchEntry.objects.filter(workspace=OuterRef("pk"), waits=True, asset__trashed_at=None)
    due = Workspace.objects.filter(Exists(waits), ~Exists(is_open), ~Exists(has_failed))
    for workspace in due:
        submit_job(
            workspace=workspace,
            project=_project(workspace),
            requested_by=None,
            kind=Job.Kind.INDEX,
            params={"library": True},
            priority=-PRIORITY,
        )
    return len(due)


def look_by_meaning(*, workspace: Workspace, actor: User, search: str, project: Project | None = None) -> Job:
    """Return the job that makes a vector of words; the same words are embedded once.

    Raises:
        Unprocessable: If nothing is looked for.
    """
    words = fold(search)[:500]
    if not words:
        message = _("Say in words what you look for.")
        raise Unprocessable(message, fields={"q": message})
    key = f"library:meaning:{sha256(words.encode()).hexdigest()}"
    return _embed(workspace, actor, {"texts": [words]}, key, project)


def look_by_picture(
    *, workspace: Workspace, actor: User, artifact: Artifact, project: Project | None = None
) -> Job:
    """Return the job that makes a vector of a picture that somebody brought."""
    return _embed(
        workspace, actor, {"picture": str(artifact.pk)}, f"library:looks:{artifact.sha256}", project
    )


def by_meaning(assets: QuerySet[Asset], *, job: Job, search: str) -> list[UUID]:
    """Return those of the assets that are near to the words in meaning, or hold them, the best first."""
    near = nearest_assets(workspace=job.workspace, space=Space.MEANING, vector=_vector(job))
    holding = assets.filter(entry__said__contains=fold(search)).order_by("-created_at")
    return ranked(
        assets, [key for key, _near in near], list(holding.values_list("pk", flat=True)[:LOOKED_THROUGH])
    )


def by_looks(assets: QuerySet[Asset], *, job: Job) -> list[UUID]:
    """Return those of the assets whose pictures look like the one that the job embedded, the nearest first."""
    near = nearest_assets(workspace=job.workspace, space=Space.LOOKS, vector=_vector(job))
    return ranked(assets, [key for key, _near in near])


def like(asset: Asset, assets: QuerySet[Asset]) -> list[UUID]:
    """Return those of the assets that are like one of them, but for itself, the nearest first.

    Raises:
        NotReady: If it has no vector yet.
    """
    space = Space.LOOKS if asset.kind == Asset.Kind.IMAGE else Space.MEANING
    vector = vector_of(asset, space)
    if vector is None:
        raise NotReady(
            _("%(title)s is not indexed yet; that takes a minute after it was made. Try again then.")
            % {"title": asset}
        )
    near = nearest_assets(workspace=asset.workspace, space=space, vector=vector)
    return ranked(assets.exclude(pk=asset.pk), [key for key, _near in near])


def _vector(job: Job) -> bytes:
    """Return what a job embedded.

    Raises:
        NotReady: If it has not ended well.
    """
    vectors = job.result.get("vectors") or []
    if job.state != State.SUCCEEDED or len(vectors) != 1:
        raise NotReady(job.error_message or _("It is still being looked at. Try again in a moment."))
    vector = b64decode(vectors[0])
    if len(array("f", vector)) not in SIZES.values():
        raise NotReady(_("The worker answered with vectors of another kind. Update it, then try again."))
    return vector


def _embed(
    workspace: Workspace, actor: User, params: dict[str, object], key: str, project: Project | None
) -> Job:
    earlier = Job.objects.filter(workspace=workspace, idempotency_key=key).first()
    if earlier and earlier.state in {State.FAILED, State.CANCELLED}:
        earlier.idempotency_key = None
        earlier.save(update_fields=["idempotency_key"])
    elif earlier:
        return earlier
    return submit_job(
        workspace=workspace,
        project=project or _project(workspace),
        requested_by=actor,
        kind=Job.Kind.EMBED,
        params=params,
        priority=PRIORITY,
        idempotency_key=key,
    )


def _project(workspace: Workspace) -> Project:
    project = Project.objects.filter(workspace=workspace).order_by("created_at").first()
    if project is None:
        raise Unprocessable(_("The workspace has no project yet. Set one up first."))
    return project

"""What the library's pages and the API read."""

from django.db.models import Q, QuerySet

from brandkiln.library.models import Asset
from brandkiln.workspaces.models import Workspace

KINDS = {
    "image": Q(media_type__startswith="image/"),
    "text": Q(media_type__startswith="text/plain"),
    "document": Q(media_type__startswith="application/") | Q(media_type="text/html"),
}


def find_assets(
    *,
    workspace: Workspace,
    project: str = "",
    generator: str = "",
    kind: str = "",
    label: str = "",
    search: str = "",
    rating: int = 0,
    job: str = "",
    trashed: bool = False,
) -> QuerySet[Asset]:
    """Return the workspace's assets that fit every filter given, newest first."""
    assets = Asset.objects.filter(workspace=workspace, trashed_at__isnull=not trashed)
    assets = assets.select_related("artifact", "project", "job", "hold")
    if project:
        assets = assets.filter(project__slug=project)
    if generator:
        assets = assets.filter(generator=generator)
    if kind in KINDS:
        assets = assets.filter(KINDS[kind])
    if label:
        assets = assets.filter(label=label)
    if rating:
        assets = assets.filter(rating__gte=rating)
    if job:
        assets = assets.filter(job_id=job)
    for word in search.split()[:8]:
        assets = assets.filter(Q(title__icontains=word) | Q(text__icontains=word) | Q(label__icontains=word))
    return assets.order_by("-created_at", "-id")


def released(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Return those of the assets that are not held back."""
    return assets.filter(Q(hold=None) | Q(hold__released_at__isnull=False))

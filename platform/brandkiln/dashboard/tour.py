"""Where a newcomer stands in the tour: the strip at the foot of each page until the tour ends.

The session keeps the job that writes the first piece; which step it is follows from the page that is open.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brandkiln.jobs.models import Job
from brandkiln.workspaces.models import Workspace

KEY = "tour"


@dataclass(frozen=True)
class Step:
    """What the strip says on one page."""

    route: str
    text: str | Promise
    links: tuple[tuple[str, str | Promise], ...] = ()
    """Places on the page, as ``#id``."""


STEPS = (
    Step("first_piece", _("Four answers, and the first text is written. It takes about a minute.")),
    Step(
        "job_page",
        _("It is being written here, on this machine. When it is done, open the text that you like best."),
    ),
    Step(
        "asset_page",
        _("This piece is yours. Its brand card says which rules it keeps, its receipt how it was made."),
        (("#brand", _("Brand card")), ("#receipt", _("Receipt"))),
    ),
)


def begin(request: HttpRequest, job: Job) -> None:
    """Keep that this person is on the tour with this job."""
    request.session[KEY] = {"workspace": str(job.workspace_id), "job": str(job.pk)}


def end(request: HttpRequest) -> None:
    """Forget the tour."""
    request.session.pop(KEY, None)


def strip(request: HttpRequest, workspace: Workspace | None) -> dict[str, object] | None:
    """Return what the strip shows on this page; None where nobody is on a tour."""
    kept = request.session.get(KEY) if workspace and hasattr(request, "session") else None
    if workspace is None or kept is None or kept["workspace"] != str(workspace.pk):
        return None
    route = request.resolver_match.url_name if request.resolver_match else ""
    number = next((at for at, step in enumerate(STEPS) if step.route == route), None)
    if number is None:
        return {"back": reverse("dashboard:job_page", args=[workspace.slug, kept["job"]])}
    return {
        "step": STEPS[number],
        "number": number + 1,
        "count": len(STEPS),
        "is_last": number + 1 == len(STEPS),
    }

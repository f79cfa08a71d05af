"""Quick jobs behind the pages of reports: what the columns of a table are for, and how a template looks on it."""

from typing import Any

from brandkiln.artifacts.models import Artifact
from brandkiln.core.models import User
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.data_jobs import submit_data_job
from brandkiln.jobs.models import Job
from brandkiln.jobs.wishes import Wish
from generators import registry

PREVIEW_ROWS = 5_000
"""Rows of the table that a preview is made from, the first ones."""


def look_at_columns(*, version: DatasetVersion, actor: User | None, again: bool = False) -> Job:
    """Return the job that says what the columns of a version are for, and why.

    Args:
        again: Ask anew where the last one failed.
    """
    return _asked("columns", version, {"columns": {"roles": {}}}, actor, again=again)


def preview_template(
    *,
    version: DatasetVersion,
    document: dict[str, Any],
    actor: User | None,
    roles: dict[str, str] | None = None,
    language: str = "en",
    accent: str = "",
) -> Job:
    """Return the job that sets a template as a web page on the first rows of a version.

    Args:
        document: What the template says; it has to fit.
        roles: Roles of columns where they are to be others than the inferred ones.
    """
    params = {"template": document, "roles": roles or {}, "language": language, "formats": ["html"]}
    if accent:
        params["accent"] = accent
    return _asked("report", version, {"report": {"params": params, "rows": PREVIEW_ROWS}}, actor, again=True)


def previewed_page(job: Job) -> Artifact | None:
    """Return the page that a preview made, or None as long as there is none."""
    key = job.result.get("page") if "report" in job.params else None
    return Artifact.objects.filter(workspace=job.workspace_id, pk=key).first() if key else None


def _asked(
    name: str, version: DatasetVersion, params: dict[str, Any], actor: User | None, *, again: bool
) -> Job:
    wish = Wish.of(version.workspace, name, [str(version.pk), registry.get("report").version, params])
    return (wish.answer if again else wish.newest) or submit_data_job(
        kind=Job.Kind.PREVIEW, version=version, actor=actor, params=params, idempotency_key=wish.next_key
    )

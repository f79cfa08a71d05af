"""Quick jobs behind the pages of reports: what the columns of a table are for, and how a template looks on it.

The same wish is answered by the same job, so what was computed once is there at once.
"""

import hashlib
import json
from typing import Any

from brandkiln.artifacts.models import Artifact
from brandkiln.core.models import User
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.data_jobs import submit_data_job
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State
from generators import registry

PREVIEW_ROWS = 5_000
"""Rows of the table that a preview is made from, the first ones."""
GIVEN_UP = {State.FAILED, State.CANCELLED}


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
    wish = {"report": {"params": params, "rows": PREVIEW_ROWS}}
    return _asked("report", version, wish, actor, again=True)


def previewed_page(job: Job) -> Artifact | None:
    """Return the page that a preview made, or None as long as there is none."""
    key = job.result.get("page") if "report" in job.params else None
    return Artifact.objects.filter(workspace=job.workspace_id, pk=key).first() if key else None


def _asked(
    name: str, version: DatasetVersion, wish: dict[str, Any], actor: User | None, *, again: bool
) -> Job:
    known = [str(version.pk), registry.get("report").version, wish]
    key = f"{name}:{hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()}"
    made = Job.objects.filter(workspace=version.workspace, idempotency_key__startswith=key)
    rows = made.exclude(state__in=GIVEN_UP) if again else made
    return rows.order_by("-created_at").first() or submit_data_job(
        kind=Job.Kind.PREVIEW,
        version=version,
        actor=actor,
        params=wish,
        idempotency_key=f"{key}:{made.count()}",
    )

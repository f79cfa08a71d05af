"""Reports for tests: a table of the cast's workspace, a report on it, and issues whose document is written by hand."""

import json
from typing import Any

from brandkiln.artifacts import store
from brandkiln.core.models import User
from brandkiln.jobs.models import Job
from brandkiln.reports.documents import MEDIA_TYPE
from brandkiln.reports.issues import create_report, make_issue
from brandkiln.reports.models import Issue, Report

from tests.factories import Cast, DatasetFactory, DatasetVersionFactory

FACTS: dict[str, dict[str, Any]] = {
    "m.c0": {"role": "measure", "text": "revenue", "measure": "c0"},
    "p.all": {"role": "period", "text": "in May 2026", "period": "all"},
    "c0.total": {
        "role": "value", "text": "$1,200", "value": 1200.0, "query": 'sum("revenue")', "rows": 3,
        "measure": "c0", "period": "all",
    },
}  # fmt: skip
NOTHING = {
    "value": None, "query": "", "rows": 0, "measure": "", "segment": "", "period": "", "against": "", "rank": "",
    "ranks": "", "scope": "", "where": [],
}  # fmt: skip
DRAFT = "{p.all}, {m.c0} came to {c0.total}."


def document(
    value: float = 1200.0, text: str = "$1,200", sentences: tuple[str, ...] = (DRAFT,), missing: str = ""
) -> dict[str, Any]:
    """Return a document of two blocks as the generator keeps it."""
    facts = {key: NOTHING | fact for key, fact in FACTS.items()}
    facts["c0.total"] |= {"value": value, "text": text}
    key = {"name": "Revenue", "value": {"$fact": "c0.total"}, "change": None, "tone": "plain"}
    keys = {"key_figures": [key], "key_heading": "May 2026"}
    blocks = [
        {"section": "", "id": "summary", "kind": "summary", "title": "", "reason": "", "part": {"sentences": list(sentences)}},
        {"section": "", "id": "keys", "kind": "key_figures", "title": "", "reason": missing, "part": None if missing else keys},
    ]  # fmt: skip
    return {"format": 1, "title": "Sales", "language": "en", "facts": facts, "blocks": blocks, "columns": {}}


def make_report(cast: Cast, **choices: Any) -> Report:
    """Return a report on a table of Acme's with one version."""
    dataset = DatasetFactory(project=cast.project, kind="table", name="Sales")
    DatasetVersionFactory(dataset=dataset, number=1)
    return create_report(
        project=cast.project, dataset=dataset, name="Monthly sales", actor=cast.ada, **choices
    )


def finish(
    issue: Issue, kept: dict[str, Any] | None = None, *, state: str = "succeeded", why: str = ""
) -> Issue:
    """End an issue's job, with a document where it succeeded."""
    assert issue.job is not None
    Job.objects.filter(pk=issue.job.pk).update(state=state, error_message=why)
    if state == "succeeded":
        data = json.dumps(kept or document()).encode()
        issue.document = store.put_bytes(data, workspace=issue.workspace, media_type=MEDIA_TYPE)
        issue.save(update_fields=["document"])
    return Issue.objects.select_related("report", "workspace", "document", "job", "dataset_version").get(
        pk=issue.pk
    )


def ready_issue(cast: Cast, actor: User | None = None) -> Issue:
    """Return an issue that can be read."""
    return finish(make_issue(report=make_report(cast), actor=actor or cast.ada))

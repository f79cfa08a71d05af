"""Reports for tests: a table of the cast's workspace, a report on it, and issues whose document is written by hand."""

import json
from typing import Any

from brandkiln.artifacts import store
from brandkiln.core.models import User
from brandkiln.jobs.models import Job
from brandkiln.projects.models import Project
from brandkiln.reports.documents import MEDIA_TYPE
from brandkiln.reports.issues import create_report, make_issue
from brandkiln.reports.models import Issue, Report

from tests.factories import DatasetFactory, DatasetVersionFactory

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
SENTENCE = [{"$fact": "p.all"}, ", ", {"$fact": "m.c0"}, " came to ", {"$fact": "c0.total"}, "."]
DRAFT = "{p.all}, {m.c0} came to {c0.total}."


def passage(id: str, kind: str, **shown: Any) -> dict[str, Any]:
    """Return a passage of a document; what is not given is empty."""
    empty = {"title": "", "missing": "", "key_heading": ""}
    empty |= {name: [] for name in ("key_figures", "figures", "tables", "sentences", "notes")}
    return empty | {"id": id, "kind": kind} | shown


def document(
    value: float = 1200.0, text: str = "$1,200", said: list[Any] | None = None, missing: str = ""
) -> dict[str, Any]:
    """Return a document of two blocks as the generator keeps it."""
    facts = {key: {"id": key} | NOTHING | fact for key, fact in FACTS.items()}
    facts["c0.total"] |= {"value": value, "text": text}
    key = {"name": "Revenue", "value": {"$fact": "c0.total"}, "change": None, "tone": "plain"}
    keys = passage("keys", "key_figures", missing=missing, key_figures=[] if missing else [key])
    passages = [passage("summary", "summary", sentences=said or [SENTENCE]), keys]
    chapters = [{"id": "all", "heading": "", "passages": passages}]
    whole = {"title": "Sales", "subtitle": "", "language": "en", "chapters": chapters}
    return {"format": 1, "facts": facts, "columns": {}, "document": whole}


def make_report(project: Project, actor: User, **choices: Any) -> Report:
    """Return a report on a table of the project with one version."""
    dataset = DatasetFactory(project=project, kind="table", name="Sales")
    DatasetVersionFactory(dataset=dataset, number=1, columns=[{"name": "revenue", "type": "number"}])
    return create_report(project=project, dataset=dataset, name="Monthly sales", actor=actor, **choices)


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


def ready_issue(project: Project, actor: User) -> Issue:
    """Return an issue that can be read."""
    return finish(make_issue(report=make_report(project, actor), actor=actor))

"""Writes about reports and their issues, one transaction each."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.artifacts.models import Artifact
from brandkiln.brand.models import Logo
from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.datasets.models import Dataset, DatasetVersion
from brandkiln.jobs.models import Job
from brandkiln.jobs.requests import check_params
from brandkiln.jobs.services import submit_job
from brandkiln.notifications.services import announce
from brandkiln.projects.models import BrandKit, Project
from brandkiln.reports.choosing import Chosen, choose
from brandkiln.reports.models import Issue, Report, Schedule, Template
from brandkiln.workspaces.services import record_audit
from generators import registry

GENERATOR = "report"
TYPEFACE = re.compile(r"[\w .'-]{1,60}")
REWORK = ("earlier", "redo", "edits")
"""The params of the generator that set a report from the document of an earlier one."""


def with_brand(params: dict[str, Any], project: Project) -> dict[str, Any]:
    """Return params with the logo and the typeface that the project has now."""
    logo = Logo.objects.filter(project=project).first()
    kit = BrandKit.objects.filter(project=project).first()
    params = {name: value for name, value in params.items() if name not in ("logo", "font")}
    if kit and (font := next(filter(TYPEFACE.fullmatch, map(str, kit.fonts)), "")):
        params |= {"font": font}
    if logo and kit:
        params |= {"logo": str(logo.artifact_id), "logo_space": kit.rules.logo_space}
    return params


@transaction.atomic
def create_report(
    *,
    project: Project,
    dataset: Dataset,
    name: str,
    actor: User | None,
    ready: str = "overview",
    template: Template | None = None,
    params: dict[str, Any] | None = None,
    language: str = "en",
    formats: Sequence[str] = ("pdf", "html"),
) -> Report:
    """Keep a new report without issues.

    Args:
        ready: The ready template, by name, where no own one is given.
        params: What is chosen beside template, language and formats.

    Raises:
        Unprocessable: If the choices do not fit the generator, or the data set is no table.
        NotFound: If something belongs to another workspace.
    """
    if dataset.workspace_id != project.workspace_id or (
        template is not None and template.workspace_id != project.workspace_id
    ):
        raise NotFound(_("There is no such data set or template in this workspace."))
    if dataset.kind != "table":
        message = _('A report needs a table; "%(name)s" holds %(kind)s. Choose another data set.') % {
            "name": dataset.name,
            "kind": dataset.get_kind_display(),
        }
        raise Unprocessable(message, fields={"dataset": message})
    report = Report(
        workspace=project.workspace,
        project=project,
        dataset=dataset,
        name=" ".join(name.split())[:120] or dataset.name[:120],
        template=template,
        ready="" if template else ready,
        params={name: value for name, value in (params or {}).items() if name not in REWORK},
        language=language,
        formats=list(dict.fromkeys(formats)),
        created_by=actor,
    )
    check_params(registry.get(GENERATOR), "report", params_of(report, choose(report)))
    report.save()
    record_audit(workspace=report.workspace, actor=actor, action="report.created", subject=report.name)
    return report


def params_of(report: Report, chosen: Chosen) -> dict[str, Any]:
    """Return the params of a job that makes an issue of the report."""
    own = {"template": chosen.param, "language": report.language, "formats": report.formats}
    params: dict[str, Any] = report.params | own
    return params


def newest_version(dataset: Dataset) -> DatasetVersion:
    """Return the newest version of a data set that is not in the trash.

    Raises:
        Unprocessable: If it has none.
    """
    version = dataset.versions.filter(trashed_at=None).order_by("-number").first()
    if version is None:
        message = _('"%(name)s" has no version yet. Upload rows first.') % {"name": dataset.name}
        raise Unprocessable(message, fields={"dataset": message})
    return version


@transaction.atomic
def make_issue(
    *,
    report: Report,
    actor: User | None,
    version: DatasetVersion | None = None,
    origin: Issue.Origin = Issue.Origin.MADE,
    parent: Issue | None = None,
    changed: Sequence[str] = (),
    rework: dict[str, Any] | None = None,
    idempotency_key: str | None = None,
) -> Issue:
    """Submit the job of the report's next issue and return the issue; with a key that was used, the one of then.

    Args:
        version: The data; by default the newest.
        parent: The issue that it is set from, with everything as it was there but for what ``rework`` says.
        rework: The params that say what is done to the parent's document.
    """
    report = (
        Report.objects.select_for_update(of=("self",))
        .select_related("workspace", "project", "dataset", "template")
        .get(pk=report.pk)
    )
    if report.archived_at:
        raise Conflict(_('"%(name)s" is archived. Take it back first.') % {"name": report.name})
    if parent is None:
        chosen = choose(report)
        params = params_of(report, chosen)
        name, number = chosen.name, chosen.version
        version = version or newest_version(report.dataset)
    else:
        if parent.job is None or parent.dataset_version is None:
            raise Conflict(
                _("The data or the job of %(issue)s was deleted. Make a new issue.") % {"issue": parent}
            )
        kept = {key: value for key, value in parent.job.params.items() if key not in REWORK}
        params = kept | (rework or {})
        name, number = parent.template_name, parent.template_version
        version = parent.dataset_version
    if version.dataset_id != report.dataset_id:
        raise NotFound(_("There is no such version of this report's data set."))
    job = submit_job(
        workspace=report.workspace,
        project=report.project,
        requested_by=actor,
        kind=Job.Kind.REPORT,
        generator=GENERATOR,
        params=with_brand(params, report.project),
        dataset_version=version,
        idempotency_key=idempotency_key,
    )
    if earlier := Issue.objects.filter(job=job).first():
        return earlier
    last = report.issues.aggregate(last=Max("number"))["last"] or 0
    return Issue.objects.create(
        workspace=report.workspace,
        report=report,
        number=last + 1,
        job=job,
        dataset_version=version,
        template_name=name,
        template_version=number,
        origin=origin,
        parent=parent,
        changed=list(changed),
        erased_at=parent.erased_at if parent else None,
        made_by=actor,
    )


def keep_document(job: Job, artifact: Artifact) -> None:
    """Keep the document of the issue that the job made; call it in the transaction that ends the job.

    A job that was retried hands its issue on to the one that succeeded.
    """
    first = job
    while not Issue.objects.filter(job=first).exists():
        if first.retry_of is None:
            return
        first = first.retry_of
    Issue.objects.filter(job=first).update(job=job, document=artifact)
    _tell(Issue.objects.select_related("report", "made_by", "workspace").get(job=job))


def _tell(issue: Issue) -> None:
    """Announce a new issue; those whom the schedule's digest reaches get no second letter."""
    if issue.parent_id is not None:
        return  # somebody works on it
    schedule = Schedule.objects.filter(report=issue.report).first()
    recipients = schedule.recipients if schedule and issue.origin == Issue.Origin.SCHEDULED else []
    readers = User.objects.filter(email__in=recipients)
    announce(
        workspace=issue.workspace,
        kind="report.issued",
        subject=issue,
        name=issue.report.name,
        data={"report": str(issue.report_id), "number": issue.number, "origin": issue.origin},
        path=reverse("dashboard:report_issue", args=[issue.workspace.slug, issue.report_id, issue.number]),
        people=[issue.made_by, *readers],
        not_by_mail=recipients,
    )


@transaction.atomic
def archive_report(*, report: Report, actor: User) -> None:
    """Take the report out of the lists and stop its schedule; its issues stay readable."""
    Report.objects.filter(pk=report.pk, archived_at=None).update(archived_at=timezone.now())
    record_audit(workspace=report.workspace, actor=actor, action="report.archived", subject=report.name)


@transaction.atomic
def restore_report(*, report: Report, actor: User) -> None:
    """Put the report back into the lists."""
    Report.objects.filter(pk=report.pk).update(archived_at=None)
    record_audit(workspace=report.workspace, actor=actor, action="report.restored", subject=report.name)

"""What admins look after: the audit log, features, and which generators and workers there are."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from brandkiln.core.api import page as cursor_page
from brandkiln.core.downloads import send_lines
from brandkiln.dashboard.audit_rows import rows_of
from brandkiln.jobs.crew import live_workers
from brandkiln.jobs.models import Job
from brandkiln.workspaces import audit as log
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Membership, Role
from brandkiln.workspaces.switches import FEATURES, save_switches
from generators import registry

PAGE = 50
FILTERS = ("who", "what", "subject", "since", "until")
TYPES = {"csv": "text/csv", "jsonl": "application/x-ndjson"}


@in_workspace(Role.ADMIN)
def audit(request: MemberRequest) -> HttpResponse:
    """Show who did what, newest first, as it is filtered."""
    chosen = _chosen(request)
    rows, following = cursor_page(
        log.entries_of(request.workspace, **chosen), cursor=request.GET.get("after"), limit=PAGE
    )
    members = Membership.objects.filter(workspace=request.workspace).select_related("user")
    context = {
        "entries": rows_of(rows, request.workspace), "following": following, "chosen": chosen,
        "members": members.order_by("user__email"), "things": sorted(log.THINGS.items(), key=lambda pair: str(pair[1])),
        "query": urlencode({name: value for name, value in chosen.items() if value}),
    }  # fmt: skip
    return render(request, "workspaces/audit.html", context)


@in_workspace(Role.ADMIN)
def audit_file(request: MemberRequest, form: str) -> HttpResponseBase:
    """Send the entries that fit as CSV or JSON lines."""
    rows = log.entries_of(request.workspace, **_chosen(request))
    form = form if form in TYPES else "csv"
    lines = log.as_jsonl(rows) if form == "jsonl" else log.as_csv(rows)
    return send_lines(
        request, lines, media_type=TYPES[form], filename=f"audit-{request.workspace.slug}.{form}"
    )


@in_workspace(Role.ADMIN)
def features(request: MemberRequest) -> HttpResponse:
    """Show what the workspace may do, and switch it off or on."""
    if request.method == "POST":
        off = [name for name in FEATURES if name not in request.POST]
        save_switches(workspace=request.workspace, actor=request.user, off=off)
        messages.success(request, _("The features are saved."))
        return redirect("dashboard:feature_list", request.workspace.slug)
    shown = [(one, one.name not in request.workspace.switched_off) for one in FEATURES.values()]
    return render(request, "workspaces/features.html", {"features": shown})


@in_workspace(Role.ADMIN)
def plugins(request: MemberRequest) -> HttpResponse:
    """Show which generators there are, and those that did not load, with the reason.

    Tracebacks tell of the machine, so that only its staff sees them whole.
    """
    broken = [
        {"name": one.name, "origin": one.entry_point, "traceback": one.traceback if request.user.is_staff else "",
         "reason": one.traceback.strip().splitlines()[-1][:300]}
        for one in registry.quarantined()
    ]  # fmt: skip
    return render(request, "workspaces/plugins.html", {"broken": broken, "specs": registry.specs().values()})


@in_workspace(Role.ADMIN)
def workers(request: MemberRequest) -> HttpResponse:
    """Show which workers there are, on what they compute, and what of this workspace each does now."""
    found = list(live_workers())
    running = Job.objects.filter(state=Job.State.RUNNING, worker__in=[one.name for one in found])
    mine: dict[str, list[Job]] = {}
    counts: dict[str, int] = {}
    for job in running.select_related("workspace").order_by("started_at"):
        counts[job.worker] = counts.get(job.worker, 0) + 1
        if job.workspace_id == request.workspace.pk:
            mine.setdefault(job.worker, []).append(job)
    waiting = {
        Job.Queue(queue).label: Job.objects.filter(
            workspace=request.workspace, queue=queue, state=Job.State.QUEUED
        ).count()
        for queue in Job.Queue.values
    }
    rows = [_row(one, mine.get(one.name, []), counts.get(one.name, 0)) for one in found]
    served = {queue for one in found for queue in one.queues}
    missing = [queue.label for queue in Job.Queue if queue not in served]
    context = {"rows": rows, "waiting": waiting, "missing": missing, "now": timezone.now()}
    return render(request, "workspaces/workers.html", context)


def _row(worker: Any, jobs: list[Job], count: int) -> dict[str, Any]:
    load = worker.load
    gpus = load.get("gpus", {})
    return {
        "worker": worker, "jobs": jobs, "others": count - len(jobs), "is_busy": count > 0,
        "queues": [Job.Queue(queue).label for queue in worker.queues if queue in Job.Queue.values],
        "devices": [{**one, **gpus.get(one["name"], {})} for one in worker.devices],
        "cpu_percent": min(100, round(100 * load.get("load", 0) / max(1, load.get("cpus", 1)))),
        "memory_used": max(0, load.get("memory_mb", 0) - load.get("memory_free_mb", 0)),
    }  # fmt: skip


def _chosen(request: MemberRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").replace("\0", "")[:120] for name in FILTERS}

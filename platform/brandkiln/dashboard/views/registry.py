"""The registry of checkpoints: side by side, model cards, files, going back, and the trash."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.downloads import send_file
from brandkiln.core.errors import NotAllowed, StudioError
from brandkiln.dashboard.figure_names import figure_title, leading_first
from brandkiln.dashboard.lookup import find, keys_of, whole
from brandkiln.dashboard.views.trash import UNDO
from brandkiln.jobs.checkpoint_files import as_archive, open_made
from brandkiln.jobs.checkpoint_trash import restore_checkpoint, trash_checkpoint
from brandkiln.jobs.comparisons import MOST, columns, compare, shared_labels
from brandkiln.jobs.model_card import as_markdown, figures_of, model_card
from brandkiln.jobs.models import Checkpoint, CheckpointFile
from brandkiln.jobs.production import roll_back
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role

LARGEST_SEED = 2**32 - 1


@in_workspace()
def side_by_side(request: MemberRequest) -> HttpResponse:
    """Show what up to four checkpoints draw of the same seeds and labels; posted, let them draw."""
    asked = request.POST if request.method == "POST" else request.GET
    rows = _chosen(request, asked)
    labels = shared_labels(rows)
    seed = whole(asked.get("seed", ""), most=LARGEST_SEED)
    label = asked.get("label") if asked.get("label") in labels else None
    if request.method == "POST":
        try:
            compare(checkpoints=rows, seed=seed, label=label, actor=request.user)
        except StudioError as error:
            messages.error(request, error.message)
        query = QueryDict(mutable=True)
        query.setlist("c", [str(row.pk) for row in rows])
        query.update({"seed": str(seed), "label": label or ""})
        address = reverse("dashboard:checkpoint_compare", args=[request.workspace.slug])
        return redirect(f"{address}?{query.urlencode()}")
    found = columns(checkpoints=rows, seed=seed, label=label)
    others = Checkpoint.objects.filter(workspace=request.workspace, trashed_at=None).select_related("project")
    shown = [{one.name: one for one in figures_of(column.checkpoint.metrics)} for column in found]
    counts = [_measured_on(column.checkpoint.metrics) for column in found]
    names = leading_first({name for figures in shown for name in figures})
    context = {
        "columns": found,
        "figures": [(figure_title(name), [figures.get(name) for figures in shown]) for name in names],
        "counts": counts if any(counts) else [],
        "is_uneven": len({count for count in counts if count}) > 1,
        "rows": _rows([column.pictures for column in found]),
        "others": others.exclude(pk__in=[row.pk for row in rows])[:100] if len(rows) < MOST else [],
        "labels": labels,
        "label": label,
        "seed": seed,
        "next_seed": min(seed + 8, LARGEST_SEED),
        "is_drawn": bool(found) and all(column.pictures for column in found),
        "is_open": any(column.job and not column.job.is_final for column in found),
    }
    template = "checkpoints/_drawn.html" if request.headers.get("HX-Request") else "checkpoints/compare.html"
    return render(request, template, context)


@in_workspace()
def card(request: MemberRequest, checkpoint: UUID) -> HttpResponse:
    """Show the model card, or with ``?download`` hand it out as Markdown."""
    row = _find(request, checkpoint)
    made = model_card(row)
    if "download" not in request.GET:
        figures = [(figure_title(one.name), one) for one in made.figures]
        context = {"checkpoint": row, "card": made, "figures": figures}
        return render(request, "checkpoints/card.html", context)
    response = HttpResponse(as_markdown(made), content_type="text/markdown; charset=utf-8")
    name = f"{row.generator}-{row.number}.md"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@in_workspace()
def download(request: MemberRequest, checkpoint: UUID) -> HttpResponseBase:
    """Hand out the checkpoint's folder with its model card as a zip file."""
    row = _find(request, checkpoint)
    source, size = as_archive(row)
    name = f"{row.generator}-{row.number}.zip"
    return send_file(request, source, size=size, media_type="application/zip", filename=name)


@in_workspace()
def file(request: MemberRequest, checkpoint: UUID, made: UUID) -> HttpResponseBase:
    """Hand out a file that was made of the checkpoint, such as its ONNX form."""
    row = find(
        CheckpointFile.objects.select_related("artifact", "checkpoint", "workspace"), request.workspace, made
    )
    if row.checkpoint_id != checkpoint:
        raise Http404
    return send_file(
        request,
        open_made(row),
        size=row.artifact.size,
        media_type=row.artifact.media_type,
        filename=f"{row.checkpoint.generator}-{row.checkpoint.number}.{row.role}",
    )


@require_POST
@in_workspace(Role.PUBLISHER)
def rollback(request: MemberRequest, checkpoint: UUID) -> HttpResponse:
    """Put back what was in production before this checkpoint."""
    row = _find(request, checkpoint)
    try:
        back = roll_back(project=row.project, generator=row.generator, actor=request.user)
    except StudioError as error:
        messages.error(request, error.message)
        return redirect("dashboard:checkpoint_page", request.workspace.slug, row.pk)
    messages.success(request, _("%(checkpoint)s is in production again.") % {"checkpoint": back})
    return redirect("dashboard:checkpoint_page", request.workspace.slug, back.pk)


@require_POST
@in_workspace()
def trash(request: MemberRequest, checkpoint: UUID) -> HttpResponse:
    """Move a checkpoint to the trash, which can be undone."""
    row = _mine(request, checkpoint)
    try:
        trash_checkpoint(checkpoint=row, actor=request.user)
    except StudioError as error:
        messages.error(request, error.message)
        return redirect("dashboard:checkpoint_page", request.workspace.slug, row.pk)
    address = reverse("dashboard:checkpoint_restore", args=[request.workspace.slug, row.pk])
    messages.success(request, _("%(name)s is in the trash.") % {"name": row}, extra_tags=f"{UNDO}{address}")
    return redirect("dashboard:checkpoint_list", request.workspace.slug)


@require_POST
@in_workspace()
def restore(request: MemberRequest, checkpoint: UUID) -> HttpResponse:
    """Take a checkpoint out of the trash."""
    row = restore_checkpoint(checkpoint=_mine(request, checkpoint), actor=request.user)
    messages.success(request, _("%(name)s is back.") % {"name": row})
    return redirect("dashboard:checkpoint_page", request.workspace.slug, row.pk)


def _find(request: MemberRequest, key: UUID) -> Checkpoint:
    rows = Checkpoint.objects.select_related("project", "weights", "job", "parent", "workspace")
    return find(rows, request.workspace, key)


def _mine(request: MemberRequest, key: UUID) -> Checkpoint:
    """Return the checkpoint if the member asked for it or is a publisher."""
    row = _find(request, key)
    asked_for_it = row.job is not None and row.job.requested_by_id == request.user.pk
    if not asked_for_it and Role(request.membership.role).rank < Role.PUBLISHER.rank:
        raise NotAllowed(
            _("Whoever trained the checkpoint, publishers and admins may do that. Ask one of them.")
        )
    return row


def _chosen(request: MemberRequest, asked: QueryDict) -> list[Checkpoint]:
    """Return the workspace's checkpoints that the address names, in its order, each once."""
    keys = keys_of(asked.getlist("c")[: 2 * MOST])
    rows = Checkpoint.objects.filter(workspace=request.workspace, trashed_at=None, pk__in=keys)
    found = {row.pk: row for row in rows.select_related("project", "weights", "workspace")}
    return [found[key] for key in keys if key in found][:MOST]


def _measured_on(metrics: dict[str, float]) -> int:
    """Return how many pictures a checkpoint's figures rest on; 0 where that is not known."""
    return int(metrics.get("n") or metrics.get("frechet_samples") or 0)


def _rows(pictures: list[list[CheckpointFile]]) -> list[tuple[int, str, list[CheckpointFile | None]]]:
    """Return the pictures by seed: the seed, the label, and what each checkpoint drew of it."""
    longest = max(pictures, key=len, default=[])
    return [
        (
            int(one.facts["seed"]),
            str(one.facts.get("label") or ""),
            [drawn[place] if place < len(drawn) else None for drawn in pictures],
        )
        for place, one in enumerate(longest)
    ]

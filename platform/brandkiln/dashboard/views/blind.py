"""Blind comparisons: two networks write for the same prompts, and people pick without knowing whose text it is."""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.lookup import find, key_of, whole
from brandkiln.datasets.models import Record
from brandkiln.jobs.blind import (
    MOST_PROMPTS,
    can_be_judged,
    judge,
    judged_pairs,
    next_pair,
    standing,
    start_blind,
)
from brandkiln.jobs.models import BlindComparison, Checkpoint
from brandkiln.workspaces.access import MemberRequest, in_workspace
from generators import registry

PROPOSED = 8
OPENING_WORDS = 6
FACTS_LENGTH = 300


@in_workspace()
def start(request: MemberRequest, checkpoint: UUID) -> HttpResponse:
    """Ask what a checkpoint is compared with and for which prompts; posted, let both write."""
    rows = Checkpoint.objects.select_related("project", "workspace", "dataset_version")
    row = find(rows, request.workspace, checkpoint)
    others = Checkpoint.objects.filter(
        workspace=request.workspace, generator=row.generator, trashed_at=None
    ).exclude(pk=row.pk)
    prompts = request.POST.get("prompts") or "\n".join(_proposed(row))
    if request.method == "POST":
        second = others.filter(pk=key_of(request.POST.get("second", ""))).first()
        try:
            made = start_blind(
                first=row, second=second, prompts=prompts.splitlines(), seed=secrets.randbits(31),
                actor=request.user,
            )  # fmt: skip
        except StudioError as refusal:
            messages.error(request, refusal.message)
        else:
            return redirect("dashboard:blind_page", request.workspace.slug, made.pk)
    spec = registry.specs().get(row.generator)
    context = {
        "checkpoint": row,
        "others": others.select_related("project")[:100],
        "has_plain": spec is not None and not spec.needs.checkpoint,
        "can_be_judged": can_be_judged(row.generator),
        "prompts": prompts,
        "most": MOST_PROMPTS,
        "made": [
            (one, standing(one)) for one in row.blind_comparisons.select_related("first", "second")[:10]
        ],
    }
    return render(request, "blind/start.html", context)


@in_workspace()
def page(request: MemberRequest, comparison: UUID) -> HttpResponse:
    """Show the next pair; once a person has judged all, show whose texts were whose, and the win rate."""
    row = _find(request, comparison)
    pair = next_pair(row, request.user)
    context: dict[str, Any] = {
        "comparison": row,
        "pair": pair,
        "judged": row.verdicts.filter(person=request.user).count(),
        "is_open": pair is not None and not pair.texts,
    }
    if pair is None:
        context |= {"standing": standing(row), "pairs": judged_pairs(row, request.user)}
    template = "blind/_pair.html" if request.headers.get("HX-Request") else "blind/page.html"
    return render(request, template, context)


@require_POST
@in_workspace()
def verdict(request: MemberRequest, comparison: UUID) -> HttpResponse:
    """Keep what the person found better, and go on with the next pair."""
    row = _find(request, comparison)
    try:
        judge(
            row=row,
            position=whole(request.POST.get("position", ""), -1),
            better=request.POST.get("better", ""),
            person=request.user,
        )
    except StudioError as refusal:
        messages.error(request, refusal.message)
    return redirect("dashboard:blind_page", request.workspace.slug, row.pk)


def _find(request: MemberRequest, key: UUID) -> BlindComparison:
    rows = BlindComparison.objects.select_related("first", "second", "project", "workspace")
    return find(rows, request.workspace, key)


def _proposed(row: Checkpoint) -> list[str]:
    """Return prompts out of texts that the checkpoint did not learn from: facts, or how a text begins."""
    if row.dataset_version_id is None:
        return []
    learnt = row.card.get("config", {}).get("learn", "texts")
    records = Record.objects.filter(version=row.dataset_version_id, split="validation").exclude(text="")
    return [one for record in records[: 2 * PROPOSED] if (one := _prompt(record, learnt))][:PROPOSED]


def _prompt(record: Record, learnt: str) -> str:
    if learnt == "texts":
        return " ".join(record.text.split()[:OPENING_WORDS])
    if learnt == "preferences":
        return " ".join(str(record.fields.get("prompt") or "").split())[:FACTS_LENGTH]
    facts = [f"{name}: {value}" for name, value in record.fields.items() if value not in (None, "")]
    return " · ".join([*facts, *([record.label] if record.label else [])])[:FACTS_LENGTH]

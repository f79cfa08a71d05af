"""The Clean tab of a version: fixes that fit it, a recipe of steps with a preview, how it is split, and its making."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.dashboard.differences import Shown, draw, side_by_side
from brandkiln.dashboard.lookup import whole
from brandkiln.dashboard.recipe_editor import Card, Draft, Editor, drafts_of, drafts_sent, edited
from brandkiln.dashboard.templatetags.studio import shown, spoken
from brandkiln.dashboard.version_page import find_version, version_context
from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.recipes.pictures import PictureStep
from brandkiln.datasets.recipes.proposals import proposals
from brandkiln.datasets.recipes.registry import BY_NAME, dump_recipe, steps_for
from brandkiln.jobs.derivations import submit_derivation, submit_return
from brandkiln.jobs.models import Job
from brandkiln.workspaces.access import MemberRequest, in_workspace

CHOICES = {"code", "keep"}
"""Params that an address may prefill."""


@in_workspace()
def page(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Show the fixes and the recipe; take an edit of it, or run it."""
    version = find_version(request, dataset, number)
    kind = version.dataset.kind
    if request.method != "POST":
        return _whole(request, Editor(version, _asked_for(request, version)))
    asked = request.POST.get("do", "look")
    if asked == "back":
        return _go_to(request, submit_return(version=version, actor=request.user))
    drafts = drafts_sent(request.POST, kind)
    focus = ""
    if asked.startswith("fix:"):
        drafts, focus = _fixed(drafts, version, asked.removeprefix("fix:"))
    else:
        drafts, focus = edited(drafts, asked, kind, {})
    editor = Editor(version, drafts, request.POST)
    editor.focus = focus
    if asked == "apply":
        return _apply(request, editor)
    return _part(request, editor)


def _apply(request: MemberRequest, editor: Editor) -> HttpResponse:
    recipe, rule = editor.recipe, editor.rule
    if not editor.is_ready or recipe is None or rule is None:
        said = _("Nothing was started. Add a step or another split, and fill in what is marked.")
        return _part(request, editor, problem=said)
    try:
        job = submit_derivation(
            version=editor.version,
            recipe=dump_recipe(recipe),
            split_rule=rule.model_dump(mode="json"),
            split_seed=editor.seed,
            actor=request.user,
        )
    except Unprocessable as error:
        return _part(request, editor, problem=error.message)
    return _go_to(request, job)


def _go_to(request: MemberRequest, job: Job) -> HttpResponse:
    messages.success(request, _("The version is being made. The one that it is made of stays as it is."))
    address = reverse("dashboard:job_page", args=[request.workspace.slug, job.pk])
    return HttpResponse(headers={"HX-Redirect": address}) if _by_htmx(request) else redirect(address)


def _asked_for(request: MemberRequest, version: DatasetVersion) -> list[Draft]:
    """Return the steps that the address asks for: one with params, or the recipe of another version."""
    asked = request.GET
    if number := asked.get("recipe_of", ""):
        others = DatasetVersion.objects.filter(dataset=version.dataset, trashed_at=None)
        other = others.filter(number=whole(number)).first()
        return drafts_of(other.recipe, version.dataset.kind) if other else []
    step = BY_NAME.get(asked.get("step", ""))
    if step is None or version.dataset.kind not in step.kinds:
        return []
    known = CHOICES & step.model_fields.keys()
    return [Draft(step, initial={name: asked[name] for name in known if name in asked})]


def _fixed(drafts: list[Draft], version: DatasetVersion, which: str) -> tuple[list[Draft], str]:
    offered = proposals(version)
    place = whole(which, -1)
    if not 0 <= place < len(offered):
        return drafts, ""
    return [*drafts, *drafts_of([offered[place].step], version.dataset.kind)], f"card-{len(drafts)}"


def _whole(request: MemberRequest, editor: Editor) -> HttpResponse:
    return render(request, "datasets/clean.html", _context(editor))


def _part(request: MemberRequest, editor: Editor, problem: str = "") -> HttpResponse:
    """Answer with the editor alone where it is swapped in place, with the whole page where there is no script."""
    name = "datasets/_recipe.html" if _by_htmx(request) else "datasets/clean.html"
    return render(request, name, {**_context(editor), "problem": problem})


def _context(editor: Editor) -> dict[str, Any]:
    version = editor.version
    offered = proposals(version)
    chosen = [card.chosen.dumped() for card in editor.cards if card.chosen]
    siblings = DatasetVersion.objects.filter(dataset=version.dataset, trashed_at=None).exclude(pk=version.pk)
    newest = siblings.order_by("-number").values_list("number", flat=True).first() or 0
    return {
        **version_context(version, tab="clean"),
        "editor": editor,
        "proposals": [
            (place, one, any(one.step.items() <= step.items() for step in chosen))
            for place, one in enumerate(offered)
        ],
        "steps": steps_for(version.dataset.kind),
        "cards": [(place, card, _examples(editor, place, card)) for place, card in enumerate(editor.cards)],
        "recipes": [one for one in siblings.order_by("-number") if one.recipe][:5],
        "made": [(BY_NAME.get(step["step"]), step, _said(step)) for step in version.recipe],
        "is_newest": version.number > newest,
    }


def _said(step: dict[str, Any]) -> list[str]:
    """Return the params of a step as people read them, without those that say nothing."""
    unsaid: tuple[Any, ...] = (None, "", [], {})
    return [
        f"{spoken(name)}: {shown(value)}"
        for name, value in step.items()
        if name not in {"step", "counts"} and value not in unsaid
    ]


def _examples(editor: Editor, place: int, card: Card) -> list[Shown]:
    if card.foreseen is None:
        return []
    drawing = [one.chosen for one in editor.cards[: place + 1] if isinstance(one.chosen, PictureStep)]
    examples = []
    for before, after in card.foreseen.examples:
        example = side_by_side(before, after)
        if isinstance(card.chosen, PictureStep):
            example.drawn = draw(before, drawing, editor.version.workspace)
        examples.append(example)
    return examples


def _by_htmx(request: MemberRequest) -> bool:
    return "HX-Request" in request.headers

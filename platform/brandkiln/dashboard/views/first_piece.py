"""The tour: a newcomer names a brand and a product, and watches the first piece being written."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.core.models import User
from brandkiln.dashboard import tour
from brandkiln.jobs.models import Job
from brandkiln.jobs.questions import WRITER
from brandkiln.jobs.services import submit_job
from brandkiln.projects.models import Project
from brandkiln.projects.services import create_project, update_brand_kit
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Workspace

FORMATS = (
    ("product_description_short", _("A short description for a shop page")),
    ("ad_headline", _("Headlines of search ads")),
    ("post_instagram", _("A post for Instagram")),
    ("email", _("An e-mail with subject and button")),
)
VOICES = (
    (_("Plain and warm, like a good shop assistant."), _("Plain and warm")),
    (_("Confident and short. Facts before praise."), _("Confident and short")),
    (_("Playful and light, never silly."), _("Playful")),
    (_("Calm and exact, for people who know the trade."), _("Calm and exact")),
)
EXAMPLE = _(
    "Stoneware teapot by Clay & Co. Hand-glazed in sea green, holds 0.9 litres, "
    "stainless steel sieve, fit for the dishwasher."
)
VARIANTS = 3


class FirstPieceForm(forms.Form):
    """All that a first text needs."""

    brand = forms.CharField(label=_("What is your brand called?"), max_length=80)
    product = forms.CharField(
        label=_("What should it write about?"),
        help_text=_(
            "A product in your own words: what it is, what it is made of, sizes, prices. "
            "Numbers in the text come from here only."
        ),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    format = forms.ChoiceField(
        label=_("What do you need?"), choices=FORMATS, widget=forms.RadioSelect, initial=FORMATS[0][0]
    )
    voice = forms.TypedChoiceField(
        label=_("How does the brand sound?"),
        choices=[(number, said) for number, (_voice, said) in enumerate(VOICES)],
        coerce=int, widget=forms.RadioSelect, initial=0,
    )  # fmt: skip


@in_workspace()
def page(request: MemberRequest) -> HttpResponse:
    """Ask four things, and have the first piece written."""
    project = Project.objects.filter(workspace=request.workspace).order_by("created_at").first()
    form = FirstPieceForm(request.POST or None, initial={"brand": project.name if project else ""})
    if form.is_valid():
        try:
            job = _submit(request.workspace, request.user, **form.cleaned_data)
        except StudioError as error:
            form.add_error(None, error.message)
        else:
            tour.begin(request, job)
            return redirect("dashboard:job_page", request.workspace.slug, job.pk)
    context = {"form": form, "example": EXAMPLE}
    return render(request, "tour/first_piece.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _submit(workspace: Workspace, actor: User, *, brand: str, product: str, format: str, voice: int) -> Job:
    """Return the job that writes; its project is the one of the brand's name, or a new one with this voice."""
    project = Project.objects.filter(workspace=workspace, name__iexact=brand).first()
    said = str(VOICES[voice][0])
    if project is None:
        project = create_project(workspace=workspace, name=brand, actor=actor)
        update_brand_kit(project=project, actor=actor, voice=said)
    params: dict[str, Any] = {
        "format": format,
        "product": product,
        "brand_voice": said,
        "variants": VARIANTS,
    }
    return submit_job(
        workspace=workspace,
        project=project,
        requested_by=actor,
        kind="sample",
        generator=WRITER,
        params=params,
    )


@require_POST
@in_workspace()
def end(request: MemberRequest) -> HttpResponse:
    """End the tour."""
    tour.end(request)
    return redirect("dashboard:workspace", request.workspace.slug)

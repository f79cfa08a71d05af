"""The page of a brand kit: its rules, its logo, and rules proposed from a guide that somebody brings."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from brandkiln.brand.accepting import merged, standing
from brandkiln.brand.proposals import propose
from brandkiln.brand.services import remove_logo, set_logo
from brandkiln.core.errors import Unprocessable
from brandkiln.dashboard.brand_form import BrandKitForm, claims_form, claims_of, speaks
from brandkiln.dashboard.forms import refuse
from brandkiln.datasets.brought import text_of
from brandkiln.jobs.pictures import picture_bytes
from brandkiln.projects.models import BrandKit
from brandkiln.projects.services import find_project, update_brand_kit
from brandkiln.workspaces.access import MemberRequest, in_workspace

LONGEST_TEXT = 200_000


@in_workspace()
def page(request: MemberRequest, slug: str) -> HttpResponse:
    """Edit a project's brand kit."""
    project = find_project(workspace=request.workspace, slug=slug)
    kit = BrandKit.objects.filter(project=project).first()
    shown = {"project": project, "logo": getattr(project, "logo", None), "offers_reading": not speaks(kit)}
    if request.method != "POST":
        shown |= {"form": BrandKitForm.of(kit), "claims": claims_form(kit)}
        return render(request, "projects/brand.html", shown)
    form, claims = BrandKitForm(request.POST), claims_form(kit, request.POST)
    if form.is_valid() and claims.is_valid():
        try:
            update_brand_kit(project=project, actor=request.user, **form.kit_fields(claims_of(claims)))
        except Unprocessable as error:
            refuse(form, error)
        else:
            messages.success(request, _("The brand kit is saved."))
            return redirect("dashboard:project_page", request.workspace.slug, project.slug)
    return render(request, "projects/brand.html", shown | {"form": form, "claims": claims}, status=422)


@require_POST
@in_workspace()
def logo(request: MemberRequest, slug: str) -> HttpResponse:
    """Set or remove the logo."""
    project = find_project(workspace=request.workspace, slug=slug)
    sent = request.FILES.get("logo")
    try:
        if "remove" in request.POST:
            remove_logo(project=project, actor=request.user)
        elif sent is None:
            messages.info(request, _("No file came along. Choose a picture."))
        else:
            set_logo(project=project, data=picture_bytes(sent), actor=request.user)
            messages.success(request, _("The logo is kept."))
    except Unprocessable as refusal:
        messages.error(request, refusal.message)
    return redirect("dashboard:project_brand", request.workspace.slug, project.slug)


@in_workspace()
def bring(request: MemberRequest, slug: str) -> HttpResponse:
    """Propose rules from a guide, pasted or as a file, and keep those that a person accepts."""
    project = find_project(workspace=request.workspace, slug=slug)
    if request.method != "POST":
        return render(request, "projects/brand_import.html", {"project": project})
    try:
        text = _text(request)
    except Unprocessable as refusal:
        shown = {"project": project, "problem": refusal.message}
        return render(request, "projects/brand_import.html", shown, status=422)
    proposals = propose(text)
    if "accept" not in request.POST:
        kit = BrandKit.objects.filter(project=project).first()
        offered = [(one, *standing(kit, one)) for one in proposals]
        shown = {"project": project, "proposals": offered, "text": text, "is_read": True}
        return render(request, "projects/brand_import.html", shown)
    picked = set(request.POST.getlist("take"))
    accepted = [one for number, one in enumerate(proposals) if str(number) in picked]
    if not accepted:
        messages.info(request, _("Nothing was ticked, and the brand kit is as it was."))
        return redirect("dashboard:project_brand", request.workspace.slug, project.slug)
    kit = BrandKit.objects.get_or_create(project=project)[0]
    update_brand_kit(project=project, actor=request.user, **merged(kit, accepted))
    said = ngettext(
        "%(n)d rule is in the brand kit now.", "%(n)d rules are in the brand kit now.", len(accepted)
    )
    messages.success(request, said % {"n": len(accepted)})
    return redirect("dashboard:project_brand", request.workspace.slug, project.slug)


def _text(request: MemberRequest) -> str:
    """Return the text that was pasted, or that of the file.

    Raises:
        Unprocessable: If there is none, it is too long, or the file cannot be read.
    """
    text, sent = request.POST.get("text", "").replace("\0", ""), request.FILES.get("guide")
    if sent is not None:
        text = _text_of_file(sent)
    if not text.strip():
        raise Unprocessable(_("There is no text. Paste the guide, or choose a PDF, Word, HTML or text file."))
    if len(text) > LONGEST_TEXT:
        raise Unprocessable(
            _(
                "The guide has %(length)d characters; at most %(most)d are read. Paste the part on language and looks."
            )
            % {"length": len(text), "most": LONGEST_TEXT}
        )
    return text


def _text_of_file(sent: "UploadedFile[bytes]") -> str:
    with tempfile.TemporaryDirectory(prefix="guide-") as folder:
        path = Path(folder) / "guide"
        with path.open("wb") as target:
            target.writelines(sent.chunks())
        return text_of(path, sent.name or "guide.txt")

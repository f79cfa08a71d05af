"""Writes about projects, one transaction each."""

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.problems import by_place
from brandkiln.core.slugs import create_with_slug
from brandkiln.projects.guide import Guide
from brandkiln.projects.models import BrandKit, Project
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
NEW = "new"
"""The word that stands for no project yet in the addresses of pages."""
KIT_FIELDS = frozenset({"voice", "audience", "required_terms", "banned_terms", "colours", "fonts", "guide"})


@transaction.atomic
def create_project(
    *, workspace: Workspace, name: str, actor: User | None, summary: str = "", slug: str | None = None
) -> Project:
    """Create a project with an empty brand kit."""
    name = name.strip()
    if not name:
        raise Unprocessable(_("A project needs a name."), fields={"name": _("Give the project a name.")})

    def create(free: str) -> Project:
        return Project.objects.create(workspace=workspace, name=name, slug=free, summary=summary)

    taken = Project.objects.filter(workspace=workspace)
    project = (
        create(slug)
        if slug is not None
        else create_with_slug(create, name=name, taken=taken, fallback="project", reserved={NEW})
    )
    BrandKit.objects.create(project=project)
    record_audit(workspace=workspace, actor=actor, action="project.created", subject=name)
    return project


@transaction.atomic
def update_project(*, project: Project, actor: User, name: str, summary: str) -> Project:
    """Rename the project or say anew what it is for; its address stays."""
    project.name, project.summary = name, summary
    project.save(update_fields=["name", "summary"])
    record_audit(workspace=project.workspace, actor=actor, action="project.updated", subject=name)
    return project


@transaction.atomic
def update_brand_kit(*, project: Project, actor: User | None, **fields: Any) -> BrandKit:
    """Set the given fields of the project's brand kit."""
    if unknown := set(fields) - KIT_FIELDS:
        raise TypeError(f"A brand kit has no {', '.join(sorted(unknown))}.")
    if bad := [colour for colour in fields.get("colours", []) if not COLOUR.fullmatch(colour)]:
        message = _('"%(colour)s" is not a colour; write it as #rrggbb, for example #b4532a.') % {
            "colour": bad[0]
        }
        raise Unprocessable(message, fields={"colours": message})
    if "guide" in fields:
        fields["guide"] = _checked_guide(fields["guide"])
    kit, _created = BrandKit.objects.get_or_create(project=project)
    for name, value in fields.items():
        setattr(kit, name, value)
    kit.save()
    record_audit(
        workspace=project.workspace,
        actor=actor,
        action="brand_kit.updated",
        subject=project.name,
        data={"fields": sorted(fields)},
    )
    return kit


def _checked_guide(rules: dict[str, Any]) -> dict[str, Any]:
    """Return the rules without those that say nothing.

    Raises:
        Unprocessable: If one does not fit; `fields` names it.
    """
    try:
        return Guide.model_validate(rules).model_dump(mode="json", exclude_defaults=True)
    except ValidationError as error:
        fields = by_place(error, at="guide")
        message = _("These rules do not fit: %(names)s.") % {"names": ", ".join(fields)}
        raise Unprocessable(message, fields=fields) from error


def find_project(*, workspace: Workspace, slug: str) -> Project:
    """Return the workspace's project of that name in addresses."""
    project = Project.objects.filter(workspace=workspace, slug=slug).first()
    if project is None:
        raise NotFound(f'There is no project "{slug}" in this workspace.')
    return project

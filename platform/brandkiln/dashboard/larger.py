"""A larger network in place of the packaged one, offered where that writes badly: in a form, and beside a notice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from brandkiln.connections.models import Connection
from brandkiln.dashboard.languages import language_name
from brandkiln.dashboard.templatetags.studio import said
from brandkiln.jobs.models import Job
from brandkiln.workspaces.access import MemberRequest
from brandkiln.workspaces.models import Role
from generators import registry

CODES = frozenset({"weak_language", "wrong_language"})
"""Notices that a larger network is the answer to."""
MOST = 1_000
"""Characters of a text that an address carries."""


@dataclass(frozen=True)
class Larger:
    """A larger network that could write in a generator's place, one step away.

    Attributes:
        connection: By which it is reached; None where an admin has to make one first.
        may_connect: Whether this person may do that.
        address: The form that has it write what was asked for.
    """

    connection: Connection | None
    may_connect: bool
    address: str = ""
    codes = CODES


def larger_for(request: MemberRequest, asked: Mapping[str, Any] | None = None) -> Larger:
    """Return the workspace's first connection, and whether the person may make one.

    Args:
        asked: Values that the form of the larger network begins with.
    """
    first = Connection.objects.filter(workspace=request.workspace).order_by("name").first()
    address = ""
    if first:
        form = reverse(
            "dashboard:generator_start", args=[request.workspace.slug, "openai-compatible", "sample"]
        )
        address = f"{form}?{urlencode({'connection': first.pk} | dict(asked or {}))}"
    return Larger(first, Role(request.membership.role).rank >= Role.ADMIN.rank, address)


def larger_for_job(request: MemberRequest, job: Job, notices: Iterable[Mapping[str, Any]]) -> Larger | None:
    """Return the larger network that could write what a job of a text generator did not write well; else None."""
    if not any(notice["code"] in CODES for notice in notices):
        return None
    params, spec = job.params, registry.specs().get(job.generator)
    form = next((one for one in (spec.formats if spec else ()) if one.name == params.get("format")), None)
    task = task_in(str(params.get("language", "auto")))
    if form:
        task += f" {said(form.title)}. {said(form.summary)}"
    asked = {"again": str(job.pk), "task": task}
    if source := str(params.get("source", "")):
        asked["product"] = f"{params.get('product', '')}\n\n{source}"[:MOST]
    return larger_for(request, asked)


def task_in(language: str) -> str:
    """Return how a larger network is told what to write, up to the format."""
    if language in ("", "auto"):
        return _("Write this in the language of the facts, and use only the facts:")
    return _("Write this in %(language)s, and use only the facts:") % {"language": language_name(language)}

"""Finding a workspace's things for its pages; what belongs to another workspace is not there."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from brandkiln.workspaces.models import Workspace
from generators import registry
from generators.errors import UnknownGenerator
from generators.spec import Spec

Row = TypeVar("Row", bound=Model)

PAGE_SIZE = 24


def find(rows: QuerySet[Row], workspace: Workspace, key: UUID) -> Row:
    """Return the workspace's row with this key; raise Http404 if it has none."""
    row = rows.filter(workspace=workspace, pk=key).first()
    if row is None:
        raise Http404(_("There is nothing at this address in the workspace."))
    return row


def key_of(text: str) -> UUID:
    """Return a row's key as a form or an address has it; for anything else one that no row has."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def keys_of(texts: Iterable[str]) -> list[UUID]:
    """Return the keys that a form or an address names, in order and each once; what is no key is passed over."""
    keys: dict[UUID, None] = {}
    for text in texts:
        with suppress(ValueError):
            keys[UUID(text)] = None
    return list(keys)


def whole(text: str, default: int = 0, *, most: int = 2**31 - 1) -> int:
    """Return a whole number as a form or an address has it, at most so large; for anything else the default."""
    return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < 20 else default


def find_spec(name: str, kind: str) -> Spec:
    """Return the generator's spec; raise Http404 if it is unknown or offers no such jobs to people."""
    try:
        spec = registry.get(name)
    except UnknownGenerator as error:
        raise Http404(str(error)) from error
    if kind not in spec.kinds or kind == "chat":  # which only programs ask for
        raise Http404(_("%(title)s has no such jobs.") % {"title": spec.title})
    return spec


def page_of(request: HttpRequest, rows: QuerySet[Any], size: int = PAGE_SIZE) -> Page[Any]:
    """Return the page of rows that the address asks for; one past the end is the last."""
    return Paginator(rows, size).get_page(request.GET.get("page"))

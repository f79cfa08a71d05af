"""Templates that come with the studio: a newcomer takes them and makes something of a product list in a minute."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from brandkiln.bulk.models import Template
from brandkiln.bulk.templates import Content, create_template
from brandkiln.core.models import User
from brandkiln.workspaces.models import Workspace

WRITER = "text-lm"
READY = (
    (
        gettext_noop("Product description"),
        gettext_noop("A short description for the shop, from the facts of each product."),
        "product_description_short",
    ),
    (
        gettext_noop("Search ad"),
        gettext_noop("Headlines and descriptions that fit a search ad."),
        "search_ad",
    ),
    (gettext_noop("Product e-mail"), gettext_noop("An e-mail that introduces the product."), "email"),
)
"""Name, what it makes, and the writer's format. The voice comes from the brand kit of the project."""


def take_ready(*, workspace: Workspace, actor: User) -> list[Template]:
    """Make the ready templates the workspace's own and return them; those of the same names stay as they are."""
    variables: tuple[dict[str, Any], ...] = (
        {"name": "product", "title": _("Product facts"), "kind": "facts"},
        {"name": "audience", "title": _("Who it is for"), "required": False},
    )
    there = {row.name: row for row in Template.objects.filter(workspace=workspace)}
    taken = []
    for name, summary, text_format in READY:
        params = {"format": text_format, "product": "{product}", "audience": "{audience}", "variants": 1}
        taken.append(
            there.get(_(name))
            or create_template(
                workspace=workspace,
                actor=actor,
                name=_(name),
                summary=_(summary),
                content=Content(WRITER, params, variables),
            )
        )
    return taken

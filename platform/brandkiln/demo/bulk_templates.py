"""Templates of bulks with which a newcomer makes something of a product list in a minute."""

from typing import Any

from brandkiln.bulk.models import Template
from brandkiln.bulk.templates import Content, create_template
from brandkiln.core.models import User
from brandkiln.workspaces.models import Workspace

FACTS = {"name": "product", "title": "Product facts", "kind": "facts"}
AUDIENCE = {"name": "audience", "title": "Who it is for", "required": False}
TEMPLATES: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "Product description",
        "A short description for the shop, from the facts of each product.",
        "product_description_short",
        {"audience": "{audience}"},
    ),
    (
        "Search ad",
        "Headlines and descriptions that fit a search ad.",
        "search_ad",
        {"audience": "{audience}"},
    ),
    ("Product e-mail", "An e-mail that introduces the product.", "email", {"audience": "{audience}"}),
)


def seed_bulk_templates(*, workspace: Workspace, actor: User, voice: str) -> list[Template]:
    """Return the demo's templates; those that are there already stay as they are."""
    there = {row.name: row for row in Template.objects.filter(workspace=workspace)}
    made = []
    for name, summary, text_format, more in TEMPLATES:
        params = {"format": text_format, "product": "{product}", "brand_voice": voice, "variants": 1} | more
        content = Content("text-lm", params, (FACTS, AUDIENCE))
        made.append(
            there.get(name)
            or create_template(workspace=workspace, actor=actor, name=name, summary=summary, content=content)
        )
    return made

"""What the pages of reports say often: a template's picture, and names of roles and blocks."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from brandkiln.dashboard.outlines import HEIGHT, WIDTH, outline
from brandkiln.dashboard.report_words import ROLES
from generators.builtin.report.template import ReportTemplate

register = template.Library()


@register.inclusion_tag("report_templates/_outline.html")
def outline_of(document: ReportTemplate) -> dict[str, Any]:
    """Draw the outline of what a template shows."""
    return {"marks": outline(document), "width": WIDTH, "height": HEIGHT}


@register.filter
def role_name(role: str) -> str:
    """Return what a role of a column is called."""
    return str(ROLES.get(role, role))


@register.filter
def told(value: Any) -> str:
    """Return the value of a field of a block as people read it."""
    if isinstance(value, dict):
        return " · ".join(str(text) for text in value.values() if text) or "–"
    if isinstance(value, list):
        return ", ".join(map(told, value)) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if value not in (None, "") else "–"

"""Texts with Markdown in them, on pages."""

from django import template
from django.utils.safestring import SafeString

from brandkiln.dashboard.markdown import as_html

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """Return Markdown as HTML in which nothing of its author's is alive."""
    return as_html(text)

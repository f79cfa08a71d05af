"""Comments as people read them: members by their names."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from brandkiln.review.models import Comment
from brandkiln.workspaces.mentions import MENTION

register = template.Library()


@register.filter
def naming(comment: Comment, names: Mapping[str, str]) -> SafeString:
    """Return a comment's text with a member's name where it has their address."""
    pieces, at = [], 0
    for match in MENTION.finditer(comment.text):
        address = match.group(1)
        name = names.get(address.lower(), address)
        pieces += [comment.text[at : match.start()], _named(address, name)]
        at = match.end()
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, comment.text[at:]]))


def _named(address: str, name: str) -> SafeString:
    return format_html('<span class="mention" title="{}">@{}</span>', address, name)

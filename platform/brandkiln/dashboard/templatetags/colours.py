"""Lists of colours in forms."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from brandkiln.dashboard.colours import LARGE, MIDDLE, STRONG, UNREAD, WEAK, Swatch
from brandkiln.dashboard.colours import swatches as swatches_of
from generators.contrast import READABLE

register = template.Library()


@register.filter
def swatches(text: str) -> list[Swatch]:
    """Return the colours of a text, one for each line."""
    return swatches_of(text)


@register.simple_tag
def colour_words() -> SafeString:
    """Return what the script says of colours while they are picked, and from which contrast on, as attributes."""
    words = format_html(
        'data-strong="{}" data-middle="{}" data-weak="{}" data-unread="{}"', STRONG, MIDDLE, WEAK, UNREAD
    )
    return words + format_html(' data-readable="{}" data-large="{}"', str(READABLE), str(LARGE))

"""Why pieces are refused, in a few words that can be counted."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "facts": _("Facts are wrong"),
    "brand": _("Off brand"),
    "tone": _("Wrong tone"),
    "length": _("Too long or too short"),
    "quality": _("Poor quality"),
    "dull": _("Says nothing new"),
    "legal": _("Legal concern"),
    "unneeded": _("Not needed"),
}
"""By their names; a note says more."""

"""Fields of a brand kit that hold a list, one entry on a line."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brandkiln.dashboard.colours import lines_of, read_colour
from brandkiln.dashboard.forms import Lines

ARROW = "→"
LONGEST_NAME = 60


class Pairs(Lines):
    """Two texts on a line with an arrow between them."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{a} {ARROW} {b}" for a, b in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        pairs = []
        for line in str(value or "").replace("\0", "").splitlines():
            if not line.strip():
                continue
            wrong, arrow, right = line.replace("->", ARROW).replace("=>", ARROW).partition(ARROW)
            if not (arrow and wrong.strip() and right.strip()):
                message = _(
                    '"%(line)s" has no arrow. Write what is wrong, an arrow, and what is right: email -> e-mail.'
                )
                raise forms.ValidationError(message, params={"line": line.strip()[:80]})
            pairs.append([wrong.strip(), right.strip()])
        return pairs


class Limits(Lines):
    """A channel with its most characters on a line, and a part of it where one is meant."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{where.replace('_', ' ')}: {most}" for where, most in value)

    def to_python(self, value: Any) -> Any:
        limits = []
        for line in str(value or "").replace("\0", "").splitlines():
            if not line.strip():
                continue
            where, _colon, most = line.replace("：", ":").rpartition(":")
            if not (where.strip() and most.strip().isdecimal() and 0 < int(most) <= 20_000):
                message = _(
                    '"%(line)s" names no limit. Write a format and its most characters: social post: 280.'
                )
                raise forms.ValidationError(message, params={"line": line.strip()[:80]})
            limits.append([where.strip(), int(most)])
        return limits


class Colours(Lines):
    """A colour on a line, with its name behind it."""

    widget = forms.Textarea(attrs={"rows": 4, "data-widget": "colours"})
    named, most = True, 40

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(" ".join(filter(None, one)) for one in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        found: dict[str, str] = {}
        for line in lines_of(value):
            read = read_colour(line)
            if read is None or len(read[1]) > LONGEST_NAME:
                message = _(
                    '"%(line)s" is not a colour; write it as #rrggbb with its name behind it: #b4532a Terracotta.'
                )
                raise forms.ValidationError(message, params={"line": line[:80]})
            found.setdefault(*read)
        if len(found) > self.most:
            message = _("These are %(n)d colours; a kit has %(most)d at most. Keep those that matter.")
            raise forms.ValidationError(message, params={"n": len(found), "most": self.most})
        return [[code, name] for code, name in found.items()]

"""What templates say often: icons, states, times, sizes and form fields."""

import math
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django import forms, template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeData, SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from brandkiln.brand.proposal import Proposal
from brandkiln.dashboard.languages import language_name
from brandkiln.datasets.models import Consent
from brandkiln.jobs.models import Job
from brandkiln.jobs.param_titles import PARAM_TITLES
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.switches import is_on
from generators import registry

register = template.Library()

LEAST, SMALL = 1e-9, 1e-4
"""Figures between these have their zeros written out."""
STATE_ICONS = {
    Job.State.QUEUED: "clock",
    Job.State.RUNNING: "flame",
    Job.State.SUCCEEDED: "circle-check",
    Job.State.FAILED: "circle-alert",
    Job.State.CANCELLED: "circle-slash",
}
WIDGET_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "checkbox checkbox-primary"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file-input"),
)


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Return the icon of that name from the sprite; it is hidden from screen readers."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        classes,
        static("brandkiln/icons.svg"),
        name,
    )


@register.simple_tag
def proposed(one: Proposal) -> str:
    """Return in words what a proposed rule would be."""
    title = _(one.title)
    return title % {"value": one.shown} if "%(value)s" in title else title


@register.simple_tag
def state_pill(job: Job) -> SafeString:
    """Return the pill that shows a job's state."""
    state = Job.State(job.state)
    return format_html(
        '<span class="pill pill-{}" data-state="{}">{} {}</span>',
        state.value,
        state.value,
        icon(STATE_ICONS[state]),
        state.label,
    )


@register.filter
def duration(seconds: float | timedelta | None) -> str:
    """Return a length of time as people say it: 40 s, 3 min, 2 h 10 min."""
    if seconds is None:
        return "–"
    whole = round(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)
    if whole < 1:
        return _("under 1 s")
    if whole < 60:
        return _("%(seconds)d s") % {"seconds": whole}
    minutes = round(whole / 60)
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        days = hours // 24
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    if not minutes:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


@register.filter
def run_time(job: Job) -> str:
    """Return how long the job ran, or has been running."""
    if job.started_at is None:
        return "–"
    end: datetime = job.finished_at or timezone.now()
    return duration(end - job.started_at)


@register.filter
def moment(when: datetime | None) -> str:
    """Return a day and time in the reader's language."""
    # Translators: the format of a day with its time, as Django's date filter reads it
    return date_format(timezone.localtime(when), pgettext("format", "j M Y, H:i")) if when else "–"


@register.filter
def day(when: date | None) -> str:
    """Return a day in the reader's language."""
    local = timezone.localtime(when) if isinstance(when, datetime) else when
    # Translators: the format of a day, as Django's date filter reads it
    return date_format(local, pgettext("format", "j M Y")) if local else "–"


@register.filter
def weekday(when: date) -> str:
    """Return a day of the calendar with its name, without the year."""
    # Translators: the format of a day with the day of the week, as Django's date filter reads it
    return date_format(when, pgettext("format", "l, j F"))


@register.filter
def ago(when: datetime | None) -> str:
    """Return how long ago something was."""
    return naturaltime(when) if when else "–"


@register.filter
def percent(part: float, whole: float) -> int:
    """Return part of whole from 0 to 100."""
    return min(100, round(100 * part / whole)) if whole else 0


@register.filter
def initials(person: object) -> str:
    """Return the one or two letters that stand for a person."""
    words = str(person).split("@")[0].replace(".", " ").split()
    return "".join(word[0] for word in words[:2]) or "?"


@register.filter
def figure(value: object) -> str:
    """Return a number with as many digits as can be read."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or (value.is_integer() and abs(value) >= 100):
        return f"{int(value):,}"
    if LEAST <= abs(value) < SMALL:  # would be said with an exponent
        return f"{value:.{1 - math.floor(math.log10(abs(value)))}f}".rstrip("0")
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.4g}"


@register.filter
def shown(value: object) -> str:
    """Return the value of a param as people write it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value)) or "–"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


@cache
def _format_titles() -> dict[str, str]:
    """Return what the formats of texts are called, by their names in code."""
    return {form.name: form.title for spec in registry.specs().values() for form in spec.formats}


@register.filter
def spoken(name: str) -> str:
    """Return a name of code as words: learning_rate becomes Learning rate. What are words already stay as they are."""
    if str(name) in PARAM_TITLES:
        return str(PARAM_TITLES[str(name)])
    form, _dash, number = str(name).rpartition("-")
    if number.isdigit() and form in _format_titles():
        return f"{said(_format_titles()[form])} {number}"
    if " " in str(name) or (str(name) != str(name).lower() and "_" not in str(name)):
        return str(name)
    words = str(name).replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


@register.filter
def maker(generator: str) -> str:
    """Return what a generator is called; one that is gone by its name."""
    spec = registry.specs().get(generator)
    return said(spec.title) if spec else generator


@register.filter
def at(mapping: Any, key: object) -> Any:
    """Return the mapping's value at a key that a template computes."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.filter
def has_role(membership: Any, role: str) -> bool:
    """Return whether the member has this role or one above it."""
    from brandkiln.workspaces.models import Role

    return membership is not None and Role(membership.role).rank >= Role(role).rank


@register.filter
def may(workspace: Workspace, feature: str) -> bool:
    """Return whether the workspace has a feature, or has switched it off."""
    return is_on(workspace, feature)


@register.filter
def said(text: object) -> str:
    """Return a text that code brought along, such as a param's description, in the reader's language."""
    if isinstance(plain := str(text), SafeData):
        return plain  # markup that Django or allauth made; it is translated already
    words = " ".join(plain.split())
    return _(words) if words else ""


@register.filter
def consent_text(value: str) -> str:
    """Return why personal data may be used, as people say it."""
    return str(Consent(value).label) if value in Consent.values else value


@register.inclusion_tag("_components/field.html", takes_context=True)
def field(context: Any, bound: BoundField, classes: str = "") -> dict[str, Any]:
    """Draw a form field with its label, help and errors."""
    widget = bound.field.widget
    if isinstance(widget, forms.Select) and not isinstance(bound.field, forms.ModelChoiceField):
        widget.choices = [(value, _choice(bound.name, value, label)) for value, label in widget.choices]
    kind = next((css for base, css in WIDGET_CLASSES if isinstance(widget, base)), "input")
    hint = widget.attrs.get("data-widget", "")
    if getattr(widget, "input_type", "") == "range" or widget.attrs.get("type") == "range":
        kind, hint = "range range-primary range-sm", "slider"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        kind = "checkbox checkbox-primary checkbox-sm"
    elif isinstance(widget, forms.RadioSelect):
        kind = "radio radio-primary radio-sm"
    return {
        "bound": bound,
        "workspace": context.get("workspace"),
        "classes": classes,
        "hint": hint,
        "only": getattr(bound.form, "only_by_name", {}).get(bound.name, ""),
        "is_check": isinstance(widget, forms.CheckboxInput),
        "is_choices": isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect),
        "css": kind,
        "control": bound.as_widget(attrs={"class": f"{widget.attrs.get('class', '')} {kind}".strip()}),
    }


def _choice(name: str, value: object, label: object) -> str:
    """Return a choice as people say it: codes of languages by their names."""
    if name == "language":
        try:
            return language_name(str(value))
        except KeyError:
            return str(label)
    return said(label)

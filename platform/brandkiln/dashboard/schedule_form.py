"""When something is made by itself, as people fill it in."""

from collections.abc import Callable
from datetime import time
from typing import Any

from django import forms
from django.contrib import messages
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brandkiln.jobs.recurring import Recurring
from brandkiln.planning.zones import zone_names
from brandkiln.workspaces.access import MemberRequest

WEEKDAYS = [
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")),
    (5, _("Saturday")), (6, _("Sunday")),
]  # fmt: skip


class RuleForm(forms.Form):
    """How often, on which day, at what time of which zone."""

    every = forms.ChoiceField(label=_("How often"), choices=Recurring.Every.choices)
    weekday = forms.TypedChoiceField(
        label=_("On"), choices=WEEKDAYS, coerce=int, required=False,
        help_text=_("For a weekly one."),
    )  # fmt: skip
    day = forms.IntegerField(
        label=_("On day"), min_value=1, max_value=31, required=False,
        help_text=_("For a monthly one. In shorter months it is the last day."),
    )  # fmt: skip
    at = forms.TimeField(
        label=_("At"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, data: Any, *, schedule: Recurring | None, time_zone: str = "UTC") -> None:
        start: dict[str, Any] = {
            "every": "week",
            "weekday": 0,
            "day": 1,
            "at": time(8),
            "time_zone": time_zone,
        }
        if schedule:
            start = {name: getattr(schedule, name) for name in self.base_fields if hasattr(schedule, name)}
        super().__init__(data, initial=start)
        self.fields["time_zone"].choices = [(name, name) for name in zone_names()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Fill in what a choice leaves out."""
        cleaned = super().clean() or {}
        cleaned["weekday"] = cleaned.get("weekday") or 0
        cleaned["day"] = cleaned.get("day") or 1
        cleaned["at"] = cleaned.get("at") or time(8)
        cleaned["time_zone"] = cleaned.get("time_zone") or "UTC"
        return cleaned


def switch(
    request: MemberRequest,
    schedule: Recurring,
    *,
    pause: Callable[..., None],
    resume: Callable[..., None],
    delete: Callable[..., None],
    gone: str,
) -> None:
    """Pause a schedule, resume it, or take it away, as the form that was sent says.

    Args:
        gone: What is said once it is taken away.
    """
    acts = {
        "pause": (pause, gettext("The schedule is paused.")),
        "resume": (resume, gettext("The schedule is on.")),
        "delete": (delete, gone),
    }
    if known := acts.get(request.POST.get("do", "")):
        act, told = known
        act(schedule=schedule, actor=request.user)
        messages.success(request, told)

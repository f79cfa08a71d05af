"""What people fill in about a report: its schedule, and a link to an issue."""

from collections.abc import Sequence
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from brandkiln.core.models import User
from brandkiln.reports.models import Schedule

WEEKDAYS = [
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")),
    (5, _("Saturday")), (6, _("Sunday")),
]  # fmt: skip
DAYS = [(7, _("a week")), (30, _("a month")), (90, _("three months")), (365, _("a year"))]


class ScheduleForm(forms.Form):
    """When issues are made, and who gets their digest."""

    every = forms.ChoiceField(label=_("How often"), choices=Schedule.Every.choices)
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
    recipients = forms.MultipleChoiceField(
        label=_("Who gets the digest"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Key figures, the first sentences and a link, by e-mail."),
    )  # fmt: skip

    def __init__(self, data: Any, *, schedule: Schedule | None, members: Sequence[User]) -> None:
        start: dict[str, Any] = {"every": "week", "weekday": 0, "day": 1, "at": time(8), "time_zone": "UTC"}
        if schedule:
            start = {name: getattr(schedule, name) for name in (*start, "recipients")}
        super().__init__(data, initial=start)
        zones = sorted(available_timezones(), key=lambda name: ("/" not in name, name))
        self.fields["time_zone"].choices = [("UTC", "UTC"), *((n, n) for n in zones if "/" in n)]  # type: ignore[attr-defined]
        self.fields["recipients"].choices = [(one.email, one.email) for one in members]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Fill in what a choice leaves out."""
        cleaned = super().clean() or {}
        cleaned["weekday"] = cleaned.get("weekday") or 0
        cleaned["day"] = cleaned.get("day") or 1
        cleaned["at"] = cleaned.get("at") or time(8)
        cleaned["time_zone"] = cleaned.get("time_zone") or "UTC"
        return cleaned


class ShareForm(forms.Form):
    """How long a link lasts, and what opens it."""

    days = forms.TypedChoiceField(label=_("It works for"), choices=DAYS, coerce=int, initial=30)
    password = forms.CharField(
        label=_("Password"), required=False, max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters. Empty: whoever has the address can read it."),
    )  # fmt: skip

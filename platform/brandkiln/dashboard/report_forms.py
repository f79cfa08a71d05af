"""What people fill in about a report: its schedule, and a link to an issue."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brandkiln.core.models import User
from brandkiln.dashboard.schedule_form import RuleForm
from brandkiln.reports.models import Schedule

DAYS = [(7, _("a week")), (30, _("a month")), (90, _("three months")), (365, _("a year"))]


class ScheduleForm(RuleForm):
    """When issues are made, and who gets their digest."""

    recipients = forms.MultipleChoiceField(
        label=_("Who gets the digest"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Key figures, the first sentences and a link, by e-mail."),
    )  # fmt: skip

    def __init__(
        self, data: Any, *, schedule: Schedule | None, members: Sequence[User], time_zone: str = "UTC"
    ) -> None:
        super().__init__(data, schedule=schedule, time_zone=time_zone)
        self.fields["recipients"].choices = [(one.email, one.email) for one in members]  # type: ignore[attr-defined]


class ShareForm(forms.Form):
    """How long a link lasts, and what opens it."""

    days = forms.TypedChoiceField(label=_("It works for"), choices=DAYS, coerce=int, initial=30)
    password = forms.CharField(
        label=_("Password"), required=False, max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters. Empty: whoever has the address can read it."),
    )  # fmt: skip

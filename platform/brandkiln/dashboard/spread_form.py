"""What people fill in to plan many pieces at once."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from brandkiln.core.models import User
from brandkiln.dashboard.planning_forms import ChannelsField, zone_choices
from brandkiln.library.models import Asset
from brandkiln.planning.channels import channel_for
from brandkiln.planning.models import Campaign
from brandkiln.planning.spread_plans import Wish
from brandkiln.planning.zones import Reading, zone
from brandkiln.workspaces.models import Workspace

BETWEEN = re.compile(r"[\s,;，、]+")
CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")
WORKDAYS = (0, 1, 2, 3, 4)


class Clocks(forms.CharField):
    """Times of the day, one or several."""

    def to_python(self, value: Any) -> list[time]:  # type: ignore[override]  # a text comes in, times go out
        parts = [part for part in BETWEEN.split(str(value or "")) if part]
        try:
            return [_clock(part) for part in parts]
        except ValueError as error:
            message = _('"%(text)s" is no time of the day. Write times like 09:00, 17:30.')
            raise forms.ValidationError(message, params={"text": str(error)[:20]}) from error

    def validate(self, value: Any) -> None:
        if not value:
            raise forms.ValidationError(_("Say at least one time, such as 09:00."))

    def run_validators(self, value: Any) -> None:
        return None


class SpreadForm(forms.Form):
    """The days, times and channels over which pieces are spread."""

    begin = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("With one, the pieces lie evenly up to it; without one, each time takes a piece."),
    )  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    clocks = Clocks(label=_("Times"), max_length=120, help_text=_("One or several, such as 09:00, 17:30."))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    channels = ChannelsField()
    everywhere = forms.ChoiceField(
        label=_("A piece goes out"), widget=forms.RadioSelect, initial="best",
        choices=[("best", _("in the channel that suits it best")), ("all", _("in each channel that takes it"))],
    )  # fmt: skip
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label=_("Campaign"), required=False, empty_label=_("None"),
        help_text=_("The pieces join it."),
    )  # fmt: skip
    person = forms.ModelChoiceField(
        User.objects.none(), label=_("Who publishes them"), required=False, empty_label=_("Nobody yet")
    )
    approved = forms.BooleanField(label=_("Only approved pieces"), required=False)
    again = forms.BooleanField(label=_("Also what stands on the calendar already"), required=False)

    def __init__(
        self, data: Any, *, workspace: Workspace, actor: User, reading: Reading, campaign: Campaign | None,
        assets: Sequence[Asset],
    ) -> None:  # fmt: skip
        super().__init__(data, initial=_begin(actor, reading.time_zone, campaign, assets))
        days = cast("forms.TypedMultipleChoiceField", self.fields["weekdays"])
        days.choices = [
            (number % 7, WEEKDAYS[number % 7]) for number in range(reading.first_day, reading.first_day + 7)
        ]
        rows = Campaign.objects.filter(workspace=workspace, archived_at=None)
        cast("forms.ModelChoiceField[Campaign]", self.fields["campaign"]).queryset = rows.order_by("name")
        members = User.objects.filter(memberships__workspace=workspace).order_by("first_name", "email")
        cast("forms.ModelChoiceField[User]", self.fields["person"]).queryset = members

    @property
    def wish(self) -> Wish:
        """What was asked for, once the form is valid."""
        said = self.cleaned_data
        return Wish(
            begin=said["begin"], until=said["until"], weekdays=said["weekdays"], clocks=said["clocks"],
            channels=said["channels"], everywhere=said["everywhere"] == "all", time_zone=said["time_zone"],
            approved=said["approved"], again=said["again"],
        )  # fmt: skip


def _begin(actor: User, zone_name: str, campaign: Campaign | None, assets: Sequence[Asset]) -> dict[str, Any]:
    """Return what the form begins with: from tomorrow, or when the campaign begins, on workdays at nine."""
    tomorrow = datetime.now(zone(zone_name)).date() + timedelta(days=1)
    begin: date = max(campaign.starts_on, tomorrow) if campaign and campaign.starts_on else tomorrow
    until = campaign.ends_on if campaign and campaign.ends_on and campaign.ends_on > begin else None
    channels = campaign.channels if campaign else []
    return {
        "begin": begin, "until": until, "weekdays": WORKDAYS, "clocks": "09:00", "time_zone": zone_name,
        "channels": channels or [channel_for(asset, ()) for asset in assets], "campaign": campaign, "person": actor.pk,
    }  # fmt: skip


def _clock(text: str) -> time:
    found = CLOCK.fullmatch(text)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise ValueError(text)
    return time(int(found[1]), int(found[2] or 0))

"""What people fill in to plan: campaigns, calendar entries, feeds, packs and links for people outside."""

from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brandkiln.core.models import User
from brandkiln.dashboard.report_forms import DAYS
from brandkiln.planning.channels import CHANNELS
from brandkiln.planning.models import Campaign, Entry, Share
from brandkiln.planning.zones import zone_names
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace


def channel_choices() -> list[tuple[str, Any]]:
    """Return the channels to choose from."""
    return [(channel.name, channel.title) for channel in CHANNELS.values()]


def zone_choices() -> list[tuple[str, str]]:
    """Return the time zones to choose from."""
    return [(name, name.replace("_", " ")) for name in zone_names()]


class ChannelsField(forms.MultipleChoiceField):
    """Where something goes out."""

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(
            label=_("Channels"),
            required=required,
            widget=forms.CheckboxSelectMultiple,
            choices=channel_choices,
        )


class CampaignForm(forms.Form):
    """A campaign, new or as it is."""

    name = forms.CharField(label=_("Name"), max_length=120)
    project = forms.ModelChoiceField(Project.objects.none(), label=_("Project"), empty_label=None)
    goal = forms.CharField(
        label=_("Goal"),
        max_length=300,
        required=False,
        help_text=_("What should have happened when it is over."),
    )
    brief = forms.CharField(
        label=_("Brief"), max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What it is about, for whom, what has to be in it."),
    )  # fmt: skip
    starts_on = forms.DateField(
        label=_("First day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ends_on = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    channels = ChannelsField(required=False)
    people = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("People"), required=False, widget=forms.CheckboxSelectMultiple
    )
    state = forms.ChoiceField(label=_("State"), choices=Campaign.State.choices)

    def __init__(
        self,
        data: Any,
        *,
        workspace: Workspace,
        actor: User,
        campaign: Campaign | None = None,
        project: str = "",
    ) -> None:
        initial: dict[str, Any] = {"people": [actor.pk], "channels": ["instagram", "email"]}
        if campaign:
            fields = ("name", "goal", "brief", "starts_on", "ends_on", "channels", "state")
            initial = {name: getattr(campaign, name) for name in fields}
            initial["people"] = [person.pk for person in campaign.people.all()]
        super().__init__(data, initial=initial)
        projects = cast("forms.ModelChoiceField[Project]", self.fields["project"])
        projects.queryset = Project.objects.filter(workspace=workspace).order_by("name")
        if project:
            projects.initial = projects.queryset.filter(slug=project).first()
        members = User.objects.filter(memberships__workspace=workspace).order_by("first_name", "email")
        cast("forms.ModelMultipleChoiceField[User]", self.fields["people"]).queryset = members
        if campaign:
            del self.fields["project"]
        else:
            del self.fields["state"]


class ClockField(forms.DateTimeField):
    """What the clock shows, without a zone: a time that the reader's own clock skips is one elsewhere."""

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):
            read = super().to_python(value)
        return read.replace(tzinfo=None) if read else None


class EntryForm(forms.Form):
    """A planned publication, new or as it is; the moment is a time of the clock in a zone."""

    at = ClockField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    channel = forms.ChoiceField(label=_("Channel"), choices=channel_choices)
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label=_("Campaign"), required=False, empty_label=_("None")
    )
    title = forms.CharField(
        label=_("Title"), max_length=200, required=False, help_text=_("Empty: the piece's own.")
    )
    person = forms.ModelChoiceField(
        User.objects.none(), label=_("Who publishes it"), required=False, empty_label=_("Nobody yet")
    )
    note = forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self,
        data: Any,
        *,
        workspace: Workspace,
        entry: Entry | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        begin = dict(initial or {})
        if entry:
            fields = ("time_zone", "channel", "campaign", "title", "person", "note")
            begin = {name: getattr(entry, name) for name in fields}
            begin["at"] = entry.at.astimezone(ZoneInfo(entry.time_zone)).replace(tzinfo=None)
        super().__init__(data, initial=begin)
        open_ones = Campaign.objects.filter(workspace=workspace, archived_at=None)
        cast("forms.ModelChoiceField[Campaign]", self.fields["campaign"]).queryset = open_ones.order_by(
            "name"
        )
        members = User.objects.filter(memberships__workspace=workspace).order_by("first_name", "email")
        cast("forms.ModelChoiceField[User]", self.fields["person"]).queryset = members

    def clean(self) -> dict[str, Any]:
        """Read the time by the clock of the chosen zone."""
        cleaned = super().clean() or {}
        at: datetime | None = cleaned.get("at")
        if at and cleaned.get("time_zone"):
            cleaned["at"] = at.replace(tzinfo=ZoneInfo(cleaned["time_zone"]))
        return cleaned


class FeedForm(forms.Form):
    """A calendar for another program."""

    name = forms.CharField(label=_("Name"), max_length=80, initial=_("Publications"))
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label=_("Campaign"), required=False, empty_label=_("All")
    )
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    mine = forms.BooleanField(label=_("Only what I publish"), required=False)

    def __init__(self, data: Any, *, workspace: Workspace) -> None:
        super().__init__(data)
        rows = Campaign.objects.filter(workspace=workspace, archived_at=None).order_by("name")
        cast("forms.ModelChoiceField[Campaign]", self.fields["campaign"]).queryset = rows
        cast(forms.ChoiceField, self.fields["channel"]).choices = [("", _("All")), *channel_choices()]


class PackForm(forms.Form):
    """What goes into an export pack."""

    channels = ChannelsField()
    fit = forms.ChoiceField(
        label=_("Pictures of another shape"), widget=forms.RadioSelect, initial="crop",
        choices=[("crop", _("cut their edges off")), ("pad", _("get a border in the brand's colour"))],
    )  # fmt: skip


class ShareForm(forms.Form):
    """A link for somebody outside."""

    recipient = forms.CharField(
        label=_("Who it is for"), max_length=80, help_text=_("Their name is written across the pictures.")
    )
    right = forms.ChoiceField(
        label=_("They may"),
        choices=Share.Right.choices,
        widget=forms.RadioSelect,
        initial=Share.Right.COMMENT,
    )
    counts = forms.BooleanField(
        label=_("Their approval counts as a second pair of eyes"), required=False,
        help_text=_(
            "Beside the approval of whoever made the piece. A member still has to approve it; at the link they read "
            "that it counts. Otherwise their verdict is shown to your reviewers and decides nothing."
        ),
    )  # fmt: skip
    days = forms.TypedChoiceField(label=_("It works for"), choices=DAYS, coerce=int, initial=30)
    password = forms.CharField(
        label=_("Password"), required=False, max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters. Empty: whoever has the address can look."),
    )  # fmt: skip
    watermark = forms.BooleanField(label=_("Mark the pictures with their name"), required=False, initial=True)
    originals = forms.BooleanField(
        label=_("They may download the files"), required=False,
        help_text=_("Without a mark, as they are."),
    )  # fmt: skip

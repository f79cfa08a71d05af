"""The form for the terms of a data set: where it comes from, whether it may be used, and how long it is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brandkiln.datasets.models import Consent, Dataset, People
from brandkiln.datasets.terms import FIELDS, MOST_DAYS
from brandkiln.workspaces.models import Workspace

CARRIED_OVER = ("source", "licence", "consent", "people")
"""What a new data set takes from the one before, since a team's data mostly comes from one place."""
FOLDED = ("expires_on", "keep_days", "do_not_train", "is_medical")
"""Terms that few need."""


class TermsForm(forms.Form):
    """What is asked once when a data set is made, and can be changed on its Protection tab."""

    licence = forms.CharField(
        label=_("Licence"),
        max_length=120,
        required=False,
        help_text=_(
            "An SPDX identifier such as CC-BY-4.0, or your own words. LicenseRef-Own is your own data."
        ),
        widget=forms.TextInput(attrs={"list": "licences", "autocomplete": "off"}),
    )
    source = forms.CharField(
        label=_("Source"), max_length=400, required=False, help_text=_("Where it comes from, for receipts.")
    )
    consent = forms.ChoiceField(
        label=_("Why personal data in it may be used"), choices=Consent.choices, required=False
    )
    people = forms.ChoiceField(label=_("Who can be recognised in it"), choices=People.choices, required=False)
    expires_on = forms.DateField(
        label=_("Last day of use"),
        required=False,
        help_text=_("From the day after, nothing is trained, evaluated or reported on it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    keep_days = forms.IntegerField(
        label=_("Days to keep files and old versions"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("After so many days, uploaded files and superseded versions go. Empty: they are kept."),
    )
    do_not_train = forms.BooleanField(
        label=_("Do not train"),
        required=False,
        help_text=_("No generator learns from it, whoever asks. Reports still work."),
    )
    is_medical = forms.BooleanField(
        label=_("Medical pictures"),
        required=False,
        help_text=_(
            'What learns from it is marked "not for diagnosis", in the studio and wherever it is exported to.'
        ),
    )

    @classmethod
    def of(cls, dataset: Dataset) -> "TermsForm":
        return cls(initial={name: getattr(dataset, name) for name in FIELDS})

    @property
    def asked(self) -> list[forms.BoundField]:
        """The terms that everybody sees."""
        return [self[name] for name in ("licence", "source", "consent", "people")]

    @property
    def folded(self) -> list[forms.BoundField]:
        """Those that few need."""
        return [self[name] for name in FOLDED]


def terms_of_last(workspace: Workspace) -> dict[str, Any]:
    """Return the terms that a new data set begins with: those of the workspace's newest one."""
    last = Dataset.objects.filter(workspace=workspace, trashed_at=None).first()
    return {name: getattr(last, name) for name in CARRIED_OVER} if last else {}

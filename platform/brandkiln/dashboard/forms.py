"""The forms of the pages, apart from those of generators, which are drawn from their params."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from brandkiln.core.errors import StudioError
from brandkiln.core.models import User
from brandkiln.dashboard.terms import TermsForm
from brandkiln.datasets.models import Kind
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Role, Workspace
from brandkiln.workspaces.services import SCOPES


def refuse(form: forms.Form, refusal: StudioError) -> None:
    """Show a refusal beside the fields at fault."""
    for name, text in (refusal.fields or {"": refusal.message}).items():
        form.add_error(name if name in form.fields else None, text)


class Lines(forms.CharField):
    """A list of short texts, one on a line or separated by commas."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        parts = str(value or "").replace("\0", "").replace(",", "\n").replace("，", "\n").splitlines()
        return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


class WorkspaceForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Your team, company or client."))


class ProjectForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    summary = forms.CharField(
        label=_("What it is for"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DatasetForm(TermsForm):
    project = forms.ModelChoiceField(Project.objects.none(), label=_("Project"), empty_label=None)
    kind = forms.ChoiceField(
        label=_("What one record is"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.IMAGE
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("Description"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        project = self.fields["project"]
        assert isinstance(project, forms.ModelChoiceField)
        project.queryset = Project.objects.filter(workspace=workspace).order_by("name")
        project.to_field_name = "slug"


def letter_languages() -> list[tuple[str, str]]:
    """Return the languages of the studio, each in its own name."""
    return [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=letter_languages, initial=get_language, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.EMAIL_HOST:
            del self.fields[
                "language"
            ]  # nothing is sent; the page opens in the language of its reader's browser


class TokenForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What will use it."))
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[(name, _(text)) for name, text in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=["read"],
    )
    days = forms.TypedChoiceField(
        label=_("Expires"),
        coerce=int,
        choices=[(30, _("in 30 days")), (90, _("in 90 days")), (365, _("in a year")), (0, _("never"))],
        initial=90,
    )


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    class Meta:
        model = User
        fields = ["first_name", "last_name"]

"""What a person chooses before a report is made: data, template, what columns are for, language, formats, accent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from brandkiln.dashboard.lookup import keys_of
from brandkiln.dashboard.report_tables import Tables, table_versions
from brandkiln.dashboard.report_words import ROLES
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.models import Job
from brandkiln.projects.models import BrandKit, Project
from brandkiln.reports.fitting import Fit, fit, roles_with
from brandkiln.reports.looking import look_at_columns
from brandkiln.reports.models import Issue
from brandkiln.reports.templates import Offered, offered_templates, reader_language
from brandkiln.workspaces.access import MemberRequest
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.template import RoleName

FORMATS = {
    "pdf": _("PDF"),
    "html": _("Web page"),
    "pptx": _("Slides"),
    "docx": _("Document"),
    "xlsx": _("Workbook"),
}
ROLE_NAMES = frozenset(get_args(RoleName))
PREFIX = "role-"


class ChoicesForm(forms.Form):
    """How a report is called, in which project it is kept, and how it looks."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        required=False,
        help_text=_("Empty: what the template says."),
    )
    project = forms.ModelChoiceField(Project.objects.none(), label=_("Project"), empty_label=None)
    language = forms.ChoiceField(label=_("Language"), choices=[("en", "English"), ("zh", "中文")])
    formats = forms.MultipleChoiceField(
        label=_("Formats"),
        choices=FORMATS.items(),
        widget=forms.CheckboxSelectMultiple,
        initial=["pdf", "html"],
    )
    accent = forms.RegexField(
        regex=r"^#[0-9a-fA-F]{6}$",
        label=_("Accent"),
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("Of headings and charts; darkened where it could not be read."),
    )


@dataclass(frozen=True)
class Card:
    """A template as it is offered for the chosen data."""

    offered: Offered
    fit: Fit | None
    """None until the columns are known."""


@dataclass
class Start:
    """The page from which a report is made.

    Attributes:
        look: The job that says what the columns are for; None where there is no table.
        given: Roles that a person gave, by column.
    """

    tables: Tables
    version: DatasetVersion | None
    look: Job | None
    form: ChoicesForm
    template: str
    offered: list[Offered] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)

    @property
    def roles(self) -> dict[str, str] | None:
        """The role of each column; None until they are known."""
        if self.look is None or self.look.state != Job.State.SUCCEEDED:
            return None
        inferred = {str(column["name"]): str(column["role"]) for column in self.look.result["columns"]}
        return roles_with(inferred, self.given)

    @property
    def corrected(self) -> dict[str, str]:
        """The roles that are others than the inferred ones."""
        if self.look is None:
            return {}
        inferred = {str(column["name"]): column["role"] for column in self.look.result.get("columns", [])}
        return {name: role for name, role in (self.roles or {}).items() if role != inferred.get(name)}

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The columns with their role now, whether it was given, and the roles that each may have."""
        roles = self.roles
        if self.look is None or roles is None:
            return []
        return [
            {
                **column,
                "now": roles[column["name"]],
                "is_given": roles[column["name"]] != column["role"],
                "why": column["reason"][reader_language()],
                "choices": [(name, ROLES[name]) for name in _possible(column)],
            }
            for column in self.look.result["columns"]
        ]

    @property
    def cards(self) -> list[Card]:
        """The templates: those that fit first, in their order."""
        roles = self.roles
        made = [Card(one, fit(one.document, roles.values()) if roles else None) for one in self.offered]
        return sorted(made, key=lambda card: card.fit is not None and not card.fit.fits)

    @property
    def chosen(self) -> Offered | None:
        """The template that is chosen: the one asked for, else the first that fits."""
        asked = next((one for one in self.offered if one.key == self.template), None)
        cards = self.cards
        return asked or (cards[0].offered if cards else None)

    def params(self) -> dict[str, Any]:
        """Return what was chosen beside template, language and formats, as the generator names it."""
        chosen = {"title": self.form.cleaned_data["title"], "accent": self.form.cleaned_data["accent"]}
        return {**{name: value for name, value in chosen.items() if value}, "roles": self.corrected}


def start_from(request: MemberRequest) -> Start:
    """Return the page as the request fills it in."""
    sent = request.POST if request.method == "POST" else _asked(request)
    tables = table_versions(request.workspace)
    version = tables.find(sent.get("on", "") or sent.get("dataset_version", ""))
    form = ChoicesForm(sent if request.method == "POST" else None, initial=_initial(sent, version))
    projects = form.fields["project"]
    assert isinstance(projects, forms.ModelChoiceField)
    projects.queryset = Project.objects.filter(workspace=request.workspace).order_by("name")
    look = look_at_columns(version=version, actor=request.user) if version else None
    return Start(
        tables,
        version,
        look,
        form,
        sent.get("template", ""),
        offered_templates(request.workspace),
        _given(sent),
    )


def _asked(request: MemberRequest) -> QueryDict:
    """Return what the address asks for; with ``again``, the choices of that issue."""
    rows = Issue.objects.filter(workspace=request.workspace).select_related("report__dataset")
    issue = rows.filter(pk__in=keys_of(request.GET.getlist("again"))).first()
    if issue is None:
        return request.GET
    report, sent = issue.report, QueryDict(mutable=True)
    version = report.dataset.versions.filter(trashed_at=None).order_by("-number").first()
    roles = report.params.get("roles", {})
    sent.update({
        "on": str(version.pk) if version else "",
        "template": str(report.template_id or report.ready),
        "project": str(report.project_id),
        "language": report.language,
        **{name: report.params[name] for name in ("title", "accent") if report.params.get(name)},
        **{f"{PREFIX}{name}": role for name, role in roles.items()},
    })  # fmt: skip
    sent.setlist("formats", report.formats)
    return sent


def _given(sent: QueryDict) -> dict[str, str]:
    rows = {key.removeprefix(PREFIX): str(sent[key]) for key in sent if key.startswith(PREFIX)}
    return {name: role for name, role in rows.items() if role in ROLE_NAMES and len(name) <= 200}


def _initial(sent: QueryDict, version: DatasetVersion | None) -> dict[str, Any]:
    project = version.dataset.project if version else None
    kit = BrandKit.objects.filter(project=project).first() if project else None
    accent = next(iter(kit.colours if kit else ()), ReportParams.model_fields["accent"].default)
    asked = {name: sent.get(name) for name in ("project", "title", "language", "accent")}
    known: dict[str, Any] = {name: value for name, value in asked.items() if value}
    known |= {"formats": formats} if (formats := sent.getlist("formats")) else {}
    return {"project": project, "language": reader_language(), "accent": accent, **known}


def _possible(column: Mapping[str, Any]) -> list[str]:
    """Return the roles that a column may have, for what it holds."""
    if column["kind"] == "date":
        return ["time", "dimension", "ignore"]
    if column["kind"] == "number":
        return [name for name in ROLES if name not in {"time", "text"}]
    return ["dimension", "item", "customer", "order", "text", "id", "ignore"]

"""What a person chooses before a job starts: project, checkpoint, data version and params."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from brandkiln.bulk.params import facts_params
from brandkiln.connections.models import Connection
from brandkiln.core.errors import StudioError
from brandkiln.dashboard.format_picker import Picker, picker_of
from brandkiln.dashboard.lookup import find, whole
from brandkiln.datasets.models import DatasetVersion, Record
from brandkiln.jobs.brand_terms import brand_params
from brandkiln.jobs.forms import ParamsForm, params_form
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.library.models import Asset
from brandkiln.projects.models import Project
from brandkiln.workspaces.access import MemberRequest
from brandkiln.workspaces.models import Workspace
from generators.params import facts_text
from generators.spec import Spec


class OnForm(forms.Form):
    """What the job works on. Fields that the kind of job has no use for are not there."""

    prefix = "on"

    project = forms.ModelChoiceField(Project.objects.none(), label=_("Project"), empty_label=None)
    checkpoint = forms.ModelChoiceField(Checkpoint.objects.none(), label=_("Checkpoint"), empty_label=None)
    dataset_version = forms.ModelChoiceField(
        DatasetVersion.objects.none(), label=_("Data set"), empty_label=None
    )

    override_reason = forms.CharField(
        label=_("Reason to go on"), max_length=400, required=False, widget=forms.HiddenInput()
    )

    def __init__(self, *args: Any, workspace: Workspace, spec: Spec, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != "train":
            del self.fields["override_reason"]
        self._offer("project", Project.objects.filter(workspace=workspace).order_by("name"))
        checkpoints = Checkpoint.objects.filter(workspace=workspace, generator=spec.name, trashed_at=None)
        checkpoints = checkpoints.select_related("project").order_by("-is_production", "-created_at")
        if kind in {"sample", "evaluate", "compress", "export"} and (spec.needs.checkpoint or spec.train):
            self._offer("checkpoint", checkpoints, text=_checkpoint_text, none=not spec.needs.checkpoint)
        else:
            del self.fields["checkpoint"]
        versions = DatasetVersion.objects.filter(
            workspace=workspace, dataset__kind__in=spec.needs.data, trashed_at=None, dataset__trashed_at=None
        )
        if kind in {"train", "evaluate", "report", "compress"}:
            suffices = ExpressionWrapper(
                Q(record_count__gte=spec.needs.minimum_records), output_field=BooleanField()
            )
            versions = versions.select_related("dataset").order_by(suffices.desc(), "-created_at")
            self._offer("dataset_version", versions, text=_version_text)
        else:
            del self.fields["dataset_version"]

    def _offer(self, name: str, rows: Any, text: Any = str, *, none: bool = False) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        if none:
            field.required = False
            field.empty_label = _("None: as it came, without training")
        field.queryset = rows
        field.label_from_instance = text  # type: ignore[method-assign]

    @property
    def missing(self) -> list[str]:
        """The names of fields that have nothing to choose from."""
        return [
            name
            for name, field in self._choices()
            if field.required and field.queryset is not None and not field.queryset.exists()
        ]

    def ask_reason(self) -> None:
        """Show the field in which an admin says why to go on."""
        self.fields["override_reason"].widget = forms.Textarea(attrs={"rows": 3})

    def _choices(self) -> Iterator[tuple[str, "forms.ModelChoiceField[Any]"]]:
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                yield name, field


@dataclass
class Start:
    """The page from which a job is started."""

    spec: Spec
    kind: str
    on: OnForm
    params: ParamsForm
    like: Asset | Job | None = None
    given: frozenset[str] = frozenset()
    """The params that a link brought along."""

    @property
    def basic(self) -> list[forms.BoundField]:
        """The params that everybody sees, but for the format, which is picked before them."""
        return [row for row in self.params.groups()[0][1] if not (self.formats and row.name == "format")]

    @property
    def formats(self) -> Picker | None:
        """The formats to pick from, where it is a generator of texts that offers some."""
        if self.kind != "sample" or not self.spec.formats:
            return None
        return picker_of(self.spec.formats, str(self.params["format"].value()))

    @property
    def folded(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """The params that are folded away: each group's name, its fields, and whether one is at fault."""
        return [(name, rows, any(row.errors for row in rows)) for name, rows in self.params.groups()[1:]]

    @property
    def preset_values(self) -> dict[str, dict[str, Any]]:
        """Each preset's params, and what it leaves alone of those that another one sets, as the form holds them."""
        touched = {name for preset in self.spec.presets for name in preset.params}
        fields = self.spec.params_for(self.kind).model_fields
        plain = {name: fields[name].default for name in touched}
        return {preset.name: plain | dict(preset.params) for preset in self.spec.presets}

    @property
    def preset(self) -> str:
        """The preset that the form shows; the first one where it shows nothing of its own, "" for own settings."""
        if self.params.is_bound:
            return str(self.params.data.get("preset", ""))
        if self.like is None and not self.given:
            return self.spec.presets[0].name
        shown = {name: self.params[name].value() for name in next(iter(self.preset_values.values()), {})}
        same = (name for name, values in self.preset_values.items() if values == shown)
        return next(same, "")

    def is_valid(self) -> bool:
        """Return whether everything chosen fits; both forms say what does not."""
        return all([self.on.is_valid(), self.params.is_valid()])

    def choices(self) -> dict[str, Any]:
        """Return the arguments of ``submit_job`` that were chosen."""
        return {**self.on.cleaned_data, "params": self.params.cleaned_params}

    def refuse(self, error: StudioError) -> None:
        """Show a refusal beside the fields at fault."""
        if "override_reason" in error.fields:
            self.on.ask_reason()
        for name, text in error.fields.items():
            short = name.removeprefix("params.")
            form = self.on if short in self.on.fields else self.params
            form.add_error(short if short in form.fields else None, text)
        if not error.fields:
            self.on.add_error(None, error.message)


def start_from(request: MemberRequest, spec: Spec, kind: str) -> Start:
    """Return the page as the request fills it in: posted, asked for again, or like an earlier job."""
    sent = request.POST if request.method == "POST" else request.GET
    data: QueryDict | None = sent if "on-project" in sent else None
    like = _like(request)
    job = like.job if isinstance(like, Asset) else like
    record = _record(request)
    initial = _initial(request, job, record)
    on = OnForm(data, initial=initial, workspace=request.workspace, spec=spec, kind=kind)
    given = _plain(request.GET)
    begin = (dict(job.params) if job else _brand(on) | _facts(spec, kind, record)) | given
    if kind == "train" and spec.presets and not job:
        begin = dict(spec.presets[0].params) | begin
    params = params_form(spec, kind, labels=_labels(on), data=data, initial=begin)
    if "connection" in params.fields:
        _offer_connections(params, request.workspace)
    return Start(spec, kind, on, params, like, frozenset(given) & set(params.fields))


def _offer_connections(params: ParamsForm, workspace: Workspace) -> None:
    """Let one of the workspace's connections be chosen instead of typing its id."""
    drawn = params.fields["connection"]
    rows = Connection.objects.filter(workspace=workspace).order_by("name")
    choices = [(str(row.pk), f"{row.name} · {row.model}") for row in rows]
    hint = "" if choices else _("There is none yet: an admin makes one under Settings, Connections.")
    params.fields["connection"] = forms.ChoiceField(
        choices=choices, label=drawn.label, help_text=hint or drawn.help_text
    )


def _like(request: MemberRequest) -> Asset | Job | None:
    try:
        if key := request.GET.get("like"):
            return find(Asset.objects.select_related("job"), request.workspace, UUID(key))
        if key := request.GET.get("again"):
            return find(Job.objects.all(), request.workspace, UUID(key))
    except ValueError:
        return None
    return None


def _record(request: MemberRequest) -> Record | None:
    records = Record.objects.select_related("version__dataset").filter(version__workspace=request.workspace)
    return records.filter(pk=whole(request.GET.get("row", ""), most=2**63 - 1)).first()


def _facts(spec: Spec, kind: str, record: Record | None) -> dict[str, Any]:
    names = facts_params(spec.params_for(kind))
    return dict.fromkeys(names, facts_text(record.fields)) if record else {}


def _brand(on: OnForm) -> dict[str, Any]:
    """Return what is known of the brand that the chosen project, or the first one, speaks for."""
    field = on.fields["project"]
    assert isinstance(field, forms.ModelChoiceField)
    try:
        project = field.to_python(on["project"].value())
    except forms.ValidationError:
        return {}
    project = project or (field.queryset.first() if field.queryset is not None else None)
    return brand_params(project) if project else {}


def _initial(request: MemberRequest, job: Job | None, record: Record | None) -> dict[str, Any]:
    if job:
        return {
            "project": job.project_id,
            "checkpoint": job.checkpoint_id,
            "dataset_version": job.dataset_version_id,
        }
    asked = {name: request.GET.get(name) for name in ("project", "checkpoint", "dataset_version")}
    if record:
        asked["project"] = asked["project"] or str(record.version.dataset.project_id)
    return {name: value for name, value in asked.items() if value}


def _plain(query: QueryDict) -> dict[str, Any]:
    """Return params that a link brought along."""
    return {name: value for name, value in query.items() if "-" not in name}


def _labels(on: OnForm) -> tuple[str, ...]:
    """Return the labels of the checkpoint that is chosen, or would be."""
    field = on.fields.get("checkpoint")
    if not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
        return ()
    try:
        row = field.to_python(on["checkpoint"].value())
    except forms.ValidationError:
        row = None
    row = row or field.queryset.first()
    return tuple(row.card.get("labels", ())) if row else ()


def _checkpoint_text(row: Checkpoint) -> str:
    production = _("in production")
    return f"{row.project.name} · #{row.number}" + (f" · {production}" if row.is_production else "")


def _version_text(row: DatasetVersion) -> str:
    return f"{row.dataset.name} · v{row.number} · {row.record_count:,}"

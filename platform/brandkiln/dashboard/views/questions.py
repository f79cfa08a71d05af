"""Questions to the workspace's texts: asking, the answer beside its sources, and what is indexed."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.lookup import find, page_of
from brandkiln.datasets.models import Dataset, DatasetVersion
from brandkiln.datasets.queries import newest_of
from brandkiln.jobs.answering import answer_of
from brandkiln.jobs.checks import submit_index
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.questions import LONGEST, WRITER, answers_of, submit_question
from brandkiln.library.models import Asset
from brandkiln.retrieval.models import SearchIndex
from brandkiln.retrieval.search import usable_indexes
from brandkiln.retrieval.services import drop_index
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Workspace
from generators import registry


class QuestionForm(forms.Form):
    """What is asked, of which data sets, and who drafts the answer."""

    question = forms.CharField(
        label=gettext_lazy("Question"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    datasets = forms.MultipleChoiceField(
        label=gettext_lazy("Ask"), required=False, widget=forms.CheckboxSelectMultiple
    )
    writer = forms.ChoiceField(label=gettext_lazy("Drafted by"), required=False)

    def __init__(self, *args: Any, workspace: Workspace, indexes: list[SearchIndex], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(index.version.dataset_id), str(index.version)) for index in indexes]
        datasets, writer = self.fields["datasets"], self.fields["writer"]
        assert isinstance(datasets, forms.ChoiceField)
        assert isinstance(writer, forms.ChoiceField)
        datasets.choices = choices
        datasets.initial = [value for value, _text in choices]
        chatting = (spec for spec in registry.specs().values() if spec.chats)
        specs = [spec for spec in chatting if not (spec.needs.checkpoint or spec.needs.remote)]
        rows = Checkpoint.objects.filter(workspace=workspace, is_production=True, generator=WRITER)
        self.checkpoints = {str(row.pk): row for row in rows.select_related("project")}
        writer.choices = [
            *((spec.name, str(_(spec.title))) for spec in specs),
            *((key, f"{row} ({row.project.name})") for key, row in self.checkpoints.items()),
        ]

    def submit(self, request: MemberRequest) -> Job:
        """Return the job that answers."""
        writer = self.cleaned_data["writer"] or WRITER
        checkpoint = self.checkpoints.get(writer)
        return submit_question(
            workspace=request.workspace,
            actor=request.user,
            question=self.cleaned_data["question"],
            datasets=[UUID(key) for key in self.cleaned_data["datasets"]],
            generator=checkpoint.generator if checkpoint else writer,
            checkpoint=checkpoint,
        )


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """Ask, and see what was asked before."""
    indexes = usable_indexes(request.workspace)
    form = QuestionForm(request.POST or None, workspace=request.workspace, indexes=indexes)
    if form.is_valid():
        try:
            job = form.submit(request)
        except StudioError as refusal:
            form.add_error("question" if "question" in refusal.fields else None, refusal.message)
        else:
            return redirect("dashboard:question_page", request.workspace.slug, job.pk)
    context = {
        "form": form,
        "indexes": indexes,
        "page": page_of(request, answers_of(request.workspace)),
        "has_texts": _texts(request.workspace).exists(),
    }
    return render(request, "questions/index.html", context, status=422 if form.is_bound else 200)


@in_workspace()
def page(request: MemberRequest, question: UUID) -> HttpResponse:
    """Show an answer beside its sources."""
    row = find(_questions(), request.workspace, question)
    return render(request, "questions/page.html", _shown(row))


@in_workspace()
def look(request: MemberRequest, question: UUID) -> HttpResponse:
    """Answer with where the question stands."""
    row = find(_questions(), request.workspace, question)
    return render(request, "questions/_answer.html", _shown(row))


@in_workspace()
def sources(request: MemberRequest) -> HttpResponse:
    """List the data sets of texts, and which of them can be asked."""
    texts = _texts(request.workspace)
    versions = newest_of(DatasetVersion.objects.filter(dataset__in=texts, trashed_at=None))
    newest = {one.dataset_id: one for one in versions.select_related("dataset").defer("report", "recipe")}
    ready = SearchIndex.objects.filter(version__dataset__in=texts).exclude(ready_at=None)
    ready = ready.select_related("version").order_by("version__number")
    indexes = {one.version.dataset_id: one for one in ready}
    jobs = Job.objects.filter(
        dataset_version__in=list(newest.values()), kind=Job.Kind.INDEX, state__in=Job.OPEN
    )
    working = {job.dataset_version_id: job for job in jobs}
    rows = [
        {
            "dataset": dataset,
            "newest": newest[dataset.pk],
            "index": indexes.get(dataset.pk),
            "job": working.get(newest[dataset.pk].pk),
        }
        for dataset in texts.order_by("name")
        if dataset.pk in newest
    ]
    context = {"rows": rows, "is_working": any(row["job"] for row in rows)}
    template = "questions/_sources.html" if request.headers.get("HX-Request") else "questions/sources.html"
    return render(request, template, context)


@require_POST
@in_workspace()
def make_index(request: MemberRequest, dataset: UUID) -> HttpResponse:
    """Index the newest version of a data set."""
    row = find(Dataset.objects.filter(trashed_at=None), request.workspace, dataset)
    newest = DatasetVersion.objects.filter(dataset=row, trashed_at=None).order_by("-number").first()
    if newest is None:
        messages.error(request, _("%(name)s has no version yet. Bring data first.") % {"name": row.name})
        return redirect("dashboard:question_sources", request.workspace.slug)
    submit_index(version=newest, actor=request.user)
    return redirect("dashboard:question_sources", request.workspace.slug)


@require_POST
@in_workspace()
def forget(request: MemberRequest, dataset: UUID) -> HttpResponse:
    """Drop the index of a data set, which can be made again."""
    row = find(Dataset.objects.all(), request.workspace, dataset)
    for found in SearchIndex.objects.filter(workspace=request.workspace, version__dataset=row):
        drop_index(index=found)
    messages.success(request, _("%(name)s is not asked any more.") % {"name": row.name})
    return redirect("dashboard:question_sources", request.workspace.slug)


def _questions() -> Any:
    return Job.objects.filter(kind=Job.Kind.ASK).select_related("workspace", "project")


def _shown(job: Job) -> dict[str, Any]:
    asset = Asset.objects.filter(job=job, trashed_at=None).first()
    return {"job": job, "answer": answer_of(job), "asset": asset}


def _texts(workspace: Workspace) -> QuerySet[Dataset]:
    return Dataset.objects.filter(workspace=workspace, kind="text", trashed_at=None)

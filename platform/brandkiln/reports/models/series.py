"""Reports that are made again and again, and what each time came of them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from brandkiln.artifacts.models import Artifact
from brandkiln.core.models import BaseModel
from brandkiln.datasets.models import Dataset, DatasetVersion
from brandkiln.jobs.models import Job
from brandkiln.projects.models import Project
from brandkiln.reports.models.templates import Template
from brandkiln.workspaces.models import Workspace


class Report(BaseModel):
    """A report on a data set, with the choices that each of its issues is made by."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="reports")
    project = models.ForeignKey(Project, models.CASCADE, related_name="reports")
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="reports")
    name = models.CharField(max_length=120)
    template = models.ForeignKey(Template, models.SET_NULL, null=True, blank=True, related_name="reports")
    """The workspace's own template; null where a ready one is used."""
    ready = models.CharField(max_length=80, blank=True)
    """The ready template, by name; empty where the workspace's own is used."""
    params = models.JSONField(default=dict)
    """What was chosen beside template, language and formats, as the generator's params name it."""
    language = models.CharField(max_length=10, default="en")
    formats = models.JSONField(default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta(BaseModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "archived_at", "-created_at"], name="report_of_workspace")
        ]

    def __str__(self) -> str:
        return self.name


class Issue(BaseModel):
    """One report as it came out: a job, the files that it left in the library, and the document they were set from.

    An issue never changes. What is edited or built anew becomes the next one.
    """

    class Origin(models.TextChoices):
        MADE = "made", _("Made")
        SCHEDULED = "scheduled", _("By schedule")
        EDITED = "edited", _("Edited")
        REBUILT = "rebuilt", _("One block anew")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="report_issues")
    report = models.ForeignKey(Report, models.CASCADE, related_name="issues")
    number = models.PositiveIntegerField()
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="issue")
    dataset_version = models.ForeignKey(DatasetVersion, models.SET_NULL, null=True, related_name="issues")
    template_name = models.CharField(max_length=80)
    template_version = models.CharField(max_length=40)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.MADE)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="children")
    """The issue whose document it was set from."""
    changed = models.JSONField(default=list)
    """The blocks that are not as they are in the parent, by id."""
    document = models.ForeignKey(Artifact, models.PROTECT, null=True, related_name="+")
    """Its facts, sentences and figures as JSON; null until the job has succeeded."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    erased_at = models.DateTimeField(null=True)
    """When a record was erased from the data that it was made of: its files and its document may still tell of it."""
    told_at = models.DateTimeField(null=True)
    """When its digest was sent, or its failure told; null where nobody waits for either, or it is to be sent yet."""

    used_as = ""  # its document, which is no piece

    class Meta(BaseModel.Meta):
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="one_issue_number_per_report")
        ]

    def __str__(self) -> str:
        return f"{self.report.name} #{self.number}"

    @property
    def is_ready(self) -> bool:
        """Whether it can be read."""
        return self.document_id is not None


class Edit(BaseModel):
    """One sentence said otherwise: a step that can be undone until an issue is set with it."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="edits")
    place = models.CharField(max_length=120)
    """Which sentence, as the document names it."""
    before = models.TextField()
    after = models.TextField()
    """The sentence with its facts as {placeholders}; empty where it was taken out."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    used_in = models.ForeignKey(Issue, models.SET_NULL, null=True, related_name="+")
    """The issue that was set with it."""

    class Meta(BaseModel.Meta):
        ordering = ["created_at", "id"]


class Comment(BaseModel):
    """What a member says of an issue, or of one of its blocks."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="report_comments")
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="comments")
    block = models.CharField(max_length=80, blank=True)
    """The block that it is pinned to, by id; empty where it is about the whole."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=4000)
    mentioned = models.JSONField(default=list)
    """The e-mail addresses of the members that it names."""
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(BaseModel.Meta):
        ordering = ["created_at", "id"]

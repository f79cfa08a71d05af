"""Templates with typed variables, and bulks: many rows, each of which becomes a piece."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brandkiln.core.models import BaseModel
from brandkiln.datasets.models import Dataset, DatasetVersion
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.recurring import Recurring
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace


class Template(BaseModel):
    """What is made again and again. What it says lives in versions; the newest is the one that is offered."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="bulk_templates")
    name = models.CharField(max_length=80)
    summary = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)
    """Since when it is no longer offered; what was made with it stays as it is."""
    uses: list[UUID] | None = None
    """The bulks that use it, where a list has asked for those of all its templates at once."""

    def __str__(self) -> str:
        return self.name


class TemplateVersion(BaseModel):
    """What a template said at one time. It is never changed: saving makes the next."""

    template = models.ForeignKey(Template, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    generator = models.CharField(max_length=80)
    params = models.JSONField(default=dict)
    """The generator's sample params; texts in them may hold ``{variable}``. What is left out gets its default."""
    variables = models.JSONField(default=list)
    """Each a ``variables.Variable``, in the order in which people fill them."""
    checkpoint = models.ForeignKey(Checkpoint, models.SET_NULL, null=True, blank=True, related_name="+")
    uses_production = models.BooleanField(default=False)
    """Whether it takes the checkpoint that is in production when a row is made."""
    note = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="one_bulk_template_version_number")
        ]

    def __str__(self) -> str:
        return f"{self.template.name} v{self.number}"


class Bulk(BaseModel):
    """Pieces for many rows: from a table and one or more templates to the results.

        draft -> trial | running | cancelled
        reading -> running | cancelled                   a scheduled run takes its rows from the data set
        trial -> draft | trial | running | cancelled     a dry run: some rows are made and looked at
        running -> paused | finished | cancelled
        paused -> running | cancelled
        finished -> running                              failed rows are tried again

    A trial is over when its rows are; it stays a trial until a person goes on. Only ``moves.move_bulk`` writes the
    state.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being set up")
        READING = "reading", _("Taking its rows")
        TRIAL = "trial", _("Dry run")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")

    MOVES: dict[str, set[str]] = {
        State.DRAFT: {State.TRIAL, State.RUNNING, State.CANCELLED},
        State.READING: {State.RUNNING, State.CANCELLED},
        State.TRIAL: {State.DRAFT, State.TRIAL, State.RUNNING, State.CANCELLED},
        State.RUNNING: {State.PAUSED, State.FINISHED, State.CANCELLED},
        State.PAUSED: {State.RUNNING, State.CANCELLED},
        State.FINISHED: {State.RUNNING},
        State.CANCELLED: set(),
    }

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="bulks")
    project = models.ForeignKey(Project, models.CASCADE, related_name="bulks")
    name = models.CharField(max_length=120)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    versions = models.ManyToManyField(TemplateVersion, related_name="bulks")
    filename = models.CharField(max_length=255, blank=True)
    """The file that the rows came from; empty where they are those of a data set, or came by the API."""
    dataset_version = models.ForeignKey(DatasetVersion, models.SET_NULL, null=True, related_name="bulks")
    columns = models.JSONField(default=list)
    """Name and type of each column of the table, in its order."""
    refused = models.JSONField(default=list)
    """Rows of the file that could not be read: where and why."""
    row_count = models.PositiveIntegerField(default=0)
    """Rows of the table; each is made once for each template."""
    mapping = models.JSONField(default=dict)
    """What each variable is filled from: ``{"columns": [...]}`` or ``{"value": ...}``."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    reason = models.CharField(max_length=400, blank=True)
    """Why it paused by itself; empty where a person did it."""
    trial = models.JSONField(default=list)
    """The positions of the rows of the dry run."""
    states: dict[str, int] | None = None
    """How many of its rows stand where, where a list has counted those of all its bulks at once."""
    started_at = models.DateTimeField(null=True)
    """When all rows were let go."""
    finished_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(
        "bulk.Schedule",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="runs",
        verbose_name=_("schedule"),
    )
    """The schedule that began it; null where a person did."""

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether rows are being made, or may be."""
        return self.state not in {self.State.FINISHED, self.State.CANCELLED}


class Row(models.Model):
    """One row of the table for one template: what it is filled with, and what became of it.

    ready -> working | cancelled       working: a job was submitted for it
    working -> done | failed           as its job ended
    working -> ready | cancelled       its job was cancelled because the bulk was paused or cancelled
    failed -> ready                    it is tried again
    done -> ready                      the dry run is made again
    ready <-> faulty                   its cells do not fit the variables; nothing was submitted
    """

    class State(models.TextChoices):
        READY = "ready", _("Waiting")
        FAULTY = "faulty", _("Does not fit")
        WORKING = "working", _("Under way")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.BigAutoField(primary_key=True)
    bulk = models.ForeignKey(Bulk, models.CASCADE, related_name="rows", db_index=False)
    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="rows", db_index=False)
    position = models.PositiveIntegerField()
    """Its place in the table, from 0."""
    part = models.PositiveSmallIntegerField(default=0)
    """Which of the bulk's templates it is for."""
    cells = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    tries = models.PositiveSmallIntegerField(default=0)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="bulk_row")
    """The newest job for it."""
    message = models.TextField(blank=True)
    """Why it does not fit, or failed."""
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position", "part"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "position", "part"], name="one_row_for_each_template")
        ]
        indexes = [
            models.Index(fields=["bulk", "state", "position", "part"], name="bulk_row_state"),
            models.Index(fields=["bulk", "changed_at"], name="bulk_row_news"),
        ]


class Schedule(Recurring):
    """When a bulk is run again, each time as a bulk of its own, with the newest version of its data set."""

    SOURCE = "source"

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="bulk_schedules")
    bulk = models.OneToOneField(Bulk, models.CASCADE, related_name="schedule")
    """The one that a person set up and looked at: its templates, its mapping, its project."""
    source = models.ForeignKey(Dataset, models.CASCADE, related_name="bulk_schedules")
    last_run = models.ForeignKey(Bulk, models.SET_NULL, null=True, related_name="+")

    class Meta(Recurring.Meta):
        indexes = [models.Index(fields=["paused_at", "stopped_at", "due_at"], name="bulk_schedule_due")]

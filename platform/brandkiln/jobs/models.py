"""Jobs, what happened to them, and the checkpoints that they made."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brandkiln.artifacts.models import Artifact
from brandkiln.core.models import BaseModel
from brandkiln.datasets.models import DatasetVersion, Upload
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace


class Job(BaseModel):
    """A request for long work. The row is the truth; the broker only rings the workers' doorbell.

        queued -> running -> succeeded | failed | cancelled        queued -> cancelled
        running -> queued      lease lost (worker died) and attempts left, else failed

    ``attempt`` is the fencing token: it grows with every claim, and every later write names it, so that a worker
    that was given up for lost cannot end its successor's job.
    """

    class Kind(models.TextChoices):
        TRAIN = "train", _("Train")
        SAMPLE = "sample", _("Generate")
        EVALUATE = "evaluate", _("Evaluate")
        REPORT = "report", _("Report")
        COMPRESS = "compress", _("Compress")
        EXPORT = "export", _("Export")
        COMPARE = "compare", _("Draw to compare")
        AUGMENT = "augment", _("Add generated pictures")
        INGEST = "ingest", _("Read data")
        IMPORT = "import", _("Fetch files")
        CHECK = "check", _("Check data")
        FEATURES = "features", _("Compare records")
        PREVIEW = "preview", _("Preview")
        PACE = "pace", _("Time forecast")
        SEARCH = "search", _("Search settings")
        SCAN = "scan", _("Look for personal data")
        DERIVE = "derive", _("Make a version")
        ERASE = "erase", _("Erase a record")
        CHAT = "chat", _("Answer a chat")
        EMBED = "embed", _("Embed texts")
        INDEX = "index", _("Index for questions")
        ASK = "ask", _("Answer from sources")
        PACK = "pack", _("Pack for channels")

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Queue(models.TextChoices):
        SAMPLE = "sample", _("Generating")
        TRAIN = "train", _("Training")
        PLATFORM = "platform", _("Data work")

    MOVES = {
        State.QUEUED: {State.RUNNING, State.CANCELLED},
        State.RUNNING: {State.SUCCEEDED, State.FAILED, State.CANCELLED, State.QUEUED},
        State.SUCCEEDED: frozenset[str](),
        State.FAILED: frozenset[str](),
        State.CANCELLED: frozenset[str](),
    }
    OPEN = (State.QUEUED, State.RUNNING)
    GIVEN_UP = (State.FAILED, State.CANCELLED)
    FINAL = (State.SUCCEEDED, *GIVEN_UP)

    # What is asked for, by whom
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="jobs")
    project = models.ForeignKey(Project, models.CASCADE, related_name="jobs")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="jobs"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    queue = models.CharField(max_length=10, choices=Queue.choices)
    priority = models.SmallIntegerField(default=0)
    """From -10 (may wait) to 10 (soon)."""
    generator = models.CharField(max_length=80, blank=True)
    generator_version = models.CharField(max_length=40, blank=True)
    params = models.JSONField(default=dict)
    """Every parameter with its value, defaults included, so that an old job can be repeated."""
    seed = models.BigIntegerField(default=0)
    checkpoint = models.ForeignKey(
        "jobs.Checkpoint", models.SET_NULL, null=True, blank=True, related_name="used_by_jobs"
    )
    dataset_version = models.ForeignKey(
        DatasetVersion, models.SET_NULL, null=True, blank=True, related_name="jobs"
    )
    upload = models.ForeignKey(Upload, models.SET_NULL, null=True, blank=True, related_name="jobs")
    retry_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="retries")
    idempotency_key = models.CharField(max_length=120, null=True, blank=True)  # noqa: DJ001  null is "no key"
    request_digest = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=120, blank=True)
    """What people call a training among others."""
    note = models.TextField(max_length=2000, blank=True)
    override_reason = models.CharField(max_length=400, blank=True)
    """Why an admin let it train on data of which not everything is known that the studio asks for."""

    # Where it stands
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    """Its place in the line of its workspace: when it was submitted, moved by its priority and its queue."""
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    keep_on_cancel = models.BooleanField(default=False)
    """Whether a cancelled training still keeps the checkpoint that it saved last."""
    rung_at = models.DateTimeField(null=True, blank=True)
    """When the doorbell was last rung for it."""
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    # Live progress, written at most once a second
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    metrics = models.JSONField(default=dict)

    # How it ended
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True)
    error_detail = models.TextField(blank=True)
    """Traceback and the end of the log, for admins."""
    result = models.JSONField(default=dict)

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "idempotency_key"], name="one_job_per_idempotency_key"
            ),
            models.CheckConstraint(
                condition=models.Q(priority__gte=-10, priority__lte=10), name="priority_within_bounds"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "queue", "workspace", "due_at"], name="job_next"),
            models.Index(fields=["workspace", "queue", "-started_at"], name="job_last_start"),
            models.Index(fields=["state", "lease_until"], name="job_lease"),
            models.Index(fields=["workspace", "-created_at"], name="job_of_workspace"),
            models.Index(fields=["generator", "kind", "state", "finished_at"], name="job_estimate"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.generator} {self.id}"

    def get_kind_display(self) -> str:  # type: ignore[no-redef]  # Django leaves it to a model that has its own
        """Return what people call the work; the library's own indexing and looking are no answers to questions."""
        if self.kind == Job.Kind.INDEX and "library" in self.params:
            return gettext("Library search index")
        if self.kind == Job.Kind.EMBED and (self.idempotency_key or "").startswith("library:"):
            return gettext("Library search")
        return str(Job.Kind(self.kind).label)

    @property
    def is_final(self) -> bool:
        return not self.MOVES[Job.State(self.state)]


class Trial(BaseModel):
    """A training that a search submitted: which settings it tries, with which seed, and whether it was ended for them.

    Trainings of the same number share their settings and differ by seed. What came of them stands in their jobs.
    """

    search = models.ForeignKey(Job, models.CASCADE, related_name="trials")
    job = models.OneToOneField(Job, models.CASCADE, related_name="trial")
    number = models.PositiveIntegerField()
    repeat = models.PositiveSmallIntegerField(default=0)
    settings = models.JSONField(default=dict)
    pruned_at = models.DateTimeField(null=True, blank=True)
    """When it was given up because others were better after as many pictures."""

    class Meta(BaseModel.Meta):
        ordering = ["number", "repeat"]
        constraints = [
            models.UniqueConstraint(fields=["search", "number", "repeat"], name="one_trial_each"),
        ]


class JobEvent(models.Model):
    """Something that happened to a job; rows are only ever added, and ``id`` orders them for replay."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(Job, models.CASCADE, related_name="events")
    type = models.CharField(max_length=16)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["job", "id"])]


class Checkpoint(BaseModel):
    """A trained network: its weights, how it was made, and how good it is."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="checkpoints")
    project = models.ForeignKey(Project, models.CASCADE, related_name="checkpoints")
    generator = models.CharField(max_length=80)
    generator_version = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    """Counts up for each generator of a project."""
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="trained_checkpoint")
    dataset_version = models.ForeignKey(
        DatasetVersion, models.SET_NULL, null=True, related_name="checkpoints"
    )
    weights = models.ForeignKey(Artifact, models.PROTECT, related_name="+")
    card = models.JSONField()
    """The checkpoint.json that lies beside the weights: params, config, labels, hashes."""
    metrics = models.JSONField(default=dict)
    preview = models.ForeignKey(Artifact, models.PROTECT, null=True, related_name="+")
    is_production = models.BooleanField(default=False)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="children")
    """The checkpoint that this one is a smaller form of."""
    compression = models.JSONField(default=dict)
    """How it was made smaller: method, params, and figures before and after. Empty where it was trained."""
    trashed_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True, max_length=2000)
    direction_names = models.JSONField(default=dict)
    """What people call the directions of its latent space, by the directions' own names."""
    retrain_reason = models.CharField(max_length=200, blank=True)
    """Why it should be trained anew: it saw a record that was erased since, say. Empty where there is no reason."""

    used_as = _("checkpoints")

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["project", "generator", "number"], name="one_checkpoint_number"),
            models.UniqueConstraint(
                fields=["project", "generator"],
                condition=models.Q(is_production=True),
                name="one_production_checkpoint",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.generator} #{self.number}"

    @property
    def size(self) -> int:
        """The bytes of its weights."""
        return self.weights.size


class Promotion(BaseModel):
    """That a checkpoint went into production; rows are only ever added, and the newest is what stands."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="promotions")
    project = models.ForeignKey(Project, models.CASCADE, related_name="promotions")
    generator = models.CharField(max_length=80)
    checkpoint = models.ForeignKey(Checkpoint, models.SET_NULL, null=True, related_name="promotions")
    number = models.PositiveIntegerField()
    """The checkpoint's, which is known when that was deleted."""
    replaced = models.ForeignKey(Checkpoint, models.SET_NULL, null=True, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_rollback = models.BooleanField(default=False)

    class Meta(BaseModel.Meta):
        indexes = [models.Index(fields=["project", "generator", "-created_at"], name="promotion_history")]


class CheckpointFile(BaseModel):
    """A file that was made of a checkpoint: an ONNX file, or a picture that was drawn to compare it with others."""

    class Role(models.TextChoices):
        ONNX = "onnx", "ONNX"
        COMPARED = "compared", _("Drawn to compare")
        GUARD = "guard", _("Guard against copies")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="checkpoint_files")
    checkpoint = models.ForeignKey(Checkpoint, models.CASCADE, related_name="files")
    job = models.ForeignKey(Job, models.CASCADE, related_name="checkpoint_files")
    role = models.CharField(max_length=10, choices=Role.choices)
    position = models.PositiveSmallIntegerField(default=0)
    artifact = models.ForeignKey(Artifact, models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict)
    """Of an ONNX file its inputs and how close it comes; of a picture its seed and label."""

    used_as = _("files of checkpoints")

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="one_checkpoint_file_each")]


class BlindComparison(BaseModel):
    """Two networks that wrote for the same prompts; people pick the better text without knowing whose it is."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="blind_comparisons")
    project = models.ForeignKey(Project, models.CASCADE, related_name="blind_comparisons")
    generator = models.CharField(max_length=80)
    first = models.ForeignKey(Checkpoint, models.CASCADE, related_name="blind_comparisons")
    second = models.ForeignKey(Checkpoint, models.CASCADE, null=True, related_name="+")
    """The other checkpoint, or None for the network as it came."""
    prompts = models.JSONField()
    """What both wrote for, in order."""
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")


class Verdict(BaseModel):
    """Which of the two texts for a prompt a person found better."""

    class Better(models.TextChoices):
        FIRST = "first", _("The first network's")
        SECOND = "second", _("The second network's")
        NEITHER = "neither", _("Neither")

    comparison = models.ForeignKey(BlindComparison, models.CASCADE, related_name="verdicts")
    position = models.PositiveSmallIntegerField()
    """Of the prompt."""
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    better = models.CharField(max_length=8, choices=Better.choices)

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["comparison", "position", "person"], name="one_verdict_each")
        ]


class Worker(models.Model):
    """A worker process, as it reported itself last; what has not reported for a while is gone."""

    name = models.CharField(max_length=120, primary_key=True)
    host = models.CharField(max_length=120)
    queues = models.JSONField(default=list)
    devices = models.JSONField(default=list)
    """Each with its name, title and, of a GPU, its memory in MiB."""
    load = models.JSONField(default=dict)
    """Of the machine: processors, their load, memory in MiB; of each GPU how busy it is."""
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

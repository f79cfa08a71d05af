"""Who works where: workspaces, members, invitations, tokens and the audit log."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brandkiln.core.models import BaseModel


class Role(models.TextChoices):
    """What a member may do; each role may do all that the ones above it may."""

    CREATOR = "creator", _("Creator")
    REVIEWER = "reviewer", _("Reviewer")
    PUBLISHER = "publisher", _("Publisher")
    ADMIN = "admin", _("Admin")

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class Workspace(BaseModel):
    """A tenant. Every other row belongs to exactly one, and no request crosses it."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=50, unique=True)
    switched_off = models.JSONField(default=list)
    """Features that nobody here may use; see ``switches.FEATURES``."""

    class Meta(BaseModel.Meta):
        pass

    def __str__(self) -> str:
        return self.name


class Membership(BaseModel):
    """A user's role in a workspace."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.CREATOR)
    by_sign_in = models.BooleanField(default=False)
    """Whether a sign-in service gave it; it takes back what it gave, and nothing else."""

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_each")]


class Invitation(BaseModel):
    """An offer of a role to an e-mail address; the link's secret is kept as a hash only."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.CREATOR)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.expires_at > timezone.now()


class ApiToken(BaseModel):
    """A key to one workspace, with scopes. Only its first characters and its hash are kept."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="tokens")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)


class AuditEntry(BaseModel):
    """Who did what to which thing; rows are only ever added."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="audit_entries")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    data = models.JSONField(default=dict)

    class Meta(BaseModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "-created_at", "-id"], name="audit_page"),
            models.Index(fields=["workspace", "action", "-created_at"], name="audit_of_action"),
        ]


class Unit(models.TextChoices):
    """What is counted."""

    CPU_SECONDS = "cpu_seconds", _("Processor time (s)")
    GPU_SECONDS = "gpu_seconds", _("GPU time (s)")
    PIECES = "pieces", _("Pieces")
    STORED_BYTES = "stored_bytes", _("Stored bytes")


class Quota(BaseModel):
    """How much of a unit may be used in a calendar month (UTC); of stored bytes, how much may be kept.

    ``spent`` counts what was used and what is held for jobs that have not ended. One conditional UPDATE adds to it, so
    that two who ask at once can't take the same rest.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="quotas")
    unit = models.CharField(max_length=12, choices=Unit.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="quotas"
    )
    """Whose jobs it counts; null for everybody's."""
    project = models.UUIDField(null=True, blank=True)
    """Whose jobs it counts; null for all projects'."""
    project_name = models.CharField(max_length=120, blank=True)
    most = models.FloatField()
    spent = models.FloatField(default=0)
    month = models.DateField()
    """The first day of the month that ``spent`` counts for."""
    told = models.PositiveSmallIntegerField(default=0)
    """Of how many percent the admins were told this month."""

    class Meta(BaseModel.Meta):
        # One for each person, project or neither: services see to it, since SQLite takes every null for another one.
        indexes = [models.Index(fields=["workspace", "unit"], name="quotas_of_unit")]

    @property
    def left(self) -> float:
        """How much may still be used."""
        return max(0.0, self.most - self.spent)


class Usage(BaseModel):
    """What one job used of one unit, or holds until it ends. Rows outlive the job, its person and its project."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="usage")
    job = models.UUIDField()
    kind = models.CharField(max_length=10)
    generator = models.CharField(max_length=80, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    person_name = models.CharField(max_length=254, blank=True)
    """Their address, which is kept when they are gone."""
    project = models.UUIDField(null=True)
    project_name = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=12, choices=Unit.choices)
    amount = models.FloatField()
    is_held = models.BooleanField(default=False)
    month = models.DateField()

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["job", "unit"], name="one_usage_each")]
        indexes = [models.Index(fields=["workspace", "month", "unit"], name="usage_of_month")]


class Price(BaseModel):
    """What one unit costs the workspace, for the sums on the page of usage."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="prices")
    unit = models.CharField(max_length=12, choices=Unit.choices)
    amount = models.DecimalField(max_digits=16, decimal_places=9)
    """Of one second, one piece, or one byte kept for a month."""
    currency = models.CharField(max_length=3, default="EUR")

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "unit"], name="one_price_each")]

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

    class Meta(BaseModel.Meta):
        pass

    def __str__(self) -> str:
        return self.name


class Membership(BaseModel):
    """A user's role in a workspace."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.CREATOR)

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

"""What happened, who is told of it in the studio and by mail, and which servers are told of it by webhook."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brandkiln.core.models import BaseModel
from brandkiln.workspaces.models import Workspace


class Mail(models.TextChoices):
    """When a person gets a letter about something."""

    NEVER = "never", _("Never")
    AT_ONCE = "at_once", _("At once")
    DIGEST = "digest", _("In the digest")


class Announcement(BaseModel):
    """Something that happened, written in the transaction that made it so; rows are only ever added.

    Its id is the idempotency key of every message that tells of it.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="announcements")
    kind = models.CharField(max_length=40)
    """An entry of ``kinds.KINDS``."""
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    """What it is about, in words."""
    title = models.CharField(max_length=300)
    """A sentence, as it was said at the time; readers get it in their language where the kind's words allow it."""
    data = models.JSONField(default=dict)
    path = models.CharField(max_length=400, blank=True)
    """Where in the studio it can be seen."""
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(BaseModel.Meta):
        indexes = [models.Index(fields=["workspace", "-created_at"], name="announced_in_workspace")]


class Notification(BaseModel):
    """That one person is told of an announcement."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="notifications")
    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="notifications")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    is_shown = models.BooleanField(default=True)
    """Whether it appears in the studio; else it is a letter only."""
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=8, choices=Mail.choices, default=Mail.NEVER)
    mailed_at = models.DateTimeField(null=True, blank=True)
    """When the letter was handed to the mail server, or found to be unnecessary."""
    mail_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["announcement", "person"], name="told_once")]
        indexes = [
            models.Index(fields=["person", "workspace", "-created_at", "-id"], name="notification_page"),
            models.Index(
                fields=["person", "workspace"],
                condition=models.Q(read_at=None, is_shown=True),
                name="notification_unread",
            ),
            models.Index(
                fields=["mail", "created_at"],
                condition=models.Q(mailed_at=None) & ~models.Q(mail="never"),
                name="notification_unmailed",
            ),
        ]


class Preference(BaseModel):
    """How a person wants to be told of one kind of happening; without a row the kind's defaults hold."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="notification_preferences")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_preferences"
    )
    kind = models.CharField(max_length=40)
    in_app = models.BooleanField()
    mail = models.CharField(max_length=8, choices=Mail.choices)

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "person", "kind"], name="one_preference_each")
        ]


class Digest(BaseModel):
    """When a person gets the letter that collects what happened; without a row it is each morning at eight, UTC."""

    class Every(models.TextChoices):
        DAY = "day", _("Every day")
        WEEK = "week", _("Every week")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="digests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests")
    every = models.CharField(max_length=4, choices=Every.choices, default=Every.DAY)
    weekday = models.PositiveSmallIntegerField(default=0)
    """Of a weekly one: 0 is Monday."""
    hour = models.PositiveSmallIntegerField(default=8)
    time_zone = models.CharField(max_length=64, default="UTC")
    due_at = models.DateTimeField()

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "person"], name="one_digest_each")]
        indexes = [models.Index(fields=["due_at"], name="digest_due")]


class Endpoint(BaseModel):
    """A server that is told of what happens, by signed webhooks."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="endpoints")
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=400)
    kinds = models.JSONField(default=list)
    """Which kinds of happenings it is told of; an empty list stands for all."""
    sealed_secret = models.BinaryField(default=bytes, editable=False)
    sealed_old_secret = models.BinaryField(default=bytes, editable=False)
    """The secret before the last change; it signs as well until ``old_until``."""
    old_until = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=300, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    """When the first of the attempts was made that failed one after the other."""
    failures = models.PositiveIntegerField(default=0)
    """Attempts that failed, one after the other."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(BaseModel.Meta):
        pass

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self.paused_at is None


class Delivery(BaseModel):
    """One announcement on its way to one endpoint.

        waiting -> delivered | given_up        given_up | delivered -> waiting (somebody sends it again)

    A sweeper takes it with a lease, so that one that died in between costs a repetition and no message. Messages may
    therefore arrive twice, and in any order.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("On its way")
        DELIVERED = "delivered", _("Delivered")
        GIVEN_UP = "given_up", _("Given up")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")
    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    """Since it was last begun."""
    due_at = models.DateTimeField(default=timezone.now)
    """When it is tried next; while it is tried, when others may take it."""
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta(BaseModel.Meta):
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["endpoint", "announcement"], name="one_delivery_each")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["endpoint", "-created_at"], name="delivery_log"),
        ]


class Attempt(BaseModel):
    """One request of a delivery, and what came back."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="delivery_attempts")
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    status = models.PositiveSmallIntegerField(null=True)
    """Of the answer; null where there was none."""
    error = models.CharField(max_length=300, blank=True)
    """Why there was no answer, or why it does not count."""
    milliseconds = models.PositiveIntegerField(default=0)
    request = models.TextField(blank=True)
    """The beginning of what was sent."""
    response = models.TextField(blank=True)
    """The beginning of what came back."""

    class Meta(BaseModel.Meta):
        indexes = [models.Index(fields=["delivery", "-created_at"], name="attempts_of_delivery")]

"""Connections to networks on other servers, and what of their budgets is spent."""

from django.conf import settings
from django.db import models

from brandkiln.core.models import BaseModel
from brandkiln.workspaces.models import Workspace


class Connection(BaseModel):
    """A network on a server that speaks OpenAI's API, as the workspace's generators reach it."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="connections")
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=50)
    base_url = models.CharField(max_length=400)
    model = models.CharField(max_length=200)
    """What the network is called on that server."""
    sealed_key = models.BinaryField(default=bytes, editable=False)
    """The bearer token, sealed; empty where the server wants none."""
    monthly_tokens = models.PositiveBigIntegerField(default=0)
    """Most tokens in a calendar month (UTC), read and written ones together; 0 sets no limit."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="one_connection_slug_per_workspace")
        ]

    def __str__(self) -> str:
        return self.name


class Spending(BaseModel):
    """Tokens of one job: held while it runs, converted to what it used once that is known."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="spending")
    job = models.UUIDField(unique=True)
    month = models.DateField()
    """The first day of the month that it counts for."""
    tokens = models.PositiveBigIntegerField()
    is_held = models.BooleanField(default=True)

    class Meta(BaseModel.Meta):
        indexes = [models.Index(fields=["connection", "month"], name="spending_of_month")]

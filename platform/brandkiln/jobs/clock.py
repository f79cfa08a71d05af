"""Moments by the database's clock, the only one that decides about leases and turns."""

from datetime import timedelta

from django.conf import settings
from django.db.models import DateTimeField, ExpressionWrapper, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Now


def in_seconds(seconds: float) -> Combinable:
    """Return the moment so many seconds from now; a negative number lies in the past."""
    return ExpressionWrapper(Now() + Value(timedelta(seconds=seconds)), output_field=DateTimeField())


def lease_end() -> Combinable:
    """Return when a lease that is taken or renewed now runs out."""
    return in_seconds(settings.JOB_LEASE_SECONDS)

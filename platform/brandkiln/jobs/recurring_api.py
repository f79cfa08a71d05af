"""Schedules as the API has them, whatever they make."""

from datetime import datetime, time
from typing import Literal

from ninja import Schema
from pydantic import Field

from brandkiln.core.api import Body
from brandkiln.jobs.recurring import Recurring


class RuleIn(Body):
    """When something is made by itself."""

    every: Literal["day", "week", "month", "version"]
    weekday: int = Field(0, ge=0, le=6)
    """Of a weekly one; 0 is Monday."""
    day: int = Field(1, ge=1, le=31)
    """Of a monthly one; in shorter months it is the last day."""
    at: time = time(8)
    time_zone: str = Field("UTC", max_length=64)


class ScheduleChange(Body):
    """Whether a schedule rests."""

    paused: bool


class RuleOut(Schema):
    """A schedule and when it comes round next."""

    every: str
    weekday: int
    day: int
    at: time
    time_zone: str
    paused_at: datetime | None
    stopped_at: datetime | None
    """When it stopped after failing too often in a row."""
    failures: int
    reason: str
    next_runs: list[datetime]

    @staticmethod
    def resolve_next_runs(schedule: Recurring) -> list[datetime]:
        return schedule.next_runs()

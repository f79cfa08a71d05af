"""Dates as keys that sort."""

from datetime import UTC, datetime


def moment_key(value: object) -> str:
    """Return a date or a moment as text that sorts by time, or "" for what is none; without a zone it counts as UTC."""
    if not isinstance(value, str):
        return ""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return ""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC).isoformat()
    except OverflowError:
        return ""

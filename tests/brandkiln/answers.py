"""Answers of the test client, read to their end."""

from typing import Any

from django.core.signals import request_finished
from django.db import close_old_connections


def finish(response: Any) -> int:
    """Return the status and close the response's file, but not the test's database connection."""
    request_finished.disconnect(close_old_connections)  # the test client has connected it again
    response.close()
    request_finished.connect(close_old_connections)
    return int(response.status_code)

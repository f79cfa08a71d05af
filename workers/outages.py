"""Living through a database that is away for a while."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)
T = TypeVar("T")
OUTAGES = (OperationalError, InterfaceError)


def outlast(action: Callable[[], T], *, seconds: float = 120.0, pause: float = 0.5) -> T:
    """Return what the action returns, trying again for as long as the database is away.

    The action may have been committed although its answer was lost, so it has to be one that a second run cannot
    harm: every move of a job is, since it matches the attempt.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return action()
        except OUTAGES as error:
            if time.monotonic() > deadline:
                raise
            logger.warning("The database did not answer, trying again: %s", error)
            connection.close()
            time.sleep(pause)

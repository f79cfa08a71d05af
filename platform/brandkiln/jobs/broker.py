"""How the broker is reached: bounded in time, because it is a doorbell and not a place for facts."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
TIMEOUT_SECONDS = 0.5
PAUSE_SECONDS = 2.0
_silent_until = 0.0


def celery_url() -> str:
    """Return the broker's address as Celery spells it."""
    url: str = settings.BROKER_URL
    return f"redis+socket://{urlsplit(url).path}" if url.startswith("unix:") else url


@contextmanager
def forgiving(what: str) -> Iterator[None]:
    """Run a send that may be lost: a broker that fails costs one short time-out, then a pause, never an error."""
    global _silent_until
    try:
        yield
    except (RedisError, KombuError, OSError) as error:
        _silent_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("%s was not sent, the sweeper makes up for it: %s", what, error)


def is_paused() -> bool:
    """Return whether the broker failed so recently that nothing is sent to it."""
    return time.monotonic() < _silent_until

"""Run the sweeper."""

import logging
import signal
import threading
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection

from brandkiln.core.errors import StudioError
from brandkiln.jobs.retention import keep_house
from brandkiln.jobs.sweep import CHORES, sweep
from brandkiln.notifications.letters import send_letters
from brandkiln.notifications.posting import deliver_due, post_until

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Put back jobs of lost workers, ring again for jobs that wait too long, send webhooks and letters. "
        "Several may run."
    )
    requires_system_checks: list[str] = []  # they would bring every page and the API into this small process

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=5.0, help="seconds between two sweeps")
        parser.add_argument("--once", action="store_true", help="sweep once and end")
        parser.add_argument(
            "--house-every", type=float, default=300.0, help="seconds between two rounds that delete old data"
        )

    def handle(self, *, every: float, once: bool, house_every: float, **options: Any) -> None:
        if once:
            for work in (_sweep, *CHORES, deliver_due, send_letters):
                work()
            return
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        # Beside the sweeps, since deleting much data may take minutes, servers and mail servers may hang, and lost jobs
        # should not wait for them.
        for target, args in (
            (_repeat, (stopping, house_every, _keep_house)),
            (_repeat, (stopping, every, send_letters)),
            (post_until, (stopping,)),
        ):
            threading.Thread(target=target, args=args, daemon=True).start()
        while not stopping.is_set():
            for work in (_sweep, *CHORES):
                _tried(work)
            stopping.wait(every)


def _repeat(stopping: threading.Event, every: float, work: Callable[[], object]) -> None:
    while not stopping.wait(every):
        _tried(work)
        connection.close()


def _tried(work: Callable[[], object]) -> None:
    """Do one round of some work; what it fails at is left to the next round, and stops no other work."""
    try:
        work()
    except (Error, OSError, StudioError) as error:
        logger.warning("%s failed, the next round tries again: %s", work.__name__, error)
        connection.close()
    except Exception:
        logger.exception("%s failed, the next round tries again", work.__name__)
        connection.close()


def _sweep() -> None:
    swept = sweep()
    if swept.put_back or swept.ended or swept.rung:
        logger.info("%s", swept)


def _keep_house() -> None:
    if kept := keep_house():
        logger.info("%s", kept)

"""Run the sweeper."""

import logging
import signal
import threading
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
        stopping = threading.Event()
        if not once:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stopping.set())
            # Beside the sweeps, since deleting much data may take minutes and lost jobs should not wait for it.
            threading.Thread(target=_keep_house, args=(stopping, house_every), daemon=True).start()
            # Likewise, since servers and mail servers may hang.
            threading.Thread(target=post_until, args=(stopping,), daemon=True).start()
            threading.Thread(target=_write_letters, args=(stopping, every), daemon=True).start()
        while not stopping.is_set():
            try:
                swept = sweep()
                for chore in CHORES:
                    chore()
            except Error as error:
                if once:
                    raise
                logger.warning("The database did not answer, the next sweep tries again: %s", error)
                connection.close()
            else:
                if swept.put_back or swept.ended or swept.rung:
                    logger.info("%s", swept)
            if once:
                deliver_due()
                send_letters()
                return
            stopping.wait(every)


def _write_letters(stopping: threading.Event, every: float) -> None:
    while not stopping.wait(every):
        try:
            send_letters()
        except Error as error:
            logger.warning("The database did not answer, letters wait: %s", error)
            connection.close()


def _keep_house(stopping: threading.Event, every: float) -> None:
    while not stopping.wait(every):
        try:
            if kept := keep_house():
                logger.info("%s", kept)
        except (Error, OSError, StudioError) as error:
            logger.warning("Old data could not be deleted, the next round tries again: %s", error)
        finally:
            connection.close()

"""Doing several things at the very same time, each with a database connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection


def together(*actions: Callable[[], None]) -> None:
    """Run the actions in threads that begin at the same moment; raise what any of them raised."""
    barrier = threading.Barrier(len(actions))
    errors: list[BaseException] = []

    def run(action: Callable[[], None]) -> None:
        try:
            barrier.wait()
            action()
        except BaseException as error:  # noqa: BLE001  it is raised again below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]

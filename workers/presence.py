"""What a worker says of itself every ten seconds: its queues, its devices, and how busy the machine is."""

import logging
import os
import platform
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from brandkiln.jobs.crew import EVERY_SECONDS, report_worker, worker_stopped
from django.db import Error, connection

from workers.devices import devices, nvidia_smi

logger = logging.getLogger(__name__)
_COLUMNS = "index,utilization.gpu,memory.used"


class Presence:
    """Reports in a thread of its own until it is ended; a database that is away costs reports and nothing else."""

    def __init__(self, name: str, queues: Sequence[str]) -> None:
        self._name, self._queues = name, list(queues)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Say that the worker is gone."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        found = [{"name": one.name, "title": one.title, "memory_mb": one.memory_mb} for one in devices()]
        is_first = True
        while True:
            try:
                if self._over.is_set():
                    worker_stopped(self._name)
                    break
                report_worker(
                    name=self._name, host=platform.node(), queues=self._queues, devices=found, load=load_now(),
                    is_first=is_first,
                )  # fmt: skip
                is_first = False
            except Error as error:
                logger.info("This worker's report was not kept, the next one is: %s", error)
                connection.close()
                if self._over.is_set():
                    break
            self._over.wait(EVERY_SECONDS)
        connection.close()


def load_now() -> dict[str, Any]:
    """Return how busy this machine is: processors and their load over a minute, memory in MiB, and its GPUs."""
    memory = _memory()
    return {
        "cpus": os.cpu_count() or 1,
        "load": round(os.getloadavg()[0], 2),
        "memory_mb": memory.get("MemTotal", 0) // 1024,
        "memory_free_mb": memory.get("MemAvailable", 0) // 1024,
        "gpus": parse_gpu_load(nvidia_smi(_COLUMNS, seconds=10)),
    }


def parse_gpu_load(table: str) -> dict[str, dict[str, int]]:
    """Return of each GPU in nvidia-smi's answer how many percent it is busy and how many MiB it holds."""
    found = {}
    for line in table.splitlines():
        columns = [column.strip() for column in line.split(",")]
        if len(columns) == 3 and all(column.isdigit() for column in columns):
            found[f"gpu-{columns[0]}"] = {"busy": int(columns[1]), "memory_mb": int(columns[2])}
    return found


def _memory() -> dict[str, int]:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    split = (line.replace(":", "").split() for line in lines)
    return {parts[0]: int(parts[1]) for parts in split if len(parts) > 1 and parts[1].isdigit()}

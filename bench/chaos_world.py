"""The processes that chaos kills: database, broker, sweepers, workers with their hosts, and a web server."""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from brandkiln.embedded.children import Child, start_child, stop_children
from brandkiln.embedded.postgres import start_postgres
from brandkiln.embedded.server import Server, ServerNotStarted
from brandkiln.embedded.valkey import start_valkey

from tests.prepared import TEMPLATE, copy_postgres, copy_sqlite

ROOT = Path(__file__).parents[1]
LEASE_SECONDS = 3
PORT = int(os.environ.get("CHAOS_PORT", "8478"))


def environment(home: Path, database: str) -> dict[str, str]:
    """Return the environment of every process of the world."""
    postgres = f"postgres://postgres@/{TEMPLATE}?host={home / 'postgres'}"
    return (
        os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "brandkiln.settings",
            "DATABASE_URL": postgres if database == "postgres" else f"sqlite:///{home / 'studio.sqlite3'}",
            "BRANDKILN_BROKER_URL": f"unix://{home / 'valkey' / 'valkey.sock'}",
            "BRANDKILN_HOME": str(home),
            "BRANDKILN_CACHE": str(home / "cache"),
            "BRANDKILN_INSECURE_KEY": "1",
            "BRANDKILN_LOG_LEVEL": "WARNING",
            "BRANDKILN_LEASE_SECONDS": str(LEASE_SECONDS),
            "BRANDKILN_RING_AGAIN_SECONDS": "2",
            "BRANDKILN_MAX_ATTEMPTS": "100",  # chaos is to show that nothing is lost, not that attempts are counted
            "BRANDKILN_GRACE_SECONDS": "2",
            "BRANDKILN_EXTRA_GENERATORS": "tests.dummy_generator.spec:SPEC",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
            "OMP_NUM_THREADS": "1",
        }
    )


@dataclass
class World:
    """Everything that runs, and how it is brought back after a kill."""

    home: Path
    database: str
    variables: dict[str, str]
    chance: random.Random
    small: bool = False
    has_web: bool = False
    kills: dict[str, int] = field(default_factory=dict)
    stalls: int = 0
    workers: dict[str, Child] = field(default_factory=dict)
    sweepers: dict[str, Child] = field(default_factory=dict)
    webs: dict[str, Child] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)
    _stalled: dict[str, float] = field(default_factory=dict)

    def start_servers(self) -> None:
        """Start the database, migrated before and copied, and the broker."""
        if self.database == "postgres":
            copy_postgres(self.home / "postgres", log=self._log("postgres"))
            self._start_server("postgres")
        else:
            copy_sqlite(self.home / "studio.sqlite3")
        self._start_server("broker")

    def keep_running(self) -> None:
        """Start again whatever has ended, and wake what has been stalled for longer than its lease."""
        for name, server in list(self.servers.items()):
            if server.process.poll() is not None:
                self._start_server(name)
        for number in range(2 if self.small else 3):
            self._keep(self.workers, f"w{number}", self._worker)
        for number in range(1 if self.small else 2):
            self._keep(self.sweepers, f"s{number}", self._sweeper)
        if self.has_web:
            self._keep(self.webs, "web", self._web)
        for name, until in list(self._stalled.items()):
            if time.monotonic() > until:
                self.workers[name].send_signal(signal.SIGCONT)
                del self._stalled[name]

    def kill_something(self) -> None:
        """Kill -9 one process at random; now and then stall a worker past its lease instead, beside the kills."""
        deeds: list[tuple[int, Callable[[], bool]]] = [(10, self._kill_host), (8, self._kill_worker)]
        deeds += [(4, self._kill_broker), (1, self._kill_sweeper)]
        if self.database == "postgres":
            deeds += [(3, self._kill_postgres)]
        if self.has_web:
            deeds += [(2, lambda: self._kill("web", self.webs["web"].pid))]
        if self.chance.random() < 0.3:
            self._stall()
        weights = [weight for weight, _ in deeds]
        while not self.chance.choices([deed for _, deed in deeds], weights)[0]():
            pass

    def told(self, begun: float) -> dict[str, object]:
        """Return what was done to it since a moment of the monotonic clock."""
        return {
            "kills": sum(self.kills.values()),
            "seconds": round(time.monotonic() - begun, 1),
            "killed": self.kills,
            "stalls": self.stalls,
            "database": self.database,
        }

    def stop(self) -> None:
        for worker in self.workers.values():
            worker.send_signal(signal.SIGCONT)
        stop_children(
            [*self.workers.values(), *self.sweepers.values(), *self.webs.values()], grace_seconds=10
        )
        for server in self.servers.values():
            server.stop()

    def _kill_host(self) -> bool:
        hosts = [pid for worker in self.workers.values() for pid in children_of(worker.pid)]
        if not hosts:
            return self._kill_worker()
        return self._kill("host", self.chance.choice(hosts))

    def _kill_worker(self) -> bool:
        return self._kill("worker", self.workers[self.chance.choice(sorted(self.workers))].pid)

    def _kill_sweeper(self) -> bool:
        return self._kill("sweeper", self.sweepers[self.chance.choice(sorted(self.sweepers))].pid)

    def _kill_broker(self) -> bool:
        return self._kill("broker", self.servers["broker"].process.pid)

    def _kill_postgres(self) -> bool:
        return self._kill("postgres", self.servers["postgres"].process.pid)

    def _kill(self, kind: str, pid: int) -> bool:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.kills[kind] = self.kills.get(kind, 0) + 1
        return True

    def _stall(self) -> None:
        awake = sorted(self.workers.keys() - self._stalled.keys())
        if len(awake) > 1:
            name = self.chance.choice(awake)
            self.workers[name].send_signal(signal.SIGSTOP)
            self._stalled[name] = time.monotonic() + LEASE_SECONDS + 1.5
            self.stalls += 1

    def _keep(self, group: dict[str, Child], name: str, start: Callable[[str], Child]) -> None:
        if name not in group or group[name].poll() is not None:
            self._stalled.pop(name, None)
            group[name] = start(name)

    def _worker(self, name: str) -> Child:
        command = [sys.executable, "-m", "celery", "-A", "workers.app", "worker", "--queues", "sample,train"]
        command += [
            "--hostname",
            f"{name}@chaos",
            "--loglevel",
            "WARNING",
            "--without-gossip",
            "--without-mingle",
        ]
        return start_child(command, log=self._log(name), environment=self.variables, folder=ROOT)

    def _sweeper(self, name: str) -> Child:
        command = [sys.executable, str(ROOT / "manage.py"), "sweep", "--every", "0.5"]
        return start_child(command, log=self._log(name), environment=self.variables, folder=ROOT)

    def _web(self, name: str) -> Child:
        command = [sys.executable, "-m", "uvicorn", "brandkiln.asgi:application", "--port", str(PORT)]
        command += ["--log-level", "error"]
        return start_child(command, log=self._log(name), environment=self.variables, folder=ROOT)

    def _start_server(self, name: str) -> None:
        for patience in (0.2, 0.5, 1.0, 2.0, 4.0):
            try:
                if name == "broker":
                    valkey = start_valkey(self.home / "valkey", log=self._log(name), append_only=False)
                    self.servers[name] = valkey
                else:
                    self.servers[name] = start_postgres(self.home / "postgres", log=self._log(name))
            except ServerNotStarted:  # its killed predecessor's children are still letting go
                time.sleep(patience)
            else:
                return
        raise ServerNotStarted(f"{name} could not be started again; see {self._log(name)}.")

    def _log(self, name: str) -> Path:
        return self.home / "logs" / f"{name}.log"


def children_of(pid: int) -> list[int]:
    """Return the direct children of a process."""
    found = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in tasks.read_text().split()]
        except OSError:
            continue  # the thread has just ended
    return found

"""A pytest plugin that gives the tests a real PostgreSQL and a real Valkey.

It is loaded by `-p` in pyproject.toml, because the environment has to name both before Django reads its settings.
DATABASE_URL chooses another database: `sqlite:///` gives each test process a SQLite file. Every server is a child
of the test run and dies with it. Each process of pytest-xdist has its own database and its own Valkey; browser tests
of all processes share one studio, which is started when the first of them asks for it.
"""

import atexit
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]

from brandkiln.embedded.children import start_child  # noqa: E402
from brandkiln.embedded.postgres import start_postgres  # noqa: E402
from brandkiln.embedded.server import Server  # noqa: E402
from brandkiln.embedded.valkey import start_valkey  # noqa: E402

from tests.prepared import copy_postgres, copy_sqlite  # noqa: E402

PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "main")
IS_FIRST_PROCESS = PROCESS == "main"
if IS_FIRST_PROCESS:
    # Not below TMPDIR, which may be too long for a unix socket.
    os.environ["BRANDKILN_TEST_RUN"] = tempfile.mkdtemp(prefix="brandkiln-test-", dir="/tmp")
RUN = Path(os.environ["BRANDKILN_TEST_RUN"])
HOME = RUN / PROCESS
LOG = RUN / "servers.log"
WITH_POSTGRES = not os.environ.get("DATABASE_URL")

if WITH_POSTGRES:
    os.environ["DATABASE_URL"] = f"postgres://postgres@/postgres?host={RUN / 'postgres'}"
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ |= {
    "BRANDKILN_HOME": str(HOME),
    "BRANDKILN_CACHE": str(HOME / "cache"),
    "BRANDKILN_INSECURE_KEY": "1",
    "BRANDKILN_BROKER_URL": f"unix://{HOME / 'valkey.sock'}",
}

STUDIO = RUN / "studio"
"""The home of the studio that browser tests use; it is there from the moment that one of them asks for it."""
STUDIO_LOG = RUN / "studio.log"
STUDIO_SECONDS = 240
READY = "Brandkiln is ready at "
OF_THE_TESTS = {
    "DATABASE_URL",
    "BRANDKILN_HOME",
    "BRANDKILN_CACHE",
    "BRANDKILN_BROKER_URL",
    "BRANDKILN_INSECURE_KEY",
    "BRANDKILN_PORT",
}
"""What a studio of its own must not take over from the tests."""

servers: list[Server] = []


def make_cache(home: Path) -> None:
    """Make the cache of a studio: its own, but for the converted language model, which outlives a run."""
    kept = ROOT / "var" / "cache" / "text-lm"
    kept.mkdir(parents=True, exist_ok=True)
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "text-lm").symlink_to(kept)


def pytest_sessionstart(session: pytest.Session) -> None:
    if session.config.option.collectonly:
        return
    make_cache(HOME)
    if IS_FIRST_PROCESS and WITH_POSTGRES:
        copy_postgres(RUN / "postgres", log=LOG)
        servers.append(start_postgres(RUN / "postgres", log=LOG, hasty=True))
    servers.append(start_valkey(HOME, log=LOG))
    if IS_FIRST_PROCESS:
        # The thread that starts a child has to live as long as the child, so it is one of its own.
        threading.Thread(target=_start_studio_when_wanted, daemon=True).start()


def wait_for_studio() -> str:
    """Return the address of an empty studio that lets people sign up; it is started where no test has asked before."""
    STUDIO.mkdir(exist_ok=True)
    deadline = time.monotonic() + STUDIO_SECONDS
    while time.monotonic() < deadline:
        said = STUDIO_LOG.read_text() if STUDIO_LOG.exists() else ""
        if READY in said:
            return said.partition(READY)[2].split()[0]
        time.sleep(0.1)
    logs = "".join(f"{path.name}:\n{path.read_text()[-2000:]}\n" for path in STUDIO.glob("logs/*"))
    pytest.fail(f"The studio did not start within {STUDIO_SECONDS} s:\n{said}{logs}")


def _start_studio_when_wanted() -> None:
    while not STUDIO.exists():
        time.sleep(0.2)
    make_cache(STUDIO)
    copy_sqlite(STUDIO / "studio.sqlite3")
    environment = {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS}
    environment |= {"BRANDKILN_HOME": str(STUDIO), "BRANDKILN_SIGN_UP": "1"}
    command = [sys.executable, "-m", "brandkiln.embedded.studio"]
    studio = start_child(command, log=STUDIO_LOG, environment=environment, folder=ROOT)
    servers.append(Server(studio, "", stop_signal=signal.SIGTERM))
    threading.Event().wait()


@atexit.register
def stop_servers() -> None:
    for server in servers:
        server.stop()
    if IS_FIRST_PROCESS:
        shutil.rmtree(RUN, ignore_errors=True)

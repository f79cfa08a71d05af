"""A pytest plugin that gives the tests a real PostgreSQL and a real Valkey.

It is loaded by `-p` in pyproject.toml, because the environment has to name both before Django reads its settings.
DATABASE_URL chooses another database: `sqlite:///` gives each test process a SQLite file. Every server is a child
of the test run and dies with it. Each process of pytest-xdist has its own database and its own Valkey.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]

from brandkiln.embedded.postgres import start_postgres  # noqa: E402
from brandkiln.embedded.server import Server  # noqa: E402
from brandkiln.embedded.valkey import start_valkey  # noqa: E402

from tests.prepared import copy_postgres  # noqa: E402

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


@atexit.register
def stop_servers() -> None:
    for server in servers:
        server.stop()
    if IS_FIRST_PROCESS:
        shutil.rmtree(RUN, ignore_errors=True)

"""A migrated PostgreSQL and a migrated SQLite file, made once for these migrations and copied by each test run.

They lie in var/test-databases/<hash of what decides their content>; nothing but time is lost with them.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from brandkiln.embedded.postgres import make_postgres, start_postgres

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "test-databases"
TEMPLATE = "brandkiln_template"
"""The database that those of the test processes are copied from."""
SQLITE = "test.sqlite3"


def copy_postgres(folder: Path, *, log: Path) -> None:
    """Make the data of a PostgreSQL with the database TEMPLATE in the new folder."""
    kept = _kept("postgres", log=log)
    # Owner and rights as they are: PostgreSQL refuses others.
    subprocess.run(["cp", "-a", str(kept), str(folder)], check=True)


def copy_sqlite(path: Path) -> None:
    """Copy the migrated SQLite file to a path."""
    shutil.copyfile(_kept("sqlite", log=Path(os.devnull)) / SQLITE, path)


def _kept(kind: str, *, log: Path) -> Path:
    """Return the folder of a migrated database; of two runs that begin together, one makes it and the other waits."""
    kept = KEPT / f"{kind}-{_digest()}"
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _keep(kept, kind, log=log)
    return kept


def _digest() -> str:
    """Return a hash of the migrations and of the versions of everything that brings some."""
    found = hashlib.sha256((ROOT / "constraints.txt").read_bytes())
    for path in sorted((ROOT / "platform").rglob("migrations/*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _keep(kept: Path, kind: str, *, log: Path) -> None:
    """Make a kept folder whole or not at all, and remove those of other migrations."""
    # Not below `var`, whose path may be too long for a unix socket.
    with tempfile.TemporaryDirectory(prefix="brandkiln-", dir="/tmp") as place:
        made = Path(place) / kind
        if kind == "postgres":
            make_postgres(made, log=log)
            server = start_postgres(made, log=log, hasty=True)
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {TEMPLATE}")
            _migrate(f"postgres://postgres@/{TEMPLATE}?host={made}")
            server.stop()
        else:
            made.mkdir()
            _migrate(f"sqlite:///{made / SQLITE}")
        for old in KEPT.glob(f"{kind}-*"):
            shutil.rmtree(old, ignore_errors=True)
        growing = KEPT / f".{kind}-{os.getpid()}"
        subprocess.run(["cp", "-a", str(made), str(growing)], check=True)
        growing.rename(kept)


def _migrate(url: str) -> None:
    environment = os.environ | {"DATABASE_URL": url, "BRANDKILN_INSECURE_KEY": "1"}
    subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity=0", "--skip-checks"],
        env=environment,
        check=True,
    )

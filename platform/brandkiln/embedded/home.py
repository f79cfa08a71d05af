"""The studio's folder ($BRANDKILN_HOME): its lock, its secret key and the port it is reached at."""

import fcntl
import os
import secrets
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FAVOURITE_PORT = 8000


class StudioNotStarted(Exception):
    """The studio can't start; the text says why and what to do."""


def home() -> Path:
    """Return the folder that holds everything a studio owns."""
    return Path(os.environ.get("BRANDKILN_HOME") or ROOT / "var").resolve()


def lock(folder: Path) -> int:
    """Return the held lock of the folder, which the system gives back when this process dies."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    descriptor = os.open(folder / "studio.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(descriptor, 20).decode() or "?"
        os.close(descriptor)
        raise StudioNotStarted(
            f"A studio (process {owner}) already runs in {folder}. Stop it, or set BRANDKILN_HOME to another folder."
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def keep_secret_key(folder: Path) -> None:
    """Make the key that signs sessions at the first start, readable by its owner only."""
    path = folder / "secret_key"
    if path.exists():
        return
    unfinished = folder / "secret_key.new"
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    unfinished.replace(path)


def choose_port(host: str, wanted: str) -> int:
    """Return the port of BRANDKILN_PORT, else 8000, else a free one."""
    if wanted:
        if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
            raise StudioNotStarted(f"BRANDKILN_PORT is {wanted!r}; use a number from 1 to 65535.")
        if not is_free(host, int(wanted)):
            raise StudioNotStarted(
                f"Port {wanted} on {host} is taken. Stop the program that uses it, or set BRANDKILN_PORT to "
                "another port; without BRANDKILN_PORT a free one is chosen."
            )
        return int(wanted)
    if is_free(host, FAVOURITE_PORT):
        return FAVOURITE_PORT
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True

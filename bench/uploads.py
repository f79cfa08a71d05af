"""A file of 1 GiB into a real server: in one piece over tus, with the server killed half-way, and as a form.

`make bench NAME=uploads` writes bench/results/uploads.json. MB/s and the server's largest resident memory stand beside
a plain loop that writes the same bytes to the same disk, syncs and hashes them.
"""

import hashlib
import http.client
import json
import os
import platform
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MEBIBYTE = 2**20
SIZE = int(os.environ.get("UPLOAD_MB", "1024")) * MEBIBYTE
RESULTS = Path(__file__).parent / "results" / "uploads.json"
TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


def main() -> None:
    """Print one JSON object as the last line and keep it beside this file."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("UPLOAD_HOME")) as home:
        os.environ |= {
            "BRANDKILN_HOME": home,
            "BRANDKILN_INSECURE_KEY": "1",
            "BRANDKILN_DISK_RESERVE_MB": "0",
            "DATABASE_URL": f"sqlite:///{home}/db",
            "DJANGO_SETTINGS_MODULE": "brandkiln.settings",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        result = measure(Path(home), *world())
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result))


def measure(home: Path, dataset: str, token: str) -> dict[str, Any]:
    """Return the figures of each way."""
    return {
        "bench": "uploads",
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
        },
        "mebibytes": SIZE // MEBIBYTE,
        "ours": {
            "tus": over_tus(home, dataset, token, seed=1),
            "tus_killed_half_way": over_tus(home, dataset, token, seed=2, killed=True),
            "form": as_form(home, dataset, token, seed=3),
        },
        "peers": {"plain_loop": plain_loop(home)},
    }


def over_tus(home: Path, dataset: str, token: str, *, seed: int, killed: bool = False) -> dict[str, float]:
    """Send the file in one PATCH; where the server is killed, go on behind what it had kept."""
    with server(home) as (port, process):
        said = {"dataset": dataset, "files": [{"name": "large.csv", "size": SIZE}]}
        upload = json.loads(ask(port, token, "POST", "/api/v1/uploads", json.dumps(said))[1])
        address = upload["files"][0]["url"]
        idle = resident(process.pid)
        begun = time.perf_counter()
        if killed:
            threading.Timer(0, lambda: kill_half_way(home, process)).start()
            send(port, token, address, 0, seed)
        else:
            assert send(port, token, address, 0, seed) == 204
            seconds = time.perf_counter() - begun
            peak = peak_resident(process.pid)
    kept = 0
    if killed:
        with server(home) as (port, process):
            kept = int(ask(port, token, "HEAD", address)[0]["Upload-Offset"])
            assert kept < SIZE
            assert send(port, token, address, kept, seed) == 204
            seconds = time.perf_counter() - begun
            peak = peak_resident(process.pid)
    found = {
        "mb_per_second": round(SIZE / MEBIBYTE / seconds),
        "resident_mb": round(peak),
        "resident_before_mb": round(idle),
    }
    return found | ({"kept_percent": round(100 * kept / SIZE)} if killed else {})


def as_form(home: Path, dataset: str, token: str, *, seed: int) -> dict[str, float]:
    """Send the file as a form, whose body Django writes to its temporary folder before anybody looks at it."""
    head = b'--bound\r\nContent-Disposition: form-data; name="file"; filename="large.csv"\r\n\r\n'
    tail = b"\r\n--bound--\r\n"

    def body() -> Iterator[bytes]:
        yield head
        yield from pieces(0, seed)
        yield tail

    with server(home) as (port, process):
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "multipart/form-data; boundary=bound",
            "Content-Length": str(SIZE + len(head) + len(tail)),
        }
        connection.request("POST", f"/api/v1/datasets/{dataset}/uploads", body(), headers)
        assert connection.getresponse().status == 202
        seconds = time.perf_counter() - begun
        return {
            "mb_per_second": round(SIZE / MEBIBYTE / seconds),
            "resident_mb": round(peak_resident(process.pid)),
        }


def plain_loop(home: Path) -> dict[str, float]:
    """Write, sync and hash the same number of bytes."""
    begun = time.perf_counter()
    path = home / "plain"
    with path.open("wb") as target:
        for piece in pieces(0, 4):
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    with path.open("rb") as source:
        hashlib.file_digest(source, "sha256")
    seconds = time.perf_counter() - begun
    path.unlink()
    return {
        "mb_per_second": round(SIZE / MEBIBYTE / seconds),
        "resident_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def pieces(start: int, seed: int) -> Iterator[bytes]:
    """Yield the file from an offset on; each mebibyte begins with its number, so that no two are alike."""
    filler = hashlib.shake_256(bytes([seed])).digest(MEBIBYTE - 8)
    number, inside = divmod(start, MEBIBYTE)
    while number * MEBIBYTE < SIZE:
        yield (number.to_bytes(8, "big") + filler)[inside:]
        number, inside = number + 1, 0


def send(port: int, token: str, address: str, offset: int, seed: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    headers = TUS | {
        "Authorization": f"Bearer {token}",
        "Upload-Offset": str(offset),
        "Content-Length": str(SIZE - offset),
    }
    try:
        connection.request("PATCH", address, pieces(offset, seed), headers)
        return connection.getresponse().status
    except (ConnectionError, http.client.HTTPException):
        return 0


def ask(port: int, token: str, method: str, address: str, body: str = "") -> tuple[Any, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {
        "Authorization": f"Bearer {token}",
        "Tus-Resumable": "1.0.0",
        "Content-Type": "application/json",
    }
    connection.request(method, address, body or None, headers)
    answer = connection.getresponse()
    assert answer.status < 300, answer.read()
    return answer.headers, answer.read()


def kill_half_way(home: Path, process: subprocess.Popen[bytes]) -> None:
    folder = home / "scratch" / "uploads"
    while sum(part.stat().st_size for part in folder.glob("*.part")) < SIZE // 2:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)


@contextmanager
def server(home: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "brandkiln.asgi:application", "--port", str(port)]
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen([*command, "--log-level", "warning"], stdout=log, stderr=log)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port, process
    finally:
        process.kill()
        process.wait()


def resident(pid: int, name: str = "VmRSS") -> float:
    """Return the memory of a process in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def peak_resident(pid: int) -> float:
    return resident(pid, "VmHWM")


def world() -> tuple[str, str]:
    """Return the id of a data set and a token that may write to it."""
    from brandkiln.core.models import User
    from brandkiln.datasets.services import create_dataset
    from brandkiln.projects.services import create_project
    from brandkiln.workspaces.services import create_workspace, issue_token

    user = User.objects.create_user("bench@example.com", "a long enough password")
    workspace = create_workspace(name="Bench", owner=user)
    project = create_project(workspace=workspace, name="Bench", actor=user)
    dataset = create_dataset(workspace=workspace, project=project, name="Large", kind="table", actor=user)
    token = issue_token(workspace=workspace, user=user, name="bench", scopes=["read", "write"])[1]
    return str(dataset.pk), token


if __name__ == "__main__":
    main()

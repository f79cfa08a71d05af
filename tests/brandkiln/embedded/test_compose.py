"""Each service of docker-compose.yml starts with its own command and environment, here without docker."""

import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from brandkiln.embedded.children import Child, start_child, stop_children
from brandkiln.embedded.home import choose_port

ROOT = Path(__file__).resolve().parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
VALUES = {"POSTGRES_PASSWORD": "secret", "BRANDKILN_SECRET_KEY": "k" * 50}
OWN = [name for name, service in COMPOSE["services"].items() if "build" in service]
START_SECONDS = 60


def resolve(text: str) -> str:
    """Fill in ${NAME}, ${NAME:-default} and ${NAME:?message} as compose does."""
    return re.sub(r"\$\{(\w+)(?::-([^}]*))?[^}]*\}", lambda m: VALUES.get(m[1], m[2] or ""), text)


class Started:
    """One service of the file, on this machine's database and broker."""

    def __init__(self, name: str, folder: Path, environment: dict[str, str], *extra: str) -> None:
        service = COMPOSE["services"][name]
        self.log = folder / f"{name}.log"
        declared = {key: resolve(value) for key, value in service["environment"].items()}
        here = {key: environment[key] for key in ("DATABASE_URL", "BRANDKILN_BROKER_URL", "BRANDKILN_HOME")}
        paths = {"PATH": f"{Path(sys.executable).parent}:{environment['PATH']}", "OMP_NUM_THREADS": "1"}
        command = [resolve(word) for word in service["command"]]
        self.child: Child = start_child(
            [str(Path(sys.executable).parent / command[0]), *command[1:], *extra],
            log=self.log,
            environment=declared | here | paths,
            folder=ROOT,
        )

    def says(self, text: str) -> bool:
        return text in self.log.read_text()


@pytest.fixture
def start(tmp_path: Path, process_environment: dict[str, str]) -> Iterator[Any]:
    started: list[Started] = []

    def start(name: str, *extra: str) -> Started:
        started.append(Started(name, tmp_path, process_environment, *extra))
        return started[-1]

    yield start
    stop_children([service.child for service in started], grace_seconds=15)


def wait(service: Started, answers: Any) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        assert service.child.poll() is None, service.log.read_text()
        assert time.monotonic() < deadline, service.log.read_text()
        time.sleep(0.1)


def opens(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.slow
def test_every_service_starts_by_its_own_command(start: Any) -> None:
    port = choose_port("127.0.0.1", "")
    once = [start("migrate"), start("sweeper", "--once")]
    web = start("web", "--port", str(port))
    workers = [start(name) for name in OWN if name.endswith("-worker")]
    assert {"migrate", "sweeper", "web", "cpu-worker", "gpu-worker"} == set(OWN)
    for service in once:
        assert service.child.wait(START_SECONDS) == 0, service.log.read_text()
    wait(web, lambda: opens(f"http://127.0.0.1:{port}/readyz"))
    for worker in workers:
        wait(worker, lambda worker=worker: worker.says("ready."))
    for service in (web, *workers):
        service.child.send_signal(signal.SIGTERM)
    for service in (web, *workers):
        assert service.child.wait(15) in {0, -signal.SIGTERM}, service.log.read_text()


def test_only_the_workers_get_torch() -> None:
    targets = {name: COMPOSE["services"][name]["build"]["target"] for name in OWN}
    assert {name for name, target in targets.items() if target == "worker"} == {"cpu-worker", "gpu-worker"}
    dockerfile = (ROOT / "Dockerfile").read_text()
    web = dockerfile[dockerfile.index("AS web") : dockerfile.index("AS worker")]
    assert "[worker]" not in web
    assert "torch" not in web.lower()


def test_the_broker_keeps_an_append_only_file() -> None:
    assert COMPOSE["services"]["valkey"]["command"][1:3] == ["--appendonly", "yes"]


def compose_client() -> list[str]:
    """Return the command of a compose client: the plugin of docker, or the program that was there before it."""
    docker = shutil.which("docker")
    if docker and subprocess.run([docker, "compose", "version"], capture_output=True).returncode == 0:
        return [docker, "compose"]
    classic = shutil.which("docker-compose")
    return [classic] if classic else []


def test_docker_compose_accepts_the_file(tmp_path: Path) -> None:
    client = compose_client()
    if not client:
        pytest.skip("this machine has no docker compose")
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    shutil.copy(ROOT / ".env.example", tmp_path / ".env")
    command = [*client, "--file", "docker-compose.yml", "--profile", "gpu", "config", "--quiet"]
    environment = VALUES | {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

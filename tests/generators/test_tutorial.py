"""The tutorial's generator is installed as its readers would, and works."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generators.tiny import tiny_data
from workers.host import Host, Outcome, Request

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial"
UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the plugin into a folder of its own, without network."""
    assert UV, "uv is part of the environment"
    folder = tmp_path_factory.mktemp("tutorial")
    source = shutil.copytree(TUTORIAL / "slogans", folder / "source")
    options = ["--quiet", "--offline", "--no-deps", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([UV, "pip", "install", *options, "--target", folder / "site", source], check=True)
    return folder / "site"


def python(installed: Path, *arguments: str) -> str:
    environment = {"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, *arguments]
    answer = subprocess.run(
        command, cwd=installed, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_the_plugin_is_listed_once_it_is_installed(installed: Path) -> None:
    assert "markov-slogan    1.0.0      train, sample, evaluate" in python(
        installed, "-m", "generators", "list"
    )


def test_the_plugin_passes_the_conformance_kit(installed: Path) -> None:
    answer = python(installed, "-m", "generators", "check", "markov-slogan", "--set", "train.save_every=20")
    assert (
        "It trains, and a training that is killed and resumed ends with the same weights bit for bit."
        in answer
    )


def test_the_plugins_own_tests_pass(installed: Path) -> None:
    tests = installed.parent / "source" / "tests"
    # -p no:django: these tests run where nobody has heard of Django.
    answer = python(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:django", str(tests))
    assert "3 passed" in answer


class Studio:
    """Runs the plugin's jobs as a worker does."""

    def __init__(self, host: Host, scratch: Path) -> None:
        self.host, self.scratch = host, scratch

    def run(self, kind: Any, **facts: Any) -> tuple[Outcome, list[dict[str, Any]]]:
        messages: list[dict[str, Any]] = []
        request = Request(
            job=kind, kind=kind, generator="markov-slogan", scratch=self.scratch, **{"params": {}, **facts}
        )
        outcome = self.host.run(
            request, on_message=messages.append, cancelled=lambda: False, silence_seconds=30
        )
        return outcome, messages


@pytest.fixture
def studio(installed: Path, tmp_path: Path) -> Iterator[Studio]:
    host = Host(memory_mb=512, idle_seconds=30, grace_seconds=1, environment={"PYTHONPATH": str(installed)})
    yield Studio(host, tmp_path / "scratch")
    host.close()


def test_the_plugin_learns_writes_and_is_measured_in_the_host(studio: Studio, tmp_path: Path) -> None:
    data = tiny_data(tmp_path / "data", "text").folder
    outcome, _ = studio.run("train", data=data, params={"order": 1})
    checkpoint = Path(outcome.result["checkpoint"])

    _, messages = studio.run("sample", checkpoint=checkpoint, params={"start": "Handmade", "count": 3})
    slogans = [message["text"] for message in messages if message["type"] == "sample"]
    assert len(slogans) == 3
    assert all(slogan.startswith("Handmade ") for slogan in slogans)

    outcome, _ = studio.run("evaluate", checkpoint=checkpoint, data=data)
    # A chain that has learned nothing would waver between all of the 22 words and the end.
    assert 1 < outcome.result["metrics"]["perplexity"] < 6


def test_the_tutorial_shows_the_code_as_it_is() -> None:
    """Each block of the text that names a file is a part of that file."""
    text = (TUTORIAL / "README.md").read_text()
    parts = text.split("<!-- from: ")[1:]
    assert len(parts) >= 4
    for part in parts:
        name, _, rest = part.partition(" -->")
        shown = rest.split("```")[1].partition("\n")[2].strip("\n")
        source = (TUTORIAL / "slogans" / name).read_text()
        assert shown in source, f"{name} has changed: copy the part that the tutorial shows again."

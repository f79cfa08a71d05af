"""Every environment variable is explained, and nothing is explained that is not there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("platform", "generators", "workers", "scripts")
NAME = re.compile(r"[\"'](BRANDKILN_[A-Z0-9_]+|DATABASE_URL)[\"']")


def variables() -> set[str]:
    texts = (path.read_text() for part in PARTS for path in (ROOT / part).rglob("*.py"))
    return {name for text in texts for name in NAME.findall(text)}


def explained() -> set[str]:
    page = (ROOT / "docs" / "configuration.md").read_text()
    return set(re.findall(r"^\| `([A-Z0-9_]+)`", page, re.MULTILINE))


def test_every_variable_is_explained() -> None:
    assert variables() - explained() == set()


def test_no_explained_variable_is_gone() -> None:
    assert explained() - variables() == {
        "COMPOSE_PROFILES",
        "CPU_WORKER_QUEUES",
        "POSTGRES_PASSWORD",
        "TORCH_BACKEND",
    }


def test_the_example_names_only_explained_variables() -> None:
    named = re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert named
    assert set(named) <= explained()

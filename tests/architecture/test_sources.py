"""The size and the shape of the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("platform", "generators", "workers", "scripts", "bench", "tests", "docs")
LONGEST = 400
STORAGE_NAMES = {"default_storage", "storages", "FileSystemStorage", "Storage"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|raise NotImplementedError)\b")


def sources(*parts: str) -> Iterator[Path]:
    for part in parts:
        yield from sorted(path for path in (ROOT / part).rglob("*.py") if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_is_longer_than_400_lines() -> None:
    long = {
        name_of(path): lines
        for path in sources(*PARTS)
        if (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_nothing_is_left_unfinished() -> None:
    here = Path(__file__)
    assert [
        name_of(path) for path in sources(*PARTS) if path != here and UNFINISHED.search(path.read_text())
    ] == []


@pytest.mark.parametrize("pattern", ["conftest.py", "test_*.py"])
def test_no_test_lies_in_the_source_root(pattern: str) -> None:
    assert list((ROOT / "platform").rglob(pattern)) == []


def test_only_artifacts_touches_the_store() -> None:
    """Import-linter cannot look inside Django, so the names are looked for in the source."""
    outside = (path for path in sources("platform", "workers") if "artifacts" not in path.parts)
    assert [name_of(path) for path in outside if STORAGE_NAMES & set(imported_names(path))] == []


def imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.core.files.storage"):
            yield from (alias.name for alias in node.names)


def test_no_word_stands_for_nothing() -> None:
    """Files are named for what they hold, never `utils.py`."""
    vague = {"utils.py", "helpers.py", "common.py", "misc.py", "manager.py", "handler.py"}
    assert [
        name_of(path) for path in sources("platform", "generators", "workers") if path.name in vague
    ] == []

"""Each layer contract of pyproject.toml holds, and fails where it is broken on purpose."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

# One forbidden import for each contract: the file it is written to, and the line.
BREACHES = {
    "Workers use the platform, the platform uses the SDK": ("brandkiln/core/errors.py", "import workers"),
    "Generators know nothing of the platform's libraries": ("generators/spec.py", "import django"),
    "The platform and the workers never import the numerical libraries": (
        "brandkiln/core/errors.py",
        "import torch",
    ),
    "Built-in generators are independent": (
        "generators/builtin/text_lm/sample.py",
        "import generators.builtin.report.spec",
    ),
    "Apps depend downwards": ("brandkiln/datasets/models/version.py", "import brandkiln.jobs.models"),
    "Inside an app: addresses, then what they show, then services, then the queue, then rows": (
        "brandkiln/jobs/models.py",
        "import brandkiln.jobs.services",
    ),
    "The embedded servers start without the studio": ("brandkiln/embedded/server.py", "import django"),
    "Only artifacts touches the store": ("brandkiln/library/services.py", "import storages"),
    "Only the jobs app talks to Celery": ("brandkiln/dashboard/context.py", "import celery"),
}


def lint_imports(folder: Path, *, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run import-linter on a copy of the source, so that the tree under test is never written to."""
    program = (
        "import sys; sys.path[:0] = ['.', 'platform']; from importlinter.cli import lint_imports_command"
    )
    return subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            f"{program}; lint_imports_command()",
            "--no-cache",
            "--config",
            "pyproject.toml",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "static", "static_src", "data", "locale")
    for part in ("platform", "generators", "workers"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(output: str) -> set[str]:
    flat = " ".join(output.split())
    return {name for contract in CONTRACTS if f"{(name := contract['name'])} BROKEN" in flat}


def test_every_contract_has_a_breach() -> None:
    assert set(BREACHES) == {contract["name"] for contract in CONTRACTS}


def test_the_tree_keeps_every_contract(tree: Path) -> None:
    checked = lint_imports(tree)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert re.search(rf"{len(CONTRACTS)} kept, 0 broken", checked.stdout)


def test_every_contract_fails_where_it_is_broken_on_purpose(tree: Path) -> None:
    for path, line in BREACHES.values():
        file = tree / path if path.startswith("generators") else tree / "platform" / path
        file.write_text(f"{file.read_text()}\n{line}\n")
    checked = lint_imports(tree)
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert broken_contracts(checked.stdout) == set(BREACHES)

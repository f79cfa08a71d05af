"""What a fresh interpreter finds: the standard library's platform, and no numerical library in the web process."""

import json
import os
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NUMERICAL = ["torch", "transformers", "numpy", "accelerate", "polars"]
SPECS = sorted((ROOT / "generators" / "builtin").glob("*/spec.py"))
SDK_CORE = ["params", "spec", "registry", "run", "data", "checkpoint", "errors"]


def run_fresh(program: str, **environment: str) -> str:
    """Return what a new interpreter prints, started in the repository's root as a person would."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def loaded_after(imports: str) -> list[str]:
    program = f"{imports}\nimport json, sys; print(json.dumps([n for n in {NUMERICAL} if n in sys.modules]))"
    loaded: list[str] = json.loads(run_fresh(program).splitlines()[-1])
    return loaded


def test_platform_is_the_standard_library() -> None:
    where = Path(run_fresh("import platform; print(platform.__file__)").strip())
    assert ROOT not in where.parents


def test_platform_holds_exactly_one_package_and_nothing_that_pytest_would_import() -> None:
    held = {path.name for path in (ROOT / "platform").iterdir() if path.name != "__pycache__"}
    assert held == {"brandkiln"}


def test_manage_py_starts_in_a_fresh_interpreter() -> None:
    done = subprocess.run([sys.executable, "manage.py", "check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_specs_are_known_without_numerical_libraries() -> None:
    modules = [f"generators.builtin.{path.parent.name}.spec" for path in SPECS]
    assert len(modules) > 5
    program = f"""
import importlib, sys
for name in {modules}:
    importlib.import_module(name)
    print(*(name + " loads " + heavy for heavy in {NUMERICAL} if heavy in sys.modules), sep="\\n", end="")
"""
    assert run_fresh(program) == ""


def test_the_core_of_the_sdk_needs_no_numerical_libraries() -> None:
    assert loaded_after("\n".join(f"import generators.{name}" for name in SDK_CORE)) == []


def test_the_sdk_needs_no_platform() -> None:
    loaded = "print([name for name in ('django', 'celery', 'redis', 'brandkiln') if name in sys.modules])"
    assert run_fresh(f"import generators.registry, generators.host, sys; {loaded}").strip() == "[]"


def test_a_worker_never_imports_torch() -> None:
    assert loaded_after("import workers.app, workers.tasks") == []


def test_torchvision_is_neither_installed_nor_pinned() -> None:
    assert find_spec("torchvision") is None
    assert "torchvision" not in (ROOT / "constraints.txt").read_text().split("torchvision stays out")[1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for wanted in (project["dependencies"], *project["optional-dependencies"].values()):
        assert not [name for name in wanted if name.startswith("torchvision")]

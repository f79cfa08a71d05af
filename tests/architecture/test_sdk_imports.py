"""The light half of the SDK stays light, in an interpreter that has imported nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "transformers", "numpy", "safetensors", "PIL")
PLATFORM = ("django", "celery", "redis", "kombu", "brandkiln", "workers")
CORE = sorted(
    f"generators.{path.stem}" for path in (ROOT / "generators").glob("*.py") if path.stem != "__main__"
)
SPECS = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in ROOT.glob("generators/builtin/*/spec.py")
)


def imported(modules: list[str], among: tuple[str, ...]) -> list[str]:
    """Return which of some packages are in sys.modules after importing modules in a fresh interpreter."""
    program = (
        "import importlib, sys\n"
        f"for module in {modules!r}: importlib.import_module(module)\n"
        f"print(*(name for name in {among!r} if name in sys.modules))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return answer.stdout.split()


@pytest.mark.parametrize("modules", [CORE, SPECS], ids=["core", "specs"])
def test_the_core_and_each_spec_import_nothing_heavy(modules: list[str]) -> None:
    guilty = modules if imported(modules, HEAVY) else []
    assert {module: imported([module], HEAVY) for module in guilty} == {}


def test_the_sdk_knows_nothing_of_the_platform() -> None:
    assert imported([*CORE, "generators.__main__"], PLATFORM) == []


def test_the_registry_and_the_devices_import_nothing_heavy() -> None:
    program = (
        "from generators import registry; registry.specs()\nfrom workers.devices import devices; devices()\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", f"{program}import sys; print(*(name for name in {HEAVY!r} if name in sys.modules))"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert answer.stdout.split() == []


def test_the_watch_sees_what_is_imported() -> None:
    assert imported(["numpy"], HEAVY) == ["numpy"]

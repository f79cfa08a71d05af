"""A whole studio in processes of its own, with real workers and generators, and a real browser to use it with."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import make_cache

START_LINE = "Brandkiln is ready at "
OF_THE_TESTS = {
    "DATABASE_URL",
    "BRANDKILN_HOME",
    "BRANDKILN_CACHE",
    "BRANDKILN_BROKER_URL",
    "BRANDKILN_INSECURE_KEY",
    "BRANDKILN_PORT",
}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]


def find_chromium() -> str | None:
    named = os.environ.get("BRANDKILN_CHROMIUM")
    return named or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium is installed; BRANDKILN_CHROMIUM names one")
    return {"executable_path": chromium, "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "en-GB", "viewport": {"width": 1280, "height": 860}, "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of an empty studio that lets people sign up."""
    home = tmp_path_factory.mktemp("studio")
    make_cache(home)
    environment = {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS}
    process = subprocess.Popen(
        [sys.executable, "-m", "brandkiln.embedded.studio"],
        env=environment | {"BRANDKILN_HOME": str(home), "BRANDKILN_SIGN_UP": "1", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines: list[str] = []
    address = ""
    for line in process.stdout:
        lines.append(line)
        if line.startswith(START_LINE):
            address = line.removeprefix(START_LINE).split()[0]
            break
    if not address:
        logs = "".join(path.read_text()[-2000:] for path in Path(home).glob("logs/*"))
        pytest.fail("The studio did not start:\n" + "".join(lines) + logs)
    yield address
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)

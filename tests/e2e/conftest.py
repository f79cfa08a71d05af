"""A real browser, and a whole studio in processes of its own with real workers and generators to use it with."""

from typing import Any

import pytest

from scripts.find_browser import find_browser
from tests.servers import wait_for_studio

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    chromium = find_browser()
    if chromium is None:
        pytest.skip("no Chromium is installed; BRANDKILN_CHROMIUM names one")
    return {"executable_path": chromium, "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "en-GB", "viewport": {"width": 1280, "height": 860}, "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def studio() -> str:
    """Return the address of an empty studio that lets people sign up."""
    return wait_for_studio()

"""The web process opens every page, and stays free of the numerical libraries while it does."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VISITOR = Path(__file__).with_name("visit_every_page.py")


@pytest.mark.slow
def test_the_web_process_opens_every_page_without_numerical_libraries(
    process_environment: dict[str, str],
) -> None:
    command = [sys.executable, str(VISITOR)]
    done = subprocess.run(command, cwd=ROOT, env=process_environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["numerical"] == []
    assert report["server_errors"] == []
    assert report["opened"] > 30

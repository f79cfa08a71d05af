"""A small run of `make chaos`."""

import json
import os
import subprocess
import sys

import pytest

from tests.workers.conftest import ROOT


@pytest.mark.slow
@pytest.mark.parametrize(("database", "jobs"), [("postgres", 8), ("sqlite", 5)])
def test_nothing_is_lost_duplicated_or_stuck_when_everything_is_killed(database: str, jobs: int) -> None:
    environment = os.environ | {"JOBS": str(jobs), "SEED": "1", "DB": database}
    run = subprocess.run(
        [sys.executable, "-m", "bench.chaos"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    figures = json.loads(run.stdout.splitlines()[-1])
    assert figures["jobs"] == jobs
    assert figures["kills"] >= 4
    assert (figures["lost"], figures["duplicated"], figures["stuck"]) == (0, 0, 0)

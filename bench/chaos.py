"""Kills everything at random while jobs run, then counts what was lost, done twice or left stuck.

Run it as `make chaos JOBS=500 SEED=1 DB=postgres` (or `DB=sqlite`); with `OF=bulk` the jobs are the rows of one bulk.
Hosts, workers, sweepers, the broker (which keeps nothing on disk) and PostgreSQL are killed with SIGKILL, and some
workers are stopped for longer than their lease. What was promised is kept outside the database: a ledger with one line
for each submit that was acknowledged.
"""

import hashlib
import json
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.chaos_world import World, environment

KILLS_PER_JOB = 0.13
FEWEST_KILLS = 4
SMALL = 50
"""Below so many jobs, fewer workers and sweepers run: most of a small run's time is their starting."""
PAUSE_SECONDS = 0.1
SPACING_SECONDS = 0.4
DRAIN_SECONDS = 90.0


def main() -> int:
    """Print the figures as the last line; 1 if anything was lost, duplicated or stuck."""
    jobs = int(os.environ.get("JOBS") or 500)
    seed = int(os.environ.get("SEED") or 1)
    database = os.environ.get("DB") or "postgres"
    of = os.environ.get("OF") or "jobs"
    if of not in {"jobs", "bulk"}:
        sys.exit(f"OF is {of!r}; use jobs or bulk.")
    if database not in {"postgres", "sqlite"}:
        sys.exit(f"DB is {database!r}; use postgres or sqlite.")
    with tempfile.TemporaryDirectory(prefix="chaos-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        os.environ |= environment(home, database)
        figures = run(home, database, jobs, random.Random(seed), of)
        if keep := os.environ.get("CHAOS_LOGS"):
            (home / "logs").rename(keep)
    print(json.dumps(figures))
    return int(any(figures.get(name) for name in ("lost", "duplicated", "stuck", "counts_differ")))


def run(home: Path, database: str, jobs: int, chance: random.Random, of: str = "jobs") -> dict[str, Any]:
    """Return the figures of one run."""
    begun = time.monotonic()
    world = World(home, database, dict(os.environ), chance, small=jobs < SMALL, has_web=of == "bulk")
    world.start_servers()
    try:
        import django

        django.setup()
        if of == "bulk":
            from bench import chaos_bulk

            return chaos_bulk.run(world, jobs, begun) | world.told(begun)
        campaign = Campaign(world, jobs, home / "ledger.jsonl")
        return campaign.run()
    finally:
        world.stop()


@dataclass
class Campaign:
    """Submits jobs, kills processes as jobs finish, waits for the rest, and judges."""

    world: World
    jobs: int
    ledger: Path
    promised: dict[str, dict[str, Any]] = field(default_factory=dict)

    def run(self) -> dict[str, Any]:
        from bench import chaos_jobs

        begun = time.monotonic()
        chaos_jobs.prepare()
        planned = max(FEWEST_KILLS, round(self.jobs * KILLS_PER_JOB))
        deadline = begun + min(330.0, 60.0 + self.jobs * 0.6)
        done, last_kill, killed = 0, 0.0, 0
        while True:
            self.world.keep_running()
            for _ in range(4):
                self._submit_one()
            done = chaos_jobs.count_final() or done
            now = time.monotonic()
            due = done >= killed * self.jobs / (planned + 1) and now - last_kill > SPACING_SECONDS
            if killed < planned and due and len(self.promised) > min(self.jobs, 5) - 1:
                self.world.kill_something()
                killed, last_kill = killed + 1, now
            if (done >= self.jobs and killed >= planned) or now > deadline:
                break
            time.sleep(PAUSE_SECONDS)
        chaos_jobs.wait_until_final(DRAIN_SECONDS, self.world.keep_running)
        verdict = chaos_jobs.judge(self.promised)
        return {
            "jobs": len(self.promised),
            **verdict,
            **self.world.told(begun),
        }

    def _submit_one(self) -> None:
        """Submit the next job; where the answer is lost, the next call asks again with the same key."""
        from bench import chaos_jobs

        number = len(self.promised)
        if number >= self.jobs:
            return
        key = hashlib.sha256(f"{self.jobs}/{number}".encode()).hexdigest()[:32]
        asked = chaos_jobs.submit(number, key)
        if asked is not None:
            self.promised[key] = asked
            with self.ledger.open("a") as ledger:
                ledger.write(json.dumps({"key": key, **asked}) + "\n")


if __name__ == "__main__":
    sys.exit(main())

"""A PostgreSQL and a Valkey of their own for a benchmark, in a folder that goes when it ends."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from brandkiln.embedded.postgres import make_postgres, start_postgres
from brandkiln.embedded.server import Server
from brandkiln.embedded.valkey import start_valkey

ROOT = Path(__file__).parents[1]
DUMMY = {"BRANDKILN_EXTRA_GENERATORS": "tests.dummy_generator.spec:SPEC"}
"""What a benchmark adds that measures the studio alone, without a network."""


@contextmanager
def studio_servers(prefix: str = "bench-", **more: str) -> Iterator[tuple[Path, list[Server]]]:
    """Run both servers and set this process's environment to them; yield the folder, and what is stopped at the end.

    Args:
        more: Environment variables besides.
    """
    with tempfile.TemporaryDirectory(prefix=prefix, dir="/tmp", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        log = home / "servers.log"
        make_postgres(home / "postgres", log=log)
        servers = [start_postgres(home / "postgres", log=log), start_valkey(home / "valkey", log=log)]
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "brandkiln.settings",
            "DATABASE_URL": servers[0].url,
            "BRANDKILN_BROKER_URL": servers[1].url,
            "BRANDKILN_HOME": folder,
            "BRANDKILN_INSECURE_KEY": "1",
            "BRANDKILN_LOG_LEVEL": "WARNING",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
            **more,
        }
        try:
            yield home, servers
        finally:
            for server in reversed(servers):
                server.stop()


def migrated() -> None:
    """Make this process a studio with all tables."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)

"""What every test may use: quick passwords, the database's kind, and the environment of a process beside the test."""

import gc
import os
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from tests.prepared import TEMPLATE, copy_sqlite
from tests.servers import RUN


def pytest_configure() -> None:
    gc.disable()  # what collecting makes stays: looking through it again and again takes a fifth of the time
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 is slow on purpose


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-database", action="store_true", help="leave out tests that use no database")


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put long tests first, so that no process ends alone with one; those with a browser last.

    A browser leaves an event loop running, in which Django refuses to use its database. With --only-database, leave
    out what a second database can't change: tests of readers, steps and metrics.
    """
    items.sort(key=lambda item: 2 if item.get_closest_marker("e2e") else not item.get_closest_marker("slow"))
    if not config.getoption("--only-database"):
        return
    fixtures = {"db", "transactional_db"}
    left_out = [
        item
        for item in items
        if not item.get_closest_marker("django_db") and not fixtures & set(getattr(item, "fixturenames", ()))
    ]
    config.hook.pytest_deselected(items=left_out)
    away = set(left_out)
    items[:] = [item for item in items if item not in away]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Copy a database that was migrated before; keep SQLite in a file, so that other processes see the same rows."""
    test = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        test["NAME"] = str(settings.HOME / "test.sqlite3")
        copy_sqlite(settings.HOME / "test.sqlite3")
        test["MIGRATE"] = False
    elif Path(connection.settings_dict["HOST"]).parent == RUN:
        test["TEMPLATE"] = TEMPLATE
        test["MIGRATE"] = False


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """Use the copied SQLite file as it is."""
    return connection.vendor == "sqlite" or bool(request.config.getvalue("reuse_db"))


@pytest.fixture
def process_environment(transactional_db: None) -> dict[str, str]:
    """Return the environment of a process that works on the test's own database and broker."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name}"
    else:
        url = f"postgres://postgres@/{name}?host={quote(connection.settings_dict['HOST'])}"
    return os.environ | {"DATABASE_URL": url}

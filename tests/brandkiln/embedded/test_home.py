"""The studio's folder: one studio at a time, a private key, a port that says why it can't be had."""

import socket
import stat
from pathlib import Path

import pytest
from brandkiln.embedded import home
from brandkiln.embedded.home import StudioNotStarted


def test_two_studios_cannot_share_a_home(tmp_path: Path) -> None:
    home.lock(tmp_path)
    with pytest.raises(StudioNotStarted, match="already runs"):
        home.lock(tmp_path)


def test_the_secret_key_is_private_and_stays(tmp_path: Path) -> None:
    home.keep_secret_key(tmp_path)
    key = (tmp_path / "secret_key").read_text()
    home.keep_secret_key(tmp_path)
    assert (tmp_path / "secret_key").read_text() == key
    assert len(key) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_taken_port_is_refused_where_it_was_asked_for() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StudioNotStarted, match=f"Port {port} on 127.0.0.1 is taken"):
            home.choose_port("127.0.0.1", str(port))


def test_a_free_port_is_chosen_where_the_favourite_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(home, "FAVOURITE_PORT", taken.getsockname()[1])
        assert home.is_free("127.0.0.1", home.choose_port("127.0.0.1", ""))


@pytest.mark.parametrize("wanted", ["http", "0", "65536", "-1"])
def test_a_port_that_is_no_port_is_named(wanted: str) -> None:
    with pytest.raises(StudioNotStarted, match=f"BRANDKILN_PORT is '{wanted}'"):
        home.choose_port("127.0.0.1", wanted)

"""The set-up decides without installing: what is done already, and where torch comes from."""

from pathlib import Path

import pytest

from scripts import setup_environment as setup


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    monkeypatch.setattr(setup, "ENVIRONMENT", tmp_path)
    monkeypatch.setattr(setup, "PYTHON", str(tmp_path / "bin" / "python"))
    monkeypatch.setattr(setup, "STAMP", tmp_path / "stamp.txt")
    return tmp_path


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Collect what uv would install; PyTorch's own index cannot be reached."""
    asked: list[tuple[str, ...]] = []

    def uv_install(*arguments: str, check: bool = True) -> bool:
        asked.append(arguments)
        return "--torch-backend" not in arguments

    monkeypatch.setattr(setup, "uv_install", uv_install)
    return asked


def test_a_stamp_makes_the_second_set_up_instant(environment: Path) -> None:
    wanted = setup.fingerprint()
    assert not setup.is_done("studio", wanted)
    setup.STAMP.write_text(f"studio {wanted}\n")
    assert setup.is_done("studio", wanted)
    assert not setup.is_done("develop", wanted)
    setup.STAMP.write_text(f"develop {wanted}\n")
    assert setup.is_done("studio", wanted)


def test_other_pins_need_another_set_up(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = setup.fingerprint()
    pins = environment / "constraints.txt"
    pins.write_text("uv==0.0.1\n")
    monkeypatch.setattr(setup, "CONSTRAINTS", str(pins))
    assert setup.fingerprint() != before


def test_a_missing_wheel_folder_is_not_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path} {tmp_path / 'missing'} https://example.com/wheels")
    assert setup.wheel_folders() == [str(tmp_path)]


def test_a_torch_wheel_on_this_machine_is_preferred(
    environment: Path, commands: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (environment / "torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl").touch()
    monkeypatch.setenv("PIP_FIND_LINKS", str(environment))
    setup.install_project("studio")
    assert commands == [("--editable", ".[worker,embedded]")]


def test_without_one_the_build_fits_the_machine_and_a_blocked_index_costs_a_warning(
    environment: Path,
    commands: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    setup.install_project("studio")
    assert [asked[2:] for asked in commands] == [("--torch-backend", "auto"), ()]
    assert "PyTorch's own index cannot be reached" in capsys.readouterr().err


def test_weights_that_cannot_be_reached_cost_a_warning(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "uv_install", lambda *arguments, check=True: False)
    setup.install_weights()
    assert "BRANDKILN_TEXT_LM" in capsys.readouterr().err

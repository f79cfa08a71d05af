"""Devices are found without importing torch."""

import sys
from pathlib import Path

import pytest

from workers.devices import CPU, devices, parse_nvidia_smi

TABLE = (
    "0, GPU-aaaa-1, NVIDIA H100 80GB HBM3, 81559\n1, GPU-bbbb-2, NVIDIA L4, [N/A]\n\nNo devices were found\n"
)


@pytest.fixture
def two_gpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!{sys.executable}\nprint({TABLE!r}, end='')\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def test_the_table_of_nvidia_smi_is_read() -> None:
    first, second = parse_nvidia_smi(TABLE)
    assert (first.name, first.title, first.torch_name, first.memory_mb) == (
        "gpu-0", "NVIDIA H100 80GB HBM3", "cuda:0", 81559,
    )  # fmt: skip
    assert second.memory_mb is None


def test_each_gpu_is_the_only_one_that_its_child_sees(two_gpus: None) -> None:
    assert [gpu.environment for gpu in devices()] == [
        {"CUDA_VISIBLE_DEVICES": "GPU-aaaa-1"},
        {"CUDA_VISIBLE_DEVICES": "GPU-bbbb-2"},
    ]


@pytest.mark.parametrize(
    ("allowed", "names"),
    [("1", ["gpu-1"]), ("GPU-aaaa", ["gpu-0"]), ("", ["cpu"]), ("-1", ["cpu"]), ("0,1", ["gpu-0", "gpu-1"])],
)
def test_cuda_visible_devices_is_respected(
    two_gpus: None, monkeypatch: pytest.MonkeyPatch, allowed: str, names: list[str]
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", allowed)
    assert [device.name for device in devices()] == names


def test_a_machine_without_nvidia_smi_has_its_cpu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert devices() == (CPU,)


def test_an_nvidia_smi_that_fails_is_no_gpu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\nexit 9\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert devices() == (CPU,)

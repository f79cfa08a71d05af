"""Which devices this machine offers, found without importing torch."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field

_COLUMNS = "index,uuid,name,memory.total"


@dataclass(frozen=True, slots=True)
class Device:
    """One device that a host process can be given.

    Attributes:
        name: How the platform calls it: "cpu", "gpu-0".
        title: How people call it, such as "NVIDIA H100 80GB HBM3".
        torch_name: How a generator in the child calls it: "cpu" or "cuda:0".
        memory_mb: The GPU's own memory in MiB; None for the CPU.
        environment: Variables that make it the only GPU that the child sees.
    """

    name: str
    title: str
    torch_name: str
    memory_mb: int | None = None
    environment: dict[str, str] = field(default_factory=dict)


CPU = Device("cpu", "CPU", "cpu", environment={"CUDA_VISIBLE_DEVICES": ""})


def hosted(count: int) -> tuple[Device, dict[str, str]]:
    """Return the first device, and the environment of a host in which a training may use `count` of them."""
    found = devices()
    names = [gpu.environment["CUDA_VISIBLE_DEVICES"] for gpu in found[:count]]
    shared = {"CUDA_VISIBLE_DEVICES": ",".join(names), "BRANDKILN_TRAIN_PROCESSES": str(count)}
    return found[0], found[0].environment | shared


def devices() -> tuple[Device, ...]:
    """Return the NVIDIA GPUs that this process may use, or the CPU where there is none."""
    allowed = os.environ.get("CUDA_VISIBLE_DEVICES")
    found = tuple(
        gpu for gpu in parse_nvidia_smi(nvidia_smi(_COLUMNS, seconds=20)) if _is_visible(gpu, allowed)
    )
    return found or (CPU,)


def parse_nvidia_smi(table: str) -> tuple[Device, ...]:
    """Return the GPUs in nvidia-smi's answer; lines that describe none are passed over."""
    gpus = []
    for line in table.splitlines():
        columns = [column.strip() for column in line.split(",")]
        if len(columns) == 4 and columns[0].isdigit() and columns[1].startswith("GPU-"):
            index, uuid, title, memory = columns
            gpus.append(
                Device(
                    f"gpu-{index}",
                    title,
                    "cuda:0",
                    int(memory) if memory.isdigit() else None,
                    {"CUDA_VISIBLE_DEVICES": uuid},
                )
            )
    return tuple(gpus)


def _is_visible(gpu: Device, allowed: str | None) -> bool:
    """Return whether CUDA_VISIBLE_DEVICES, which holds indices or the beginnings of UUIDs, lets a GPU through."""
    if allowed is None:
        return True
    index, uuid = gpu.name.removeprefix("gpu-"), gpu.environment["CUDA_VISIBLE_DEVICES"]
    wanted = [entry.strip() for entry in allowed.split(",") if entry.strip()]
    return any(entry == index or (entry.startswith("GPU-") and uuid.startswith(entry)) for entry in wanted)


def nvidia_smi(columns: str, *, seconds: float) -> str:
    """Return the driver's table of the GPUs with these columns; nothing where it is not there or takes too long."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    command = [program, f"--query-gpu={columns}", "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout if answer.returncode == 0 else ""

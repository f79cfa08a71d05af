"""How fast image generators train, draw and read, beside the plain way of doing the same, in the same run.

    PYTHONPATH=.:platform PEER/bin/python -m bench.images              # all of it, three to four minutes of one core
    PYTHONPATH=.:platform .venv/bin/python -m bench.images --only gan --only draw

One thread, processor seconds. Rounds are interleaved (A B A B); one in which the machine's own matrix rate or bandwidth
was more than 30 % off its median is thrown away and done again. Trainings run in a process of their own for each side,
whose most memory is told; "releasing" is ours without keeping the memory that it frees. PEER is an environment that has
pythae 0.1.2 and sees this project's torch (a .pth file in it names this environment's site-packages); without pythae
its part is left out, and said so. Prints one JSON object as its last line and keeps it in bench/results/images.json,
part by part.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from bench import images_sides as sides
from bench.images_apart import Apart
from bench.images_rounds import Rates, in_turns
from generators.allocation import keep_freed_memory
from generators.training.precision import fast_bfloat16

PEERS = {
    "gan": "the training loop of PyTorch's DCGAN tutorial, float32, the same network",
    "vae": "pythae's trainer, its own networks",
    "draw": "a loop that draws one picture after the other",
    "read": "a dataset that decodes each JPEG with Pillow",
}
RESULT = Path(__file__).parent / "results" / "images.json"
FORWARD_AND_BACK = 3  # a step computes forward, and twice as much for the slopes
PHOTOGRAPH_SIDES = (256, 512, 1_024)


def vae() -> dict[str, Any]:
    """Return our learner's speed on pythae's own networks beside pythae's trainer."""
    if importlib.util.find_spec("pythae") is None:
        return {"left_out": "pythae is not installed here"}
    from bench.images_vae_peer import NETWORKS

    found: dict[str, Any] = {}
    for kind in NETWORKS:
        apart = {who: Apart(f"vae-{who}-{kind}") for who in ("ours", "pythae", "releasing")}
        rates = in_turns(apart)
        ratios = {
            "ratio": rates.ratio("ours", "pythae"),
            "releasing_ratio": rates.ratio("releasing", "pythae"),
        }
        found[kind] = rates.document() | ratios | peaks(apart)
    return found


def gan() -> dict[str, Any]:
    """Return the speed of image-gan beside the DCGAN tutorial's loop: its networks, and those of the default."""
    apart = {who: Apart(f"gan-{who}") for who in ("ours", "tutorial")}
    rates = in_turns(apart)
    default = sides.our_gan("spectral")
    alone = in_turns({"default": default}, rounds=3)
    return rates.document() | {
        "ratio": rates.ratio("ours", "tutorial"),
        **peaks(apart),
        "default": alone.document() | reached(alone.pictures["default"], default.multiplications(), alone),
    }


def draw() -> dict[str, Any]:
    """Return pictures drawn a second: many at once, one by one as a job does, and by a naive loop."""
    with tempfile.TemporaryDirectory() as folder:
        rates = in_turns(sides.draws(Path(folder)))
    ratios = {f"{way}_ratio": rates.ratio(way, "naive") for way in ("at_once", "one_by_one")}
    return rates.document() | ratios


def read() -> dict[str, Any]:
    """Return pictures read a second from the cache, beside decoding JPEG files of growing sides."""
    found = {}
    for side in PHOTOGRAPH_SIDES:
        with tempfile.TemporaryDirectory() as name:
            os.environ["BRANDKILN_CACHE"] = f"{name}/cache"
            rates = in_turns(sides.reads(sides.photographs(Path(name), side)), rounds=3)
        found[f"{side}_px"] = rates.document() | {"ratio": rates.ratio("cached", "decoded")}
    return found


def growth() -> dict[str, Any]:
    """Return milliseconds a picture of a training step as data, pictures and batches grow, three points each."""
    points: dict[str, dict[str, Callable[[], int]]] = {
        "data": {f"{count:,}": sides.our_gan("spectral", count=count) for count in (1_000, 8_000, 60_000)},
        "batch": {str(batch): sides.our_gan("spectral", batch=batch) for batch in (16, 32, 64)},
        "resolution": {
            f"{side} px": sides.our_vae(resolution=side, batch=16, count=256) for side in (32, 64, 128)
        },
    }
    found = {}
    for name, work in points.items():
        rates = in_turns(work, rounds=3)
        found[name] = {point: round(1000 / rate, 2) for point, rate in rates.pictures.items()}
    return found


def reached(rate: float, multiplications: float, rates: Rates) -> dict[str, float]:
    """Return which part of the machine's rate of products a training comes to, by its counted work.

    The products are of bfloat16 where the machine computes with it, else of float32.

    Args:
        rate: Pictures a second.
        multiplications: Forward, for each picture.
    """
    gflops = 2 * FORWARD_AND_BACK * multiplications * rate / 1e9
    machine = rates.machine
    kind, rate_of = (
        ("bfloat16", machine.bfloat16_gflops) if fast_bfloat16("cpu") else ("float32", machine.gflops)
    )
    return {
        "gflops": round(gflops, 1),
        f"machine_{kind}_gflops": round(rate_of, 1),
        "share_reached": round(gflops / rate_of, 3),
    }


def peaks(apart: dict[str, Apart]) -> dict[str, dict[str, float]]:
    """Let the processes end and return the most memory that each took, in MB."""
    for side in apart.values():
        side.end()
    return {"peak_mb": {name: side.peak_mb for name, side in apart.items()}}


def ratios_of(found: dict[str, Any], name: str = "") -> dict[str, float]:
    """Return how many times as fast as its peer each part is, by its name."""
    ratios: dict[str, float] = {}
    for key, value in found.items():
        if isinstance(value, dict):
            ratios |= ratios_of(value, f"{name} {key}".strip())
        elif key.endswith("ratio"):
            ratios[f"{name} {key.removesuffix('ratio')}".strip("_ ")] = value
    return ratios


def main() -> None:
    """Measure what was asked for, print and keep the record."""
    parser = argparse.ArgumentParser(prog="python -m bench.images", description=__doc__)
    parts = {part.__name__: part for part in (vae, gan, draw, read, growth)}
    parser.add_argument("--only", action="append", choices=list(parts), help="one part; may be repeated")
    parser.add_argument("--into", type=Path, default=RESULT, help="the record; another machine has its own")
    options = parser.parse_args()
    torch.set_num_threads(1)
    keep_freed_memory()
    found = json.loads(options.into.read_text())["ours"] if options.only and options.into.exists() else {}
    record: dict[str, Any] = {
        "bench": "images",
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cpus": os.cpu_count(),
            "threads": 1,
            "torch": torch.__version__,
            "bfloat16": fast_bfloat16("cpu"),
            "clock": "processor seconds",
        },
    }
    for name in options.only or parts:
        found[name] = parts[name]()
        record |= {"ours": found, "peers": PEERS, "ratios": ratios_of(found)}
        options.into.write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps(record))


if __name__ == "__main__":
    main()

"""Slices of a real head scan, mended and encoded: `python -m bench.medical SCAN`.

SCAN is ch2.nii.gz of Debian's mricron-data: the mean of 27 T1 scans of one head, 181 x 217 x 181 voxels of 1 mm. It is
split by slab, so that no test slice has a training slice for a neighbour. What comes of it is not for diagnosis. Beside
each mended figure stands that of a plain filter or enlargement. The figures go to bench/results/medical.json.
"""

from __future__ import annotations

import gzip
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from bench.record import record
from generators import registry
from generators.data import Record
from generators.run import LocalRun
from generators.testing import write_data

UINT8 = 2
SLABS = {"train": range(30, 108), "validation": range(111, 119), "test": range(122, 150)}
"""Axial slices; two are left out between slabs."""
PLANS = {
    "image-restore": {"kimg": 12, "width": 16, "resolution": 64, "seed": 0},
    "image-vae": {"kimg": 12, "width": 32, "resolution": 64, "seed": 0},
}


def slices(scan: Path, folder: Path) -> Iterator[Record]:
    """Yield the slices of a NIfTI file of unsigned bytes as records, each written as a PNG."""
    data = gzip.decompress(scan.read_bytes())
    width, height, depth = struct.unpack("<3h", data[42:48])
    (kind,), (begin,) = struct.unpack("<h", data[70:72]), struct.unpack("<f", data[108:112])
    if kind != UINT8:
        raise ValueError(f"{scan.name} holds voxels of type {kind}; unsigned bytes (2) are read.")
    volume = np.frombuffer(data, np.uint8, offset=int(begin)).reshape(depth, height, width)
    for split, slab in SLABS.items():
        for z in slab:
            path = folder / f"{z:03}.png"
            Image.fromarray(np.ascontiguousarray(volume[z, ::-1])).save(path)
            yield Record(id=path.stem, split=split, path=path)  # type: ignore[arg-type]


def main(scan: Path) -> None:
    """Train both on the slab for training and keep what they measure on the one for testing."""
    torch.set_num_threads(1)
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "data"
        folder.mkdir()
        data = write_data(folder, "image", slices(scan, folder), name="Head scan")
        for name, params in PLANS.items():
            spec, begun = registry.get(name), time.time()
            run = LocalRun(Path(scratch) / name)
            made = registry.load(spec, "train")(data, spec.params_for("train").model_validate(params), run)
            wanted = spec.params_for("evaluate").model_validate({"split": "test"})
            metrics = import_module(f"{spec.package}.evaluate").evaluate(made, data, wanted, run)
            shown = {key: round(value, 4) for key, value in metrics.items() if "psnr" in key or "ssim" in key}
            found[name] = {
                "params": params,
                "n": data.counts(),
                "seconds": round(time.time() - begun),
                **shown,
            }
    keep(found)


def keep(found: dict[str, dict[str, Any]]) -> None:
    """Print and keep the figures, those of the plain ways apart."""
    mark = "baseline_"
    ours = {
        name: {key: value for key, value in one.items() if mark not in key} for name, one in found.items()
    }
    plain = {
        key.replace(mark, ""): value for one in found.values() for key, value in one.items() if mark in key
    }
    ratios = {key: round(ours["image-restore"][key] / value, 3) for key, value in plain.items()}
    record("medical", ours=ours, peers={"plain": plain}, ratios=ratios)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""What generated pictures do to a classifier of Fashion-MNIST: `python -m bench.augmentation rare FOLDER`.

rare     200 real pictures of five labels and 20 of the others, filled up by an image-gan that learned from those alone
shipped  20 real pictures of each label, and 60 drawn by the demo's image-gan, which learned from 60,000 others

The figures go to bench/results/augmentation.json, where those of the other plan stay. FOLDER holds Debian's
dataset-fashion-mnist as a data set version: dataset.json and records.jsonl.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import torch

from bench.record import kept, record
from generators import checkpoint as checkpoints
from generators.builtin.image_gan.spec import TrainParams
from generators.builtin.image_gan.train import train
from generators.data import TrainingData
from generators.inspection import Pair, load
from generators.run import LocalRun

DEMO = Path("platform/brandkiln/demo/checkpoints/image-gan")
TESTED = 100
RARE = ("Shirt", "Coat", "Dress", "Sneaker", "Bag")
KIMG = 12.0
JUDGED_KIMG = 4
"""Thousands of pictures shown to the generator, and to each classifier."""
PLANS: dict[str, tuple[int, int, dict[str, object]]] = {
    "rare": (200, 20, {"fill": "balance", "per_label": 180}),
    "shipped": (20, 20, {"per_label": 60}),
}
"""Real pictures of a label, of a rare one, and what is drawn."""


def subset(source: Path, folder: Path, *, each: int, rare: int) -> TrainingData:
    """Return the first pictures of each label as a data set of their own."""
    header = json.loads((source / "dataset.json").read_text())
    header["sha256"] = hashlib.sha256(f"{each} {rare}".encode()).hexdigest()
    seen: Counter[tuple[str, str]] = Counter()
    lines = []
    for line in (source / "records.jsonl").read_text().splitlines():
        record = json.loads(line)
        key = record["split"], record["label"]
        most = TESTED if record["split"] == "test" else rare if record["label"] in RARE else each
        if seen[key] < most:
            seen[key] += 1
            lines.append(line)
    folder.mkdir(parents=True)
    (folder / "dataset.json").write_text(json.dumps(header))
    (folder / "records.jsonl").write_text("\n".join(lines) + "\n")
    return TrainingData.open(folder)


def main(name: str, source: Path) -> None:
    """Run one plan and keep its figures."""
    torch.set_num_threads(1)
    each, rare, wanted = PLANS[name]
    begun = time.time()
    with tempfile.TemporaryDirectory() as scratch:
        data = subset(source, Path(scratch) / "data", each=each, rare=rare)
        if name == "shipped":
            made = checkpoints.read(DEMO)
        else:
            params = TrainParams(kimg=KIMG, seed=0)
            made = train(data, params, LocalRun(Path(scratch) / "gan"))
        trained = time.time() - begun
        params_of_set = wanted | {"kimg": JUDGED_KIMG, "repeats": 3}
        found = load("augment")(Pair(made, data), {"augment": params_of_set}, LocalRun(Path(scratch) / "set"))
    line = {
        "plan": name,
        "gan_kimg": KIMG if name != "shipped" else None,
        "gan_seconds": round(trained),
        "seconds": round(time.time() - begun),
        **{key: value for key, value in found.summary.items() if key != "mixes"},
        "mixes": [{k: v for k, v in mix.items() if k != "confusion"} for mix in found.summary["mixes"]],
    }
    keep([one for one in _plans(kept("augmentation")) if one["plan"] != name] + [line])


def _plans(last: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the plans that were kept, each with its mixes as they were measured."""
    return [
        one | {"plan": plan, "mixes": [last["peers"]["real_pictures_alone"][plan], *one["mixes"]]}
        for plan, one in last.get("ours", {}).items()
    ]


def keep(plans: list[dict[str, Any]]) -> None:
    """Print and keep the figures; beside both mixes with generated pictures stand the real ones alone."""
    ours, real, ratios = {}, {}, {}
    for one in plans:
        first, *others = one["mixes"]
        plan = one["plan"]
        ours[plan] = one | {"mixes": others}
        real[plan] = first
        ratios[plan] = {
            mix["name"]: round(mix["accuracy"]["value"] / first["accuracy"]["value"], 3) for mix in others
        }
    record("augmentation", ours=ours, peers={"real_pictures_alone": real}, ratios=ratios)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

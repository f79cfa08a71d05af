"""What drawn pictures of Fashion-MNIST are worth, by two extractors, each beside its train-against-test floor.

    python -m bench.images_judge platform/brandkiln/demo/checkpoints/image-gan --samples 10000
    python -m bench.images_judge flow-s1 --set guidance=1 --own-samples 10000 --samples 0
    python -m bench.images_judge flow-s1 --set guidance=1 --own-samples 0 --samples 10000

A name stands for what `bench.images_families` or `bench.images_vae_draw` kept; the figures then go to its log, too, and
what was drawn is kept for the next extractor.

"packaged" is EfficientNet-lite0, trained on ImageNet. "own" is the studio's small classifier of the training pictures'
labels (seed 0), which also says how many drawn pictures it takes for what was asked for. Neither gives an FID, and
their numbers do not compare with each other.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from bench.images_data import ROOT, fashion
from bench.images_drawing import answer_plainly, drawn
from generators.allocation import keep_freed_memory
from generators.builtin.image_diffusion.denoising import Care
from generators.checkpoint import read
from generators.metrics.extractors import Extractor, Seen
from generators.metrics.extractors.own import Own
from generators.metrics.extractors.packaged import Packaged
from generators.metrics.frechet import frechet_figure
from generators.metrics.kid import kid
from generators.run import LocalRun
from generators.training.grids import save_grid
from generators.training.pictures import Pictures, kept_by_content, load_pictures, to_floats
from generators.training.randomness import generator_for

CHUNK = 100
GRID_ROWS = 6
LOGS = Path(__file__).parent / "images"
DRAWN = "drawn.safetensors"
"""Pictures of what has no checkpoint of ours."""


class Judge:
    """Both extractors and the real pictures; what they see in those is kept from run to run."""

    def __init__(self) -> None:
        self.data = fashion()
        self._splits = {split: self._read(split) for split in ("train", "test")}

    def _read(self, split: str) -> Pictures:
        return load_pictures(self.data, split, resolution=32, generator="bench")

    def labels(self, count: int) -> Tensor:
        """Return the labels of the first `count` test pictures, in the order that `judged` compares with."""
        labels = self._some("test", count).labels
        assert labels is not None
        return labels

    def judged(self, pictures: Tensor, *, samples: dict[str, int], labelled: bool) -> dict[str, Any]:
        """Return the figures of pictures (N, 1, 32, 32), uint8, drawn with the labels of as many test pictures.

        Args:
            samples: How many of them each extractor looks at.
            labelled: Whether they were asked for by label.
        """
        found: dict[str, Any] = {}
        for name, count in samples.items():
            extractor = Packaged() if name == "packaged" else self._own()
            seen = _look(extractor, pictures[:count])
            test, train = (self._seen(extractor, split, count) for split in ("test", "train"))
            found[name] = {
                "extractor": extractor.name,
                "n": count,
                **_compared(test, seen, "", self.labels(count) if name == "own" and labelled else None),
                **_compared(test, train, "_floor", None),
            }
            if name == "own":
                found[name]["recognised_real"] = _share(test, self.labels(count))
        return found

    def _own(self) -> Own:
        path = ROOT / "own.pt"
        if not path.exists():
            torch.save(Own(self._splits["train"], LocalRun(ROOT / "own"), seed=0), path)
        return torch.load(path, weights_only=False)  # type: ignore[no-any-return]

    def _some(self, split: str, count: int) -> Pictures:
        whole = self._splits[split]
        chosen = torch.randperm(len(whole), generator=generator_for(0, "held out"))[:count]
        assert whole.labels is not None
        return Pictures(whole.images[chosen], whole.labels[chosen], whole.names)

    def _seen(self, extractor: Extractor, split: str, count: int) -> Seen:
        some = self._some(split, count)

        def look() -> dict[str, Tensor]:
            seen = _look(extractor, some.images)
            return {"features": seen.features, "logits": seen.logits}

        return Seen(**kept_by_content(self.data, some, f"bench {extractor.name}", look))


def _look(extractor: Extractor, images: Tensor) -> Seen:
    parts = [extractor.see(to_floats(part), device="cpu") for part in torch.split(images, CHUNK)]
    return Seen(torch.cat([part.features for part in parts]), torch.cat([part.logits for part in parts]))


def _compared(real: Seen, drawn: Seen, suffix: str, labels: Tensor | None) -> dict[str, float]:
    distance = frechet_figure(real.features, drawn.features, generator_for(0, "frechet"))
    kernel = kid(real.features, drawn.features, generator_for(0, "kid"))
    found = {
        f"frechet_distance{suffix}": distance.value,
        f"frechet_distance{suffix}_se": distance.standard_error,
        f"kid{suffix}": kernel.value,
        f"kid{suffix}_se": kernel.standard_error,
    }
    found = {name: float(f"{value:.4g}") for name, value in found.items()}
    return found if labels is None else found | {"recognised": _share(drawn, labels)}


def _share(seen: Seen, labels: Tensor) -> float:
    return round((seen.logits.argmax(1) == labels).double().mean().item(), 4)


def grid_of(pictures: Tensor, labels: Tensor, path: Path) -> None:
    """Write the first few pictures of each label, a column for each."""
    rows = torch.stack([(labels == label).nonzero()[:GRID_ROWS, 0] for label in range(10)], 1)
    save_grid(to_floats(pictures[rows.flatten()]), path, columns=10)


def main() -> None:
    """Draw from a checkpoint, judge, and print one JSON object as the last line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.images_judge", description=sys.modules[__name__].__doc__
    )
    parser.add_argument("checkpoint", help="its folder, or a name")
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn")
    parser.add_argument(
        "--samples", type=int, default=2_000, help="that the packaged extractor looks at; 0 leaves it out"
    )
    parser.add_argument("--own-samples", type=int, default=2_000, help="that the classifier looks at")
    parser.add_argument(
        "--set", dest="care", metavar="KEY=VALUE", action="append", default=[], help="of image-diffusion"
    )
    parser.add_argument("--grid", type=Path, help="where some of the pictures go, a PNG file")
    options = parser.parse_args()
    torch.set_num_threads(1)
    keep_freed_memory()
    os.environ.setdefault("BRANDKILN_CACHE", str(ROOT / "cache"))
    judge, samples = Judge(), {"packaged": options.samples, "own": options.own_samples}
    samples = {name: count for name, count in samples.items() if count}
    labels = judge.labels(max(samples.values()))
    kept = ROOT / "checkpoints" / options.checkpoint
    folder, care = kept if kept.is_dir() else Path(options.checkpoint), options.care
    is_labelled = not (folder / DRAWN).exists() and bool(read(folder).labels)
    pictures = _pictures(folder, labels, seed=options.seed, care=care, keeps=folder == kept)
    if options.grid:
        grid_of(pictures, labels, options.grid)
    figures = judge.judged(pictures, samples=samples, labelled=is_labelled)
    if folder == kept:
        note(options.checkpoint, ",".join(care), options.seed, figures)
    print(json.dumps({"bench": "images_judge", "checkpoint": str(folder), "care": care} | figures))


def _pictures(folder: Path, labels: Tensor, *, seed: int, care: list[str], keeps: bool) -> Tensor:
    """Return what was drawn, or is drawn now: one picture for each label, or as many without."""
    path = folder / DRAWN
    if not path.exists():
        path = folder / f"drawn-{','.join(care)}-s{seed}-{len(labels)}.safetensors"
    if path.exists():
        known: Tensor = load_file(path)["pictures"]
        return known[: len(labels)]
    if keeps and json.loads((LOGS / f"{folder.name}.json").read_text())["plain"]:
        answer_plainly()
    pictures = drawn(read(folder), labels, seed=seed, care=care_of(care))
    if keeps:
        save_file({"pictures": pictures}, path)
    return pictures


def note(name: str, care: str, seed: int, figures: dict[str, Any]) -> None:
    """Put figures into a log, beside those of another extractor for the same drawing, in place of older ones."""
    path = LOGS / f"{name}.json"
    record = json.loads(path.read_text())
    facts = {"care": care or "as by default", "seed": seed}
    found = next((entry for entry in record["drawn"] if entry["care"] == facts["care"]), None)
    if found is None:
        record["drawn"].append(found := {})
    found |= facts | figures
    path.write_text(json.dumps(record, indent=1) + "\n")


def care_of(entries: list[str]) -> Care:
    """Return how `image-diffusion` is to draw, from KEY=VALUE."""
    kinds = {"sampler": str, "steps": int, "guidance": float}
    return Care(**{key: kinds[key](value) for key, value in (entry.split("=", 1) for entry in entries)})


if __name__ == "__main__":
    main()

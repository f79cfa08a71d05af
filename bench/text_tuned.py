"""A trained checkpoint read by each back end: merged, exported, past the gate, and written with in a worker's child.

    OMP_NUM_THREADS=2 python -m bench.text_tuned [--ktokens 4 | --checkpoint FOLDER] [--back-ends auto,openvino]

Trains adapters on the facts of text_products.txt for a few thousand tokens, then has `workers.host` write a description
with them through each back end that is named, in a child process of its own, as a worker does. The first job of a back
end merges the adapters, writes the GGUF file and compares perplexities; the second is what a person waits for. Needs
the extras that it names.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

from bench.record import record
from bench.text_quality import CATALOGUE
from generators.builtin.text_lm.back_ends.artifacts import folder_of
from generators.builtin.text_lm.back_ends.choice import installed
from generators.builtin.text_lm.language_model import model_folder
from generators.builtin.text_lm.spec import TrainParams
from generators.builtin.text_lm.train import train
from generators.builtin.text_lm.tuning import Tuning
from generators.checkpoint import Checkpoint, read
from generators.data import Record
from generators.run import LocalRun
from generators.testing import write_data
from workers.host import Host, Request

FACTS = "Name: Ember pour-over kettle\nMaterial: stainless steel\nCapacity: 0.9 l\nDetails: gooseneck spout"
JOBS = 2


def trained(place: Path, ktokens: float) -> Checkpoint:
    """Return adapters that have read the catalogue."""
    splits = ["validation" if number % 8 == 0 else "train" for number in range(len(CATALOGUE))]
    rows = [
        Record(id=f"{number:03}", split=split, text=text)  # type: ignore[arg-type]
        for number, (split, text) in enumerate(zip(splits, CATALOGUE, strict=True))
    ]
    data = write_data(place / "data", "text", rows, name="catalogue")
    params = TrainParams(ktokens=ktokens, batch_tokens=512, context_length=128)
    return train(data, params, LocalRun(place / "run"))


def written(checkpoint: Path, back_end: str, place: Path) -> dict[str, Any]:
    """Return what a worker's child says and writes with a checkpoint through a back end."""
    kept = ("OMP_NUM_THREADS", "BRANDKILN_CACHE", "BRANDKILN_TEXT_LM")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {"BRANDKILN_TEXT_BACK_END": back_end}
    host = Host(memory_mb=None, idle_seconds=60, grace_seconds=5, environment=environment)
    found: dict[str, Any] = {"seconds": []}
    try:
        for number in range(JOBS):
            said: list[dict[str, Any]] = []
            scratch = place / f"{back_end}-{number}"
            scratch.mkdir()
            asked = {"format": "product_description_short", "product": FACTS, "variants": 2, "language": "en"}
            job = Request(
                job=f"job-{number}", kind="sample", generator="text-lm", params=asked, checkpoint=checkpoint,
                scratch=scratch,
            )  # fmt: skip
            begun = time.perf_counter()
            outcome = host.run(job, on_message=said.append, cancelled=lambda: False, silence_seconds=600)
            found["seconds"].append(round(time.perf_counter() - begun, 1))
            found |= {"ended": str(outcome), "log": [one["line"] for one in said if one["type"] == "log"]}
            found["samples"] = [one for one in said if one["type"] == "sample"]
    finally:
        host.close()
    return found


def main() -> None:
    """Train, write through each back end, and keep what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--ktokens", type=float, default=4)
    parser.add_argument("--checkpoint", type=Path, help="one that was trained before")
    parser.add_argument("--back-ends", default="built-in,auto")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        checkpoint = read(asked.checkpoint) if asked.checkpoint else trained(place, asked.ktokens)
        ours = {name: written(checkpoint.folder, name, place) for name in asked.back_ends.split(",")}
        kept = folder_of(model_folder(), Tuning.of(checkpoint)) / "perplexity.json"
        gate = kept.read_text() if kept.is_file() else "{}"
    record(
        "text_tuned",
        ours=ours,
        peers={},
        ratios={},
        about={"threads": torch.get_num_threads(), "back_ends": installed()},
        trained=checkpoint.metrics,
        perplexity_in_float32_and_as_read=gate,
    )


if __name__ == "__main__":
    main()

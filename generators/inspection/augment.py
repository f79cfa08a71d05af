"""A set of generated pictures by label, and what it does to a classifier that is tested on real ones.

set.jsonl   {"path", "label", "seed"} of each picture on a line
shown.png   a row of generated pictures for each label
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from generators.augmenting.drawing import Drawn, check_labels, draw
from generators.augmenting.judging import BATCH, Judged, Mix, Scores, confusion, judge, scores, verdict
from generators.augmenting.params import AugmentParams
from generators.data import TrainingData
from generators.errors import BadData, GeneratorError
from generators.inspection import Inspected, Pair
from generators.metrics.bootstrap import Figure
from generators.run import Run, Sample
from generators.training.grids import save_grid
from generators.training.pictures import Pictures, load_pictures, to_floats

FEWEST_TESTED = 20
SHOWN = 8
"""Pictures of a row."""
ROWS = 20
"""Labels that are shown."""
REAL, BOTH, GENERATED = "real", "real_and_generated", "generated"


def inspect(subject: Pair, params: dict[str, Any], run: Run) -> Inspected:
    """Return the set and its effect.

    Args:
        params: As AugmentParams.

    Raises:
        GeneratorError: If there is nothing to draw or nothing to test with.
    """
    wanted = AugmentParams.model_validate(params["augment"])
    checkpoint, data = subject.checkpoint, subject.data
    drawable = check_labels(checkpoint, data.labels)
    resolution = int(checkpoint.config["resolution"])
    real = _pictures(data, "train", resolution, run)
    test = _pictures(data, "test", resolution, run)
    plan = planned(real, drawable, wanted)
    run.report(0, sum(plan.values()), "Drawing pictures")
    channels = max(real.channels, test.channels)
    drawn = draw(checkpoint, plan, data.labels, wanted, run, guard=subject.guard, channels=channels)
    if not len(drawn.images):
        raise GeneratorError(
            f"All {drawn.held_back} pictures came out too close to ones of the training, so there is no set. Train the "
            "generator on more pictures."
        )
    shown = _show(drawn, data.labels, run)
    summary = _effect(_same_channels(real, channels), _same_channels(test, channels), drawn, wanted, run)
    numbers = drawn.labels.bincount(minlength=len(data.labels)).tolist()
    assert real.labels is not None
    assert test.labels is not None
    summary |= {
        "labels": list(data.labels),
        "real": real.labels.bincount(minlength=len(data.labels)).tolist(),
        "generated": numbers,
        "tested": test.labels.bincount(minlength=len(data.labels)).tolist(),
        "held_back": drawn.held_back,
        "guarded": drawn.guarded,
        "resolution": resolution,
    }
    return Inspected(summary=summary, files={"set": drawn.listing, "shown": shown})


def planned(real: Pictures, drawable: tuple[str, ...], wanted: AugmentParams) -> dict[str, int]:
    """Return how many pictures of each label are drawn.

    Raises:
        GeneratorError: If all labels have as many pictures already.
    """
    assert real.labels is not None
    counts = real.labels.bincount(minlength=len(real.names)).tolist()
    have = dict(zip(real.names, counts, strict=True))
    if wanted.fill == "each":
        return dict.fromkeys(drawable, wanted.per_label)
    most = max(have.values())
    plan = {label: min(most - have[label], wanted.per_label) for label in drawable if have[label] < most}
    if not plan:
        raise GeneratorError(
            f"Every label has {most} training pictures already. Add the same number to each instead."
        )
    return plan


def _pictures(data: TrainingData, split: str, resolution: int, run: Run) -> Pictures:
    pictures = load_pictures(
        data,
        split,
        resolution=resolution,
        generator="A generated set",
        at_least=FEWEST_TESTED if split == "test" else 2,
        on_progress=lambda done, total: run.report(done, total, "Reading pictures"),
    )
    if pictures.labels is None or len(pictures.names) < 2:
        raise BadData(
            f"What a set does is measured by a classifier, which needs two labels or more on every {split} picture; "
            f"{data.name!r} has not. Label the pictures first."
        )
    return pictures


def _same_channels(pictures: Pictures, channels: int) -> Pictures:
    return Pictures(pictures.images.expand(-1, channels, -1, -1), pictures.labels, pictures.names)


def _effect(real: Pictures, test: Pictures, drawn: Drawn, wanted: AugmentParams, run: Run) -> dict[str, Any]:
    """Return the figures of the classifiers of each mix."""
    assert real.labels is not None
    assert test.labels is not None
    mixes = [
        Mix(REAL, real.images, real.labels),
        Mix(BOTH, torch.cat([real.images, drawn.images]), torch.cat([real.labels, drawn.labels])),
    ]
    if len(torch.unique(drawn.labels)) == len(real.names):  # else it would never have heard of some labels
        mixes.append(Mix(GENERATED, drawn.images, drawn.labels))
    seeds = [wanted.seed + number for number in range(wanted.repeats)]
    steps = max(4, round(wanted.kimg * 1000 / BATCH))
    done, total = 0, steps * len(seeds) * len(mixes)

    def on_step() -> None:
        nonlocal done
        done += 1
        run.report(done, total, "Training classifiers on what was drawn")

    judged = []
    for mix in mixes:
        found = judge(
            mix, test.images, len(real.names), seeds=seeds, steps=steps, device=run.device, on_step=on_step
        )
        judged.append(found)
    rows = [_row(one, judged[0], test.labels, len(real.names), wanted.seed) for one in judged]
    return {
        "mixes": rows,
        "n": len(test),
        "seeds": seeds,
        "kimg": round(steps * BATCH / 1000, 3),
        "classifier": f"four convolutions, 128-d, {real.images.shape[-1]} px",
    }


def _row(judged: Judged, real: Judged, truth: Tensor, labels: int, seed: int) -> dict[str, Any]:
    beside = None if judged is real else real
    found: Scores = scores(judged, truth, beside=beside, seed=seed)
    table = confusion(judged, truth, labels)
    right = (judged.said == truth).double().mean(1)
    row: dict[str, Any] = {
        "name": judged.name,
        "learned_from": judged.learned_from,
        "accuracy": _rounded(found.accuracy),
        "recall": _rounded(found.recall),
        "by_seed": [round(value, 4) for value in right.tolist()],
        "by_label": [table[number][number] for number in range(labels)],
        "confusion": table,
    }
    if found.accuracy_gain is not None and found.recall_gain is not None:
        row["accuracy_gain"] = _rounded(found.accuracy_gain) | {"verdict": verdict(found.accuracy_gain)}
        row["recall_gain"] = _rounded(found.recall_gain) | {"verdict": verdict(found.recall_gain)}
    return row


def _rounded(figure: Figure) -> dict[str, Any]:
    return {name: round(value, 5) for name, value in figure._asdict().items()}


def _show(drawn: Drawn, labels: tuple[str, ...], run: Run) -> Path:
    """Return a picture with a row for each label that was drawn, and show it while the rest goes on."""
    rows = []
    for number in sorted(set(drawn.labels.tolist()))[:ROWS]:
        mine = to_floats(drawn.images[drawn.labels == number][:SHOWN])
        blank = mine.new_ones(SHOWN - len(mine), *mine.shape[1:])
        rows.append(torch.cat([mine, blank]))
    path = run.scratch / "shown.png"
    save_grid(torch.cat(rows), path, columns=SHOWN)
    names = [labels[number] for number in sorted(set(drawn.labels.tolist()))[:ROWS]]
    run.preview(
        Sample("image/png", path=path, name="Generated pictures", meta={"columns": SHOWN, "rows": names})
    )
    return path

"""The guard against memorisation around a job: built after a training, asked about each sample. Torch-free."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import Cancelled
from generators.memorisation import FILE
from generators.params import picture_params
from generators.run import Run, Sample
from generators.spec import Spec

NOT_GUARDED = {"guarded": False}
"""What the facts of a picture say whose checkpoint has no guard."""


def build_guard(spec: Spec, checkpoint: Checkpoint, data: TrainingData, run: Run) -> dict[str, Any]:
    """Return {"guard": path, "guard_facts": {...}} of what a checkpoint learned from; nothing where it is no picture.

    A guard that cannot be built is logged and left out: the training before it was too long to be lost.
    """
    if not _is_guarded(spec, checkpoint) or data.kind != "image" or data.sha256 != checkpoint.data_sha256:
        return {}
    target = run.scratch / FILE
    try:
        facts = import_module("generators.memorisation.building").build(checkpoint, data, target, run)
    except Cancelled:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the checkpoint is there
        run.log(f"No guard against copies was built: {type(error).__name__}: {error}")
        return {}
    return {"guard": str(target.absolute()), "guard_facts": facts}


def guarded(
    spec: Spec,
    checkpoint: Checkpoint | None,
    guard: Path | None,
    run: Run,
    on_sample: Callable[[Sample], None],
) -> Callable[[Sample], None]:
    """Return what hands samples over with what the guard says of each in `meta["memorisation"]`."""
    if checkpoint is None or not _is_guarded(spec, checkpoint):
        return on_sample
    beside = checkpoint.folder / FILE
    guard = guard or (beside if beside.exists() else None)

    def hand_over(sample: Sample) -> None:
        if sample.path is not None and sample.media_type.startswith("image/"):
            facts = NOT_GUARDED
            if guard is not None:
                look_at = import_module("generators.memorisation.guard").look_at
                resolution = int(checkpoint.config["resolution"])
                facts = look_at(sample, guard, resolution=resolution, device=run.device)
            sample = replace(sample, meta=sample.meta | {"memorisation": facts})
        on_sample(sample)

    return hand_over


def invents_pictures(spec: Spec) -> bool:
    """Return whether a generator draws pictures of its own; what works on those of people may well keep them."""
    return spec.modality == "image" and not (spec.sample is not None and picture_params(spec.sample))


def _is_guarded(spec: Spec, checkpoint: Checkpoint) -> bool:
    return invents_pictures(spec) and isinstance(checkpoint.config.get("resolution"), int)

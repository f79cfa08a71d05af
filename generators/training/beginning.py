"""How the training of every image generator begins."""

from __future__ import annotations

from collections.abc import Callable

from generators.data import TrainingData
from generators.run import Run
from generators.spec import Spec
from generators.training import processes
from generators.training.params import ImageTrainParams
from generators.training.pictures import Pictures, load_pictures
from generators.training.state import check_same_training


def training_pictures(
    spec: Spec,
    data: TrainingData,
    params: ImageTrainParams,
    run: Run,
    *,
    read: Callable[..., Pictures] = load_pictures,
) -> Pictures:
    """Return the pictures to learn from, after checking that a training that goes on is the one that was begun.

    Args:
        read: Reads them, given what `load_pictures` is.

    Raises:
        BadParams: If the run resumes a training with other params or data.
        DatasetTooSmall: If there are fewer than the generator needs.
        BadData: If a file is no picture.
    """
    check_same_training(run.resume_from, params=params, data_sha256=data.sha256)

    def load() -> Pictures:
        return read(
            data,
            "train",
            resolution=params.resolution,
            generator=spec.name,
            at_least=spec.needs.minimum_records,
            on_progress=lambda done, total: run.report(0, 1, f"Reading pictures: {done:,} of {total:,}"),
        )

    if not processes.is_first():
        processes.join(run.device)
        return load()
    pictures = load()
    processes.join(run.device)  # now the others find them in the cache
    return pictures

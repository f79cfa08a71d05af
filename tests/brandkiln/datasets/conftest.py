"""A studio whose files lie in a temporary folder, and short ways to receive and read a file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from brandkiln.datasets.ingest import ingest_upload
from brandkiln.datasets.models import Dataset, DatasetVersion, Upload
from brandkiln.datasets.readers.limits import Limits
from brandkiln.datasets.services import receive_upload

from tests.brandkiln.datasets.files import Ingest
from tests.factories import DatasetFactory


@pytest.fixture(autouse=True)
def files_in_a_temporary_folder(settings: Any, tmp_path: Path) -> None:
    settings.SCRATCH = tmp_path / "scratch"
    settings.CACHE = tmp_path / "cache"
    storages = {**settings.STORAGES}
    storages["artifacts"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "artifacts"},
    }
    settings.STORAGES = storages


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
def receive(db: None, tmp_path: Path) -> Callable[..., Upload]:
    """Receive bytes under a name into a data set of a kind."""

    def receive(data: bytes, filename: str, kind: str = "image", dataset: Dataset | None = None) -> Upload:
        path = tmp_path / "brought"
        path.write_bytes(data)
        return receive_upload(
            dataset=dataset or DatasetFactory(kind=kind), file=path, filename=filename, actor=None
        )

    return receive


@pytest.fixture
def ingest(receive: Callable[..., Upload]) -> Ingest:
    """Receive and read bytes; `seed` and `limits` go to the reading."""

    def ingest(
        data: bytes,
        filename: str,
        kind: str = "image",
        *,
        dataset: Dataset | None = None,
        seed: int = 0,
        limits: Limits | None = None,
    ) -> DatasetVersion:
        upload = receive(data, filename, kind, dataset)
        return ingest_upload(upload, split_seed=seed, report_progress=lambda *_: None, limits=limits)

    return ingest

"""Browsers that are signed in as one of the cast, and a data set that files are brought to."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from brandkiln.core.models import User
from brandkiln.datasets.models import Dataset
from django.test import Client

from tests.brandkiln.dashboard.sending import ROWS, announce, begin
from tests.factories import Cast, DatasetFactory


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def ada(cast: Cast, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(cast.ada)


@pytest.fixture
def ben(cast: Cast, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(cast.ben)


@pytest.fixture
def pia(cast: Cast, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(cast.pia)


@pytest.fixture(autouse=True)
def files_in_a_temporary_folder(settings: Any, tmp_path: Path) -> None:
    settings.SCRATCH = tmp_path / "scratch"


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return DatasetFactory(project=cast.project, kind="table")


@pytest.fixture
def arriving_file(ben: Client, dataset: Dataset) -> tuple[dict[str, str], str]:
    """An upload with one announced file of the length of ROWS."""
    upload = begin(ben, dataset)
    [address] = announce(ben, upload, ("sales.csv", len(ROWS)))
    return upload, address

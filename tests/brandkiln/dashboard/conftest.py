"""The fixed cast, and browsers that are signed in as one of them."""

from collections.abc import Callable

import pytest
from brandkiln.core.models import User
from django.test import Client

from tests.factories import Cast


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

"""Jobs and generators as an admin sees them."""

import pytest
from brandkiln.core.models import User
from brandkiln.jobs.models import Job
from django.test import Client
from django.urls import reverse

from generators import registry
from tests.factories import JobFactory


@pytest.fixture
def admin(db: None, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root@example.com"))
    return client


def test_a_job_is_shown_with_its_history_and_cannot_be_edited(admin: Client) -> None:
    job = JobFactory(error_message="It broke.")
    page = reverse("admin:jobs_job_change", args=[job.pk])
    assert "It broke." in admin.get(page).text
    assert admin.get(reverse("admin:jobs_job_changelist")).status_code == 200
    admin.post(page, {"state": "succeeded"})
    assert Job.objects.get().state == "queued"


def test_a_broken_generator_is_listed_with_its_traceback(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(registry.EXTRA_VARIABLE, "nowhere.at_all:SPEC")
    registry.refresh()
    page = admin.get(reverse("admin:jobs_generators")).text
    assert "nowhere.at_all:SPEC" in page
    assert "ModuleNotFoundError" in page
    assert "text-lm" in page


def test_the_list_of_generators_is_for_admins(client: Client, db: None) -> None:
    assert client.get(reverse("admin:jobs_generators")).status_code == 302

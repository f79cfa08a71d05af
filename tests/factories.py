"""Makes rows for tests, and the fixed cast: Ada owns, Pia publishes, Rita reviews, Ben creates, Cleo is a stranger."""

from dataclasses import dataclass
from typing import Any

import factory
from brandkiln.artifacts.models import Artifact
from brandkiln.core.models import User
from brandkiln.datasets.models import Consent, Dataset, DatasetVersion, Kind, People
from brandkiln.jobs.models import Job
from brandkiln.projects.models import BrandKit, Project
from brandkiln.workspaces.models import Membership, Role, Workspace

PASSWORD = "correct horse battery"


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.com")
    first_name = "Person"
    password = factory.django.Password(PASSWORD)


class WorkspaceFactory(factory.django.DjangoModelFactory[Workspace]):
    class Meta:
        model = Workspace

    name = factory.Sequence(lambda number: f"Workspace {number}")
    slug = factory.Sequence(lambda number: f"workspace-{number}")


class ProjectFactory(factory.django.DjangoModelFactory[Project]):
    class Meta:
        model = Project
        skip_postgeneration_save = True

    workspace = factory.SubFactory(WorkspaceFactory)
    name = factory.Sequence(lambda number: f"Project {number}")
    slug = factory.Sequence(lambda number: f"project-{number}")

    @factory.post_generation
    def brand_kit(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        BrandKit.objects.create(project=self)


class DatasetFactory(factory.django.DjangoModelFactory[Dataset]):
    class Meta:
        model = Dataset

    project = factory.SubFactory(ProjectFactory)
    workspace = factory.SelfAttribute("project.workspace")
    name = factory.Sequence(lambda number: f"Data set {number}")
    kind = Kind.IMAGE
    licence = "CC0-1.0"
    consent = Consent.NOT_PERSONAL
    people = People.NONE


class DatasetVersionFactory(factory.django.DjangoModelFactory[DatasetVersion]):
    class Meta:
        model = DatasetVersion

    dataset = factory.SubFactory(DatasetFactory)
    workspace = factory.SelfAttribute("dataset.workspace")
    number = factory.Sequence(lambda number: number + 1)
    sha256 = factory.Sequence(lambda number: f"{number:064x}")
    record_count = 1000
    counts = factory.LazyFunction(lambda: {"split": {"train": 800, "validation": 100, "test": 100}})


class ArtifactFactory(factory.django.DjangoModelFactory[Artifact]):
    class Meta:
        model = Artifact

    workspace = factory.SubFactory(WorkspaceFactory)
    sha256 = factory.Sequence(lambda number: f"{number:064x}")
    size = 1
    media_type = "application/octet-stream"


class JobFactory(factory.django.DjangoModelFactory[Job]):
    class Meta:
        model = Job

    project = factory.SubFactory(ProjectFactory)
    workspace = factory.SelfAttribute("project.workspace")
    kind = Job.Kind.SAMPLE
    queue = Job.Queue.SAMPLE
    generator = "dummy"
    generator_version = "1.0.0"


@dataclass
class Cast:
    """Everybody that a test needs, with the workspace "acme" and the stranger's workspace "other"."""

    acme: Workspace
    project: Project
    ada: User
    pia: User
    rita: User
    ben: User
    other: Workspace
    cleo: User


def make_cast() -> Cast:
    """Create the fixed cast."""
    acme = WorkspaceFactory(name="Acme", slug="acme")
    other = WorkspaceFactory(name="Other", slug="other")
    people = {
        name: UserFactory(email=f"{name}@example.com", first_name=name.title())
        for name in ("ada", "pia", "rita", "ben", "cleo")
    }
    for name, role in (
        ("ada", Role.ADMIN),
        ("pia", Role.PUBLISHER),
        ("rita", Role.REVIEWER),
        ("ben", Role.CREATOR),
    ):
        Membership.objects.create(workspace=acme, user=people[name], role=role)
    Membership.objects.create(workspace=other, user=people["cleo"], role=Role.ADMIN)
    project = ProjectFactory(workspace=acme, name="Spring", slug="spring")
    return Cast(acme=acme, project=project, other=other, **people)

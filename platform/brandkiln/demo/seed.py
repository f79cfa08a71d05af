"""Fills the demo workspace with real work: data, trained checkpoints, and jobs that make the first pieces.

Every step looks first whether it was done, so that a start that was cut off is completed by the next one.
"""

import secrets
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from brandkiln.bulk.ready import take_ready
from brandkiln.core.models import User
from brandkiln.datasets.ingest import ingest_upload
from brandkiln.datasets.models import Consent, Dataset, DatasetVersion, Kind, People
from brandkiln.datasets.services import create_dataset, receive_upload
from brandkiln.demo import shots
from brandkiln.demo.campaign import colleague, seed_campaign
from brandkiln.demo.pictures import PRODUCT_PICTURES, picture_archive
from brandkiln.jobs.checkpoints import import_checkpoint
from brandkiln.jobs.checks import check_first_time
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.production import promote_checkpoint
from brandkiln.jobs.services import submit_job
from brandkiln.projects.models import Project
from brandkiln.projects.services import create_project, update_brand_kit
from brandkiln.reports.issues import create_report, make_issue
from brandkiln.reports.models import Report
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import create_workspace

HERE = Path(__file__).parent
EMAIL = "demo@brandkiln.example"
BRAND_KIT: dict[str, Any] = {
    "voice": (
        "Warm, plain and exact. Short sentences, everyday words. Say what the thing is made of and what it does; "
        "never promise more than the product keeps."
    ),
    "audience": "People who spend their weekends outdoors and their evenings at home, and who mend before they buy.",
    "required_terms": [],
    "banned_terms": ["revolutionary", "game-changing", "best in the world", "cheap"],
    "colours": ["#b4532a", "#2f4a3c", "#e9dcc6", "#22262b"],
    "fonts": [],
    "guide": {
        "spellings": [{"wrong": "email", "right": "e-mail"}],
        "most_emoji": 0,
        "most_exclamation_marks": 1,
        "capitals": "none",
        "tidy_punctuation": True,
        "longest_sentence": 24,
        "limits": [
            {"channel": "email", "part": "subject", "most": 60},
            {"channel": "social_post", "part": "", "most": 280},
        ],
        "colour_names": {"#b4532a": "Terracotta", "#2f4a3c": "Forest", "#e9dcc6": "Sand", "#22262b": "Ink"},
    },
}
IMAGE_JOBS = (
    ("image-gan", {"label": "Sneaker", "count": 8, "seed": 7}),
    ("image-gan", {"label": "Bag", "count": 8, "seed": 11}),
    ("image-vae", {"label": "Ankle boot", "count": 8, "seed": 3}),
)
NOBODY = {"consent": Consent.NOT_PERSONAL.value, "people": People.NONE.value}
COPY_FORMATS = ("product_description", "ad_headline", "social_post", "email")
OF_THE_COLLEAGUE = frozenset({"social_post"})
"""Asked for by the colleague, so that the demo account may approve them."""


def seed_demo(*, say: Callable[[str], None]) -> None:
    """Bring the demo workspace to where a newcomer finds it, and wait for its first pieces to be made."""
    with transaction.atomic():
        user = _user()
        workspace = Workspace.objects.filter(slug="demo").first()
        workspace = workspace or create_workspace(name="Hearth & Trail", owner=user, slug="demo")
        project = workspace.projects.filter(slug="demo").first() or _project(workspace, user)
    catalogue = _dataset(
        project,
        user,
        "Product catalogue",
        Kind.TABLE,
        HERE / "data" / "catalogue.csv",
        {
            "description": "Forty products of a fictional brand, written for this demo.",
            "licence": "Apache-2.0",
            "source": "Written for this demo",
            **NOBODY,
        },
    )
    campaigns = _dataset(
        project,
        user,
        "Campaign results",
        Kind.TABLE,
        HERE / "data" / "campaigns.csv",
        {
            "description": "Twenty months of campaign figures; synthetic, made by a seeded function.",
            "licence": "Apache-2.0",
            "source": "Made by a seeded function of this demo",
            **NOBODY,
        },
    )
    with tempfile.TemporaryDirectory(prefix="brandkiln-demo-") as folder:
        _dataset(
            project,
            user,
            "Product pictures",
            Kind.IMAGE,
            lambda: picture_archive(Path(folder)),
            PRODUCT_PICTURES | NOBODY,
        )
    renders = _dataset(project, user, "Product shots", Kind.IMAGE, shots.ARCHIVE, shots.FACTS | NOBODY)
    for generator in ("image-gan", "image-vae", "image-restore"):
        _checkpoint(project, user, generator)
    take_ready(workspace=workspace, actor=user)
    jobs = _first_jobs(project, user, catalogue, campaigns, renders)
    say(f"The workspace {workspace.slug} is filled; {len(jobs)} jobs make its first pieces.")
    if _all_ended(jobs, seconds=180):
        seed_campaign(project=project, user=user)
    else:
        say("The first pieces take longer on this machine; their campaign comes with the next start.")


def demo_password() -> str:
    """Return the demo account's password, drawn at the first start and kept beside the database."""
    path = settings.HOME / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text("-".join(secrets.token_hex(2) for _ in range(3)), encoding="ascii")
    return path.read_text(encoding="ascii")


def _user() -> User:
    user = User.objects.filter(email=EMAIL).first()
    if user is None:
        user = User.objects.create_superuser(EMAIL, demo_password(), first_name="Demo")
    return user


def _project(workspace: Workspace, user: User) -> Project:
    project = create_project(
        workspace=workspace,
        name="Autumn season",
        slug="demo",
        summary="Copy, product pictures and the campaign report for the autumn season.",
        actor=user,
    )
    update_brand_kit(project=project, actor=user, **BRAND_KIT)
    return project


def _dataset(
    project: Project,
    user: User,
    name: str,
    kind: Kind,
    source: Path | Callable[[], Path],
    facts: dict[str, str],
) -> DatasetVersion:
    dataset = Dataset.objects.filter(project=project, name=name).first()
    if dataset is None:
        dataset = create_dataset(
            workspace=project.workspace, project=project, name=name, kind=kind, actor=user, **facts
        )
    version = dataset.versions.order_by("-number").first()
    if version is not None:
        return version
    path = source if isinstance(source, Path) else source()
    upload = receive_upload(dataset=dataset, file=path, filename=path.name, actor=user)
    made = ingest_upload(upload, split_seed=0, report_progress=lambda done, total, message: None)
    check_first_time(version=made, actor=user)
    return made


def _checkpoint(project: Project, user: User, generator: str) -> None:
    if Checkpoint.objects.filter(project=project, generator=generator).exists():
        return
    folder = HERE / "checkpoints" / generator
    checkpoint = import_checkpoint(
        project=project,
        folder=folder,
        actor=user,
        note=(folder / "README.md").read_text(encoding="utf-8")[:2000],
        preview=folder / "preview.png",
    )
    promote_checkpoint(checkpoint=checkpoint, actor=user)


def _first_jobs(
    project: Project,
    user: User,
    catalogue: DatasetVersion,
    campaigns: DatasetVersion,
    renders: DatasetVersion,
) -> list[Job]:
    def submit(key: str, *, by: User = user, **request: Any) -> Job:
        return submit_job(
            workspace=project.workspace,
            project=project,
            requested_by=by,
            idempotency_key=f"demo-{key}",
            **request,
        )

    jobs = [
        submit(f"image-{number}", kind="sample", generator=generator, checkpoint="production", params=params)
        for number, (generator, params) in enumerate(IMAGE_JOBS)
    ]
    jobs.append(_report_job(project, user, campaigns))
    products = catalogue.records.order_by("position")[: len(COPY_FORMATS)]
    for text_format, product in zip(COPY_FORMATS, products, strict=True):
        params = {
            "format": text_format,
            "product": {name: value for name, value in product.fields.items() if name != "sku"},
            "brand_voice": BRAND_KIT["voice"],
            "variants": 3,
            "seed": 7,
        }
        by = colleague(project) if text_format in OF_THE_COLLEAGUE else user
        jobs.append(submit(f"copy-{text_format}", by=by, kind="sample", generator="text-lm", params=params))
    for key, params in shots.layout_params(renders).items():
        jobs.append(submit(f"shots-{key}", kind="sample", generator="picture-edit", params=params))
    return jobs


def _report_job(project: Project, user: User, campaigns: DatasetVersion) -> Job:
    """Return the job of the first issue of a report on the campaigns."""
    report = Report.objects.filter(project=project).order_by("created_at").first() or create_report(
        project=project,
        dataset=campaigns.dataset,
        name="Campaign performance",
        actor=user,
        ready="campaign-performance",
        params={"title": "Campaign performance", "accent": BRAND_KIT["colours"][0]},
    )
    issue = make_issue(report=report, actor=user, idempotency_key="demo-report")
    assert issue.job is not None
    return issue.job


def _all_ended(jobs: Iterable[Job], *, seconds: float) -> bool:
    """Wait for the jobs and return whether all of them ended in time."""
    deadline = time.monotonic() + seconds
    still = Job.objects.filter(pk__in=[job.pk for job in jobs], state__in=Job.OPEN)
    while still.exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True

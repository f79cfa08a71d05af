"""A workspace of 100,000 assets and 1,000,000 job events, written in bulk: what bench/web.py asks for pages of."""

import random
import uuid
from array import array
from datetime import timedelta
from io import BytesIO
from typing import Any

ASSETS_OF_A_JOB = 8
JOBS = 20_000
PICTURES = 200
TEXTS = 400
STARS = (0, 0, 0, 3, 4, 5)
WORDS = [
    "boots",
    "coat",
    "shoe",
    "leather",
    "linen",
    "spring",
    "summer",
    "autumn",
    "winter",
    "sale",
    "new",
    "quiet",
    "lamp",
    "mug",
    "steel",
    "warm",
    "light",
    "sturdy",
    "repair",
    "walk",
    "work",
    "weekend",
    "trail",
    "rain",
    "snow",
    "city",
    "office",
    "kitchen",
    "table",
    "chair",
    "garden",
    "bright",
    "soft",
    "hand",
    "made",
    "local",
    "fair",
    "price",
    "gift",
    "family",
    "morning",
    "evening",
    "travel",
    "ready",
    "long",
    "short",
    "wide",
    "slim",
    "classic",
    "modern",
    "bold",
    "calm",
    "colour",
    "red",
    "green",
    "blue",
]
CHINESE = ("春季新款皮靴", "防水冬靴", "亚麻外套轻便透气", "安静的台灯", "保温杯送礼")
EVENTS_SQL = """
INSERT INTO jobs_jobevent (job_id, type, data, created_at)
SELECT job.id, (ARRAY['state', 'progress', 'metrics', 'log'])[1 + n %% 4],
       jsonb_build_object('done', n, 'total', %(each)s, 'message', 'Step ' || n), now() - (n || ' seconds')::interval
FROM (SELECT id FROM jobs_job ORDER BY created_at LIMIT %(jobs)s) job, generate_series(1, %(each)s) n
"""
COPY_SQL = (
    "CREATE TEMP TABLE jobs ON COMMIT DROP AS SELECT id, created_at, row_number() OVER (ORDER BY created_at) - 1 n"
    " FROM jobs_job",
    "CREATE TEMP TABLE made ON COMMIT DROP AS SELECT id old, gen_random_uuid() new, copy * %(own)s + n place FROM"
    " (SELECT id, row_number() OVER (ORDER BY id) - 1 n FROM library_asset) own, generate_series(1, %(copies)s) copy",
    "INSERT INTO library_asset ({columns}, id, created_at, job_id, position) SELECT {columns}, made.new,"
    " jobs.created_at + place %% %(of_a_job)s * interval '1 second', jobs.id, place %% %(of_a_job)s"
    " FROM made JOIN library_asset asset ON asset.id = made.old JOIN jobs ON jobs.n = place / %(of_a_job)s",
    "INSERT INTO library_searchentry (workspace_id, asset_id, terms, said, waits)"
    " SELECT workspace_id, made.new, terms, said, false FROM made JOIN library_searchentry ON asset_id = made.old",
    "INSERT INTO library_tagging (tag_id, asset_id)"
    " SELECT tag_id, made.new FROM made JOIN library_tagging ON asset_id = made.old",
)
"""Makes further assets of those that are there, each of another job; a pattern of 5,000 is written by Django."""
PATTERN = 5_000
VECTORS_SQL = """
INSERT INTO library_assetvector (workspace_id, asset_id, space, numbers, {space})
SELECT workspace_id, id, '{space}', ''::bytea, drawn.numbers::vector
FROM (SELECT *, row_number() OVER () %% 500 n FROM library_asset WHERE {kind}) asset JOIN (
    SELECT n, array_agg(random() - 0.5) numbers FROM generate_series(0, 499) n, generate_series(1, {size}) GROUP BY n
) drawn USING (n)
"""


def fill(*, assets: int, events: int) -> dict[str, Any]:
    """Write the workspace and return its rows that the pages are asked of."""
    from brandkiln.core.models import User
    from brandkiln.library.models import Asset, AssetVector
    from brandkiln.projects.services import create_project
    from brandkiln.workspaces.models import Membership
    from brandkiln.workspaces.services import create_workspace
    from django.db import connection

    draw = random.Random(7)
    owner = User.objects.create_user(email="olga@brandkiln.example", password="x")
    workspace = create_workspace(name="Bench", owner=owner, slug="bench")
    people = [owner]
    for number in range(12):
        person = User.objects.create_user(email=f"p{number}@brandkiln.example", first_name=f"Person {number}")
        Membership.objects.create(workspace=workspace, user=person, role="creator")
        people.append(person)
    projects = [create_project(workspace=workspace, name=f"Project {n}", actor=owner) for n in range(8)]
    jobs = _jobs(workspace, projects, people, draw)
    rows = _assets(workspace, projects, jobs, people, min(assets, PATTERN), draw)
    _copy(assets)
    rows = list(Asset.objects.filter(pk__in=[row.pk for row in rows]).order_by("-created_at"))
    _beside(workspace, projects, owner, rows)
    with connection.cursor() as cursor:
        cursor.execute(EVENTS_SQL, {"jobs": JOBS, "each": max(1, events // JOBS)})
        for space, size, kind in (("looks", 256, "kind = 'image'"), ("meaning", 384, "kind = 'text'")):
            cursor.execute(VECTORS_SQL.format(space=space, size=size, kind=kind).replace("%%", "%"))
        cursor.execute("VACUUM ANALYZE")
    own = array("f", (draw.random() - 0.5 for _ in range(256))).tobytes()
    AssetVector.objects.filter(asset=rows[0]).update(numbers=own)
    return {"workspace": workspace, "owner": owner, "asset": rows[0], "job": jobs[0], "running": jobs[-1]}


def _jobs(workspace: Any, projects: list[Any], people: list[Any], draw: random.Random) -> list[Any]:
    from brandkiln.jobs.models import Job
    from django.utils import timezone

    now, made = timezone.now(), []
    for number in range(JOBS):
        at = now - timedelta(minutes=JOBS - number)
        state = "running" if number == JOBS - 1 else "failed" if number % 23 == 0 else "succeeded"
        made.append(
            Job(
                workspace=workspace, project=projects[number % 8], requested_by=draw.choice(people), kind="sample",
                queue="sample", generator=draw.choice(["image-gan", "text-lm", "flow"]), generator_version="1.0.0",
                params={"count": ASSETS_OF_A_JOB, "seed": number}, state=state, started_at=at,
                finished_at=None if state == "running" else at + timedelta(seconds=30), created_at=at, attempt=1,
                lease_until=now + timedelta(days=1) if state == "running" else None,
            )
        )  # fmt: skip
    Job.objects.bulk_create(made, batch_size=2000)
    for job in made:
        job.created_at = job.started_at
    Job.objects.bulk_update(made, ["created_at"], batch_size=2000)
    return made


def _assets(
    workspace: Any, projects: list[Any], jobs: list[Any], people: list[Any], count: int, draw: random.Random
) -> list[Any]:
    from brandkiln.library.models import Asset, Folder, SearchEntry, Tag, Tagging
    from brandkiln.library.words import entry_of

    pictures, texts = _artifacts(workspace, draw)
    upper = [Folder.objects.create(workspace=workspace, name=f"Season {n}") for n in range(12)]
    folders = [
        *upper,
        *(Folder.objects.create(workspace=workspace, name="Shoes", parent=one) for one in upper),
    ]
    tags = Tag.objects.bulk_create(
        Tag(workspace=workspace, name=f"{WORDS[n % len(WORDS)]} {n}") for n in range(120)
    )
    made, entries, taggings, kept = [], [], [], []
    for number in range(count):
        job = jobs[number // ASSETS_OF_A_JOB % len(jobs)]
        is_picture = number % 20 < 12
        text = "" if is_picture else _sentence(draw)
        mine = draw.sample(tags, number % 3)
        asset = Asset(
            id=uuid.uuid4(), workspace=workspace, project=projects[number % 8], job=job, made_by=job.requested_by,
            position=number // (ASSETS_OF_A_JOB * len(jobs)) * ASSETS_OF_A_JOB + number % ASSETS_OF_A_JOB,
            folder=draw.choice(folders) if number % 2 else None,
            artifact=draw.choice(pictures) if is_picture else draw.choice(texts),
            media_type="image/png" if is_picture else "text/plain", title=text[:70] or f"Shoe {number}", text=text,
            label=draw.choice(["Boot", "Sandal", "Coat", "Bag", ""]), seed=number, generator=job.generator,
            width=512 if is_picture else None, height=512 if is_picture else None, rating=draw.choice(STARS),
            tags=sorted(tag.name for tag in mine),
            receipt={"params": job.params, "details": {"prompt": text * 2}, "job": {"id": str(job.pk)}},
        )  # fmt: skip
        made.append(asset)
        entry = entry_of(asset)
        entry.waits = False
        entries.append(entry)
        taggings += [Tagging(tag=tag, asset=asset) for tag in mine]
        if len(made) == 5000 or number == count - 1:
            Asset.objects.bulk_create(made)
            SearchEntry.objects.bulk_create(entries)
            Tagging.objects.bulk_create(taggings)
            kept = made[-1:] + kept[:1]
            made, entries, taggings = [], [], []
    from django.db import connection

    with connection.cursor() as cursor:  # each as old as its job, so that the order is one of months
        cursor.execute(
            "UPDATE library_asset SET created_at = jobs_job.created_at + position * interval '1 second'"
            " FROM jobs_job WHERE jobs_job.id = library_asset.job_id"
        )
    return list(
        Asset.objects.filter(workspace=workspace, media_type="image/png").order_by("-created_at")[:50]
    )


def _copy(count: int) -> None:
    """Make as many assets as are wanted out of the pattern."""
    from brandkiln.library.models import Asset
    from django.db import connection, transaction

    own = Asset.objects.count()
    left_out = {"id", "created_at", "job_id", "position", "kind"}
    columns = ", ".join(f.column for f in Asset._meta.concrete_fields if f.column not in left_out)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in COPY_SQL:
            given = {"own": own, "copies": count // own - 1, "of_a_job": ASSETS_OF_A_JOB}
            cursor.execute(statement.format(columns=columns), given)


def _artifacts(workspace: Any, draw: random.Random) -> tuple[list[Any], list[Any]]:
    from brandkiln.artifacts import store
    from PIL import Image

    pictures = []
    for _ in range(PICTURES):
        picture = Image.effect_noise((64, 64), 90).convert("RGB").resize((512, 512))
        tint = Image.new("RGB", (512, 512), tuple(draw.randrange(256) for _ in range(3)))
        target = BytesIO()
        Image.blend(picture, tint, 0.7).save(target, "PNG")
        pictures.append(store.put_bytes(target.getvalue(), workspace=workspace, media_type="image/png"))
    texts = [
        store.put_bytes(f"{n} {_sentence(draw)}".encode(), workspace=workspace, media_type="text/plain")
        for n in range(TEXTS)
    ]
    return pictures, texts


def _sentence(draw: random.Random) -> str:
    words = " ".join(draw.choices(WORDS, k=draw.randrange(12, 60)))
    return f"{draw.choice(CHINESE)}。{words}" if draw.random() < 0.2 else words.capitalize()


def _beside(workspace: Any, projects: list[Any], owner: Any, assets: list[Any]) -> None:
    """Write what the other pages list: some hundreds of each."""
    from brandkiln.artifacts import store
    from brandkiln.datasets.models import Dataset, DatasetVersion
    from brandkiln.jobs.models import Checkpoint
    from brandkiln.library.organising import save_view
    from brandkiln.workspaces.services import record_audit

    for number in range(8):
        save_view(
            workspace=workspace,
            owner=owner,
            name=f"View {number}",
            filters={"rating": "4"},
            is_pinned=number < 2,
        )
    datasets = Dataset.objects.bulk_create(
        Dataset(workspace=workspace, project=projects[n % 8], name=f"Data set {n}", kind="image")
        for n in range(300)
    )
    versions = DatasetVersion.objects.bulk_create(
        DatasetVersion(
            workspace=workspace, dataset=one, number=1, sha256=f"{n:064x}", record_count=1000, counts={}
        )
        for n, one in enumerate(datasets)
    )
    weights = store.put_bytes(b"weights", workspace=workspace, media_type="application/octet-stream")
    Checkpoint.objects.bulk_create(
        Checkpoint(
            workspace=workspace, project=projects[n % 8], generator="image-gan", generator_version="1.0.0", number=n,
            dataset_version=versions[n], weights=weights, card={"labels": ["Boot"]}, metrics={"frechet": n / 10},
        )
        for n in range(300)
    )  # fmt: skip
    for number in range(2000):
        record_audit(workspace=workspace, actor=owner, action="asset.trashed", subject=number)

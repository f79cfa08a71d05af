"""The import from a bucket and the store of artifacts against an S3 server that we did not write: `make bench NAME=s3`.

It is the server of moto, in an interpreter of its own, since it brings much that the studio has no use for:
`python -m venv var/bench-s3 && var/bench-s3/bin/pip install "moto[server]"`

A prefix of more objects than one answer lists, some with awkward names, is imported, read and stored in another bucket.
The same files from a folder have to give the same version.
"""

import hashlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import datasets_files
from bench.record import record

COUNT = int(os.environ.get("BENCH_OBJECTS", "1050"))
"""More than the 1,000 that one answer lists."""
AWKWARD = ("with blank.png", "a+b.png", "50%.png", "größe.png", "运动鞋.png", "a&b=c.png")
ROOT = Path(__file__).parent.parent
SERVER = ROOT / "var" / "bench-s3" / "bin" / "moto_server"


def main() -> None:
    """Print one JSON object as the last line and keep it."""
    if not SERVER.exists():
        raise SystemExit(f"{SERVER} is not there; see the top of bench/s3.py for how to make it.")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, server() as endpoint:
        result = measure(Path(folder), endpoint)
    record("s3", **result, keep=COUNT > 1_000)


@contextmanager
def server() -> Iterator[str]:
    """Run the server and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [SERVER, "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def measure(home: Path, endpoint: str) -> dict[str, Any]:
    """Import from both sides and return how long it took and what was compared."""
    os.environ |= {
        "BRANDKILN_HOME": str(home),
        "BRANDKILN_INSECURE_KEY": "1",
        "DATABASE_URL": f"sqlite:///{home}/db",
        "DJANGO_SETTINGS_MODULE": "brandkiln.settings",
        "BRANDKILN_S3_BUCKET": "kept",
        "BRANDKILN_S3_ENDPOINT": endpoint,
        "BRANDKILN_S3_ACCESS_KEY": "bench",
        "BRANDKILN_S3_SECRET_KEY": "bench",
        "BRANDKILN_IMPORT_S3": "s3://shop/photos",
        "BRANDKILN_IMPORT_FOLDERS": str(home / "photos"),
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    import boto3
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)
    client = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id="bench", aws_secret_access_key="bench"
    )
    for bucket in ("shop", "kept"):
        client.create_bucket(Bucket=bucket)
    for name, data in pictures():
        client.put_object(Bucket="shop", Key=f"photos/{name}", Body=data)
        path = home / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    client.put_object(Bucket="shop", Key="photos-of-others/a.png", Body=b"not ours")
    from_bucket, seconds = imported("s3://shop/photos")
    from_folder, of_folder = imported(str(home / "photos"))
    assert from_bucket.sha256 == from_folder.sha256, "the bucket and the folder give different versions"
    return {
        "ours": seconds,
        "peers": {"the_same_files_from_a_folder": of_folder},
        "ratios": {name: round(of_folder[name] / taken, 2) for name, taken in seconds.items()},
        "server": "moto",
        "objects": COUNT,
        "same_version_as_from_a_folder": True,
        "objects_checked_in_the_store": checked(client, from_bucket),
    }


def pictures() -> Iterator[tuple[str, bytes]]:
    """Yield names and PNG files."""
    import io

    found = datasets_files.pictures_of_the_bench()
    for number in range(COUNT):
        label, image = next(found)
        target = io.BytesIO()
        image.save(target, "PNG")
        name = AWKWARD[number] if number < len(AWKWARD) else f"{number:05}.png"
        yield f"{label.replace('/', '-')}/{name}", target.getvalue()


def imported(place: str) -> tuple[Any, dict[str, float]]:
    """Return the version that is made of what lies at a place, and the seconds of each stage."""
    from brandkiln.datasets.imports import begin_import, fetch_import
    from brandkiln.datasets.ingest import ingest_upload
    from brandkiln.datasets.models import Dataset
    from brandkiln.projects.models import Project
    from brandkiln.workspaces.models import Workspace

    slug = hashlib.sha256(place.encode()).hexdigest()[:8]
    workspace = Workspace.objects.create(name=slug, slug=slug)
    project = Project.objects.create(workspace=workspace, name="bench", slug="bench")
    dataset = Dataset.objects.create(workspace=workspace, project=project, name="bench", kind="image")
    from brandkiln.datasets.places import places_of

    name = next(one.name for one in places_of(workspace) if one.root == place)
    start = time.perf_counter()
    upload = begin_import(dataset=dataset, place=name, path="", actor=None)
    upload = fetch_import(upload=upload, place=name, path="", report_progress=lambda *_: None)
    fetched = time.perf_counter()
    version = ingest_upload(upload, report_progress=lambda *_: None)
    done = time.perf_counter()
    assert version.record_count == COUNT, f"{version.record_count} records of {COUNT} objects"
    return version, {"import": round(fetched - start, 2), "read_and_store": round(done - fetched, 2)}


def checked(client: Any, version: Any) -> int:
    """Return how many artifacts of the version lie in the bucket with the bytes that their names promise."""
    from brandkiln.artifacts import store

    held = {
        one["Key"].rpartition("/")[2]
        for page in client.get_paginator("list_objects_v2").paginate(Bucket="kept")
        for one in page.get("Contents", ())
    }
    artifacts = {record.artifact for record in version.records.select_related("artifact")}
    for artifact in artifacts:
        assert artifact.sha256 in held, artifact.sha256
        assert hashlib.sha256(b"".join(store.chunks(artifact))).hexdigest() == artifact.sha256
    return len(artifacts)


if __name__ == "__main__":
    main()

"""The job that makes vectors of the library's assets: of what texts mean, and of how pictures look."""

from __future__ import annotations

from functools import partial
from typing import Any

from brandkiln.artifacts import store
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State
from brandkiln.library.models import Asset, SearchEntry
from brandkiln.library.nearness import Space, keep_vectors
from brandkiln.library.thumbnails import SIZES, thumbnail

from workers.devices import Device
from workers.embed_work import BATCH, Embedder, Unembedded
from workers.ending import Ending
from workers.generation import judge
from workers.heartbeat import beating
from workers.host import Host
from workers.outages import outlast
from workers.reporter import Reporter

DECODED = ("image/png", "image/jpeg", "image/webp")
LONGEST = 20_000
"""Characters of a text that are read."""


def index_library(job: Job, reporter: Reporter, host: Host, device: Device) -> Ending:
    """Make vectors, and thumbnails, of all assets of the job's workspace that wait for them."""
    embedder = Embedder(job, reporter, host, device)
    done, last = 0, 0
    total = outlast(_waiting(job).count)
    while batch := outlast(partial(_batch, job, last)):
        last = batch[-1].pk
        reporter.on_progress(done, max(total, done + len(batch)), "Indexing the library")
        try:
            _read_texts([entry.asset for entry in batch], embedder)
            _look([entry.asset for entry in batch], embedder, reporter)
        except Unembedded as failed:
            return judge(job, reporter, failed.outcome)
        done += len(batch)
    return Ending(State.SUCCEEDED, result={"assets": done})


def _waiting(job: Job) -> Any:
    return SearchEntry.objects.filter(workspace=job.workspace_id, waits=True, asset__trashed_at=None)


def _batch(job: Job, after: int) -> list[SearchEntry]:
    rows = _waiting(job).filter(pk__gt=after).select_related("asset__artifact").order_by("pk")
    return list(rows[:BATCH])


def _read_texts(assets: list[Asset], embedder: Embedder) -> None:
    said = {asset.pk: _words(asset) for asset in assets}
    read = {key: text for key, text in said.items() if text}
    vectors = embedder.embed(list(read.values()))[0] if read else []
    seen = [asset.pk for asset in assets if asset.media_type not in DECODED]
    outlast(
        lambda: keep_vectors(space=Space.MEANING, vectors=dict(zip(read, vectors, strict=True)), done=seen)
    )


def _look(assets: list[Asset], embedder: Embedder, reporter: Reporter) -> None:
    pictures = [asset for asset in assets if asset.media_type in DECODED]
    if not pictures:
        return
    with beating(reporter):
        paths = [str(outlast(partial(store.local_path, asset.artifact))) for asset in pictures]
    vectors = embedder.look(paths)
    seen = {asset.pk: vector for asset, vector in zip(pictures, vectors, strict=True) if any(vector)}
    with beating(reporter):
        keys = [asset.pk for asset in pictures]
        outlast(lambda: keep_vectors(space=Space.LOOKS, vectors=seen, done=keys))
        for asset in pictures:
            for size in SIZES:
                outlast(partial(thumbnail, asset, size))


def _words(asset: Asset) -> str:
    """Return what an asset says: its text, or of a picture what people call it."""
    if asset.text.strip():
        return asset.text[:LONGEST]
    return " ".join([asset.label, *asset.tags]).strip()

"""Which assets are near to which: vectors of what texts mean and of how pictures look.

With pgvector every vector of the workspace is compared, which is exact. Without it the newest REACH are: the signs of
their numbers first, then the numbers of those that agree most, as in retrieval/vectors.py.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from brandkiln.library.models import Asset, AssetVector, SearchEntry
from brandkiln.retrieval.vectors import CANDIDATES, as_text, cosine
from brandkiln.workspaces.models import Workspace

Space = AssetVector.Space
SIZES = {Space.MEANING: 384, Space.LOOKS: 256}
MOST = 200
"""Assets that a ranking has."""
REACH = 20_000
FUSED = 60
"""Source: Cormack, Clarke and Buettcher, Reciprocal rank fusion, 2009. https://doi.org/10.1145/1571941.1572114"""


def has_pgvector() -> bool:
    """Return whether the table of vectors has columns for pgvector, which a migration adds where it can."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_attribute WHERE attrelid = 'library_assetvector'::regclass AND attname = 'meaning'"
            " AND NOT attisdropped"
        )
        return cursor.fetchone() is not None


@transaction.atomic
def keep_vectors(*, space: str, vectors: Mapping[UUID, bytes], done: Iterable[UUID] = ()) -> None:
    """Keep a vector for each of the assets, whose words then wait no longer.

    Args:
        done: Assets that have none, because there is nothing to see in them.
    """
    rows = {row.pk: row for row in Asset.objects.filter(pk__in=list(vectors)).only("pk", "workspace_id")}
    made = [
        AssetVector(workspace_id=rows[key].workspace_id, asset_id=key, space=space, numbers=numbers)
        for key, numbers in vectors.items()
        if key in rows
    ]
    AssetVector.objects.bulk_create(
        made, update_conflicts=True, unique_fields=["asset", "space"], update_fields=["numbers"]
    )
    if made and has_pgvector():
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE library_assetvector SET {Space(space).value} = %s::vector WHERE asset_id = %s AND space = %s",  # noqa: S608  a name of ours
                [(as_text(bytes(row.numbers)), row.asset_id, row.space) for row in made],
            )
    SearchEntry.objects.filter(asset__in=[*vectors, *done]).update(waits=False)


def vector_of(asset: Asset, space: str) -> bytes | None:
    """Return an asset's vector, or None where it has none yet."""
    found = AssetVector.objects.filter(asset=asset, space=space).values_list("numbers", flat=True).first()
    return bytes(found) if found is not None else None


def nearest_assets(
    *, workspace: Workspace, space: str, vector: bytes, count: int = MOST
) -> list[tuple[UUID, float]]:
    """Return the workspace's assets that are nearest to a vector, each with its cosine, the nearest first."""
    if has_pgvector():
        with connection.cursor() as cursor:
            name = Space(space).value
            cursor.execute(
                f"SELECT asset_id, 1 - ({name} <=> %s::vector) FROM library_assetvector"  # noqa: S608  a name of ours
                f" WHERE workspace_id = %s AND space = %s ORDER BY {name} <=> %s::vector LIMIT %s",
                [as_text(vector), workspace.pk, space, as_text(vector), count],
            )
            return [(key, float(near)) for key, near in cursor.fetchall()]
    return _plainly(AssetVector.objects.filter(workspace=workspace, space=space), vector, count)


def ranked(assets: QuerySet[Asset], *rankings: Sequence[UUID]) -> list[UUID]:
    """Return those of the ranked assets that are among ``assets``, by the sum of their reciprocal ranks."""
    scores: dict[UUID, float] = {}
    for ranking in rankings:
        for place, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + 1 / (FUSED + place)
    fitting = set(assets.filter(pk__in=list(scores)).values_list("pk", flat=True))
    return sorted(fitting, key=lambda key: (-scores[key], str(key)))[:MOST]


def waiting(workspace: Workspace) -> int:
    """Return how many assets have no vector yet."""
    return SearchEntry.objects.filter(workspace=workspace, waits=True, asset__trashed_at=None).count()


def _plainly(rows: QuerySet[AssetVector], vector: bytes, count: int) -> list[tuple[UUID, float]]:
    wanted, signs = array("f", vector), _signs(vector)
    agreeing = []
    newest = rows.order_by("-id").values_list("asset_id", "numbers")[:REACH]
    for key, numbers in newest.iterator(chunk_size=2000):
        numbers = bytes(numbers)
        agreeing.append(((_signs(numbers) ^ signs).bit_count(), key, numbers))
    agreeing.sort(key=lambda one: one[0])
    near = ((cosine(wanted, array("f", numbers)), key) for _, key, numbers in agreeing[:CANDIDATES])
    return [(key, value) for value, key in nlargest(count, near, key=lambda one: one[0])]


def _signs(numbers: bytes) -> int:
    """Return the signs of float32 numbers as bits; the sign is the top bit of the last byte of each."""
    return int.from_bytes(bytes(byte & 0x80 for byte in numbers[3::4]), "little")

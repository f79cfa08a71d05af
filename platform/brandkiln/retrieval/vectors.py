"""The nearest passages to a vector: by pgvector where the database has it, else by a plain index of signs.

The plain index compares the signs of all numbers first, 384 bits in one machine operation for each passage, and the
numbers themselves of the CANDIDATES that agree most; up to so many passages it is exact.
Source: Charikar, Similarity estimation techniques from rounding algorithms, 2002. https://doi.org/10.1145/509907.509965
"""

from array import array
from collections.abc import Sequence
from heapq import nlargest
from operator import mul
from uuid import UUID

from django.db import connection

from brandkiln.retrieval.models import Chunk

CANDIDATES = 512
Place = tuple[UUID, int]
"""An index, and the number of a passage in it."""


def has_pgvector() -> bool:
    """Return whether the table of passages has a column for pgvector, which a migration adds where it can."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, Chunk._meta.db_table)
    return any(column.name == "embedding" for column in columns)


def nearest(indexes: Sequence[UUID], vector: bytes, count: int) -> list[tuple[Place, float]]:
    """Return the passages of the indexes that are nearest to a vector, each with its cosine, the nearest first."""
    return _by_pgvector(indexes, vector, count) if has_pgvector() else _plainly(indexes, vector, count)


def as_text(vector: bytes) -> str:
    """Return a vector as pgvector reads it."""
    return "[" + ",".join(f"{number:.7g}" for number in array("f", vector)) + "]"


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the cosine of two vectors of length 1."""
    return float(sum(map(mul, one, other)))


def fill_pgvector(chunks: Sequence[Chunk]) -> None:
    """Copy the vectors of new passages into the column of pgvector, where there is one."""
    if not chunks or not has_pgvector():
        return
    rows = [(as_text(bytes(chunk.vector)), chunk.pk) for chunk in chunks]
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE retrieval_chunk SET embedding = %s::vector WHERE id = %s", rows)


def _by_pgvector(indexes: Sequence[UUID], vector: bytes, count: int) -> list[tuple[Place, float]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT index_id, number, 1 - (embedding <=> %s::vector) AS cosine FROM retrieval_chunk"
            " WHERE index_id = ANY(%s) ORDER BY embedding <=> %s::vector, id LIMIT %s",
            [as_text(vector), list(indexes), as_text(vector), count],
        )
        return [((index, number), float(near)) for index, number, near in cursor.fetchall()]


def _plainly(indexes: Sequence[UUID], vector: bytes, count: int) -> list[tuple[Place, float]]:
    wanted = array("f", vector)
    bits = _signs(wanted)
    rows = Chunk.objects.filter(index__in=indexes).values_list("pk", "index_id", "number", "vector")
    keys: dict[int, Place] = {}
    agreeing: list[tuple[int, int]] = []
    few: dict[int, array[float]] = {}
    for key, index, number, stored in rows.iterator(chunk_size=2000):
        keys[key] = (index, number)
        numbers = array("f", bytes(stored))
        agreeing.append((-(_signs(numbers) ^ bits).bit_count(), key))
        if len(few) < CANDIDATES:
            few[key] = numbers
    if len(keys) > CANDIDATES:
        best = [key for _, key in nlargest(CANDIDATES, agreeing)]
        found = Chunk.objects.filter(pk__in=best).values_list("pk", "vector")
        few = {key: array("f", bytes(stored)) for key, stored in found}
    near = [(cosine(wanted, numbers), key) for key, numbers in few.items()]
    return [(keys[key], value) for value, key in nlargest(count, near)]


def _signs(numbers: "array[float]") -> int:
    """Return one bit for each number: whether it is negative. The sign is the top bit of a float32."""
    return int.from_bytes(numbers.tobytes()[3::4], "little") & _mask(len(numbers))


def _mask(count: int) -> int:
    return int.from_bytes(b"\x80" * count, "little")

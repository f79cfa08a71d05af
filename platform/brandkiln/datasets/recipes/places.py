"""Which records of many to leave out, found on the disk rather than in memory."""

from collections.abc import Iterable
from pathlib import Path

from brandkiln.datasets.scratch import insert, scratch_table


class Marks:
    """One bit for each record, by its place in the stream."""

    def __init__(self, count: int) -> None:
        self._bits = bytearray(count // 8 + 1)

    def add(self, place: int) -> None:
        self._bits[place >> 3] |= 1 << (place & 7)

    def __contains__(self, place: int) -> bool:
        return bool(self._bits[place >> 3] & (1 << (place & 7)))


def losers(rows: Iterable[tuple[str | int, int, float]], count: int, folder: Path) -> Marks:
    """Return the places of all records but the best of each group.

    Args:
        rows: The group, the place in the stream, and how good the record is; of equals the first is the best.
        count: How many records there are.
        folder: Scratch space.
    """
    marks = Marks(count)
    with scratch_table(folder, "held (grp, place INTEGER, score REAL)") as table:
        insert(table, "INSERT INTO held VALUES (?, ?, ?)", rows)
        query = """
            SELECT place FROM (
                SELECT place, ROW_NUMBER() OVER (PARTITION BY grp ORDER BY score DESC, place) AS rank FROM held
            ) WHERE rank > 1
        """
        for (place,) in table.execute(query):
            marks.add(place)
    return marks

"""One nasty file: how it is built, and what the studio says of it."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from brandkiln.datasets.readers.limits import Refused

from tests.brandkiln.datasets.readers.reading import read


@dataclass(frozen=True)
class Case:
    """A file that is refused as a whole, or whose bad records are."""

    name: str
    filename: str
    data: Callable[[], bytes]
    says: str
    """Part of the sentence about it; of a file that is read without one, the note that counts it."""
    kind: str = "image"
    accepted: int | None = None
    """How many records are accepted; None where the whole file is refused."""
    limits: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Verdict:
    """What came of reading a case in the test's own process."""

    accepted: int | None
    sentences: tuple[str, ...]


def verdict(case: Case) -> Verdict:
    """Return how many records are accepted, or None, with all sentences and notes about the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # as the reading process does
            reading = read(case.data(), case.filename, case.kind, **case.limits)
    except Refused as refusal:
        return Verdict(None, (refusal.message,))
    seen: dict[str, Any] = reading.seen
    faults = [fault["message"] for fault in seen["faults"]]
    hints = [one["hint"] for one in seen.get("columns", []) if one.get("hint")]
    return Verdict(seen["accepted"], (*faults, *seen["notes"], *hints))

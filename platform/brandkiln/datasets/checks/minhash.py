"""Texts that say nearly the same: MinHash signatures of their word triples, compared band by band.

Sources: Broder, On the resemblance and containment of documents, 1997, https://doi.org/10.1109/SEQUEN.1997.666900;
Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3, http://www.mmds.org for the bands.
"""

import mmap
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from rensa import RMinHash

from brandkiln.datasets.checks.groups import Link, Progress

PERMUTATIONS = 128
"""Minima in a signature; the share that two have in common estimates their resemblance to within 0.04."""
BANDS = 32
ROWS = PERMUTATIONS // BANDS
"""Minima in a band. Two texts of resemblance s meet in a band with probability 1 - (1 - s ** 4) ** 32: surely at 0.8,
hardly ever at 0.2."""
RESEMBLANCE = 0.8
"""From here on texts are near duplicates, as in Lee and others, Deduplicating Training Data Makes Language Models
Better, 2021, who ask the same of the edit similarity. https://arxiv.org/abs/2107.06499"""
CROWD = 32
"""Texts that each is compared with in a band; bounds the work where many share one."""
SHINGLE = 3
LENGTH = 20_000
"""Characters of a text that are looked at."""
SEED = 1

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")
"""A word, or one letter of a script that puts no blanks between words."""
_BYTES = 4 * PERMUTATIONS


def shingles(text: str) -> set[str]:
    """Return the runs of three words of a text; a text of fewer words is one run."""
    words = _WORD.findall(text[:LENGTH].casefold())
    if len(words) <= SHINGLE:
        return {" ".join(words)} if words else set()
    return {" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}


def signature(text: str) -> bytes:
    """Return the minima of a text as bytes."""
    minima = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    minima.update(sorted(shingles(text)))
    return array("I", minima.digest()).tobytes()


def resemblance(one: bytes, other: bytes) -> float:
    """Return the share of minima that two signatures have in common, which estimates the Jaccard index."""
    mine, theirs = memoryview(one).cast("I"), memoryview(other).cast("I")
    return sum(a == b for a, b in zip(mine, theirs, strict=True)) / PERMUTATIONS


class Signatures:
    """The signatures of many texts, in a file: a million take 512 MB there and little memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("w+b")
        self._count = 0

    def add(self, text: str) -> None:
        """Keep the signature of the next text."""
        self._file.write(signature(text))
        self._count += 1

    def links(self, report: Progress = lambda done, total: None) -> Iterator[Link]:
        """Yield the pairs of texts that resemble each other, some more than once."""
        self._file.flush()
        if self._count < 2:
            return
        nothing = signature("")
        with mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) as held:
            for band in range(BANDS):
                report(band, BANDS)
                sharing: defaultdict[bytes, list[int]] = defaultdict(list)
                start = band * ROWS * 4
                for place in range(self._count):
                    at = place * _BYTES + start
                    sharing[held[at : at + ROWS * 4]].append(place)
                sharing.pop(nothing[start : start + ROWS * 4], None)
                yield from _compare(sharing.values(), held)

    def close(self) -> None:
        """Remove the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def _compare(bands: Iterable[list[int]], held: mmap.mmap) -> Iterator[Link]:
    for members in bands:
        for at, one in enumerate(members):
            if at + 1 == len(members):
                break
            own = held[one * _BYTES : (one + 1) * _BYTES]
            for other in members[at + 1 : at + 1 + CROWD]:
                alike = resemblance(own, held[other * _BYTES : (other + 1) * _BYTES])
                if alike >= RESEMBLANCE:
                    yield one, other, alike

"""What a network learned from, as hashes of runs of words: enough to tell a copied stretch, not to read a text back."""

import base64
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

from generators.metrics.text_words import ngrams, words

RUN = 5
"""Words of a run; texts that were written apart seldom share one."""
KEPT = 20_000
"""Most hashes that are kept, the smallest; of more runs that is a sample by chance."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """The smallest hashes of all runs of words of some texts.

    Source: Cohen and Kaplan, Summarizing data using bottom-k sketches, 2007. https://doi.org/10.1145/1281100.1281133
    """

    hashes: frozenset[int] = frozenset()
    is_all: bool = True

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Fingerprints":
        """Return the fingerprints of texts."""
        found = {one for text in texts for one in _hashes(text)}
        return cls(frozenset(sorted(found)[:KEPT]), len(found) <= KEPT)

    @classmethod
    def read(cls, written: str) -> "Fingerprints":
        """Return fingerprints that `written` gave; "" gives none."""
        raw = base64.b64decode(written)
        hashes = frozenset(struct.unpack(f"<{len(raw) // 4}I", raw))
        return cls(hashes, len(hashes) < KEPT)

    def written(self) -> str:
        """Return them as text for a JSON file."""
        return base64.b64encode(struct.pack(f"<{len(self.hashes)}I", *sorted(self.hashes))).decode()

    def share_in(self, text: str) -> float:
        """Return about which share of a text's runs the texts hold, 0 to 1."""
        if not self.hashes:
            return 0.0
        most = 2**32 if self.is_all else max(self.hashes)
        seen = [one for one in _hashes(text) if one <= most]
        return sum(one in self.hashes for one in seen) / len(seen) if seen else 0.0


def _hashes(text: str) -> list[int]:
    return [crc32(" ".join(run).encode()) for run in ngrams(words(text), RUN)]

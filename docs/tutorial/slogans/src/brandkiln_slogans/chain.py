"""The network of this generator: a Markov chain of words, and its form as tensors."""

import json
import math
import random
from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence

from generators.checkpoint import Checkpoint
from generators.weights import RawTensor

EDGE = ""  # stands before the first word and after the last
Context = tuple[str, ...]


class Chain:
    """Counts of the words that follow each run of `order` words."""

    def __init__(self, order: int) -> None:
        self.order = order
        self.followers: dict[Context, Counter[str]] = defaultdict(Counter)

    def learn(self, text: str) -> None:
        """Count one text."""
        words = [EDGE] * self.order + text.split() + [EDGE]
        for place in range(self.order, len(words)):
            self.followers[tuple(words[place - self.order : place])][words[place]] += 1

    def write(
        self, start: Sequence[str], longest: int, temperature: float, chance: random.Random
    ) -> list[str]:
        """Return the words of one slogan; the longest known end of what stands before decides on each."""
        words = [EDGE] * self.order + list(start)
        while len(words) - self.order < longest:
            counts = self._counts_after(words)
            names = sorted(counts)
            word = chance.choices(names, [counts[name] ** (1 / temperature) for name in names])[0]
            if word == EDGE:
                break
            words.append(word)
        return words[self.order :]

    def surprise(self, text: str) -> tuple[float, int]:
        """Return the bits that a text takes with add-one smoothing, and its number of words and ends."""
        vocabulary = len({word for counts in self.followers.values() for word in counts}) + 1
        words = [EDGE] * self.order + text.split() + [EDGE]
        bits = 0.0
        for place in range(self.order, len(words)):
            counts = self.followers.get(tuple(words[place - self.order : place]), Counter())
            bits -= math.log2((counts[words[place]] + 1) / (counts.total() + vocabulary))
        return bits, len(words) - self.order

    def _counts_after(self, words: Sequence[str]) -> Counter[str]:
        context = tuple(words[-self.order :])
        if context in self.followers:
            return self.followers[context]
        pooled: Counter[str] = Counter()
        for known, counts in self.followers.items():
            if known[-1] == context[-1]:
                pooled.update(counts)
        return pooled or Counter([EDGE])

    def tensors(self) -> dict[str, RawTensor]:
        """Return the chain as tensors: its words as JSON bytes, and rows of word numbers that end with their count."""
        words = sorted({word for context, counts in self.followers.items() for word in (*context, *counts)})
        number = {word: index for index, word in enumerate(words)}
        rows = array("i")
        for context in sorted(self.followers):
            for word, count in sorted(self.followers[context].items()):
                rows.extend([*(number[part] for part in context), number[word], count])
        text = json.dumps(words).encode()
        width = self.order + 2
        return {
            "words": RawTensor("U8", (len(text),), text),
            "counts": RawTensor("I32", (len(rows) // width, width), rows.tobytes()),
        }

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> "Chain":
        """Return the chain that a checkpoint holds."""
        tensors = checkpoint.raw_tensors()
        words = json.loads(tensors["words"].data)
        rows = memoryview(tensors["counts"].data).cast("i")
        chain = cls(checkpoint.config["order"])
        width = chain.order + 2
        for start in range(0, len(rows), width):
            *context, word, count = rows[start : start + width]
            chain.followers[tuple(words[part] for part in context)][words[word]] = count
        return chain

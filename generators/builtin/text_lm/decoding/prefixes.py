"""What prompts have in common, read once: instructions, examples, a brand voice."""

from collections import deque
from collections.abc import Iterable, Sequence

from generators.builtin.text_lm.decoding.shelves import BLOCK, Prefix, Shape

_RECENT = 32
"""Prompts that are remembered, so that the next one like them finds its prefix read."""


class Prefixes:
    """The prefixes that are kept, the one used last at the end.

    Args:
        shape: Of keys and values.
        most_bytes: What those may take that no text uses.
    """

    def __init__(self, shape: Shape, most_bytes: int) -> None:
        self._shape = shape
        self._most_bytes = most_bytes
        self._kept: list[Prefix] = []
        self._recent: deque[Sequence[int]] = deque(maxlen=_RECENT)

    @property
    def bytes(self) -> int:
        """What all of them take."""
        return sum(len(prefix.ids) for prefix in self._kept) * self._shape.token_bytes

    def find(self, prompt: Sequence[int], waiting: Iterable[Sequence[int]]) -> Prefix | None:
        """Return the prefix with which a prompt is best read: one that is kept, or a longer one that pays.

        A longer one pays where another prompt, waiting or remembered, begins with it too.
        """
        whole = (len(prompt) - 1) // BLOCK * BLOCK  # one token at least is read by the text itself
        kept = [prefix for prefix in self._kept if len(prefix.ids) == _common(prompt, prefix.ids, whole)]
        best = max(kept, key=lambda prefix: len(prefix.ids), default=None)
        longest = max((_common(prompt, other, whole) for other in (*waiting, *self._recent)), default=0)
        if prompt not in self._recent:
            self._recent.append(prompt)
        if longest > (len(best.ids) if best else 0):
            best = self._begin(tuple(prompt[:longest]), best)
        if best is not None and best in self._kept:
            self._kept.remove(best)
            self._kept.append(best)
        return best

    def drop_unused(self, used: Iterable[Prefix | None]) -> None:
        """Forget the ones used longest ago that are beyond the limit and that no text needs."""
        needed = {id(prefix) for prefix in used}
        for prefix in [prefix for prefix in self._kept if id(prefix) not in needed]:
            if self.bytes <= self._most_bytes:
                return
            self._kept.remove(prefix)

    def forget(self, prefix: Prefix) -> None:
        """Forget one that could not be read to its end."""
        if prefix in self._kept:
            self._kept.remove(prefix)

    def _begin(self, ids: tuple[int, ...], shorter: Prefix | None) -> Prefix:
        prefix = Prefix(ids, self._shape)
        if shorter is not None:
            prefix.ready = shorter.ready
            prefix.keys[:, :, : shorter.ready] = shorter.keys[:, :, : shorter.ready]
            prefix.values[:, :, : shorter.ready] = shorter.values[:, :, : shorter.ready]
        self._kept.append(prefix)
        return prefix


def _common(prompt: Sequence[int], other: Sequence[int], most: int) -> int:
    """Return how many tokens two prompts begin with alike, in whole blocks."""
    same = 0
    while same < most and len(other) >= same + BLOCK:
        if tuple(prompt[same : same + BLOCK]) != tuple(other[same : same + BLOCK]):
            break
        same += BLOCK
    return same

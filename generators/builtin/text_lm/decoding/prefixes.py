"""What prompts have in common, read once: instructions, examples, a brand voice."""

from collections import deque
from collections.abc import Iterable, Sequence

from generators.builtin.text_lm.decoding.blocks import BLOCK, Prefix, Shape

MANY = 8
"""So many prompts that begin alike are attended to together; fewer copy what is read, which is quicker for them."""
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
        self._roots: set[int] = set()
        self._recent: deque[Sequence[int]] = deque(maxlen=_RECENT)

    @property
    def bytes(self) -> int:
        """What all of them take."""
        return sum(len(prefix.ids) for prefix in self._kept) * self._shape.token_bytes

    def find(
        self, prompt: Sequence[int], waiting: Iterable[Sequence[int]]
    ) -> tuple[Prefix | None, Prefix | None]:
        """Return with which prefix a prompt is best read, and with which root, a beginning of that prefix.

        Each is one that is kept, or a longer one that pays: a prefix where one other prompt, waiting or
        remembered, begins with it too, a root where MANY do.
        """
        whole = (len(prompt) - 1) // BLOCK * BLOCK  # one token at least is read by the text itself
        alike = sorted(_common(prompt, other, whole) for other in (*waiting, *self._recent))[::-1]
        if prompt not in self._recent:
            self._recent.append(prompt)
        kept = [prefix for prefix in self._kept if len(prefix.ids) == _common(prompt, prefix.ids, whole)]
        roots = [prefix for prefix in kept if id(prefix) in self._roots]
        root = max(roots, key=lambda prefix: len(prefix.ids), default=None)
        if len(alike) >= MANY and alike[MANY - 1] > (len(root.ids) if root else 0):
            ids = tuple(prompt[: alike[MANY - 1]])
            root = next((prefix for prefix in kept if prefix.ids == ids), None) or self._begin(ids)
            self._roots.add(id(root))
            kept.append(root)
        best = max(kept, key=lambda prefix: len(prefix.ids), default=None)
        if alike and alike[0] > (len(best.ids) if best else 0):
            best = self._begin(tuple(prompt[: alike[0]]), best)
        for prefix in (root, best):
            if prefix is not None:
                self._kept.remove(prefix)
                self._kept.append(prefix)
        return best, root

    def drop_unused(self, used: Iterable[Prefix | None]) -> None:
        """Forget the ones used longest ago that are beyond the limit and that no text needs."""
        needed = {id(prefix) for prefix in used}
        for prefix in [prefix for prefix in self._kept if id(prefix) not in needed]:
            if self.bytes <= self._most_bytes:
                return
            self._kept.remove(prefix)
            self._roots.discard(id(prefix))

    def _begin(self, ids: tuple[int, ...], shorter: Prefix | None = None) -> Prefix:
        prefix = Prefix(ids, self._shape)
        if shorter is not None and not shorter.is_ready:
            prefix.before = shorter
        else:
            for other in self._kept:
                count = min(_common(ids, other.ids, len(ids)), other.ready)
                if count > prefix.ready:
                    prefix.take_over(other, count)
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

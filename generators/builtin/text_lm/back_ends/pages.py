"""Which pages of keys and values belong to which text; what several texts begin with has its pages once."""

from collections import Counter, OrderedDict
from collections.abc import Sequence

PAGE = 32
"""Tokens."""


class Pages:
    """Pages in use, free ones, and those that hold beginnings of prompts which may come again.

    Args:
        count: Of the pages. The first one is never given to a text: what only fills up a pass is written there.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = list(range(count - 1, 0, -1))
        self._known: OrderedDict[tuple[int, ...], int] = OrderedDict()
        self._names: dict[int, tuple[int, ...]] = {}
        self._holders: Counter[int] = Counter()

    def shared(self, pages: list[int], prompt: Sequence[int], read: int) -> int:
        """Take pages that hold the next tokens of a prompt already, and return how many tokens are read with them.

        Args:
            pages: Those of the text; grows.
            prompt: Its tokens, of which the last one is always read by the text itself.
            read: How many of them are read.
        """
        begun = read
        while (name := next_page(prompt, read)) is not None and (page := self._known.get(name)) is not None:
            self._known.move_to_end(name)
            pages.append(page)
            self._holders[page] += 1
            read += PAGE
        return read - begun

    def reach(self, pages: list[int], tokens: int) -> None:
        """Take free pages until there is room for so many tokens."""
        while len(pages) * PAGE < tokens:
            page = self._free.pop() if self._free else self._forgotten()
            pages.append(page)
            self._holders[page] = 1

    def keep(self, pages: Sequence[int], prompt: Sequence[int], before: int, read: int) -> None:
        """Remember the pages of a prompt that became whole.

        Args:
            pages: Those of the text.
            prompt: Its tokens.
            before: How many were read before.
            read: How many are read now.
        """
        for place in range(before // PAGE, read // PAGE):
            name = next_page(prompt, place * PAGE)
            if name is not None and name not in self._known:
                self._known[name] = pages[place]
                self._names[pages[place]] = name

    def give_back(self, pages: Sequence[int]) -> None:
        """Let pages go; those that hold beginnings stay until their room is needed."""
        for page in pages:
            self._holders[page] -= 1
            if not self._holders[page] and page not in self._names:
                self._free.append(page)

    def _forgotten(self) -> int:
        name = next(name for name, page in self._known.items() if not self._holders[page])
        page = self._known.pop(name)
        del self._names[page]
        return page


def next_page(prompt: Sequence[int], read: int) -> tuple[int, ...] | None:
    """Return a prompt up to the end of the page that begins after so many tokens; None where it holds no whole one."""
    end = read + PAGE
    return tuple(prompt[:end]) if read % PAGE == 0 and end < len(prompt) else None

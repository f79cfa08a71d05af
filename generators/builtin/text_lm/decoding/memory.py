"""The memory for keys and values: what fits, what waits, and what is read already."""

from collections.abc import Iterable, Sequence

from generators.builtin.text_lm.decoding.blocks import BLOCK, Blocks, Shape
from generators.builtin.text_lm.decoding.prefixes import Prefixes
from generators.builtin.text_lm.decoding.requests import Request
from generators.builtin.text_lm.decoding.texts import Text
from generators.errors import GeneratorError

PREFIX_BYTES = 2**27


class Memory:
    """Keys and values of all texts of one network.

    Args:
        shape: Of keys and values.
        most_bytes: What they may take; requests wait for room, and one that never fits is refused.
    """

    def __init__(self, shape: Shape, most_bytes: int) -> None:
        self._shape = shape
        self._most_bytes = most_bytes
        self._blocks: Blocks | None = None
        self._prefixes = Prefixes(shape, PREFIX_BYTES)

    @property
    def blocks(self) -> Blocks:
        """What texts do not share; begun with the first one."""
        if self._blocks is None:
            self._blocks = Blocks(self._shape, self._most_bytes)
        return self._blocks

    def check_size(self, request: Request, context: int) -> None:
        """Refuse what can never be written.

        Args:
            context: How many tokens the network reads.

        Raises:
            GeneratorError: If prompt and text do not fit the network's context or the memory.
        """
        request.check_context(context)
        needed = self._needed(request)
        if needed > self._most_bytes:
            raise GeneratorError(
                f"A text of {len(request.prompt) + request.max_tokens} tokens with its prompt needs "
                f"{needed / 2**20:.0f} MiB beside the network; {self._most_bytes / 2**20:.0f} MiB are "
                "allowed. Shorten the prompt."
            )

    def has_room(self, request: Request, texts: Sequence[Text]) -> bool:
        """Return whether a request fits beside the texts that are written; where there are none, it does."""
        self._prefixes.drop_unused(prefix for text in texts for prefix in (text.prefix, text.root))
        held = sum(text.most_blocks for text in texts) * self._shape.block_bytes + self._prefixes.bytes
        return not texts or held + self._needed(request) <= self._most_bytes

    def seat(self, text: Text, waiting: Iterable[Sequence[int]]) -> None:
        """Let a text begin.

        Args:
            waiting: Prompts of requests that wait, which may begin as this one does.
        """
        prefix, root = self._prefixes.find(text.request.prompt, waiting)
        text.begin_with(prefix, root, self.blocks)

    def give_back(self) -> None:
        """Give the memory of own parts back; prefixes are kept for the texts to come."""
        self._blocks = None

    def forget(self) -> None:
        """Give everything back, as what was read holds no more."""
        self._blocks, self._prefixes = None, Prefixes(self._shape, PREFIX_BYTES)

    def _needed(self, request: Request) -> int:
        return -(-(len(request.prompt) + request.max_tokens) // BLOCK) * self._shape.block_bytes

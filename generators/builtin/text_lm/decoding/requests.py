"""What is asked of the decoder and what comes back; light enough to be imported by whoever builds a request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from generators.errors import GeneratorError

if TYPE_CHECKING:
    from torch import Tensor


class Constraint(Protocol):
    """Rules that one completion keeps, token by token. Each request has one of its own, for it has a state.

    The decoder calls, for each token: `forced`; where that gives nothing, `allow`; then `accept`; then `finished`.
    All of them are called in the decoder's own thread. What one raises fails its own request and no other.
    """

    def forced(self) -> Sequence[int]:
        """Return tokens that have to come next, which are read at once and not drawn; empty where there is a choice."""
        ...

    def allow(self, logits: "Tensor") -> None:
        """Set the logits of the tokens that may not come next to minus infinity, in place.

        Args:
            logits: Of the next token in float32, shape (vocabulary,), on the network's device, with the repetition
                penalty in it. At least one has to stay finite: end a completion by allowing an end token.
        """
        ...

    def accept(self, token: int) -> None:
        """Take the next token, drawn or forced, into account."""
        ...

    @property
    def finished(self) -> bool:
        """Whether nothing may follow any more; the completion then ends without an end token."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Request:
    """One text that is wanted. It depends on these fields only, never on what is written beside it."""

    prompt: Sequence[int]
    """The tokens that it follows. Prompts that begin alike, as those of a bulk run do, are read once up to there."""
    max_tokens: int
    """Most tokens, forced ones too."""
    seed: str = "0"
    """The name of its stream of random numbers."""
    temperature: float = 0.0
    """How daring each choice is; 0 always takes the most probable token."""
    top_p: float = 1.0
    """The share of probability among which each token is drawn."""
    repetition_penalty: float = 1.0
    """Logits of tokens that the text already holds are divided (below 0 multiplied) by it."""
    stop_ids: frozenset[int] | None = None
    """Tokens that end it; None takes the end tokens of the vocabulary."""
    stops: Sequence[str] = ()
    """Strings that end it and do not belong to it."""
    constraint: Constraint | None = None
    """Rules that it keeps."""
    on_text: Callable[[str], None] | None = None
    """Is given the text piece by piece, in the thread that asked for it; the pieces together are the text."""
    urgent: bool = False
    """Whether a person is looking on: it gets a slot before requests that are not."""

    def check_context(self, context: int) -> None:
        """Refuse a prompt that is empty, or that a network which reads so many tokens has no room for.

        Raises:
            GeneratorError: If it is one of the two.
        """
        whole = len(self.prompt) + self.max_tokens
        if not self.prompt:
            raise GeneratorError("The prompt is empty. Say what the text is about.")
        if whole > context:
            raise GeneratorError(
                f"The prompt has {len(self.prompt)} tokens; the network takes {context - self.max_tokens} beside "
                f"a text of up to {self.max_tokens}. Shorten it by about {whole - context} tokens."
            )


@dataclass(frozen=True, slots=True)
class Completion:
    """A text that was written.

    Attributes:
        ids: The tokens, drawn and forced, with the end token where one was drawn.
        text: What they say, up to a stop string.
        finish: "stop" where it came to an end, "length" where max_tokens ran out first.
        fluency: Mean log-probability of the drawn tokens as the network has them without any rule, in nats.
    """

    ids: tuple[int, ...]
    text: str
    finish: Literal["stop", "length"]
    fluency: float

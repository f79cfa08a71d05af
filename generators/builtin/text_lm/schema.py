"""An answer that is JSON of a given schema by construction: at each token only what the schema allows is drawn."""

import json
from collections.abc import Sequence
from typing import Any

import llguidance
import torch
from torch import Tensor

from generators.builtin.text_lm.language_model import LanguageModel
from generators.builtin.text_lm.rules.keeping import tokens_of
from generators.errors import BadParams, GeneratorError

LARGEST = 20_000
"""Characters of a schema."""
ANY_OBJECT: dict[str, Any] = {"type": "object"}
PLAIN = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
"""White space between the parts as json.dumps writes it: a network that may write any never ends."""


def schema_grammar(schema: dict[str, Any]) -> str:
    """Return the grammar of JSON that a schema allows; {} is any object.

    Raises:
        BadParams: If the schema is too large, is none, or asks for what can't be kept.
    """
    text = json.dumps(schema or ANY_OBJECT)
    if len(text) > LARGEST:
        raise BadParams(
            f"The JSON Schema has {len(text)} characters; at most {LARGEST} are read. Make it smaller."
        )
    try:
        grammar: str = llguidance.LLMatcher.grammar_from_json_schema(text, defaults=PLAIN)
    except (ValueError, TypeError) as error:
        raise BadParams(f"The JSON Schema can't be kept: {_sentence(error)} Change it.") from error
    if fault := llguidance.LLMatcher.validate_grammar(grammar):
        raise BadParams(f"The JSON Schema can't be kept: {_sentence(fault)} Change it.")
    return grammar


def _sentence(fault: object) -> str:
    return f"{str(fault).strip().rstrip('.')}."


class KeepsSchema:
    """The rules of one answer; see `Constraint`."""

    def __init__(self, language_model: LanguageModel, grammar: str) -> None:
        limits = llguidance.LLParserLimits(initial_lexer_fuel=20_000_000, step_lexer_fuel=5_000_000)
        self._matcher = llguidance.LLMatcher(tokens_of(language_model), grammar, limits=limits)
        self._check()

    def forced(self) -> Sequence[int]:
        """Return nothing: every token is drawn, so that the network reads what it would have written."""
        return ()

    def allow(self, logits: Tensor) -> None:
        """Set the logits of tokens that would break the schema to minus infinity."""
        mask = torch.frombuffer(bytearray(self._matcher.compute_bitmask()), dtype=torch.uint8)
        bits = (mask[:, None] >> torch.arange(8, dtype=torch.uint8)) & 1
        allowed = bits.flatten().bool()[: len(logits)].to(logits.device)
        self._check()
        logits[: len(allowed)].masked_fill_(~allowed, float("-inf"))
        logits[len(allowed) :] = float("-inf")

    def accept(self, token: int) -> None:
        """Take the next token into account."""
        self._matcher.consume_token(token)
        self._check()

    @property
    def finished(self) -> bool:
        """Whether the JSON is whole and nothing may follow."""
        return bool(self._matcher.is_stopped())

    def _check(self) -> None:
        if error := self._matcher.get_error():
            raise GeneratorError(
                f"The answer left its JSON Schema: {error} Send the request again with another seed."
            )

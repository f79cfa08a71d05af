"""Rules that a text keeps token by token: a grammar, and what makes it read better among what the grammar allows."""

from bisect import bisect_left
from collections.abc import Sequence
from copy import copy
from functools import lru_cache
from typing import Any

import llguidance
import numpy as np
import torch
from torch import Tensor

from generators.builtin.text_lm.language_model import LanguageModel
from generators.builtin.text_lm.rules.wording import Wording
from generators.builtin.text_lm.vocabulary import Vocabulary
from generators.errors import GeneratorError

_RATHER_NOT = 1e4  # finite, so that it ranks before what the grammar forbids
_LONGEST_REPEAT = 3  # tokens; a longer run is never written twice in one line
_ENDS = ".!?。！？"
_TAIL = 80  # characters in which a banned term may have begun; the longest has 60
_LATE = 0.6  # of the most tokens


@lru_cache(maxsize=2)
def tokens_of(language_model: LanguageModel) -> Any:
    """Return the vocabulary as grammars read it.

    Raises:
        GeneratorError: If the tokenizer is none that can be read so.
    """
    try:
        tokenizer = copy(language_model.tokenizer.backend_tokenizer)
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return llguidance.LLTokenizer(
            tokenizer.to_str(),
            n_vocab=language_model.vocabulary.size,
            eos_token=sorted(language_model.vocabulary.end_ids),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise GeneratorError(
            f"The tokenizer in {language_model.folder} cannot be bound to rules: {error} Save it as tokenizer.json, "
            "which save_pretrained of a fast tokenizer writes."
        ) from error


class Tokens:
    """The tokens of a vocabulary by what they do in a text; worked out once for each language model."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.texts = vocabulary.texts
        self.size = vocabulary.size
        self.closing = vocabulary.where(lambda text: text[:1] in _ENDS and bool(text)) | vocabulary.ends
        self.numeric = [
            (token, text.strip()) for token, text in vocabulary.numeric if text.strip()[:1].isdigit()
        ]
        self.by_text: dict[str, int] = {}
        for token, text in enumerate(vocabulary.texts):
            self.by_text.setdefault(text, token)
        self.ordered = sorted((text.lower(), token) for token, text in enumerate(vocabulary.texts) if text)
        self.bare = [(text, tokens) for text, tokens in vocabulary.within_word.items()]
        self.spaced = [
            (begun, token)
            for token, others, words, begun in vocabulary.after_word
            if begun and others == " " and not words
        ]

    def completing(self, rest: str) -> list[int]:
        """Return the tokens that begin with the rest of a term and go on with no letter."""
        place = bisect_left(self.ordered, (rest, -1))
        found = []
        while place < len(self.ordered) and self.ordered[place][0].startswith(rest):
            text, token = self.ordered[place]
            if not (text[len(rest) :][:1].isalpha() and rest.isascii()):
                found.append(token)
            place += 1
        return found


@lru_cache(maxsize=2)
def sorted_tokens(vocabulary: Vocabulary) -> Tokens:
    """Return the tokens of a vocabulary, sorted."""
    return Tokens(vocabulary)


class Preferences:
    """What is rather not written though the grammar allows it; worked out once for all texts of a job.

    Args:
        easy: Characters after which a sentence ends at the next place where it may.
        required: Terms that a sentence is drawn towards once it is long.
        banned: Terms whose last token is never written.
        max_tokens: Of a text; late in it every sentence is made short, so that the text is complete at its end.
    """

    def __init__(
        self,
        language_model: LanguageModel,
        wording: Wording,
        *,
        easy: int,
        required: Sequence[str] = (),
        banned: Sequence[str] = (),
        max_tokens: int = 1000,
    ) -> None:
        self.banned = tuple(term.lower() for term in banned)
        self.late = round(_LATE * max_tokens)
        self.tokens = tokens = sorted_tokens(language_model.vocabulary)
        self.required = tuple(required)
        self.easy = easy
        self.numbers = wording.numbers
        self.halves_spaced, self.halves_bare = (torch.zeros(tokens.size, dtype=torch.bool) for _ in range(2))
        if wording.whole:
            usable = wording.whole | {word[:end] for word in wording.own for end in range(1, len(word) + 1)}
            self.halves_bare[[t for text, ids in tokens.bare if text not in usable for t in ids]] = True
            self.halves_spaced[[token for begun, token in tokens.spaced if begun not in usable]] = True

    def said(self, written: str) -> list[int]:
        """Return tokens that begin a number which the text has said already, and none that it has not."""
        left = [number for number in self.numbers if number not in written]
        if len(left) == len(self.numbers):
            return []
        return [
            token
            for token, text in self.tokens.numeric
            if not any(number.startswith(text) or text.startswith(number) for number in left)
        ]

    def forbidden(self, written: str) -> list[int]:
        """Return the tokens that would complete a banned term."""
        low = written.lower()
        found: list[int] = []
        for term in self.banned:
            for known in range(len(term)):
                if not low.endswith(term[:known]):
                    continue
                before = low[: len(low) - known][-1:]
                if term.isascii() and (before.isalnum() or before == "_"):
                    if known == 0:
                        found += self.tokens.completing(" " + term)
                    continue
                found += self.tokens.completing(term[known:])
        return found

    def towards(self, written: str) -> list[int]:
        """Return tokens that say the next piece of a required term which a text does not hold yet."""
        for term in self.required:
            if term.lower() in written.lower():
                continue
            known = next((n for n in range(len(term) - 1, 0, -1) if written.endswith(term[:n])), 0)
            lead = "" if known or written.endswith(" ") else " "
            missing = lead + term[known:]
            pieces = (missing[:end] for end in range(len(missing), len(lead), -1))
            by_text = self.tokens.by_text
            return [by_text[piece] for piece in pieces if piece in by_text]
        return []


class Rules:
    """A constraint (see `decoding.requests`): the grammar of a format, and preferences among what it allows."""

    def __init__(self, matcher: Any, preferences: Preferences) -> None:
        self._matcher = matcher
        self._preferences = preferences
        self._text = ""
        self._count = 0
        self._line: list[int] = []
        self._mask = np.zeros((preferences.tokens.size + 31) // 32, dtype=np.int32)

    def forced(self) -> Sequence[int]:
        """Return tokens that have to come next."""
        found: list[int] = self._matcher.compute_ff_tokens()
        return found

    def allow(self, logits: Tensor) -> None:
        """Set the logits of tokens that break the grammar to minus infinity, and lower those that read badly."""
        self._matcher.unsafe_compute_mask_ptr(self._mask.ctypes.data, self._mask.nbytes)
        self._check()
        bits = np.unpackbits(self._mask.view(np.uint8), bitorder="little")[: len(logits)]
        allowed = torch.from_numpy(bits).bool()
        likes = self._preferences
        avoided = likes.halves_spaced.clone()
        if not self._text[-1:].isalpha() and self._text[-1:] not in "'’-":
            avoided |= likes.halves_bare
        avoided[self._repeating()] = True
        if not self._text[-1:].isdigit():
            avoided[likes.said(self._text)] = True
        if len(self._sentence) >= (likes.easy if self._count < likes.late else 0):
            self._hurry(allowed, avoided)
        if forbidden := likes.forbidden(self._text[-_TAIL:]):
            kept = allowed.clone()
            kept[forbidden] = False
            allowed = (
                kept if kept.any() else allowed
            )  # a text that can only go on so is found by the check after
        logits.masked_fill_(~allowed.to(logits.device), -torch.inf)
        logits.sub_(avoided.to(logits), alpha=_RATHER_NOT)

    def accept(self, token: int) -> None:
        """Take the next token into account."""
        self._matcher.consume_token(token)
        self._check()
        texts = self._preferences.tokens.texts
        text = texts[token] if token < len(texts) else ""
        self._text += text
        self._count += 1
        self._line = [] if "\n" in text else [*self._line, token]

    @property
    def finished(self) -> bool:
        """Whether nothing may follow any more."""
        return bool(self._matcher.is_stopped())

    @property
    def _sentence(self) -> str:
        start = max(self._text.rfind(end) for end in (*_ENDS, "\n"))
        return self._text[start + 1 :]

    def _hurry(self, allowed: Tensor, avoided: Tensor) -> None:
        """Prefer what ends the sentence or the line; where that may not end yet, what it still has to say."""
        wanted = torch.zeros_like(allowed)
        if (self._preferences.tokens.closing & allowed).any():
            wanted |= self._preferences.tokens.closing
        else:
            wanted[self._preferences.towards(self._text)] = True
            wanted &= allowed
        if wanted.any():
            avoided |= ~wanted

    def _repeating(self) -> list[int]:
        """Return the tokens that would write a run of tokens, or the last one, a second time in this line."""
        line = self._line
        if len(line) <= _LONGEST_REPEAT:
            return line[-1:]
        tail = line[-_LONGEST_REPEAT:]
        starts = range(len(line) - _LONGEST_REPEAT)
        runs = [line[i + _LONGEST_REPEAT] for i in starts if line[i : i + _LONGEST_REPEAT] == tail]
        return [*runs, line[-1]]

    def _check(self) -> None:
        if error := self._matcher.get_error():
            raise GeneratorError(f"A text left its grammar: {error} Submit it again with another seed.")


def matcher_of(language_model: LanguageModel, grammar: str) -> Any:
    """Return a matcher of a grammar, to be copied for each text.

    Raises:
        GeneratorError: If the grammar is too large, as with terms of hundreds of words.
    """
    limits = llguidance.LLParserLimits(
        precompute_large_lexemes=False, initial_lexer_fuel=20_000_000, step_lexer_fuel=5_000_000
    )
    matcher = llguidance.LLMatcher(tokens_of(language_model), grammar, limits=limits)
    if error := matcher.get_error():
        raise GeneratorError(
            f"The rules for this text are too large to be kept: {error} Ask for fewer or shorter terms."
        )
    return matcher

"""One reply on its way: fixed texts are put in, open parts are drawn."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from generators.builtin.text_lm.formats import Format, Part
from generators.builtin.text_lm.language_model import LanguageModel
from generators.builtin.text_lm.stream import TextStream

_LONGEST_REPEAT = 3  # tokens; a longer run is never written twice in one part
_SENTENCE_END = re.compile(r"(?<!\d)[.!?。！？]$")


@dataclass(frozen=True, slots=True)
class Choice:
    """The most probable next tokens of one reply, the most probable first.

    Attributes:
        ids: The tokens.
        probabilities: Among each other, with all rules and the temperature applied.
        natural: Logarithms of the probabilities that the network gives them without any rule, in nats.
    """

    ids: list[int]
    probabilities: list[float]
    natural: list[float]


class Reply:
    """A reply and the place in its parts that it has reached.

    Attributes:
        ids: The tokens so far, drawn and fixed.
        text: The text so far, as streamed.
        done: Whether the last part is complete.
        cuts: Places in the text where a part ran out of tokens, or ended in the middle of a sentence.
    """

    def __init__(self, language_model: LanguageModel, form: Format, seed: str) -> None:
        self.ids: list[int] = []
        self.text = ""
        self.done = False
        self.cuts: list[int] = []
        self._language_model = language_model
        self._random = Random(seed)  # noqa: S311 - reproducible, not secret
        self._parts = iter(form.parts)
        self._closing = form.closing
        self._log_probability = 0.0
        self._drawn_in_all = 0
        self._begin_part(next(self._parts))

    @property
    def may_end(self) -> bool:
        """Whether the part may end here: one that is counted in sentences holds one at least, others a word."""
        return self._sentences > 0 if self._part.sentences else bool(self._stream.text.strip())

    @property
    def repeating(self) -> list[int]:
        """The tokens that would write a run of tokens a second time in this part."""
        written = self.ids[len(self.ids) - self._drawn :]
        if self._fixed or len(written) < _LONGEST_REPEAT:
            return []
        tail = written[len(written) - _LONGEST_REPEAT :]
        starts = range(len(written) - _LONGEST_REPEAT)
        return [written[i + _LONGEST_REPEAT] for i in starts if written[i : i + _LONGEST_REPEAT] == tail]

    @property
    def fluency(self) -> float:
        """How natural the network finds the drawn tokens: their mean log-probability without any rule, in nats."""
        return self._log_probability / max(1, self._drawn_in_all)

    def extend(self, choice: Choice, top_p: float) -> str:
        """Add the next token, drawn unless it is fixed; return the new text."""
        if self._fixed:
            self.ids.append(self._fixed.pop(0))
            return ""
        drawn = draw(choice.probabilities, top_p, self._random.random())
        self._log_probability += choice.natural[drawn]
        self._drawn_in_all += 1
        self.ids.append(choice.ids[drawn])
        known = len(self.text)
        self._take(choice.ids[drawn])
        return self.text[known:]

    def _take(self, token: int) -> None:
        self._drawn += 1
        ended = token in self._language_model.vocabulary.end_ids
        if not ended:
            self.text += self._stream.push(token)
            self._sentences += bool(_SENTENCE_END.search(self._stream.text))
        complete = ended or self._stream.stopped or 0 < self._part.sentences <= self._sentences
        if complete or self._drawn >= self._part.max_tokens:
            self.text += self._stream.finish()
            in_sentence = bool(self._part.sentences) and not _SENTENCE_END.search(self.text.rstrip())
            if in_sentence or not complete:
                self.cuts.append(len(self.text))
            following = next(self._parts, None)
            if following is None:
                self.text += self._closing
                self.done = True
            else:
                self._begin_part(following)

    def _begin_part(self, part: Part) -> None:
        self._part = part
        self._drawn = self._sentences = 0
        fixed = part.before + part.openings[0]
        self._fixed = self._language_model.encode(fixed)
        self._stream = TextStream(self._language_model.tokenizer, before=self._fixed, stops=part.stops)
        self.text += fixed


def draw(probabilities: Sequence[float], top_p: float, position: float) -> int:
    """Return the index at a position in [0, 1) of the smallest set of most probable tokens that reaches top_p.

    Source: Holtzman et al., nucleus sampling. https://arxiv.org/abs/1904.09751
    """
    reached: list[float] = []
    total = 0.0
    for probability in probabilities:
        total += probability
        reached.append(total)
        if total >= top_p:
            break
    return next((index for index, level in enumerate(reached) if level > position * total), len(reached) - 1)

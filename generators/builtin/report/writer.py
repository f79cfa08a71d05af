"""Sentences by a language model. It never writes a digit: it is given named facts, and its answer is a JSON string of a
pattern made for these facts, in which each stands once as a {placeholder} between words of `lexicon.py`.

What comes back is held against the pattern again, for a server may not keep it, and against the facts by `check.py`. A
sentence that fails is asked for again, and at last the plain one stands.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from generators.builtin.report.check import check_narrative
from generators.builtin.report.facts import Fact, Facts
from generators.builtin.report.findings import ALL
from generators.builtin.report.formats import Language
from generators.builtin.report.lexicon import words_for
from generators.builtin.report.sentence import PLACEHOLDER
from generators.builtin.report.spec import ReportParams
from generators.chat import ChatParams, Message
from generators.errors import BadParams, Cancelled, GeneratorError, UnknownGenerator
from generators.run import Run

TRIES = 3
WORDS_BETWEEN = 7
"""Most words between two facts."""
TASKS: dict[Language, str] = {
    "en": "You write sentences of business reports. Each fact is a name in braces. Say what the plain sentence says in "
    "other words, with the same names in braces, in the same order. Answer in JSON.",
    "zh": "你为商业报告撰写句子。每个事实是花括号中的名称。请换一种说法表达原句的意思，使用相同的花括号名称，"
    "顺序不变。用 JSON 回答。",
}
ALIASES = {"value": "amount", "change": "change", "count": "number", "measure": "measure", "dimension": "column",
           "segment": "segment", "period": "period", "scope": "rows"}  # fmt: skip

BEFORE: dict[str, tuple[str, ...]] = {
    "value": ("to", "at", "of", "was", "is", "reached", "averaged", "with"),
    "change": ("by", "of"),
    "count": ("of", "with", "over"),
    "period": ("in", "during", "from", "to", "with", "than", "against"),
    "segment": ("in", "of", "by", "for", "from", "was", "with"),
    "dimension": ("by", "of", "in"),
    "measure": (), "span": (), "scope": (),
}  # fmt: skip
"""The words that may stand before a fact, by its role; () where it follows a comma or another fact."""

Ask = Callable[[ChatParams], str]
"""Answers a chat with one text."""


@dataclass(slots=True)
class Writer:
    """Asks a language model to say drafts otherwise.

    Attributes:
        ask: Who answers.
        language: In which language.
        seed: The same seed gives the same sentences.
        asked, passed: How many answers were asked for, and how many were true.
        refused: The answers that were not, with the reasons.
    """

    ask: Ask
    language: Language
    seed: int = 0
    asked: int = 0
    passed: int = 0
    refused: list[str] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)

    def reworded(self, draft: str, facts: Facts) -> str:
        """Return a draft said otherwise, or the draft itself where no answer is true; the same each time."""
        if draft not in self._known:
            self._known[draft] = self._written(draft, facts)
        return self._known[draft]

    def _written(self, draft: str, facts: Facts) -> str:
        told = [facts[id] for id in PLACEHOLDER.findall(draft)]
        if not any(fact.is_number for fact in told):
            return draft
        aliases = aliases_of(told)
        by_alias = {alias: id for id, alias in aliases.items()}
        pattern = pattern_of(told, aliases, words_for(told, self.language), self.language)
        for attempt in range(TRIES):
            self.asked += 1
            answer = sentence_in(self.ask(self._params(draft, told, aliases, pattern, attempt)))
            if not re.fullmatch(pattern, answer):
                self.refused.append(f"it is not of the asked form: {answer[:200]}")
                continue
            said = PLACEHOLDER.sub(lambda m: f"{{{by_alias[m.group(1)]}}}", answer)
            problems = check_narrative([said], facts)
            if not problems:
                self.passed += 1
                return said
            self.refused.append(f"{problems[0].reason}: {said}")
        return draft

    def _params(
        self, draft: str, told: list[Fact], aliases: dict[str, str], pattern: str, attempt: int
    ) -> ChatParams:
        plain = PLACEHOLDER.sub(lambda m: f"{{{aliases[m.group(1)]}}}", draft)
        named = "\n".join(f"{{{aliases[fact.id]}}} = {_said(fact)}" for fact in dict.fromkeys(told))
        return ChatParams(
            messages=(
                Message(role="system", content=TASKS[self.language]),
                Message(role="user", content=f"{named}\n\n{plain}"),
            ),
            max_tokens=200,
            temperature=0.5 + 0.2 * attempt,
            top_p=0.9,
            seed=self.seed + attempt,
            json_schema=schema_of(pattern),
        )


def writer_of(params: ReportParams, run: Run, check: Callable[[], None]) -> Writer | None:
    """Return the writer that a report asks for, or None where its sentences stay plain.

    Args:
        check: Called at each step of an answer; Cancelled passes through it.
    """
    if not params.writer:
        return None

    def ask(chat: ChatParams) -> str:
        try:
            return run.ask(params.writer, chat, check).answers[0].text
        except (Cancelled, BadParams, UnknownGenerator):
            raise
        except GeneratorError as error:
            run.log(f"{params.writer} gave no answer: {error}")
            return ""

    return Writer(ask, params.language, run.seed)


def aliases_of(facts: list[Fact]) -> dict[str, str]:
    """Return a name without digits for each fact, by its id: "amount", "amount_b", "period"."""
    found: dict[str, str] = {}
    used: Counter[str] = Counter()
    for fact in facts:
        if fact.id not in found:
            name = ALIASES[fact.role]
            used[name] += 1
            found[fact.id] = name if used[name] == 1 else f"{name}_{chr(ord('a') + used[name] - 1)}"
    return found


def pattern_of(facts: list[Fact], aliases: dict[str, str], words: tuple[str, ...], language: Language) -> str:
    """Return the pattern of sentences with each fact once, in order, and some words between.

    In English, the word before a fact is one that may stand there: "by" before a change, "to" before an amount.
    """
    word = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    names = [rf"\{{{aliases[fact.id]}\}}" for fact in facts]
    if language == "zh":
        gap = f"(?:(?:{word}|，){{0,{WORDS_BETWEEN}}})"
        return gap + gap.join(names) + f"(?:{word}){{0,2}}。"
    written = (
        ""
        if _role(facts[0]) in ("span", "scope")
        else rf"(?:(?:In|During|From|The|For) (?:(?:{word}) ){{0,2}})?"
    )
    for place, (fact, name) in enumerate(zip(facts, names, strict=True)):
        last = "|".join(BEFORE[_role(fact)])
        between = rf"(?:(?:{word}) ){{0,{WORDS_BETWEEN}}}"
        led = (
            rf"[,;:]? {between}(?:{last}) "
            if last
            else rf"(?:[,;:] {between}| )"
            if _role(fact) == "measure"
            else "[,;:]? "
        )
        written += (led if place else "") + name
    return written + r"\."


def _role(fact: Fact) -> str:
    """Return the role of a fact; a period that says "from May to October" itself is a span."""
    return "span" if fact.role == "period" and fact.period == ALL else fact.role


def schema_of(pattern: str) -> dict[str, Any]:
    """Return the JSON Schema of an answer that holds one sentence of a pattern."""
    sentence = {"type": "string", "pattern": f"^{pattern}$"}
    return {
        "type": "object",
        "properties": {"sentence": sentence},
        "required": ["sentence"],
        "additionalProperties": False,
    }


def sentence_in(answer: str) -> str:
    """Return the sentence of an answer; "" where it holds none."""
    try:
        found = json.loads(answer)
    except ValueError:
        return ""
    sentence = found.get("sentence", "") if isinstance(found, dict) else ""
    return sentence if isinstance(sentence, str) else ""


def _said(fact: Fact) -> str:
    """Return what a fact is, without a digit: the network has no use for the number itself."""
    if not fact.is_number:
        return re.sub(r"\d+", "…", fact.text)
    return (
        {"up": "a rise", "down": "a fall", "flat": "no change"}[fact.direction]
        if fact.role == "change"
        else "an amount"
    )

"""Answers to a customer in sentences that the facts say: thanks, what answers the message, and what comes next."""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from generators.builtin.text_lm.clauses import is_plural
from generators.builtin.text_lm.edits.sentences import capital, ended, split
from generators.builtin.text_lm.fields import Said, said_of
from generators.builtin.text_lm.lexicon import ENGLISH
from generators.errors import GeneratorError
from generators.metrics.text_features import extract
from generators.metrics.text_words import words

NEAR = 0.38
"""From this cosine of MiniLM on a fact answers a question; chosen on messages beside those that were measured."""
SHARED = 0.12
"""Added for each word that question and fact share."""
_MOST_ANSWERS = 2
_READING = threading.Lock()  # several jobs may ask at once, and the first of them loads MiniLM
_QUESTION = re.compile(
    r"\?$|^(?:can|could|do|does|did|is|are|will|would|what|which|where|when|who|how|why|may|have|has|any|"
    r"i wonder|i would like to know|tell me|please)\b",
    re.IGNORECASE,
)
_ALSO = re.compile(r"(?:,? and|[;,]) (?=(?:how|what|when|where|can|do|does|is|which)\b)")
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|evening|afternoon|day))(?: there| all| team)?[,.! ]+", re.I
)
_TROUBLE = re.compile(
    r"\b(?:broken?|broke|damage[ds]?|dent\w*|crack\w*|torn|faulty|defect\w*|missing|wrong|late|lost|"
    r"disappoint\w*|complain\w*|refund|unhappy|angry|scratch\w*|leak(?:s|ing|ed)|stopped working|not work(?:ing)?|"
    r"not (?:yet )?(?:arrived|come|received)|"
    r"n['’]t work|never (?:came|arrived))\b",
    re.IGNORECASE,
)
_AFTER_SALE = re.compile(r"return|refund|warrant|guarant|deliver|shipping|send it back", re.IGNORECASE)
_PRAISE = re.compile(
    r"\b(?:love|great|wonderful|amazing|happy|thank you|thanks|perfect|beautiful|delighted)\b", re.I
)
_WHEN = re.compile(r"^(?:when|how (?:long|soon|often|many (?:hours|days|weeks)))\b", re.I)
_TIME = re.compile(r"\b(?:hours?|days?|weeks?|months?|years?|minutes?|\w+day|daily|weekly)\b", re.I)
_THANKS = (
    "Thank you for your message about our {name}.",
    "Thank you for asking about our {name}.",
    "Thanks for writing to us about our {name}.",
)
_PLAIN_THANKS = ("Thank you for your message.", "Thank you for writing to us.")
_SORRY = ("I am sorry about the trouble.", "I am sorry that this happened.")
_GLAD = ("It is lovely to read that you like it.", "I am happy that you like it.")
_NEXT = (
    "If anything is still open, just reply to this message.",
    "Is anything else open? Just reply to this message.",
)
_HOLDING = (
    "I will find that out for you and write again.",
    "I have to look that up and will write to you again.",
)
_REST = ("I will find out the rest and write to you again.",)
_LOOKING = (
    "I will look into it and write to you again.",
    "I am looking into it and will write to you again.",
)
_ENJOY = ("Enjoy it!", "We hope that you enjoy it for a long time.")


@dataclass(frozen=True, slots=True)
class Reply:
    """Ways to answer a message.

    Attributes:
        texts: Of which one is sent, in groups; variants take turns among them.
        is_holding: Whether the facts say nothing that answers, so that all of them only promise an answer.
    """

    texts: tuple[tuple[str, ...], ...]
    is_holding: bool


def replies(message: str, facts: str, name: str) -> Reply:
    """Return ways to answer a message in English from the facts alone.

    Args:
        name: The product's name; "" where it has none.
    """
    asked, trouble = _asked(message), bool(_TROUBLE.search(message))
    known = said_of(facts, of_many=is_plural(name))
    if trouble:
        known = [one for one in known if _AFTER_SALE.search(one.question)]
    found = _answering(asked, known) or (_answering([message], known) if asked else [])
    thanks = tuple(one.format(name=name) for one in _THANKS) if name else _PLAIN_THANKS
    is_praise = bool(_PRAISE.search(message)) and not asked and not trouble
    told = " ".join(found)
    following: tuple[str, ...]
    if trouble:
        middle, following = [f"{one} {told}".strip() for one in _SORRY], _LOOKING
    elif is_praise:
        middle, following = [*_GLAD], _ENJOY
    elif found and len(found) < sum(bool(_QUESTION.search(one)) for one in asked):
        middle, following = [told], _REST
    elif found:
        middle, following = [told], _NEXT
    else:
        middle, following = [""], _HOLDING
    groups = tuple(
        tuple(" ".join(filter(None, (thank, said, last))) for said, last in product(middle, following))
        for thank in thanks
    )
    return Reply(groups, is_holding=not found and not is_praise)


def _asked(message: str) -> list[str]:
    """Return the questions of a message, or all of its sentences where none is put as a question."""
    told = [capital(_GREETING.sub("", one)) for one in split(message)]
    told = [part for one in told for part in _ALSO.split(one) if part.strip(" .,!?")]
    questions = [one for one in told if _QUESTION.search(one.strip())]
    return questions or ([] if _PRAISE.search(message) else told)


def _answering(asked: Sequence[str], known: Sequence[Said]) -> list[str]:
    """Return what answers each question, the questions' order kept; nothing for one that no fact is near to."""
    if not asked or not known:
        return []
    nearness = _nearness(asked, known)
    found = dict[str, None]()
    for row in nearness:
        best = max(range(len(known)), key=row.__getitem__)
        if row[best] >= NEAR:
            found[capital(ended(known[best].answer))] = None
    return [*found][:_MOST_ANSWERS]


def _nearness(asked: Sequence[str], known: Sequence[Said]) -> list[list[float]]:
    """Return how near each fact is to each question, by meaning and by shared words, shape (questions, facts)."""
    texts = [f"{one.question} {one.answer}" for one in known]
    timed = [
        [float(bool(_WHEN.search(question) and _TIME.search(text))) for text in texts] for question in asked
    ]
    shared = [[float(len(_own(question) & _own(text))) for text in texts] for question in asked]
    try:
        with _READING:
            vectors = extract([*asked, *texts])
    except GeneratorError:  # without MiniLM a word in common has to do
        return [[NEAR * count for count in row] for row in shared]
    near = (vectors[: len(asked)] @ vectors[len(asked) :].T).tolist()
    return [
        [one + SHARED * (count + time) for one, count, time in zip(row, counts, times, strict=True)]
        for row, counts, times in zip(near, shared, timed, strict=True)
    ]


def _own(text: str) -> set[str]:
    return {word[:5] for word in words(text) if word not in ENGLISH and len(word) > 2}

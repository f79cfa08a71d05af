"""A text in other words that say the same: plainer, more formal or friendlier, longer by what the facts say."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations

from generators.builtin.text_lm.clauses import as_many, has, is_choice, joined, sentence_of, thing
from generators.builtin.text_lm.edits.sentences import articles, bare, capital, ended, parted, split
from generators.builtin.text_lm.fields import answers, clauses, values
from generators.claims import claims_in

_PLAIN = """
accommodate=fit accommodates=fits additionally=also advantageous=good aforementioned=this
approximately=about assist=help assists=helps attempt=try beneficial=good commence=start commences=starts
component=part components=parts comprise=have comprises=has conceal=hide consequently=so constructed=made
construct=build demonstrate=show demonstrates=shows demanding=hard desire=want discontinue=stop
durable=strong employ=use employs=uses enable=let enables=lets endeavour=try enhance=improve
enhances=improves entire=whole evident=clear exceptional=great exceptionally=very expedite=speed
facilitate=allow facilitates=allows furthermore=also illuminate=light illumination=light
immediately=now indicate=show indicates=shows inexpensive=cheap initial=first instruct=tell lengthy=long
maintain=keep maintains=keeps modify=change moreover=also necessitate=need numerous=many objective=goal
obtain=get obtains=gets operate=work operates=works optimal=best participate=join possess=have possesses=has
precise=exact primarily=mainly prior=before proceed=go provide=give provides=gives purchase=buy
purchases=buys receive=get receives=gets remain=stay remains=stays require=need requires=needs reside=live
retain=keep retains=keeps select=choose selects=chooses subsequently=later substantial=large
sufficient=enough superior=better terminate=end therefore=so transmit=send utilise=use utilises=uses
utilize=use utilizes=uses utilised=used utilized=used vessel=pot thus=so upon=on
"""
_PHRASES = {
    "in order to": "to", "prior to your departure": "before you go", "prior to": "before",
    "due to the fact that": "because", "in the event of": "if there is", "in the event that": "if",
    "at this point in time": "now", "a number of": "some", "a large number of": "many",
    "with regard to": "about", "consists of": "is made of", "is capable of": "can",
    "is equipped with": "has", "are equipped with": "have", "is composed of": "is made of",
    "in addition,": "also,", "has the ability to": "can", "for the purpose of": "for", "as well as": "and",
    "enables you to": "lets you", "allows you to": "lets you", "permits you to": "lets you",
    "assists in": "helps with", "assists in keeping": "helps keep", "operate for": "run for",
    "operates for": "runs for", "items": "things", "can be stowed in": "fits into",
}  # fmt: skip
_SHORT = {
    "it is": "it's", "they are": "they're", "you are": "you're", "we are": "we're", "that is": "that's",
    "you will": "you'll", "it will": "it'll", "we will": "we'll", "they will": "they'll", "do not": "don't",
    "does not": "doesn't", "cannot": "can't", "is not": "isn't", "are not": "aren't", "here is": "here's",
    "you have": "you've", "will not": "won't", "let us": "let's",
}  # fmt: skip
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_GET_OUT_OF = re.compile(r"(?<=ou will )receive(?= [^.,;]* (?:out of|from) )")
"""What is got out of a thing is not received."""
_LONG = {short: long for long, short in _SHORT.items()}
_FORMAL = {
    "you will get": "you will receive", "buy": "purchase", "kids": "children", "a lot of": "many",
    "lots of": "many", "great": "excellent", "needs": "requires", "get hold of": "obtain",
    "out of them": "from them", "easy to love": "pleasant to use", "help": "assist", "helps": "assists",
    "thanks": "thank you", "hi": "hello",
}  # fmt: skip
_WORDS = dict(pair.split("=") for pair in _PLAIN.split())


def simpler(text: str) -> list[str]:
    """Return a text in short sentences and plain words, the plainest first."""
    sentences = [said for sentence in split(text) for said in parted(sentence)]
    plain = [_put(_put(one, _PHRASES), _WORDS) for one in sentences]
    found = [" ".join(bare(one) for one in plain), " ".join(map(articles, plain)), " ".join(sentences)]
    return _changed(_telling_all(found, text), text)


TONES = frozenset({"formal", "friendly", "neutral"})
"""Those that are a choice of words."""


def toned(text: str, tone: str) -> list[str]:
    """Return a text in one of the `TONES`."""
    if tone == "formal":
        calm = _GET_OUT_OF.sub("get", _put(_put(text, _LONG), _FORMAL).replace("!", "."))
        return _changed([calm, _put(text, _LONG).replace("!", ".")], text)
    if tone == "friendly":
        plain = _put(_put(_put(text, _PHRASES), _WORDS), _SHORT)
        return _changed([plain, _put(text, _SHORT)], text)
    if tone == "neutral":
        calm = text.replace("!", ".")
        return _changed(_telling_all([" ".join(bare(one) for one in split(calm)), calm], text), text)
    return []


def longer(text: str, facts: str, *, is_many: bool = False) -> list[str]:
    """Return a text with one or two things more that the facts say and it does not.

    Args:
        is_many: Whether the product is called by a plural.
    """
    low = text.lower()
    begun = " ".join(ended(one) for one in split(text))
    parts = [
        clause
        for clause in clauses(facts)
        if has(clause)
        and not is_choice(clause)
        and "not included" not in clause
        and clause.lower() not in low
        and clause[:3] != "no "
        and not any(kind == "material" for kind, *_ in claims_in(clause.split()[-1]))
    ]
    new = [
        said.answer
        for said in answers(facts)
        if "features" not in said.question and not _holds(low, said.answer)
    ]
    new += [f"It comes with {joined([thing(one) for one in parts[:3]])}."] if parts else []
    new += [
        one
        for clause in clauses(facts)
        if (not has(clause) or is_choice(clause) or clause.endswith("not included"))
        and (one := sentence_of(clause))
        and not _holds(low, one)
    ]
    new += [one for value in values(facts) if (one := sentence_of(value)) and not _holds(low, one)]
    new = sorted(dict.fromkeys(new), key=lambda one: "costs" in one)
    if is_many:
        new = [as_many(one) for one in new]
    pairs = [f"{begun} {one} {other}" for one, other in combinations(new, 2)]
    return [*pairs, *(f"{begun} {one}" for one in new)]


def _holds(text: str, answer: str) -> bool:
    """Return whether a text says what an answer says: most of its longer words."""
    told = [word for word in re.findall(r"\w+", answer.lower()) if len(word) > 3 or word.isdigit()]
    return 2 * sum(word in text for word in told) >= len(told)


def _put(text: str, others: dict[str, str]) -> str:
    """Return a text with whole words in the place of others, with capitals as they stood."""

    def said(match: re.Match[str]) -> str:
        word = others[match.group().lower().replace("’", "'")]
        return capital(word) if match.group()[0].isupper() else word

    return articles(_any_of(tuple(others)).sub(said, text))


@lru_cache(maxsize=8)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    known = "|".join(sorted(map(re.escape, words), key=len, reverse=True)).replace("'", "['’]")
    return re.compile(rf"(?<![\w'’-])(?:{known})(?![\w-])", re.IGNORECASE)


def _telling_all(found: Iterable[str], text: str) -> list[str]:
    """Return the texts that say every number of another one: an aside may be the size."""
    told = Counter(_NUMBER.findall(text))
    return [one for one in found if not told - Counter(_NUMBER.findall(one))]


def _changed(found: Iterable[str], text: str) -> list[str]:
    before = " ".join(text.split())
    return [one for one in dict.fromkeys(found) if one and one != before]

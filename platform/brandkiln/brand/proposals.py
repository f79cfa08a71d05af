"""Rules that a brand's own guide seems to ask for, read from its text; a person accepts each before it holds.

Every proposal quotes the sentence that it was read from. What no phrase below recognises is not proposed.
"""

import re
from collections.abc import Callable, Iterator
from itertools import chain

from django.utils.translation import gettext_noop as _

from brandkiln.brand.guide_lines import NOT, sentences
from brandkiln.brand.looks import looks
from brandkiln.brand.proposal import Proposal

_Q = r"[\"“”„«»‘’'「」『』]"
_QUOTED = re.compile(rf"{_Q}([^\"“”„«»‘’「」『』\n]{{1,60}}?){_Q}")
_INSTEAD = re.compile(
    rf"(?:write|use|say|prefer|spell)\s+{_Q}([^\"“”]+?){_Q}\s*,?\s*"
    rf"(?:not|instead of|rather than|never)\s+{_Q}([^\"“”]+?){_Q}",
    re.IGNORECASE,
)
_NOT_BUT = re.compile(
    rf"(?:not|instead of|never)\s+{_Q}([^\"“”]+?){_Q}\s*,?\s*(?:but|write|use|say)\s+{_Q}([^\"“”]+?){_Q}",
    re.IGNORECASE,
)
_AVOID = re.compile(
    r"\b(?:avoid|(?:never|do not|don['’]t) (?:use|say|write)|banned|forbidden|words to avoid)\b"
    r"|避免使用|禁用|不要使用|不得使用|不使用",
    re.IGNORECASE,
)
_USE = re.compile(
    r"\b(?:always (?:use|say|write|mention|include)|must (?:say|include|mention)|words to use)\b"
    r"|必须使用|务必提及|始终使用",
    re.IGNORECASE,
)
_LIST = re.compile(r"(?:words?|terms?|phrases?|词语?)[^:：]{0,40}[:：]\s*(.+)", re.IGNORECASE)
_VOICE = re.compile(
    r"\b(?:our (?:tone|voice)|tone of voice|we (?:speak|sound))\b|语气|品牌声音", re.IGNORECASE
)
_TONE = re.compile(r"\b(?:tone|voice)\b|语气|声音", re.IGNORECASE)
_AUDIENCE = re.compile(
    r"\b(?:our (?:audience|customers|readers) (?:is|are)|we (?:write|speak) (?:for|to))\b|目标(?:受众|人群|客户)",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"(?:at most|no more than|up to|under|maximum(?: of)?|max\.?|不超过)\s*(\d{1,2})\s*(?:words|个?词)",
    re.IGNORECASE,
)
_GRADE = re.compile(
    r"(?:grade|reading age|years of school)\D{0,20}(\d{1,2})|(\d{1,2})(?:th|st|nd|rd)?[- ]grade",
    re.IGNORECASE,
)
_FORMAL = re.compile(r"\bsie\b.*(?:form|customers|readers)|formally|您", re.IGNORECASE)
_CLAIM = re.compile(
    r"\b(?:certified|tested|proven|award|patent|guarantee|warrant)\w*\b|认证|检测|质保"
    r"|\b(?:(?:dishwasher|food|oven|microwave)[- ]safe|waterproof|organic|recycled|compostable|vegan|made in [A-Z])\b",
    re.IGNORECASE,
)
_ROOM = re.compile(
    r"(?:at most|no more than|not longer than|up to|under|maximum(?: of)?|max\.?|不超过)"
    r"\s*(\d{1,4})\s*(?:characters|个?字)",
    re.IGNORECASE,
)
_ROOMS = (
    (r"subject(?: line)?s?\b|邮件主题", "email", "subject"),
    (r"ad headlines?|广告标题", "ad_headline", ""),
    (r"slogans?\b|口号", "slogan", ""),
    (r"social(?: media)? posts?\b", "social_post", ""),
    (r"instagram (?:captions?|posts?)\b", "post_instagram", ""),
    (r"linkedin posts?\b", "post_linkedin", ""),
    (r"posts? on x\b|tweets?\b", "post_x", ""),
    (r"product descriptions?\b|产品描述", "product_description", ""),
    (r"meta descriptions?\b", "seo", "description"),
)
"""How guides call what has little room, with the format and the part that they mean."""


def propose(text: str) -> list[Proposal]:
    """Return the rules that a guide's text seems to ask for, in the order of the text, each once."""
    found: dict[tuple[str, str], Proposal] = {}
    for sentence in sentences(text):
        for one in chain.from_iterable(reader(sentence) for reader in _READERS):
            found.setdefault((one.field, one.shown.casefold()), one)
    return list(found.values())


def _spellings(sentence: str) -> Iterator[Proposal]:
    pairs = [(m.group(2), m.group(1)) for m in _INSTEAD.finditer(sentence)]
    pairs += [(m.group(1), m.group(2)) for m in _NOT_BUT.finditer(sentence)]
    for wrong, right in pairs:
        if wrong.strip() and right.strip() and wrong.strip() != right.strip():
            value = [{"wrong": wrong.strip(), "right": right.strip()}]
            yield Proposal("guide.spellings", value, _("Spelling: %(value)s"), f"{wrong} → {right}", sentence)


def _terms(sentence: str) -> Iterator[Proposal]:
    if _INSTEAD.search(sentence) or _NOT_BUT.search(sentence):
        return
    for pattern, field, title in (
        (_AVOID, "banned_terms", _("Do not say %(value)s")),
        (_USE, "required_terms", _("Say %(value)s")),
    ):
        if not pattern.search(sentence):
            continue
        for term in _named(sentence):
            yield Proposal(field, [term], title, term, sentence)
        return


def _named(sentence: str) -> list[str]:
    quoted = [term.strip(" ,.;") for term in _QUOTED.findall(sentence)]
    if quoted:
        return [term for term in quoted if term]
    listed = _LIST.search(sentence)
    if not listed:
        return []
    terms = re.split(r"[,;、，；]|\band\b|\bor\b|和|或", listed.group(1))
    return [term.strip(" .。") for term in terms if 0 < len(term.strip(" .。")) <= 40]


def _marks(sentence: str) -> Iterator[Proposal]:
    lower = sentence.lower()
    if re.search(r"exclamation (?:mark|point)|感叹号", lower) and NOT.search(sentence):
        yield Proposal("guide.most_exclamation_marks", 0, _("No exclamation marks"), "0", sentence)
    if re.search(r"emoji|表情", lower) and NOT.search(sentence):
        yield Proposal("guide.most_emoji", 0, _("No emoji"), "0", sentence)
    if re.search(r"all[- ]caps|capital letters|whole words in capitals|全大写", lower) and NOT.search(
        sentence
    ):
        yield Proposal("guide.capitals", "none", _("No words in capitals"), "none", sentence)
    if re.search(r"(?:oxford|serial) comma", lower):
        wanted = "never" if NOT.search(sentence) else "always"
        title = _("No serial comma") if wanted == "never" else _("A serial comma")
        yield Proposal("guide.serial_comma", wanted, title, wanted, sentence)
    if re.search(r"(?:curly|smart|typographic) quot", lower) and not NOT.search(sentence):
        yield Proposal("guide.quotes", "curly", _("Curly quotation marks"), "curly", sentence)


def _reading(sentence: str) -> Iterator[Proposal]:
    if words := _WORDS.search(sentence):
        most = int(words.group(1))
        if most >= 5 and re.search(r"sentence|句", sentence, re.IGNORECASE):
            title = _("Sentences of at most %(value)s words")
            yield Proposal("guide.longest_sentence", most, title, str(most), sentence)
    if grade := _GRADE.search(sentence):
        hardest = int(grade.group(1) or grade.group(2))
        if 1 <= hardest <= 20 and re.search(r"read|level|grade", sentence, re.IGNORECASE):
            title = _("A reading level of at most grade %(value)s")
            yield Proposal("guide.hardest_grade", float(hardest), title, str(hardest), sentence)
    if _FORMAL.search(sentence) and not NOT.search(sentence):
        yield Proposal("guide.address", "formal", _("Readers are addressed formally"), "formal", sentence)


def _prose(sentence: str) -> Iterator[Proposal]:
    if _AUDIENCE.search(sentence) and not _TONE.search(sentence) and len(sentence) > 20:
        yield Proposal("audience", sentence, _("Audience: %(value)s"), sentence, sentence)
    elif _VOICE.search(sentence) and len(sentence) > 25:
        yield Proposal("voice", sentence, _("Voice: %(value)s"), sentence, sentence)


def _rooms(sentence: str) -> Iterator[Proposal]:
    if room := _ROOM.search(sentence):
        for spoken, channel, part in _ROOMS:
            if re.search(spoken, sentence, re.IGNORECASE):
                most = int(room.group(1))
                shown = f"{channel.replace('_', ' ')}{part and f' / {part}'}: {most}"
                value = [{"channel": channel, "part": part, "most": most}]
                yield Proposal("guide.limits", value, _("Room in channels: %(value)s"), shown, sentence)
                return


def _claims(sentence: str) -> Iterator[Proposal]:
    if _CLAIM.search(sentence) and 12 < len(sentence) <= 200 and not NOT.search(sentence):
        value = [{"text": sentence.rstrip(".。"), "proof": "", "expires": None}]
        yield Proposal("guide.claims", value, _("Claim: %(value)s"), sentence.rstrip(".。"), sentence)


_READERS: tuple[Callable[[str], Iterator[Proposal]], ...] = (
    _spellings, _terms, looks, _marks, _reading, _prose, _claims, _rooms,
)  # fmt: skip

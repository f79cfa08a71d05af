"""Style: emoji, exclamation marks, capitals, punctuation, quotation marks and the serial comma."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from brandkiln.brand.rules.rule import Finding, Known, TextRule

EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}"  # flags
    "|[#*0-9]\ufe0f?\u20e3"  # keycaps
    "|[\u00a9\u00ae\u203c-\u3299]\ufe0f"  # signs that are asked to be drawn
    "|[\u231a\u231b\u23e9-\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be"
    "\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755"
    "\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a"
    "\U0001f201-\U0001f265\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f90c-\U0001f9ff"
    "\U0001fa70-\U0001faff])"
    "[\U0001f3fb-\U0001f3ff\ufe0f]*(?:\u200d(?:[\u2190-\u3299\U0001f000-\U0001faff])[\U0001f3fb-\U0001f3ff\ufe0f]*)*"
)
"""An emoji with its skin tone and all that it is joined to: people see one, so it counts as one."""
_MARKS = re.compile("[!！]+")
_SHOUTED = re.compile(r"(?<![\w.&/-])[A-ZÄÖÜÀ-ÖØ-Þ]{2,}(?:['’]?[A-ZÄÖÜ]+)?(?![\w&-])")
_SHOUTED_RUN = re.compile(r"(?<!\w)(?:[A-ZÄÖÜ]{2,}[ ,]+){2,}[A-ZÄÖÜ]{2,}(?!\w)")
_UNTIDY = (
    (re.compile(r"(?<=\S)[ \t]{2,}(?=\S)"), _("Two spaces stand here."), " "),
    (re.compile(r"[ \t]+(?=[,;:!?](?:\s|$)|\.(?:\s|$))"), _("A space stands before the mark."), ""),
    (re.compile(r"([!?！？,，;；])\1+"), _("The mark is doubled."), r"\1"),
    (re.compile(r"(?<!\.)\.\.(?!\.)"), _("The mark is doubled."), "."),
    (re.compile(r"\.{4,}"), _("The mark is doubled."), "…"),
    (re.compile(r"(?<=\s)--(?=\s)"), _("The mark is doubled."), "–"),
    (re.compile(r"(?<=[a-zäöü]),(?=[A-Za-zÄÖÜäöü])"), _("No space stands after the comma."), ", "),
)
_STRAIGHT = re.compile(r"\"|(?<=\w)'(?=\w)|(?<![\w'])'(?=\w)|(?<=\w)'(?!\w)")
_CURLY = re.compile("[“”„‟‘’‚‛]")
_INCHES = re.compile(r"\d\s?$")
_ITEM = r"[\"“‘]?[^\W\d_][\w'’-]*(?:\s+[^\W\d_][\w'’-]*){0,2}"
_LIST = re.compile(rf"({_ITEM}),\s+({_ITEM})(,?)(\s+)(and|or)\s+(?:{_ITEM})(\s*[.!?;:,]|\s*$)?")
_SUBJECT = re.compile(
    r"(?:i|you|we|they|he|she|it|this|that|there|which|who|what|but|so|because|if|when)\b", re.IGNORECASE
)
_OPENING = re.compile(
    r"(?:in|on|at|by|after|before|during|since|until|when|if|because|while|as|once|yes|no|so|then|well|today|often)\b",
    re.IGNORECASE,
)
"""What may open a sentence before its subject; a list is then one only where it ends the sentence."""
_ROMAN = re.compile(r"M{0,4}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_SHORT = re.compile(
    "ALL|AND|BEST|BOTH|BUY|COLD|DAYS?|DEAL|DRY|EACH|EASY|EVER|FAST|FOR|FREE|FULL|GET|GIFT|GOOD|HERE|HOME|HOT|HUGE|JUST|LAST"
    "|LESS|LIVE|LOVE|MORE|MOST|MUST|NEW|NEXT|NOT|NOW|OFF|ONE|ONLY|OPEN|OUR|OUT|OWN|PICK|REAL|SALE|SAVE|SHOP|SLOW|SO|SOFT"
    "|THAT|THE|THIS|TOP|TRY|VERY|WARM|WIN|WITH|WOW|YES|YOUR?|ZERO"
)
"""Short words that are no names when they stand in capitals."""


def _emoji(text: str, known: Known) -> Iterator[Finding]:
    most = known.guide.most_emoji or 0
    for match in list(EMOJI.finditer(text))[most:]:
        start, end = match.span()
        if text[start - 1 : start] == " " and (end == len(text) or text[end] in " \n.,!?"):
            start -= 1  # the blank before it goes with it
        yield Finding(start, end, _("Emoji: at most %(most)s."), {"most": most}, "")


def _exclamations(text: str, known: Known) -> Iterator[Finding]:
    most = known.guide.most_exclamation_marks or 0
    seen = 0
    for match in _MARKS.finditer(text):
        keep = max(0, min(len(match.group()), most - seen))
        seen += len(match.group())
        if keep < len(match.group()):
            end = text[match.end() : match.end() + 1]
            full = "。" if match.group()[0] == "！" else "."
            asks = text[: match.start()].endswith(("?", "？"))
            fix = match.group()[:keep] or ("" if asks or (end and end in ".?。？") else full)
            yield Finding(
                match.start(),
                match.end(),
                _("Exclamation marks: at most %(most)s."),
                {"most": most},
                fix,
            )


def _capitals(text: str, known: Known) -> Iterator[Finding]:
    allowed = {word for spelling in known.guide.spellings for word in spelling.right.split()}
    covered: list[tuple[int, int]] = []
    for match in _SHOUTED_RUN.finditer(text):
        covered.append(match.span())
        yield _quiet(text, match)
    for match in _SHOUTED.finditer(text):
        word = match.group()
        if _ROMAN.fullmatch(word):
            continue
        if (
            (len(word) < 5 and not _SHORT.fullmatch(word))
            or word in allowed
            or any(a <= match.start() < b for a, b in covered)
        ):
            continue
        yield _quiet(text, match)


def _quiet(text: str, match: re.Match[str]) -> Finding:
    begins = not text[: match.start()].strip() or text[: match.start()].rstrip()[-1] in ".!?\n:"
    fix = match.group().capitalize() if begins else match.group().lower()
    return Finding(match.start(), match.end(), _("Whole words stand in capitals."), {}, fix)


def _untidy(text: str, known: Known) -> Iterator[Finding]:
    shouts = known.guide.most_exclamation_marks is not None  # the rule for these marks tells of them
    for pattern, why, fix in _UNTIDY:
        for match in pattern.finditer(text):
            if shouts and match.group()[0] in "!！":
                continue
            yield Finding(match.start(), match.end(), why, {}, match.expand(fix))


def _quotes(text: str, known: Known) -> Iterator[Finding]:
    if known.guide.quotes == "straight":
        for match in _CURLY.finditer(text):
            fix = '"' if match.group() in "“”„‟" else "'"
            yield Finding(*match.span(), _("The brand writes straight quotation marks."), {}, fix)
        return
    for match in _STRAIGHT.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if _INCHES.search(before) and not after[:1].isalnum():
            continue  # 27" and 5' are measures
        opens = (not before or before[-1] in " \n\t([—–-") and after[:1].strip()
        pair = "“”" if match.group() == '"' else "‘’"
        fix = pair[0] if opens else pair[1]
        yield Finding(*match.span(), _("The brand writes curly quotation marks."), {}, fix)


def _serial_comma(text: str, known: Known) -> Iterator[Finding]:
    wanted = known.guide.serial_comma == "always"
    for match in _LIST.finditer(text):
        opens = _OPENING.match(match.group(1)) and match.group(6) is None
        if bool(match.group(3)) == wanted or _SUBJECT.match(match.group(2)) or opens:
            continue
        start, end = match.end(2), match.end(5)
        fix = f"{',' if wanted else ''} {match.group(5)}"
        why = (
            _("A comma stands before the last of a list.")
            if wanted
            else _("No comma stands before the last of a list.")
        )
        yield Finding(start, end, why, {"word": match.group(5)}, fix)


def _is_latin(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum(ord(c) < 0x250 for c in letters) > len(letters) / 2


RULES = (
    TextRule("emoji", _("Emoji"), lambda text, known: known.guide.most_emoji is not None, _emoji),
    TextRule(
        "exclamation_marks",
        _("Exclamation marks"),
        lambda text, known: known.guide.most_exclamation_marks is not None,
        _exclamations,
    ),
    TextRule("capitals", _("Capitals"), lambda text, known: known.guide.capitals == "none", _capitals),
    TextRule("punctuation", _("Punctuation"), lambda text, known: known.guide.tidy_punctuation, _untidy),
    TextRule(
        "quotes",
        _("Quotation marks"),
        lambda text, known: bool(known.guide.quotes) and _is_latin(text),
        _quotes,
    ),
    TextRule(
        "serial_comma",
        _("Serial comma"),
        lambda text, known: bool(known.guide.serial_comma) and _is_latin(text),
        _serial_comma,
    ),
)

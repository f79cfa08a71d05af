"""The language of the facts, so that a text is written in it, and of the text, so that nobody gets another unawares."""

import re
import unicodedata
from collections import Counter

from generators.builtin.text_lm.formats import LANGUAGES

_LENGTH = 2_000  # characters that are looked at; more change nothing
_UNREADABLE = re.compile(r"[^\S\n]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BY_SCRIPT = {
    "ARABIC": "ar", "CJK": "zh", "CYRILLIC": "ru", "HANGUL": "ko", "HEBREW": "he", "HIRAGANA": "ja", "KATAKANA": "ja",
}  # fmt: skip
"""What a text is taken for that is too short to tell, by most of its letters."""
_SCRIPTS = {
    "ar": {"ARABIC"}, "fa": {"ARABIC"}, "ur": {"ARABIC"}, "he": {"HEBREW"}, "hi": {"DEVANAGARI"}, "ko": {"HANGUL"},
    "ru": {"CYRILLIC"}, "uk": {"CYRILLIC"}, "bg": {"CYRILLIC"}, "el": {"GREEK"}, "th": {"THAI"},
    "zh": {"CJK"}, "ja": {"CJK", "HIRAGANA", "KATAKANA"},
}  # fmt: skip
"""The letters of languages; those of others are not looked at unless they are Latin ones."""
_LATIN = {
    "en", "de", "es", "fr", "it", "pt", "nl", "pl", "tr", "sv", "da", "no", "fi", "cs", "ro", "hu", "vi", "id",
}  # fmt: skip
_FEW = 6  # letters, fewer of which say nothing
_SHARE = 0.25
"""Of the letters, which at least are those of the language; the rest may be names."""


def language_of(text: str) -> str:
    """Return the code of a text's language; English where it is too short to tell.

    Of languages in Latin letters, those of `LANGUAGES` only: a few words of English pass for Czech, Latin or Hungarian.

    Source: Compact Language Detector 2. https://github.com/CLD2Owners/cld2
    """
    scripts = _scripts(text)
    most = max(scripts, key=lambda script: scripts[script], default="")
    found = _detected(text)
    if found and (found in LANGUAGES or most != "LATIN"):
        return found
    return _BY_SCRIPT.get(most, "en")


def name_of(language: str) -> str:
    """Return the English name of a language."""
    if language in LANGUAGES:
        return LANGUAGES[language]
    import pycld2

    return next((name.capitalize() for name, code in pycld2.LANGUAGES if _code(code) == language), language)


def wrongly_in(text: str, asked: str) -> str:
    """Return the code of the language that a text is in where that is not the one asked for; else "".

    It is told by the letters, and English from other languages in Latin letters. Where that cannot tell, it is taken
    for right.
    """
    scripts = _scripts(text)
    own = {"LATIN"} if asked in _LATIN else _SCRIPTS.get(asked)
    if own is None or scripts.total() < _FEW:
        return ""
    if sum(scripts[script] for script in own) < _SHARE * scripts.total():
        return language_of(text)
    return "en" if asked in _LATIN - {"en"} and _detected(text) == "en" else ""


def _detected(text: str) -> str:
    """Return the code of a language that is told reliably, else ""."""
    import pycld2  # a C++ library that is wanted in the host only

    try:
        is_reliable, _bytes, found = pycld2.detect(_UNREADABLE.sub(" ", text[:_LENGTH]))
    except pycld2.error:
        return ""
    return _code(str(found[0][1])) if is_reliable else ""


def _code(code: str) -> str:
    return {"iw": "he"}.get(code, code.split("-", 1)[0])


def _scripts(text: str) -> Counter[str]:
    letters = (unicodedata.name(sign, "").partition(" ")[0] for sign in text[:_LENGTH] if sign.isalpha())
    return Counter(letters)

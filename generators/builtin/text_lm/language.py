"""The language of the facts, so that a text is written in it."""

import re

from generators.builtin.text_lm.formats import LANGUAGES

_LENGTH = 2_000  # characters that are looked at; more change nothing
_UNREADABLE = re.compile(r"[^\S\n]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def language_of(text: str) -> str:
    """Return which of the known languages a text is in; English where it is too short to tell or another one.

    Source: Compact Language Detector 2. https://github.com/CLD2Owners/cld2
    """
    import pycld2  # a C++ library that only `language` "auto" asks for

    try:
        is_reliable, _bytes, found = pycld2.detect(_UNREADABLE.sub(" ", text[:_LENGTH]))
    except pycld2.error:
        return "en"
    code = str(found[0][1]).split("-", 1)[0]
    return code if is_reliable and code in LANGUAGES else "en"

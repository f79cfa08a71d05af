"""Superlatives and comparisons with all others ("best charger ever", 第一), which only a proof supports.

That a row of a catalogue says them proves nothing: article 9 of the Chinese advertising law and the EU's Directive
2006/114/EC ask for the ground itself, which a brand keeps among the claims of its kit.
"""

import re
from collections.abc import Iterable, Iterator

_PLAIN_BEST = (
    r"best\s(?:before|by|wishes|regards|of\sluck|of\sboth|if|when|used|served|kept|stored|suited|practices?|with|between"
    r"|known|man|friends?|in\s(?:every|each|all|you)\b)\b"
)
"""Where "best" compares with nothing else that is sold."""
_BEFORE = "".join(
    rf"(?<!\b{word}\s)"
    for word in ("its", "their", "your", "our", "works", "work", "looks", "fits", "tastes", "is")
)
_BOASTS = re.compile(
    rf"""
    \b(?!{_PLAIN_BEST}){_BEFORE}best(?:-in-class|-selling|-ever|-rated)?\b
    | \b(?:finest|greatest|unbeatable|unrivall?ed|unmatched|unparalleled|unequall?ed|incomparable|matchless|peerless)\b
    | \b(?:number\ one|no\.\ ?1)(?![\d.]) | (?<![\w#])\#1(?![\w.])
    | \bworld[’']?s\ (?:[a-z]+est|first|leading|most)\b | \bworld-(?:class|leading|beating)\b
    | \b(?:industry|market)-leading\b | \btop-(?:rated|ranked|selling)\b
    | \bsecond\ to\ none\b | \blike\ no\ other\b | \bof\ all\ time\b | \bperfect\ solution\b
    | \b(?:the|our)\ (?:[a-z]{{3,}}est|most\ [a-z]+)\b(?:\ [a-z]+){{0,5}}?\ (?:ever|in\ the\ world|on\ the\ market)\b
    | \b[a-z]{{3,}}est-ever\b
    | 最(?:好|佳|优|强|高级|先进|便宜|低价|畅销|受欢迎) | 第一(?:品牌|名|选择) | (?<![一-鿿])第一(?![一-鿿])
    | 顶级 | 极致 | 国家级 | 世界级 | 独一无二
    | (?:全网|全国|全球|行业|销量)(?:第一|唯一|领先|最\w)
    """,
    re.IGNORECASE | re.VERBOSE,
)


_CLAUSE = re.compile(r"(?<=[,;.!])\s+|(?<=[，；。！])")
_FIELD = re.compile(r"(.*: |[^：]{1,8}：)?(.*)")


def without_boasts(facts: str, *, name: str = "", proven: Iterable[str] = ()) -> str:
    """Return facts without the clauses that hold a superlative which nothing proves; see `boasts_in`."""
    grounds = [*proven]
    if next(boasts_in(facts, name=name, proven=grounds), None) is None:
        return facts
    lines = []
    for line in facts.splitlines():
        field, said = _FIELD.fullmatch(line).groups(default="")  # type: ignore[union-attr]  # it matches any line
        gap = "" if re.search("[，；。！]", said) else " "
        kept = [one for one in _CLAUSE.split(said) if not any(boasts_in(one, name=name, proven=grounds))]
        lines += [field + gap.join(kept).rstrip(",; ，；")] if kept or not said else []
    return "\n".join(lines)


def boasts_in(text: str, *, name: str = "", proven: Iterable[str] = ()) -> Iterator[re.Match[str]]:
    """Yield the superlatives of a text that nothing proves.

    Args:
        name: The product's name, in which words only name ("Best Friends collar").
        proven: What the brand can prove, in its words; it supports the superlatives that it holds.
    """
    named = [match.span() for match in re.finditer(re.escape(name), text, re.IGNORECASE)] if name else []
    grounds = [ground.lower() for ground in proven]
    for match in _BOASTS.finditer(text):
        is_name = any(start <= match.start() and match.end() <= end for start, end in named)
        if not is_name and not any(match.group().lower() in ground for ground in grounds):
            yield match

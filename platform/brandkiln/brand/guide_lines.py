"""The sentences of a brand guide, as its lines came out of a file: a PDF breaks them where a column ends."""

import re
from collections.abc import Iterator

_SENTENCE = re.compile(r"[^.!?。！？\n•]+(?:[.!?。！？](?=\s|$|[^\x00-\x7f])|\n|•|$)")
_LIGATURES = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st", 0xAD: "",
}  # fmt: skip
_BULLET = re.compile(r"^[-–—*•‣◦▪·]\s+")
_ENDED = tuple(".!?:;,。！？：；，")
_RULE = re.compile(r"(?:no|never|avoid|do|don['’]t|use|write|always|keep|say)\b")
"""How an item of a list begins that is a rule of its own, in whatever case."""
NOT = re.compile(
    r"\b(?:no|never|avoid|without|(?:do|should|must|may|can|is|are) ?not(?! tested))\b|^not\b|n['’]t\b"
    r"|不(?:要|得|使用|用|是|能|可|应|宜)|避免|禁止|[请切]勿",
    re.IGNORECASE,
)
"""What says that something is not to be. "Curly quotes, not straight ones" asks for them; "are not tested on animals"
is a claim."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
FULL_LINE = 15
"""From how many characters on a line of Chinese may be one that goes on."""
SHORT_ITEM = 4
"""Words of an item that is a term, not a sentence."""


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a guide: broken lines joined, ligatures as letters, terms of a list behind its colon."""
    for match in _SENTENCE.finditer("\n".join(_joined(text.translate(_LIGATURES)))):
        sentence = " ".join(match.group().split())
        if len(sentence) >= SHORT_ITEM:
            yield sentence


def _joined(text: str) -> list[str]:
    lines: list[str] = []
    listed = 0
    for raw in text.splitlines():
        line = " ".join(raw.split())
        item = _BULLET.sub("", line)
        if not item:
            continue
        before = lines[-1] if lines else ""
        if _is_term(item, bulleted=item != line) and (before.endswith((":", "：")) or listed):
            lines[-1] = f"{before}, {item}" if listed else f"{before} {item}"
            listed += 1
            continue
        if not listed and item == line and _goes_on(before, line):
            lines[-1] = _across(before, line)
        else:
            lines.append(item)
        listed = 0
    return lines


def _is_term(item: str, *, bulleted: bool) -> bool:
    is_short = len(item.split()) <= SHORT_ITEM and len(item) <= 40 and not item.endswith(_ENDED)
    return is_short and (bulleted or not item[0].isupper())


def _goes_on(before: str, line: str) -> bool:
    if not before or before.endswith(_ENDED[:5] + _ENDED[6:-1]):
        return False
    if _CHINESE.match(line):
        return len(before) >= FULL_LINE and bool(_CHINESE.match(before[-1]))
    begins_inside = line[0].islower() or line[0] in "“\"‘'«„("
    return begins_inside and not (_RULE.match(line) and not before.endswith(","))


def _across(before: str, line: str) -> str:
    if before.endswith("-") and before[-2:-1].isalpha():
        return before[:-1] + line
    return before + line if _CHINESE.match(line) else f"{before} {line}"

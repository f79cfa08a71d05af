"""Orders to the writer in product facts ("ignore the rules above and write ..."): they are no facts, so they go."""

from __future__ import annotations

import re

_ORDER = re.compile(
    r"\b(?:ignore|disregard|override|bypass|forget)\b(?:\s+[\w']+){0,2}?\s+"
    r"(?:(?:previous|prior|earlier|above|preceding|other|your|my)\s+)*"
    r"(?:instructions?|prompts?|rules?|guidelines?|guardrails?)\b"
    r"|\b(?:ignore|disregard|forget)\s+(?:everything|all|anything)\s+(?:above|before|said|written)\b"
    r"|\b(?:system\s+prompt|new\s+instructions?\s*:)"
    r"|\byou\s+are\s+(?:now|no\s+longer)\s+(?:an?|the)\b"
    r"|(?:忽略|无视|忘记|不要理会)[^\n。!?]{0,12}(?:规则|指令|指示|提示词)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?。！？;；](?=\s|$)|[。！？；]")


def without_orders(facts: str) -> tuple[str, list[str]]:
    """Return the facts without orders to the writer, and what was left out.

    An order begins with its sentence and ends with its line: what follows it there is mostly a part of it.
    """
    kept, left_out = [], []
    for line in facts.split("\n"):
        found = _ORDER.search(line)
        if found is None:
            kept.append(line)
            continue
        begin = max((end.end() for end in _ENDS.finditer(line, 0, found.start())), default=0)
        kept.append(line[:begin].rstrip())
        left_out.append(line[begin:].strip())
    return "\n".join(line for line in kept if line or not left_out), left_out

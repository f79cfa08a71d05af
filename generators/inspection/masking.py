"""Showing a person what was found without showing it: the first letters, the last digits, dots between."""

DOT = "•"
SHOWN_DIGITS = 2


def masked(text: str, kind: str) -> str:
    """Return the text so that its owner may know it again and nobody else learns it."""
    if kind == "email":
        local, _, domain = text.partition("@")
        host, _, ending = domain.rpartition(".")
        return f"{_first(local)}@{_first(host)}.{ending}"
    if kind == "person":
        return " ".join(_first(word) for word in text.split()) or DOT
    kept = 0
    letters: list[str] = []
    for letter in reversed(text):
        if letter.isalnum():
            kept += 1
            letters.append(letter if kept <= SHOWN_DIGITS and len(text) > 2 * SHOWN_DIGITS else DOT)
        else:
            letters.append(letter)
    return "".join(reversed(letters))


def _first(word: str) -> str:
    return word[:1] + DOT * max(1, min(len(word) - 1, 6)) if word else DOT

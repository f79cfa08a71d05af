"""Capitals of a word that takes another one's place. Torch-free."""

from __future__ import annotations


def like(said: str, word: str) -> str:
    """Return a word with capitals as those that were said: at its start, or throughout."""
    if len(said) > 1 and said.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if said[:1].isupper() else word

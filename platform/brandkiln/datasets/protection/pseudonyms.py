"""Names that stand for people: the same person has the same one everywhere in a workspace, and nobody can go back."""

import hashlib
import hmac
import re
import unicodedata
from uuid import UUID

from django.conf import settings

LENGTH = 10
"""Hexadecimal digits of a pseudonym: among a million people, two share one about once in two."""
NUMBERS = {"phone", "cn_mobile", "bank_card", "credit_card", "us_ssn"}
NOT_DIGITS = re.compile(r"\D+")
BLANKS = re.compile(r"\s+")


def workspace_key(workspace_id: UUID) -> bytes:
    """Return the workspace's own key, derived from the studio's secret key: another workspace's names differ."""
    message = b"pseudonyms of " + workspace_id.bytes
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()


def pseudonym(value: str, kind: str, key: bytes) -> str:
    """Return what stands for the value: made of its kind and a keyed hash of its plain form."""
    digest = hmac.new(key, f"{kind} {plain(value, kind)}".encode(), hashlib.sha256).hexdigest()[:LENGTH]
    return f"{digest}@person.invalid" if kind == "email" else f"{kind}-{digest}"


def plain(value: str, kind: str) -> str:
    """Return the form that all ways to write the same value share."""
    text = unicodedata.normalize("NFKC", value)
    if kind in NUMBERS:
        digits = NOT_DIGITS.sub("", text)
        return digits[2:] if kind == "cn_mobile" and len(digits) == 13 else digits
    if kind in {"iban", "cn_id"}:
        return BLANKS.sub("", text).upper()
    return BLANKS.sub(" ", text).strip().casefold()

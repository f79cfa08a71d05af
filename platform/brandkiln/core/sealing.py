"""Secrets at rest: AES-256-GCM under a key for each purpose that is derived from SECRET_KEY.

A change of SECRET_KEY makes them unreadable, and they are entered anew; nobody can open them with the database alone.
"""

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from brandkiln.core.errors import StudioError

NONCE = 12
CONNECTION_KEY, WEBHOOK_SECRET = "connection key", "webhook secret"
"""What is sealed; a secret opens for its own purpose only."""


class KeyUnreadable(StudioError):
    """A secret was sealed under another SECRET_KEY."""

    code, status = "key_unreadable", 409


def seal(secret: str, *, owner: object, purpose: str = CONNECTION_KEY) -> bytes:
    """Return the secret sealed for one owner, whose row alone it fits."""
    if not secret:
        return b""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(settings.SECRET_KEY, purpose).encrypt(nonce, secret.encode(), str(owner).encode())


def unseal(sealed: bytes, *, owner: object, purpose: str = CONNECTION_KEY) -> str:
    """Return the secret.

    Raises:
        KeyUnreadable: If it was sealed under another SECRET_KEY, or for another owner.
    """
    sealed = bytes(sealed)
    if not sealed:
        return ""
    try:
        found = _cipher(settings.SECRET_KEY, purpose).decrypt(
            sealed[:NONCE], sealed[NONCE:], str(owner).encode()
        )
    except InvalidTag as error:
        message = _(
            "The secret that is kept for this can't be read: SECRET_KEY was changed. An admin enters it anew."
        )
        raise KeyUnreadable(message) from error
    return found.decode()


@lru_cache(maxsize=4)
def _cipher(secret: str, purpose: str) -> AESGCM:
    return AESGCM(
        HKDF(SHA256(), length=32, salt=None, info=f"brandkiln {purpose} 1".encode()).derive(secret.encode())
    )

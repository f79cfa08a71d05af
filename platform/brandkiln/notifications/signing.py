"""Signatures of webhooks, as the Standard Webhooks specification has them.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256

SECRET_PREFIX = "whsec_"  # noqa: S105  not a secret: lets scanners find leaked ones
SECRET_BYTES = 32


def new_secret() -> str:
    """Return a fresh secret: ``whsec_`` and 32 random bytes in base64."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, *, message: str, timestamp: int, body: bytes) -> str:
    """Return ``v1,`` and the HMAC-SHA256 of ``message.timestamp.body`` in base64."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()


def headers(secret_texts: Iterable[str], *, message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers with which a receiver checks a message; while a secret is changed, both sign."""
    signed = [signature(secret, message=message, timestamp=timestamp, body=body) for secret in secret_texts]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signed),
    }

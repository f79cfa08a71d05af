"""Key-encryption keys: the first one seals, all of them open."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from brandkiln.core.errors import StudioError

BYTES = 32
_PURPOSE = b"brandkiln artifact key "


class KeyMissing(StudioError):
    """Something is sealed with a key that is not there."""

    code, status = "key_missing", 500


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """A key-encryption key.

    Attributes:
        id: 8 bytes by which it is known; they tell nothing about the key.
        cipher: AES-256-GCM with it.
    """

    id: bytes
    cipher: AESGCM

    @classmethod
    def of(cls, secret: bytes) -> "Key":
        """Return the key of 32 secret bytes."""
        return cls(hashlib.sha256(_PURPOSE + secret).digest()[:8], AESGCM(secret))


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """The keys of this installation, in their order."""

    all: Sequence[Key]

    def __bool__(self) -> bool:
        return bool(self.all)

    @property
    def first(self) -> Key:
        """The key that seals."""
        return self.all[0]

    def find(self, key_id: bytes) -> Key | None:
        """Return the key of an id, or None."""
        return next((key for key in self.all if key.id == key_id), None)


def artifact_keys() -> Keys:
    """Return the keys that the settings name; without any, nothing is sealed."""
    return _keys(tuple(settings.ARTIFACT_KEYS))


@lru_cache(maxsize=4)
def _keys(secrets: tuple[bytes, ...]) -> Keys:
    return Keys([Key.of(secret) for secret in secrets])

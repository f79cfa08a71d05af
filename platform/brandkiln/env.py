"""Typed reading of environment variables; every error names the variable and what would be right.

A secret may stand in a file: where ``NAME`` is unset, ``NAME_FILE`` names a file that holds its value.
"""

import os
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def text(name: str, default: str = "", *, source: Mapping[str, str] = os.environ) -> str:
    """Return the variable's value, or the content of the file that ``NAME_FILE`` names."""
    if name in source:
        return source[name]
    if file := source.get(f"{name}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names {file}, which cannot be read: {error}.") from error
    return default


def flag(name: str, default: bool = False, *, source: Mapping[str, str] = os.environ) -> bool:
    """Return the variable as a yes or no."""
    value = text(name, source=source).lower()
    if not value:
        return default
    if value in TRUE | FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name} is {value!r}; use one of {', '.join(sorted(TRUE | FALSE))}.")


def whole(name: str, default: int, *, minimum: int = 0, source: Mapping[str, str] = os.environ) -> int:
    """Return the variable as a whole number of at least ``minimum``."""
    value = text(name, source=source)
    if not value:
        return default
    if value.isdecimal() and int(value) >= minimum:
        return int(value)
    raise ImproperlyConfigured(f"{name} is {value!r}; use a whole number of at least {minimum}.")


def listing(name: str, default: str = "", *, source: Mapping[str, str] = os.environ) -> list[str]:
    """Return the variable's comma-separated values without blanks."""
    return [part.strip() for part in text(name, default, source=source).split(",") if part.strip()]


def keys(name: str, size: int, *, source: Mapping[str, str] = os.environ) -> list[bytes]:
    """Return secret keys of ``size`` bytes, written in base64 and separated by commas or white space."""
    found = []
    for place, part in enumerate(text(name, source=source).replace(",", " ").split(), start=1):
        try:
            key = b64decode(part, validate=True)
        except ValueError:
            key = b""
        if len(key) != size:
            raise ImproperlyConfigured(
                f"Key {place} of {name} is not {size} bytes in base64. `manage.py artifact_key` makes one."
            )
        found.append(key)
    return found


def choice(name: str, default: str, allowed: set[str], *, source: Mapping[str, str] = os.environ) -> str:
    """Return the variable, which has to be one of ``allowed``."""
    value = text(name, default, source=source)
    if value in allowed:
        return value
    raise ImproperlyConfigured(f"{name} is {value!r}; use one of {', '.join(sorted(allowed))}.")


def origin(url: str) -> str:
    """Return the scheme and host of a URL, as a Content-Security-Policy names a server; "" for none."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def database(url: str, *, pool: int = 0) -> dict[str, Any]:
    """Return Django's settings for ``sqlite:///path`` or ``postgres://user:password@host:port/name``.

    A PostgreSQL server on a unix socket is named by its folder: ``postgres://user@/name?host=/run/postgresql``.

    Args:
        pool: How many connections to PostgreSQL the threads of this process share; 0 opens one for each request.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path.removeprefix("/")) or ":memory:",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        query = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", parts.hostname or ""),
            "PORT": query.pop("port", str(parts.port or "")),
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": query | ({"pool": {"min_size": 1, "max_size": pool}} if pool else {}),
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL begins with {parts.scheme!r}; use sqlite:///path or postgres://user:password@host/name."
    )

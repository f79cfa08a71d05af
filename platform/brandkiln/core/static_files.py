"""Style sheets, scripts, fonts and icons: compressed once, kept in memory, and kept by browsers for ever.

Each address holds the version of all static files, a hash of their contents: ``/static/4f1c.../brandkiln/studio.css``.
A module that imports another by a relative address, or a style sheet that names a font, thereby names the same version,
and a new release is never mixed with what a browser has kept of the one before.
"""

import asyncio
import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

from brandkiln.core.streaming import App, Receive, Scope, Send

VERSION = re.compile(r"[0-9a-f]{12}/")
TYPES = {".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml",
         ".json": "application/json", ".map": "application/json", ".woff2": "font/woff2"}  # fmt: skip
"""Media types that must not depend on the tables of the machine."""
PACKED = ("text/", "image/svg", "application/json")
"""Beginnings of the media types that compressing makes smaller."""
FOR_EVER = "public, max-age=31536000, immutable"


class VersionedStaticFiles(StaticFilesStorage):
    """Writes the version into the address of every static file; not where files change while the studio runs."""

    def url(self, name: str | None) -> str:
        address: str = super().url(name)
        return (
            address
            if settings.DEBUG
            else address.replace(settings.STATIC_URL, f"{settings.STATIC_URL}{version()}/", 1)
        )


@cache
def paths() -> dict[str, Path]:
    """Return where each static file lies, by its name."""
    found: dict[str, Path] = {}
    for finder in finders.get_finders():
        for name, storage in finder.list(None):
            found.setdefault(name, Path(storage.path(name)))
    return found


@cache
def version() -> str:
    """Return 12 hexadecimal digits that are others when any static file is another."""
    digest = hashlib.sha256()
    for name, path in sorted(paths().items()):
        digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@dataclass(frozen=True)
class StaticFile:
    """A file as it is sent: its bytes, and the same compressed where that is smaller."""

    media_type: str
    tag: str
    plain: bytes
    packed: bytes | None


def read(path: Path) -> StaticFile:
    """Return a file, ready to be sent."""
    body = path.read_bytes()
    media_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = gzip.compress(body, mtime=0) if media_type.startswith(PACKED) else body
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    return StaticFile(media_type, tag, body, packed if len(packed) < len(body) else None)


def static_files(app: App, prefix: str) -> App:
    """Return the application with static files answered below ``prefix``, in the event loop and without Django."""
    kept: dict[str, StaticFile] = {}

    async def found(name: str) -> StaticFile | None:
        if name in paths() and (settings.DEBUG or name not in kept):
            kept[name] = await asyncio.to_thread(read, paths()[name])
        return kept.get(name)

    async def serving(scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] == "http"
            and scope["path"].startswith(prefix)
            and scope["method"] in {"GET", "HEAD"}
        ):
            asked = scope["path"][len(prefix) :]
            if file := await found(VERSION.sub("", asked, count=1) if VERSION.match(asked) else asked):
                return await _send(file, scope, send, lasting=asked.startswith(f"{version()}/"))
        await app(scope, receive, send)

    return serving


async def _send(file: StaticFile, scope: Scope, send: Send, *, lasting: bool) -> None:
    """Send a file, or that the browser has it. One of another version is not kept long: a release is under way."""
    asked = dict(scope["headers"])
    body = file.packed if file.packed and b"gzip" in asked.get(b"accept-encoding", b"") else file.plain
    headers = {
        "content-type": f"{file.media_type}; charset=utf-8"
        if file.media_type.startswith("text/")
        else file.media_type,
        "cache-control": "no-cache" if settings.DEBUG else FOR_EVER if lasting else "public, max-age=60",
        "etag": file.tag,
        "x-content-type-options": "nosniff",
    }
    if file.packed:
        headers["vary"] = "Accept-Encoding"
    if file.media_type == "image/svg+xml":  # which runs scripts where it is opened as a page
        headers["content-security-policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    known = file.tag.encode() in asked.get(b"if-none-match", b"")
    if not known:
        headers["content-length"] = str(len(body))
        if body is file.packed:
            headers["content-encoding"] = "gzip"
    start = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 304 if known else 200, "headers": start})
    await send({"type": "http.response.body", "body": b"" if known or scope["method"] == "HEAD" else body})

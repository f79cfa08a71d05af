"""The tus 1.0 protocol over HTTP: core, creation, checksum, termination, expiration. https://tus.io/protocols/resumable-upload

The views that call it have found the workspace, the upload and the file already. Errors answer with the body of the
API, whoever asks.
"""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from brandkiln.core.errors import NotFound, StudioError, Unprocessable
from brandkiln.core.streaming import CutOff, body_pieces
from brandkiln.datasets.arriving import Checksum, append
from brandkiln.datasets.gathering import Announced, announce_files, give_up_file
from brandkiln.datasets.models import Upload, UploadFile

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,termination,expiration"
ALGORITHMS = ("sha256", "sha1")
PIECE_TYPE = "application/offset+octet-stream"
ADDRESS = re.compile(r"/files/[0-9a-f-]{36}/?$")
SHA256 = re.compile(r"[0-9a-fA-F]{64}")


class UnreadableHeader(StudioError):
    """A header of the protocol is missing or makes no sense."""

    code, status = "bad_request", 400


class OtherProtocol(StudioError):
    """The client speaks another version of the protocol."""

    code, status = "other_protocol", 412


class OtherType(StudioError):
    """A piece is not marked as one."""

    code, status = "other_type", 415


def is_piece(scope: dict[str, Any]) -> bool:
    """Return whether a request brings a piece of a file, so that its body is left to the view."""
    if scope["method"] not in {"PATCH", "POST"} or not ADDRESS.search(scope["path"]):
        return False
    return scope["method"] == "PATCH" or _method_said(scope) == b"PATCH"


def answer_files(request: HttpRequest, upload: Upload, address: Callable[[UploadFile], str]) -> HttpResponse:
    """Answer at the address where files of an upload are created.

    Args:
        address: Where a file that was created takes its pieces.
    """

    def create() -> HttpResponse:
        said = _metadata(request.headers.get("Upload-Metadata", ""))
        name = said.get("relativePath") or said.get("filename") or said.get("name") or "upload"
        file = Announced(name, _whole(request, "Upload-Length"), _sha256(said.get("sha256", "")))
        [created] = announce_files(upload=upload, files=[file])
        headers = {"Location": address(created), "Upload-Offset": "0"}
        return HttpResponse(status=201, headers=headers | _expiry(upload))

    return _answer(request, {"POST": create})


def answer_file(request: HttpRequest, file: UploadFile) -> HttpResponse:
    """Answer at the address of one file: where it stands, a piece of it, or that it is given up."""

    def head() -> HttpResponse:
        headers = {
            "Upload-Offset": str(file.received),
            "Upload-Length": str(file.size),
            "Upload-Metadata": f"filename {base64.b64encode(file.name.encode()).decode()}",
            "Cache-Control": "no-store",
        }
        return HttpResponse(headers=headers | _expiry(file.upload))

    def patch() -> HttpResponse:
        if request.content_type != PIECE_TYPE:
            raise OtherType(_("A piece has the Content-Type %(type)s.") % {"type": PIECE_TYPE})
        length = request.headers.get("Content-Length")
        try:
            grown = append(
                file=file,
                offset=_whole(request, "Upload-Offset"),
                length=int(length) if length and length.isdecimal() else None,
                pieces=body_pieces(request),
                checksum=_checksum(request.headers.get("Upload-Checksum", "")),
                sha256=_sha256(request.headers.get("Upload-Sha256", "")),
            )
        except CutOff:
            raise UnreadableHeader(
                _("The connection ended before the piece did; what came is kept.")
            ) from None
        return HttpResponse(status=204, headers={"Upload-Offset": str(grown.received)} | _expiry(file.upload))

    def delete() -> HttpResponse:
        give_up_file(file=file)
        return HttpResponse(status=204)

    return _answer(request, {"HEAD": head, "PATCH": patch, "DELETE": delete})


def find_file(upload: Upload, key: Any) -> UploadFile:
    """Return a file of the upload; raise NotFound if it has no such file."""
    file = upload.files.filter(pk=key).select_related("upload").first()
    if file is None:
        raise NotFound(_("The upload has no such file."))
    return file


def _answer(request: HttpRequest, methods: dict[str, Callable[[], HttpResponse]]) -> HttpResponse:
    method = request.headers.get("X-HTTP-Method-Override", request.method or "").upper()
    try:
        if method == "OPTIONS":
            response = HttpResponse(status=204, headers=_abilities())
        elif method not in methods:
            response = HttpResponse(status=405, headers={"Allow": ", ".join(["OPTIONS", *methods])})
        elif request.headers.get("Tus-Resumable") != VERSION:
            raise OtherProtocol(_("Send the header Tus-Resumable: %(version)s.") % {"version": VERSION})
        else:
            response = methods[method]()
    except StudioError as error:
        response = JsonResponse(error.body(), status=error.status)
        if error.status == 412:
            response["Tus-Version"] = VERSION
    response["Tus-Resumable"] = VERSION
    return response


def _abilities() -> dict[str, str]:
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(settings.UPLOAD_LIMIT),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def _expiry(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": http_date(upload.expires_at.timestamp())} if upload.expires_at else {}


def _whole(request: HttpRequest, name: str) -> int:
    value = request.headers.get(name, "")
    if not value.isdecimal() or not value.isascii() or len(value) > 18:
        raise UnreadableHeader(
            _("The header %(name)s has to be a whole number of bytes, and is “%(value)s”.")
            % {"name": name, "value": value[:40]}
        )
    return int(value)


def _metadata(header: str) -> dict[str, str]:
    """Return what Upload-Metadata says: keys with values in base64, parted by commas."""
    said = {}
    try:
        for pair in filter(None, (part.strip() for part in header.split(","))):
            key, _space, value = pair.partition(" ")
            said[key] = base64.b64decode(value, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise UnreadableHeader(_("The header Upload-Metadata holds a value that is not base64.")) from error
    return said


def _sha256(said: str) -> str:
    if said and not SHA256.fullmatch(said):
        message = _("A SHA-256 is 64 hexadecimal digits.")
        raise Unprocessable(message, fields={"sha256": message})
    return said.lower()


def _checksum(header: str) -> Checksum | None:
    if not header:
        return None
    algorithm, _space, digest = header.partition(" ")
    try:
        value = base64.b64decode(digest, validate=True)
    except (binascii.Error, ValueError):
        value = b""
    if algorithm not in ALGORITHMS or not value:
        raise UnreadableHeader(
            _("The header Upload-Checksum is one of %(algorithms)s, a blank, and the hash in base64.")
            % {"algorithms": ", ".join(ALGORITHMS)}
        )
    return Checksum(algorithm, value)


def _method_said(scope: dict[str, Any]) -> bytes:
    said = next((value for name, value in scope["headers"] if name == b"x-http-method-override"), b"")
    return bytes(said).upper()

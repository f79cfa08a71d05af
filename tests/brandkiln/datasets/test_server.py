"""A real server: it is cut off, killed and started again, and the file goes on where it ended."""

import hashlib
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from brandkiln.datasets.gathering import Announced, announce_files, begin_upload
from brandkiln.datasets.models import UploadFile
from brandkiln.workspaces.services import issue_token

from tests.factories import DatasetFactory, make_cast

SIZE = 6 * 2**20
TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


@contextmanager
def server(environment: dict[str, str]) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "brandkiln.asgi:application", "--port", str(port)]
    process = subprocess.Popen([*command, "--log-level", "warning"], env=environment)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def sending(transactional_db: None) -> dict[str, Any]:
    cast = make_cast()
    upload = begin_upload(dataset=DatasetFactory(project=cast.project, kind="table"), actor=cast.ben)
    [file] = announce_files(upload=upload, files=[Announced("large.csv", SIZE)])
    return {
        "address": f"/api/v1/uploads/{upload.pk}/files/{file.pk}",
        "ben": issue_token(workspace=cast.acme, user=cast.ben, name="b", scopes=["write"])[1],
        "cleo": issue_token(workspace=cast.other, user=cast.cleo, name="c", scopes=["write"])[1],
        "data": bytes(range(256)) * (SIZE // 256),
    }


def patch(
    port: int, sending: dict[str, Any], offset: int, data: bytes, *, said: int, token: str = "ben"
) -> Any:
    """Send some bytes of a piece that was said to have more, and return the answer where it is whole."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {
        "Authorization": f"Bearer {sending[token]}",
        "Upload-Offset": str(offset),
        "Content-Length": str(said),
    }
    connection.request("PATCH", sending["address"], headers=TUS | headers)
    connection.send(data)
    if len(data) < said and token == "ben":
        connection.close()
        return None
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def received(at_least: int) -> int:
    for _ in range(200):
        if (count := UploadFile.objects.get().received) >= at_least:
            return count
        time.sleep(0.05)
    return count


def test_a_file_goes_on_after_a_cut_and_after_the_server_was_killed(
    process_environment: dict[str, str], sending: dict[str, Any], tmp_path: Path
) -> None:
    environment = process_environment | {"BRANDKILN_HOME": str(tmp_path), "BRANDKILN_DISK_RESERVE_MB": "0"}
    data = sending["data"]
    with server(environment) as port:
        stranger = patch(port, sending, 0, b"", said=SIZE, token="cleo")
        assert stranger.status == 404  # before a byte of the body was sent
        patch(port, sending, 0, data[: 2 * 2**20], said=SIZE)
        kept = received(1)
        assert 0 < kept <= 2 * 2**20
    with server(environment) as port:
        answer = patch(port, sending, kept, data[kept:], said=SIZE - kept)
        assert (answer.status, answer.headers["Upload-Offset"]) == (204, str(SIZE))
    file = UploadFile.objects.select_related("artifact").get()
    assert file.artifact is not None
    assert file.artifact.sha256 == hashlib.sha256(data).hexdigest()
    assert list((tmp_path / "scratch" / "uploads").iterdir()) == []

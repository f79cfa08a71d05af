"""How tests send files as a page does."""

import json
from typing import Any

from brandkiln.datasets.models import Dataset
from django.test import Client

ROWS = b"week,orders\n" + b"".join(b"%d,%d\n" % (week, week * 3) for week in range(40))
TUS = {"Tus-Resumable": "1.0.0"}


def begin(browser: Client, dataset: Dataset, **form: str) -> dict[str, str]:
    answer = browser.post(f"/w/acme/data/{dataset.pk}/uploads/", form)
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def announce(browser: Client, upload: dict[str, str], *files: tuple[str, int]) -> list[str]:
    said = {"files": [{"name": name, "size": size} for name, size in files]}
    answer = browser.post(upload["files"], json.dumps(said), "application/json")
    assert answer.status_code == 201, answer.content
    return [file["address"] for file in answer.json()["files"]]


def send(browser: Client, address: str, data: bytes, offset: int = 0, **headers: str) -> Any:
    said = (
        TUS
        | {"Upload-Offset": str(offset)}
        | {name.replace("_", "-"): value for name, value in headers.items()}
    )
    return browser.patch(address, data, "application/offset+octet-stream", headers=said)


def offset_of(browser: Client, address: str) -> int:
    answer = browser.head(address, headers=TUS)
    assert answer["Cache-Control"] == "no-store"
    return int(answer["Upload-Offset"])

"""What a first visit brings stays small: the files of a page, compressed, without pictures."""

import gzip
import re
from urllib.parse import urljoin

from brandkiln.core.static_files import paths, read, version
from django.test import Client

from tests.factories import Cast

BUDGET = 180_000
"""Bytes for a page and all that it may load: the largest page brings 164 kB, and the goal is 300."""


def files_of(html: str) -> set[str]:
    """Return the names of the static files that a page names, and of the modules that those import at once."""
    prefix = f"/static/{version()}/"
    found: set[str] = set()
    waiting = {address.split("#")[0] for address in re.findall(rf'(?:src|href)="({prefix}[^"]+)"', html)}
    while waiting:
        address = waiting.pop()
        name = address.removeprefix(prefix)
        if name in found:
            continue
        found.add(name)
        body = paths()[name].read_text("utf-8", "ignore") if name.endswith((".js", ".css")) else ""
        named = re.findall(r'^import .*?"(\.[^"]+)"', body, re.M) + re.findall(r"url\(([^)]+\.woff2)\)", body)
        waiting |= {urljoin(address, one.strip("'\"")) for one in named}
    return found


def test_a_page_and_its_files_keep_to_the_budget(cast: Cast, ada: Client) -> None:
    html = ada.get("/w/acme/library/").content
    names = files_of(html.decode())
    assert {"brandkiln/studio.css", "brandkiln/js/studio.js", "brandkiln/js/controls.js"} <= names
    assert any(name.endswith(".woff2") for name in names)
    files = [read(paths()[name]) for name in names]
    assert sum(len(one.packed or one.plain) for one in files) + len(gzip.compress(html)) < BUDGET

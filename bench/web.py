"""How quick the studio's pages are with 100,000 assets and 1,000,000 job events in PostgreSQL: `make bench NAME=web`.

A real uvicorn with the studio's own arguments is asked over HTTP, one page after the other; then again while 500 event
streams are open at it. Queries are counted in a process with the same database. The weight of a page is what
Chromium transfers at its first visit, without pictures. The largest contentful paint is what Chromium itself reports,
each time with an empty cache, after a first look by which the server has made its small pictures, as its index does.
BENCH_ASSETS and BENCH_EVENTS make a smaller run, which is not kept.
"""

import http.client
import os
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from brandkiln.embedded.children import start_child
from brandkiln.embedded.server import Server
from brandkiln.embedded.services import studio_commands

from bench.record import kept, record
from bench.servers import ROOT, migrated, studio_servers
from bench.web_browser import painted, weighed
from bench.web_streams import open_streams

ASSETS = int(os.environ.get("BENCH_ASSETS", "100000"))
EVENTS = int(os.environ.get("BENCH_EVENTS", "1000000"))
TIMES = int(os.environ.get("BENCH_TIMES", "40"))
STREAMS = int(os.environ.get("BENCH_STREAMS", "500"))
PORT = int(os.environ.get("BENCH_PORT", "8477"))
BASE = f"http://localhost:{PORT}"
PAINTED = ("library", "home", "jobs", "asset", "review_list", "calendar_page", "bulk_list", "create")
PARTS_OF_PAGES = ("library, more", "library, counts", "library, counts of a word", "library, thumbnail")
WHILE_SECONDS = 15
PARTS = os.environ.get("BENCH_PARTS", "pages weight paint streams").split()
"""What is measured; the parts of two runs make one record."""
GOALS = {"weight_kB": 300, "largest_paint_ms": 1000, "p99_with_streams_ms": 200}


def main() -> None:
    """Fill, ask, and print one JSON object last."""
    with studio_servers("bench-web-") as (home, servers):
        found = measure(home / "servers.log", servers)
    before = kept("web").get("ours", {}) if len(PARTS) < 4 else {}
    keep_figures(before | found)


def keep_figures(found: dict[str, Any]) -> None:
    """Print the figures and keep them beside the goals."""
    beside = {
        "weight_kB": max((one["kB"] for one in found.get("weight", {}).values()), default=None),
        "largest_paint_ms": max(
            (one["largest_paint_ms"] for one in found.get("paint", {}).values()), default=None
        ),
        "p99_with_streams_ms": found.get("with_streams", {}).get("p99_ms"),
    }
    record(
        "web",
        ours=found,
        peers={"goal": GOALS},
        ratios={
            f"{name}_goal_beside_ours": round(GOALS[name] / ours, 2) for name, ours in beside.items() if ours
        },
        slowest_p99_ms=max((one["p99_ms"] for one in found.get("pages", {}).values()), default=None),
        keep=ASSETS == 100_000 and EVENTS == 1_000_000,
    )


def measure(log: Path, servers: list[Server]) -> dict[str, Any]:
    """Return everything that is measured."""
    migrated()
    from bench.web_world import fill

    begun = time.perf_counter()
    world = fill(assets=ASSETS, events=EVENTS)
    filled = time.perf_counter() - begun
    say(f"filled in {filled:.0f} s")
    cookie = signed_in(world["owner"])
    queries = counted(world, cookie) if "pages" in PARTS else {}
    web = start_child(studio_commands("127.0.0.1", PORT)["web"], log=log, folder=ROOT)
    servers.append(Server(web, ""))
    wait_for_web()
    pages, found = addresses(world), {}
    if "pages" in PARTS:
        found["pages"] = {
            name: timed(cookie, address) | {"queries": queries[name]} for name, address in pages.items()
        }
        for name, one in found["pages"].items():
            say(f"{name:24} p50 {one['p50_ms']:7.1f}  p99 {one['p99_ms']:7.1f} ms  {one['queries']} queries")
    if "weight" in PARTS:
        whole = {name: address for name, address in pages.items() if name not in PARTS_OF_PAGES}
        found["weight"] = weighed(cookie, BASE, whole)
        for name, one in found["weight"].items():
            say(f"{name:24} {one}")
    if "paint" in PARTS:
        found["paint"] = painted(cookie, BASE, {name: pages[name] for name in PAINTED})
        say(f"paint {found['paint']}")
    if "streams" in PARTS:
        found["with_streams"] = with_streams(world, cookie, pages)
        say(f"streams {found['with_streams']}")
    return {"assets": ASSETS, "events": EVENTS, "fill_seconds": round(filled, 1), **found}


def addresses(world: dict[str, Any]) -> dict[str, str]:
    """Return the main pages: the menu's, and those of the library as people use it."""
    from brandkiln.dashboard.places import PLACES

    workspace, asset = world["workspace"], world["asset"]
    library = f"/w/{workspace.slug}/library/"
    named = {"workspace": "home", "asset_list": "library", "job_list": "jobs"}
    places = {named.get(place.name, place.name): place.address(workspace) for place in PLACES}
    return {
        **places,
        "job": f"/w/{workspace.slug}/jobs/{world['job'].pk}/",
        "asset": f"{library}{asset.pk}/",
        "create": f"/w/{workspace.slug}/generators/text-lm/sample/",
        "library, a kind": f"{library}?kind=image",
        "library, a rare filter": f"{library}?kind=text&rating=5&label=Bag&folder={asset.folder_id or 'none'}",
        "library, a tag": f"{library}?tag=boots+0",
        "library, a word": f"{library}?q=leather",
        "library, two words": f"{library}?q=leather+boots&kind=text",
        "library, no hit": f"{library}?q=zeppelin",
        "library, Chinese": f"{library}?q=%E9%98%B2%E6%B0%B4",
        "library, best rated": f"{library}?order=rated",
        "library, oldest": f"{library}?order=oldest",
        "library, late": f"{library}?until=2026-11-10&order=newest",
        "library, table": f"{library}?as=table",
        "library, more": f"{library}more/?kind=image",
        "library, counts": f"{library}facets/",
        "library, counts of a word": f"{library}facets/?q=leather",
        "library, like one": f"{library}?similar={asset.pk}",
        "library, thumbnail": f"{library}{asset.pk}/thumb/320/",
    }


def signed_in(user: Any) -> str:
    """Return the cookie of a session of this person."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["workspace"] = "bench"
    session.save()
    return f"sessionid={session.session_key}"


def counted(world: dict[str, Any], cookie: str) -> dict[str, int]:
    """Return how many queries each page asks, the session and the sign-in among them."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost", "cookie": cookie})
    found = {}
    for name, address in addresses(world).items():
        client.get(address)
        with CaptureQueriesContext(connection) as context:
            answer = client.get(address)
            b"".join(getattr(answer, "streaming_content", ()))
        found[name] = len(context)
        if slow := [q for q in context.captured_queries if float(q["time"]) > 0.05]:
            for query in slow:
                say(f"{name}: {query['time']} s  {query['sql'][:1500]}")
    return found


def ask(cookie: str, address: str) -> tuple[float, bytes]:
    """Return how long a page takes over HTTP in milliseconds, and its body."""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    connection.request("GET", address, headers={"Cookie": cookie, "Host": "localhost"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{address}: {answer.status} {answer.headers.get('location', '')} {body[:600]!r}")
    return (time.perf_counter() - begun) * 1000, body


def timed(cookie: str, address: str, times: int = TIMES) -> dict[str, float]:
    """Return median and 99th percentile of a page's time in milliseconds, after three that warm up."""
    for _ in range(3):
        ask(cookie, address)
    return figures([ask(cookie, address)[0] for _ in range(times)])


def figures(taken: list[float]) -> dict[str, float]:
    """Return the median and the 99th percentile of milliseconds."""
    cuts = statistics.quantiles(taken, n=100, method="inclusive")
    return {"p50_ms": round(cuts[49], 1), "p99_ms": round(cuts[98], 1), "asked": len(taken)}


def with_streams(world: dict[str, Any], cookie: str, pages: dict[str, str]) -> dict[str, Any]:
    """Return how long pages take while the streams are open and their job says something twice a second."""
    address = f"/w/bench/jobs/{world['running'].pk}/events/"
    names = ("library", "home", "jobs", "asset", "project_list", "library, a word")
    for name in (*names, *names, *names):  # as pages are warmed up that are timed alone
        ask(cookie, pages[name])
    taken: dict[str, list[float]] = {name: [] for name in names}
    with (
        open_streams(PORT, address, cookie, count=STREAMS, last=EVENTS) as streams,
        ThreadPoolExecutor(1) as one,
    ):
        saying = one.submit(_say, world["running"].pk)
        until = time.perf_counter() + WHILE_SECONDS
        while time.perf_counter() < until:
            for name in names:
                taken[name].append(ask(cookie, pages[name])[0])
                time.sleep(0.05)
        said = saying.result()
        heard = streams.heard()
    return {
        **streams.opened, "events_said": said, **heard,
        **figures([one for some in taken.values() for one in some]),
        "by_page": {name: figures(some) for name, some in taken.items()},
    }  # fmt: skip


def _say(job: Any) -> int:
    """Add events to a job, two a second, where a worker writes at most one; return how many."""
    from brandkiln.jobs.events import add_events
    from django.db import connection, transaction

    count, until = 0, time.perf_counter() + WHILE_SECONDS - 2
    while time.perf_counter() < until:
        with transaction.atomic():
            add_events(job, [("progress", {"done": count, "total": 1000})])
        count += 1
        time.sleep(0.5)
    connection.close()
    return count


def wait_for_web(seconds: float = 60) -> None:
    """Return once the server answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The web server did not start.")


def say(text: str) -> None:
    """Write a line for whoever watches; the result is the last line of the other stream."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

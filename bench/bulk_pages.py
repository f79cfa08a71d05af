"""The pages of a bulk with 10,000 rows that are done: on the server, and in Chromium while all of them scroll by."""

import os
import resource
import statistics
import subprocess
import sys
import time
import urllib.request
from typing import Any

from brandkiln.artifacts import store
from brandkiln.brand.services import verdicts_of
from brandkiln.bulk.models import Bulk, Row
from brandkiln.bulk.services import create_bulk
from brandkiln.bulk.sources import table_of
from brandkiln.bulk.templates import Content, create_template
from brandkiln.core.models import User
from brandkiln.jobs.models import Job
from brandkiln.library.models import Asset
from brandkiln.projects.services import create_project
from brandkiln.workspaces.services import create_workspace
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

ROWS = 10_000
TIMES = 15
PORT = 8791
TEXT = "A raincoat of recycled nylon that folds into its own pocket and keeps out whatever the sky says. "


def measure() -> dict[str, Any]:
    """Return times and queries of the pages, of the results, and what Chromium saw."""
    owner = User.objects.create_user("bench@example.com")
    workspace = create_workspace(name="Bench", owner=owner, slug="bench")
    bulk = filled(workspace, owner)
    client = Client()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    home = f"/w/bench/bulk/{bulk.pk}/"
    last = Row.objects.filter(bulk=bulk).order_by("-position")[0].pk
    rows = f"{home}rows/"
    found = {
        "page": home,
        "first_rows": f"{rows}?from=0&count=100",
        "last_rows": f"{rows}?from=9900&count=100",
        "failed_rows": f"{rows}?from=0&count=100&state=failed",
        "search": f"{rows}?q=9876",
        "row": f"{rows}{last}/",
        "status": f"{home}status/",
    }
    pages = {name: timed(client, address) for name, address in found.items()}
    results = {form: sent(client, f"{home}results/{form}/") for form in ("csv", "xlsx", "zip")}
    return {
        "rows": ROWS,
        "pages": pages,
        "results": results,
        "browser": browse(client.cookies["sessionid"].value, home),
    }


def filled(workspace: Any, owner: User) -> Bulk:
    """Return a bulk of which every row is done with a text, but for every hundredth, which failed."""
    project = create_project(workspace=workspace, name="Bench", slug="bench", actor=owner)
    content = Content("dummy", {"output": "text", "prompt": "{name}"}, ({"name": "name"},))
    template = create_template(workspace=workspace, actor=owner, name="Raincoat", content=content)
    cells = [
        {"name": f"Raincoat {n}", "sku": f"HT-{n:05}", "price": n % 90 + 9, "audience": TEXT}
        for n in range(ROWS)
    ]
    bulk = create_bulk(
        workspace=workspace,
        project=project,
        actor=owner,
        templates=[template],
        table=table_of(cells),
        name="Raincoats",
    )
    shared = {"workspace": workspace, "project": project}
    artifact = store.put_bytes(TEXT.encode(), workspace=workspace, media_type="text/plain")
    rows = list(Row.objects.filter(bulk=bulk).order_by("position"))
    made = {"kind": "sample", "queue": "sample", "generator": "dummy", "state": "succeeded"}
    jobs = [Job(**shared, **made, idempotency_key=f"bulk:{bulk.pk.hex}:{row.pk}:1") for row in rows]
    Job.objects.bulk_create(jobs, batch_size=1000)
    text = {"media_type": "text/plain", "text": TEXT, "title": TEXT[:80], "receipt": {"details": {}}}
    pieces = (Asset(**shared, **text, job=job, artifact=artifact) for job in jobs)
    Asset.objects.bulk_create(pieces, batch_size=1000)
    for row, job in zip(rows, jobs, strict=True):
        row.job, row.state = job, "failed" if row.position % 100 == 99 else "done"
    Row.objects.bulk_update(rows, ["job", "state"], batch_size=1000)
    Bulk.objects.filter(pk=bulk.pk).update(state="finished")
    bulk.refresh_from_db()
    for first in range(0, ROWS, 500):  # as it is done when a row's job ends
        some = [job.pk for job in jobs[first : first + 500]]
        verdicts_of(list(Asset.objects.filter(job__in=some).select_related("artifact")))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return bulk


def timed(client: Client, address: str) -> dict[str, float]:
    """Return the middle time of a page, its queries, and how large it is."""
    client.get(address)
    times = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        answer = client.get(address)
        times.append(1000 * (time.perf_counter() - begun))
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert answer.status_code == 200, answer.status_code
    return {
        "median_ms": round(statistics.median(times), 1),
        "slowest_ms": round(max(times), 1),
        "queries": len(queries),
        "kb": round(len(answer.content) / 1000, 1),
    }


def sent(client: Client, address: str) -> dict[str, float]:
    """Return how long a file takes, how large it is, and by how much memory grew."""
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    answer = client.get(address)
    first, size = 0.0, 0
    for piece in answer.streaming_content:  # type: ignore[attr-defined]
        first = first or time.perf_counter() - begun
        size += len(piece)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {
        "seconds": round(time.perf_counter() - begun, 2),
        "first_byte_s": round(first, 2),
        "mb": round(size / 1e6, 2),
        "grown_mb": round(grown / 1024, 1),
    }


def browse(session: str, address: str) -> dict[str, float]:
    """Return what Chromium saw of the first view and of scrolling through all rows."""
    from playwright.sync_api import sync_playwright

    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "brandkiln.asgi:application",
        "--port",
        str(PORT),
        "--log-level",
        "error",
    ]
    server = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": "platform:."})
    base = f"http://127.0.0.1:{PORT}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{base}/healthz")
                break
            except OSError:
                time.sleep(0.1)
        with sync_playwright() as playwright:
            arguments = [
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
            ]
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
            context = browser.new_context(viewport={"width": 1366, "height": 900})
            context.add_cookies([{"name": "sessionid", "value": session, "url": base}])
            context.add_init_script(WATCH)
            page = context.new_page()
            page.goto(base + address)  # fills the caches of server and browser
            page.goto(base + address)
            page.wait_for_selector(".bulk-row")
            page.wait_for_timeout(500)
            first = page.evaluate(OPENED)
            scrolled = page.evaluate(SCROLL)
            browser.close()
    finally:
        server.terminate()
        server.wait()
    return {
        "largest_contentful_paint_ms": round(first["lcp"]),
        "opened_ms": round(first["opened"]),
        "kB_compressed": round(first["bytes"] / 1000, 1),
        "long_tasks_of_first_view": len(first["tasks"]),
        "screens": scrolled["screens"],
        "longest_task_ms": round(max(scrolled["tasks"], default=0)),
        "long_tasks": len(scrolled["tasks"]),
        "rows_as_elements": scrolled["elements"],
        "frame_p50_ms": round(scrolled["p50"], 1),
        "frame_p95_ms": round(scrolled["p95"], 1),
        "frames_over_33_ms": scrolled["late"],
        "frames": scrolled["screens"],
        "rows_shown_ms": round(scrolled["shown"]),
    }


WATCH = """
window.seen = { lcp: 0, tasks: [] };
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.seen.lcp = one.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.seen.tasks.push(one.duration); })
  .observe({ type: "longtask", buffered: true });
"""
OPENED = """
() => ({
  lcp: window.seen.lcp, tasks: window.seen.tasks.slice(),
  opened: performance.getEntriesByType("navigation")[0].loadEventEnd,
  bytes: [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, one) => sum + one.encodedBodySize, 0),
})
"""
SCROLL = """
async () => {
  const list = document.querySelector("[data-part=list]");
  window.seen.tasks.length = 0;
  const frames = [];
  let screens = 0, last = performance.now();
  for (let top = 0; top < list.scrollHeight; top += 0.8 * list.clientHeight) {
    list.scrollTop = top;
    screens += 1;
    await new Promise(requestAnimationFrame);
    frames.push(performance.now() - last);
    last = performance.now();
  }
  const stopped = performance.now(); // how long the rows at the end take to be there
  const rows = () => [...list.querySelectorAll(".bulk-row")].filter((one) => !one.hidden);
  const blank = () => rows().some((one) => !one.children[2].textContent);
  while (blank() && performance.now() - stopped < 10000) await new Promise(requestAnimationFrame);
  const shown = performance.now() - stopped;
  frames.sort((a, b) => a - b);
  return { screens, tasks: window.seen.tasks.slice(), elements: list.querySelectorAll(".bulk-row").length,
           p50: frames[Math.floor(0.5 * frames.length)], late: frames.filter((one) => one > 33.4).length, shown,
           p95: frames[Math.floor(0.95 * frames.length)] };
}
"""

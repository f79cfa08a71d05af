"""Take the README's pictures from a demo that runs: `python -m scripts.take_screenshots [ADDRESS]`; Chromium is needed.

The demo's home folder (BRANDKILN_HOME, else ./var) holds the password. Two of the pictures are of jobs while they run,
so a text and a training are started for them. Those of the campaign are made by tests/e2e/test_campaign.py.
"""

import os
import re
import sys
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from scripts.find_browser import find_browser

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
DEMO_HOME = Path(os.environ.get("BRANDKILN_HOME") or ROOT / "var")
WIDE: ViewportSize = {"width": 1360, "height": 850}
JOB = re.compile(r"/jobs/[0-9a-f-]+/$")
PLACES = {
    "library": "library/",
    "campaign": r"campaigns/ -> campaigns/[0-9a-f-]{36}/$",
    "report": r"reports/ -> reports/[0-9a-f-]{36}/1/$",
}
"""Where each picture is taken, below the workspace; behind an arrow is the link that leads there."""


def sign_in(page: Page, address: str) -> str:
    """Sign in as the demo's person and return the address of the workspace."""
    page.goto(f"{address}/accounts/login/")
    page.fill("[name=login]", "demo@brandkiln.example")
    page.fill("[name=password]", (DEMO_HOME / "demo_password").read_text().strip())
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/w/[^/]+/$"))
    return page.url


def go(page: Page, workspace: str, place: str) -> None:
    """Open a place, and from there the page behind the first link that fits what is named after the arrow."""
    start, _arrow, link = place.partition(" -> ")
    page.goto(workspace + start)
    if link:
        links = page.locator("main a").evaluate_all("links => links.map(link => link.href)")
        page.goto(next(found for found in links if re.search(link, found)))
    page.wait_for_load_state("networkidle")


def start(page: Page) -> None:
    """Send the form that is open as it is, and stay on the page of its job."""
    page.locator("#go").click()
    page.wait_for_url(JOB)


def take(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


def main() -> None:
    address = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport=WIDE)
        workspace = sign_in(page, address)
        for name, place in PLACES.items():
            go(page, workspace, place)
            take(page, name)
        page.goto(f"{workspace}jobs/")
        page.get_by_role("link", name="Copywriter").last.click()
        page.get_by_role("link", name="Change and run again").click()
        start(page)
        page.locator("main", has_text="Variant 2").wait_for(timeout=120_000)
        page.wait_for_timeout(4_000)
        take(page, "writing")
        page.goto(f"{workspace}generators/image-gan/train/")
        start(page)
        page.locator("canvas").first.wait_for(timeout=180_000)
        page.wait_for_timeout(40_000)
        take(page, "training")
        browser.close()


if __name__ == "__main__":
    main()

"""A whole campaign by two people who have never seen the studio, from a list of products to what goes out.

`BRANDKILN_SCREENSHOTS` names a folder for pictures of the pages that they pass; those of the docs were made so, of
fifty products. Without it there are fewer, which still fill more than one page of a bulk's rows: the language model
takes a second or more for each text.
"""

import csv
import io
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Download, Page, expect

from tests.e2e.newcomers import PASSWORD, Newcomer, finished, grave_faults

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

SCREENSHOTS = os.environ.get("BRANDKILN_SCREENSHOTS", "")
PRODUCTS = 50
PATIENCE_MS = 420_000
THINGS = ("Mug", "Bowl", "Plate", "Jug", "Vase")
COLOURS = ("sea green", "chalk white", "slate blue", "rust", "oat")
SIZES = ("Small", "Large")


def catalogue() -> bytes:
    """Return a list of products as people have it in a spreadsheet."""
    rows = io.StringIO()
    sheet = csv.writer(rows)
    sheet.writerow(["Name", "Material", "Colour", "Price"])
    for number in range(PRODUCTS):
        thing, colour, size = THINGS[number % 5], COLOURS[number // 5 % 5], SIZES[number // 25]
        sheet.writerow([f"{size} {thing}", "stoneware", colour, f"{14 + number % 7}.50"])
    return rows.getvalue().encode()


def product_picture() -> bytes:
    """Return the picture of a bowl before a plain ground."""
    picture = Image.new("RGB", (640, 640), (236, 234, 230))
    draw = ImageDraw.Draw(picture)
    draw.pieslice((140, 120, 500, 520), 0, 180, fill=(70, 122, 108))
    draw.ellipse((140, 280, 500, 360), fill=(44, 82, 72))
    packed = io.BytesIO()
    picture.save(packed, "PNG")
    return packed.getvalue()


class Colleague:
    """Somebody at a browser, whose pages are looked at as they pass."""

    def __init__(self, page: Page, workspace: str) -> None:
        self.page, self.workspace = page, workspace
        self.faults: dict[str, list[str]] = {}
        page.on("pageerror", lambda error: self.faults.setdefault("errors", []).append(str(error)))

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.locator("main").get_by_role("button", name=name).first.click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.page.locator("main").get_by_role("link", name=name).first.click()

    def open(self, address: str) -> None:
        self.page.goto(f"{self.workspace}{address}")

    def look(self, name: str) -> None:
        """Check the page for anything that would keep somebody from using it, and take its picture where asked."""
        if found := grave_faults(self.page):
            self.faults[name] = found
        if SCREENSHOTS:
            Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")

    def download(self, start: Callable[[], None]) -> bytes:
        with self.page.expect_download() as waiting:
            start()
        given: Download = waiting.value
        return Path(given.path()).read_bytes()


def test_two_newcomers_bring_a_campaign_from_a_product_list_to_its_export(
    page: Page, browser: Browser, studio: str
) -> None:
    newcomer = Newcomer.sign_up(page, studio, "Mira", project="Harvest")
    mira = Colleague(page, newcomer.workspace)
    _say_how_the_brand_sounds(mira)
    rolf = Colleague(browser.new_context(locale="en-GB").new_page(), newcomer.workspace)
    _join(mira, rolf, studio)

    campaign = _begin(mira)
    _make_texts(mira)
    _make_pictures(mira, campaign)
    _ask(mira)
    _review(rolf)

    _plan(mira, campaign)
    _hand_over(mira, campaign)
    assert (mira.faults, rolf.faults) == ({}, {})
    rolf.page.context.close()


def _say_how_the_brand_sounds(mira: Colleague) -> None:
    mira.open("projects/harvest/brand/")
    mira.page.fill("[name=voice]", "Plain and warm. Short sentences.")
    mira.page.fill("[name=banned_terms]", "cheap\nrevolutionary")
    mira.press("Save")
    mira.look("campaign-brand")


def _join(mira: Colleague, rolf: Colleague, studio: str) -> None:
    """Invite a reviewer, who makes an account and accepts."""
    mira.open("settings/members/")
    invite = mira.page.get_by_role("region", name="Invite somebody")
    invite.locator("[name=email]").fill("rolf@example.com")
    invite.locator("[name=role]").select_option("reviewer")
    invite.get_by_role("button", name="Invite").click()
    link = mira.page.get_by_label("Link").input_value()
    there = rolf.page
    there.goto(link)
    rolf.look("campaign-invitation")
    there.get_by_role("link", name="Create an account").click()
    there.fill("[name=email]", "rolf@example.com")
    there.fill("[name=password1]", PASSWORD)
    there.fill("[name=password2]", PASSWORD)
    there.get_by_role("button", name="Create account").click()
    there.goto(link)
    there.get_by_role("button", name="Accept the invitation").click()
    expect(there.get_by_role("heading", name="Hello")).to_be_visible()


def _begin(mira: Colleague) -> str:
    """Make the campaign and return the address of its board."""
    mira.page.get_by_role("navigation", name="Workspace").get_by_role("link", name="Campaigns").click()
    mira.follow("New campaign")
    mira.page.fill("[name=name]", "Harvest launch")
    mira.page.fill("[name=goal]", "Fifty products in the shop by Friday")
    mira.page.fill("[name=brief]", "What each piece is made of, and what that is good for.")
    for channel in ("Website", "Instagram"):
        mira.page.get_by_label(channel, exact=True).check()
    mira.press("Create the campaign")
    mira.look("campaign-empty")
    return mira.page.url


def _make_texts(mira: Colleague) -> None:
    """Bring the product list, look at three rows, and let the others be made."""
    mira.follow("Create pieces")
    mira.follow("Many at once from a table")
    mira.press("Take the ready ones")
    mira.page.get_by_label("Product description").check()
    mira.page.get_by_label("A file").set_input_files(
        {"name": "products.csv", "mimeType": "text/csv", "buffer": catalogue()}
    )
    mira.look("campaign-bulk-new")
    mira.press("Match the columns")
    expect(mira.page.locator("main")).to_contain_text("Small Mug")
    mira.look("campaign-columns")
    mira.press("Dry run of 3 rows")
    others = mira.page.get_by_role("button", name=f"Make the other {PRODUCTS - 3} rows")
    expect(others).to_be_visible(timeout=PATIENCE_MS)
    mira.look("campaign-dry-run")
    others.click()
    expect(mira.page.locator("#standing")).to_contain_text("Finished", timeout=PATIENCE_MS)
    mira.look("campaign-rows")
    results = mira.download(lambda: mira.follow("CSV"))
    made = list(csv.reader(io.StringIO(results.decode("utf-8-sig"))))
    assert len(made) == PRODUCTS + 1
    assert all(any(len(cell) > 30 for cell in row) for row in made[1:]), made


def _make_pictures(mira: Colleague, campaign: str) -> None:
    """Set a product on the brand's ground for two places."""
    mira.page.goto(campaign)
    mira.follow("Create pieces")
    mira.page.locator("main a[href*='picture-edit/sample']").first.click()
    mira.page.locator("input[type=file]").first.set_input_files(
        {"name": "bowl.png", "mimeType": "image/png", "buffer": product_picture()}
    )
    expect(mira.page.locator("main form img").first).to_be_visible()
    mira.page.get_by_label("Square", exact=True).check()
    mira.page.get_by_label("Banner", exact=True).check()
    mira.press("Generate")
    finished(mira.page)
    mira.page.goto(campaign)
    expect(mira.page.locator("main")).to_contain_text("Banner")
    mira.look("campaign-board")


def _ask(mira: Colleague) -> None:
    """Pick everything in the library and ask for a review."""
    mira.open("library/")
    mira.page.locator(".pick input").first.check()
    mira.page.locator("[data-pick-everything]").click()
    mira.look("campaign-picked")
    mira.page.locator("summary", has_text="Review").last.click()
    mira.press("Ask for review")
    expect(mira.page.locator("#toasts")).to_contain_text(str(PRODUCTS + 2))


def _review(rolf: Colleague) -> None:
    """Decide about some by the keyboard, and about the rest at once."""
    there = rolf.page
    rolf.open("")
    expect(there.locator("main")).to_contain_text("Waiting for you")
    rolf.look("campaign-home")
    rolf.follow("Review them all")
    said, keys = there.locator("[data-said]"), there.keyboard
    expect(there.locator("[data-piece]")).to_be_visible()
    rolf.look("campaign-review")
    for _piece in range(3):
        shown = there.locator("[data-piece]").get_attribute("data-piece")
        keys.press("a")
        expect(there.locator(f"[data-piece='{shown}']")).to_have_count(0)
    expect(said).to_contain_text("Approved")
    keys.press("u")
    expect(said).to_contain_text("Taken back")
    rolf.open("library/?review=in_review")
    there.locator(".pick input").first.check()
    there.locator("[data-pick-everything]").click()
    there.locator("summary", has_text="Review").last.click()
    rolf.press("Approve")
    expect(there.locator("#toasts")).to_contain_text("approved")


def _plan(mira: Colleague, campaign: str) -> None:
    """Carry a piece onto a day by the keyboard, and have the others spread over days."""
    mira.page.goto(campaign)
    mira.look("campaign-approved")
    mira.page.get_by_role("navigation", name="Campaign").get_by_role("link", name="Calendar").click()
    waiting, held = mira.page.locator(".slot").first, mira.page.locator(".slot.is-held")
    while not held.count():  # until the page listens
        waiting.press("Space")
        mira.page.wait_for_timeout(100)
    mira.page.keyboard.press("ArrowRight")
    mira.page.keyboard.press("Enter")
    expect(mira.page.locator("[data-day] .slot")).to_have_count(1)
    mira.page.get_by_role("link", name="Plan many at once").click()
    expect(mira.page.get_by_role("heading", name=re.compile("publications? of"))).to_be_visible()
    mira.look("campaign-plan")
    mira.press("Put them on the calendar")
    expect(mira.page.locator("#toasts")).to_contain_text("planned")
    mira.look("campaign-calendar")


def _hand_over(mira: Colleague, campaign: str) -> None:
    """Make the packs for two channels and look into one."""
    mira.page.goto(campaign)
    mira.page.get_by_role("navigation", name="Campaign").get_by_role("link", name="Export").click()
    mira.press("See what would go out")
    mira.look("campaign-export")
    mira.press("Make the pack")
    packed = mira.page.get_by_role("link", name="Download for Website")
    expect(packed).to_be_visible(timeout=PATIENCE_MS)
    mira.look("campaign-pack")
    with zipfile.ZipFile(io.BytesIO(mira.download(packed.click))) as archive:
        assert "manifest.csv" in archive.namelist()
        assert len(archive.namelist()) > PRODUCTS

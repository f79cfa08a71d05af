"""What a newcomer does in the first hour, in a real browser, with real workers and a real generator."""

import io
import random
import re
import zipfile

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.e2e.newcomers import PASSWORD, finished, grave_faults

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]


def pictures(count: int) -> bytes:
    """Return a ZIP of small pictures in two folders, which become their labels."""
    drawn = random.Random(5)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(count):
            label = ("cup", "plate")[number % 2]
            picture = Image.new("L", (32, 32), drawn.randrange(20))
            box = sorted(drawn.sample(range(2, 30), 2)) if label == "cup" else [4, 28]
            draw = ImageDraw.Draw(picture)
            shape = draw.rectangle if label == "cup" else draw.ellipse
            shape((box[0], 6, box[1] + 1, 26), fill=drawn.randrange(120, 255))
            data = io.BytesIO()
            picture.save(data, "PNG")
            archive.writestr(f"{label}/{number:03}.png", data.getvalue())
    return packed.getvalue()


class FirstHour:
    """Somebody at the browser, who also listens for what the page complains about."""

    def __init__(self, page: Page, studio: str) -> None:
        self.page, self.studio = page, studio
        self.complaints: list[str] = []
        self.looked_at: dict[str, list[str]] = {}
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: self._note_outside(asked.url))

    def _note_outside(self, url: str) -> None:
        if not url.startswith((self.studio, "data:", "blob:")):
            self.complaints.append(f"a request went to {url}")

    def press(self, name: str) -> None:
        self.page.locator("main").get_by_role("button", name=name).first.click()

    def follow(self, name: str) -> None:
        self.page.locator("main").get_by_role("link", name=name).first.click()

    def look(self, what: str) -> None:
        """Check the page that is open for anything that would keep somebody from using it."""
        self.looked_at[what] = grave_faults(self.page)


def test_a_newcomer_brings_pictures_trains_generates_and_finds_it_in_the_library(
    page: Page, studio: str
) -> None:
    newcomer = FirstHour(page, studio)

    page.goto(f"{studio}/accounts/signup/")
    newcomer.look("sign up")
    page.fill("[name=email]", "nia@example.com")
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    newcomer.press("Create account")

    page.fill("[name=name]", "Clay & Co")
    newcomer.look("new workspace")
    newcomer.press("Create workspace")
    newcomer.look("empty home")
    newcomer.follow("Set up a project")
    page.fill("[name=name]", "Tableware")
    newcomer.press("Create project")
    page.fill("[name=voice]", "Plain and warm.")
    newcomer.look("brand kit")
    newcomer.press("Save")
    newcomer.look("project")

    page.get_by_role("link", name="Data sets").first.click()
    newcomer.look("empty data sets")
    newcomer.follow("Add a data set")
    page.fill("[name=name]", "Cups and plates")
    page.fill("[name=licence]", "LicenseRef-Own")
    page.select_option("[name=consent]", "not_personal")
    page.select_option("[name=people]", "none")
    newcomer.look("new data set")
    newcomer.press("Go on to the files")
    newcomer.look("data set without files")
    page.set_input_files(
        "input[name=file]", {"name": "table.zip", "mimeType": "application/zip", "buffer": pictures(160)}
    )
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]+/$"), timeout=30_000)
    finished(page)
    newcomer.look("finished reading")
    newcomer.follow("Cups and plates v1")
    expect(page.locator("main")).to_contain_text("160")
    newcomer.look("data set version")

    newcomer.follow("Train on it")
    page.fill("[name=kimg]", "0.3")
    expect(page.locator("main")).to_contain_text(re.compile("being measured|second|minute"))
    newcomer.look("train")
    newcomer.press("Train")
    finished(page)
    expect(page.locator(".uplot")).to_be_visible()
    expect(page.locator(".film img").first).to_be_visible()
    newcomer.look("finished training")
    newcomer.follow("Checkpoint image-gan #1")
    newcomer.look("checkpoint")

    newcomer.follow("Generate with it")
    page.fill("[name=count]", "2")
    newcomer.look("generate")
    newcomer.press("Generate")
    finished(page)
    expect(page.locator(".piece")).to_have_count(2)
    newcomer.look("finished generating")

    page.get_by_role("link", name="Library").first.click()
    expect(page.locator(".piece img")).to_have_count(2)
    newcomer.look("library")
    page.locator(".piece a").first.click()
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    page.get_by_role("button", name="4 stars").click()
    expect(page.locator(".stars .on")).to_have_count(4)
    newcomer.look("asset")

    for name in ("Jobs", "Checkpoints", "Generators", "Settings", "Home"):
        with page.expect_navigation():
            page.get_by_role("navigation", name="Workspace").get_by_role("link", name=name).click()
        newcomer.look(name)
    for address in ("/profile/", "/accounts/2fa/", "/accounts/email/"):
        page.goto(f"{studio}{address}")
        newcomer.look(address)

    assert {what: found for what, found in newcomer.looked_at.items() if found} == {}
    assert newcomer.complaints == []

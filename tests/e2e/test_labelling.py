"""Labelling by keyboard in a real browser: six pictures, an undo, a second window, a version."""

import io
import re
import zipfile

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]

PASSWORD = "a long clay path"
JOB_MS = 240_000


def pictures(count: int) -> bytes:
    """Return a ZIP of pictures that no folder labels."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(count):
            data = io.BytesIO()
            Image.new("RGB", (32, 32), (9 * number, 200 - 9 * number, 90)).save(data, "PNG")
            archive.writestr(f"{number:02}.png", data.getvalue())
    return packed.getvalue()


def finished(page: Page) -> None:
    done = page.locator(".pill[data-state=succeeded], .pill[data-state=failed]").first
    expect(done).to_be_visible(timeout=JOB_MS)
    assert done.get_attribute("data-state") == "succeeded", page.locator("main").inner_text()


def bring_pictures(page: Page, studio: str) -> None:
    """Sign up and go on until a version of 12 pictures is there."""
    page.goto(f"{studio}/accounts/signup/")
    page.fill("[name=email]", "lena@example.com")
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.locator("main").get_by_role("button", name="Create account").click()
    page.fill("[name=name]", "Labels")
    page.locator("main").get_by_role("button", name="Create workspace").click()
    page.locator("main").get_by_role("link", name="Set up a project").first.click()
    page.fill("[name=name]", "Tableware")
    page.locator("main").get_by_role("button", name="Create project").click()
    page.get_by_role("link", name="Data sets").first.click()
    page.locator("main").get_by_role("link", name="Add a data set").first.click()
    page.fill("[name=name]", "Colours")
    page.locator("main").get_by_role("button", name="Go on to the files").click()
    page.set_input_files(
        "input[name=file]", {"name": "colours.zip", "mimeType": "application/zip", "buffer": pictures(12)}
    )
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]+/$"), timeout=30_000)
    finished(page)
    page.locator("main").get_by_role("link", name="Colours v1").first.click()


def test_six_pictures_are_labelled_by_keyboard_and_become_a_version(page: Page, studio: str) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    bring_pictures(page, studio)
    page.get_by_role("navigation", name="Parts of the data set").get_by_role("link", name="Label").click()
    tiles, labelled = page.locator(".label-tile"), page.locator("[data-part=labelled]")
    expect(tiles).to_have_count(12)
    for name in ("green", "red"):
        page.fill("#label-new", name)
        page.keyboard.press("Enter")
        expect(page.locator(".label-choice", has_text=name)).to_be_visible()

    for key in "112212":  # each goes on to the next
        page.keyboard.press(key)
    expect(labelled).to_have_text("6")
    page.keyboard.press("u")
    expect(labelled).to_have_text("5")
    page.keyboard.press("Shift+U")
    expect(labelled).to_have_text("6")
    page.keyboard.press("Enter")  # the next without a label
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("2")
    expect(labelled).to_have_text("8")
    expect(tiles.nth(6)).to_have_attribute("aria-label", re.compile("red"))
    page.keyboard.press("v")
    page.keyboard.press("c")
    page.keyboard.type("All red")
    page.keyboard.press("Escape")
    expect(page.locator("[data-part=state]")).to_have_text("Saved")
    page.keyboard.press("v")

    beside = page.context.new_page()
    beside.goto(page.url)
    beside.locator(".label-tile").nth(11).click()
    beside.keyboard.press("1")
    expect(tiles.nth(11)).to_have_attribute("aria-label", re.compile("green"), timeout=15_000)
    expect(labelled).to_have_text("9")
    beside.close()

    problems = [
        one for one in Axe().run(page).response["violations"] if one["impact"] in {"serious", "critical"}
    ]
    assert problems == []
    page.get_by_role("button", name="Make a version of it").click()
    finished(page)
    page.locator("main").get_by_role(
        "link", name=re.compile("Colours v2|version", re.IGNORECASE)
    ).first.click()
    expect(page.locator(".bar-row", has_text="green")).to_contain_text("4")
    expect(page.locator(".bar-row", has_text="red")).to_contain_text("5")
    assert complaints == []

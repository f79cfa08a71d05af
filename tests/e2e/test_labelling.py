"""Labelling by keyboard in a real browser: six pictures, an undo, a second window, a version."""

import io
import re
import zipfile

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.newcomers import Newcomer, finished, grave_faults

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]


def pictures(count: int) -> bytes:
    """Return a ZIP of pictures that no folder labels."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(count):
            data = io.BytesIO()
            Image.new("RGB", (32, 32), (9 * number, 200 - 9 * number, 90)).save(data, "PNG")
            archive.writestr(f"{number:02}.png", data.getvalue())
    return packed.getvalue()


def test_six_pictures_are_labelled_by_keyboard_and_become_a_version(page: Page, studio: str) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    newcomer = Newcomer.sign_up(page, studio, "Lena", project="Tableware")
    newcomer.bring("Colours", "image", ("colours.zip", pictures(12)))
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

    assert grave_faults(page) == []
    page.get_by_role("button", name="Make a version of it").click()
    finished(page)
    page.locator("main").get_by_role(
        "link", name=re.compile("Colours v2|version", re.IGNORECASE)
    ).first.click()
    expect(page.locator(".bar-row", has_text="green")).to_contain_text("4")
    expect(page.locator(".bar-row", has_text="red")).to_contain_text("5")
    assert complaints == []

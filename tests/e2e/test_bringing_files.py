"""Somebody brings a folder of pictures, pauses, closes the page and goes on; then a table, and corrects its reading."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.newcomers import Newcomer, finished, grave_faults

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name).first.click()


def new_dataset(page: Page, studio: str) -> str:
    newcomer = Newcomer.sign_up(page, studio, "Finn", project="Cups")
    page.goto(f"{newcomer.workspace}data/new/")
    page.fill("[name=name]", "Cups")
    press(page, "Go on to the files")
    page.wait_for_url(re.compile(r"/data/[0-9a-f-]+/$"))
    return page.url


def correct_a_table(page: Page, new: str) -> None:
    """Bring a table, change how its first row is read, and see that the reading does so."""
    page.goto(new)
    page.fill("[name=name]", "Sales")
    page.check("[name=kind][value=table]")
    press(page, "Go on to the files")
    rows = b"1;mug;3\n2;bowl;4\n3;plate;5\n"
    expect(page.get_by_text("Choose a folder")).to_be_visible()
    page.set_input_files("input[name=file]", {"name": "sales.csv", "mimeType": "text/csv", "buffer": rows})
    page.wait_for_url(re.compile(r"/uploads/[0-9a-f-]+/$"), timeout=30_000)
    assert grave_faults(page) == []
    page.select_option("[name=has_header]", "yes")
    expect(page.locator("#look thead")).to_contain_text("mug")
    page.select_option("[name=has_header]", "no")
    expect(page.locator("#look thead")).to_contain_text("column 2")
    press(page, "Read it so")
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]+/$"), timeout=60_000)
    finished(page)
    expect(page.locator("main")).to_contain_text("3 records")


def test_a_folder_goes_on_after_the_page_was_closed_and_a_table_is_corrected(
    page: Page, studio: str, tmp_path: Path
) -> None:
    folder = tmp_path / "cups"
    for number in range(60):
        path = folder / ("red", "blue")[number % 2] / f"{number:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.effect_noise((300, 300), 30 + number).save(path)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())  # "leave this page?"
    files = new_dataset(page, studio)

    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 30, "downloadThroughput": -1, "uploadThroughput": 200_000}
    line.send("Network.emulateNetworkConditions", slow)
    expect(page.get_by_text("Choose a folder")).to_be_visible()  # the script is there
    page.set_input_files("[data-choose] input[webkitdirectory]", folder)
    expect(page.locator("[data-count]")).to_have_text(re.compile(r"^[1-9]\d* / 60$"), timeout=30_000)
    press(page, "Pause")
    expect(page.locator("[data-message]")).to_contain_text("Paused")
    line.send("Network.emulateNetworkConditions", slow | {"latency": 0, "uploadThroughput": -1})
    assert grave_faults(page) == []

    page.goto(files)
    expect(page.locator("[data-unfinished]")).to_contain_text("of 60 files")
    assert grave_faults(page) == []
    expect(page.get_by_text("Continue: choose the same files")).to_be_visible()
    page.set_input_files("[data-unfinished] input[webkitdirectory]", folder)
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]+/$"), timeout=60_000)
    finished(page)
    page.locator("main").get_by_role("link", name="Cups v1").first.click()
    expect(page.locator("main")).to_contain_text("60")
    expect(page.locator("#labels ~ *, section:has(#labels)").first).to_contain_text("blue")
    correct_a_table(page, re.sub(r"/data/.*", "/data/new/", files))
    assert complaints == []

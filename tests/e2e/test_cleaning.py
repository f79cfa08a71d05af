"""Cleaning in a real browser: a fix, steps moved by keyboard, a live preview, a version, and what became of it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.newcomers import Newcomer, finished, grave_faults

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]

TABLE = "name,price,note\n" + "".join(
    f"  shoe {number % 30} ,{number % 30},{'' if number % 30 == 7 else 'fine'}\n" for number in range(40)
)


def add(page: Page, title: str) -> None:
    page.get_by_text("Add a step", exact=True).click()
    page.locator("[data-adds] button", has_text=title).click()


def test_a_table_is_cleaned_by_keyboard_and_the_versions_stand_side_by_side(page: Page, studio: str) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    newcomer = Newcomer.sign_up(page, studio, "Carla", project="Shoes")
    newcomer.bring("Catalogue", "table", ("shoes.csv", TABLE.encode()))
    page.get_by_role("navigation", name="Parts of the data set").get_by_role("link", name="Clean").click()
    cards = page.locator("[data-step] h3")
    page.locator(".fix", has_text="Exact duplicates").get_by_role("button").click()
    expect(cards).to_have_text(["Drop exact duplicates"])
    expect(page.locator("#foreseen-0")).to_contain_text("Drops 10")
    add(page, "Change a column's type")
    page.select_option("[name=s1-column]", "price")
    page.focus("[name=s1-to]")
    page.select_option("[name=s1-to]", "text")
    expect(page.locator("#foreseen-1")).to_contain_text("Changes 30")
    expect(page.locator("[name=s1-to]")).to_be_focused()
    page.locator("#card-1").press("Alt+ArrowUp")
    expect(cards).to_have_text(["Change a column's type", "Drop exact duplicates"])
    expect(page.locator("#card-0 [name=s0-to]")).to_have_value("text")
    expect(page.locator("#foreseen-1")).to_contain_text("Drops 10")
    page.locator("input[name=split-by][value=random]").check()
    page.get_by_text("Shares and groups").click()
    page.fill("[name=split-train]", "60")
    page.fill("[name=split-test]", "30")
    page.locator("[name=split-test]").press("Tab")
    expect(page.locator("#split-bar")).to_contain_text("60 %")
    assert grave_faults(page) == []
    page.get_by_role("button", name="Make the version").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]+/$"))
    finished(page)
    page.locator("main").get_by_role("link", name="Catalogue v2").first.click()
    page.get_by_role("navigation", name="Parts of the data set").get_by_role("link", name="Clean").click()
    row = page.locator("tr", has_text="Drop exact duplicates")
    expect(row.locator("td.num")).to_have_text(["40", "0", "10", "30"])
    page.get_by_role("link", name="Compare versions").click()
    expect(page.locator(".chip[aria-current]")).to_contain_text("10")
    assert grave_faults(page) == []
    assert complaints == []

"""The frame around every page: theme, keyboard, language, narrow screens."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.newcomers import Newcomer
from tests.servers import PROCESS

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]

ADDRESSES = ("", "library/", "jobs/", "generators/", "data/", "settings/tokens/")


@pytest.fixture(scope="module")
def signed_in(browser: Browser, studio: str) -> tuple[Any, str]:
    """Return the cookies of somebody who has just signed up, and the address of the new workspace."""
    page = browser.new_page(locale="en-GB")
    newcomer = Newcomer.sign_up(page, studio, f"Frida-{PROCESS}", project="Shop")
    kept = page.context.storage_state(), newcomer.workspace
    page.close()
    return kept


@pytest.fixture
def inside(context: BrowserContext, signed_in: tuple[Any, str]) -> Page:
    """Return a browser with the new workspace open."""
    state, home = signed_in
    context.add_cookies(state["cookies"])
    page = context.new_page()
    page.goto(home)
    return page


def test_the_theme_is_kept_over_pages(inside: Page) -> None:
    before = inside.locator("html").get_attribute("data-theme")
    inside.get_by_role("button", name="Light or dark").click()
    inside.reload()
    assert inside.locator("html").get_attribute("data-theme") != before


def test_g_and_a_letter_go_places_but_not_while_typing(inside: Page) -> None:
    inside.keyboard.press("g")
    inside.keyboard.press("l")
    expect(inside.get_by_role("heading", name="Library", exact=True)).to_be_visible()
    inside.keyboard.press("/")
    inside.keyboard.type("gj?")
    expect(inside.get_by_role("heading", name="Library", exact=True)).to_be_visible()
    expect(inside.locator("#shortcuts")).not_to_be_visible()


def test_control_and_enter_start_a_job_from_its_facts(inside: Page) -> None:
    inside.goto(f"{inside.url}generators/text-lm/sample/")
    facts = inside.locator("[name=product]")
    facts.fill("羊毛围巾，售价 199 元")
    expect(inside.locator("[data-larger]")).to_be_visible()  # the packaged network does not write Chinese
    facts.fill("")
    facts.press("Control+Enter")
    expect(inside.locator("#id_product_error")).to_be_visible()
    facts = inside.locator("[name=product]")
    facts.fill("Wool scarf, 199 EUR")
    expect(inside.locator("[data-larger]")).to_be_hidden()
    facts.press("Enter")
    expect(facts).to_have_value("Wool scarf, 199 EUR\n")
    facts.press("Control+Enter")
    expect(inside).to_have_url(re.compile("/jobs/"))


def test_the_first_tab_skips_to_the_content(inside: Page) -> None:
    inside.keyboard.press("Tab")
    expect(inside.get_by_role("link", name="Skip to the content")).to_be_focused()
    inside.keyboard.press("Enter")
    expect(inside.locator("#content")).to_be_focused()


def test_a_narrow_screen_never_scrolls_sideways(inside: Page) -> None:
    home = inside.url
    inside.set_viewport_size({"width": 360, "height": 740})
    too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for address in ADDRESSES:
        inside.goto(home + address)
        assert inside.evaluate(too_wide) <= 0, address
        expect(inside.get_by_role("navigation", name="Main")).to_be_visible()


def test_a_page_says_that_the_studio_is_away_keeps_what_was_typed_and_goes_on(
    inside: Page, context: BrowserContext
) -> None:
    home = inside.url
    inside.goto(f"{home}projects/new/")
    name = inside.locator("#id_name")
    name.fill("Winter at home")
    context.set_offline(True)
    away = inside.get_by_role("alert").filter(has_text="can't be reached")
    expect(away).to_be_visible()
    inside.get_by_role("button", name="Create project").click()
    expect(inside.get_by_text("nothing was sent")).to_be_visible()
    inside.get_by_role("link", name="Library").first.click()
    assert inside.url == f"{home}projects/new/"
    expect(name).to_have_value("Winter at home")
    context.set_offline(False)
    expect(away).to_be_hidden()
    inside.get_by_role("button", name="Create project").click()
    inside.wait_for_url("**/projects/winter-at-home/**")


def test_the_studio_speaks_chinese(inside: Page, studio: str) -> None:
    inside.goto(f"{studio}/profile/")
    inside.get_by_role("button", name="简体中文").click()
    expect(inside.get_by_role("heading", name="个人资料")).to_be_visible()
    assert inside.locator("html").get_attribute("lang") == "zh-Hans"

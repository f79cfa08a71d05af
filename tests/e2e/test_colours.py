"""A brand's colours in a real browser: picked, typed, pasted, put first, taken out, by the keyboard and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.newcomers import Newcomer, grave_faults

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]


def test_colours_are_a_list_of_swatches_that_the_keyboard_can_fill(page: Page, studio: str) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    newcomer = Newcomer.sign_up(page, studio, "Pearl", project="Kilns")
    kit = f"{newcomer.workspace}projects/kilns/brand/"
    page.goto(kit)
    adds = page.get_by_role("button", name="Add a colour")
    rows = page.locator("[data-colours] [data-rows] > li")
    expect(rows).to_have_count(0)
    adds.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("B4532A")
    page.keyboard.press("Tab")
    page.keyboard.type("Terracotta")
    expect(rows.nth(0)).to_contain_text("Good for text on white")
    expect(rows.nth(0).locator("[data-picks]")).to_have_value("#b4532a")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(2)
    page.keyboard.type("cream")
    expect(rows.nth(1)).to_contain_text("No colour yet")
    rows.nth(1).locator("[data-picks]").fill("#e9dcc6")
    expect(rows.nth(1).locator("[data-code]")).to_have_value("#e9dcc6")
    expect(rows.nth(1)).to_contain_text("Too light for text on white")
    adds.click()
    rows.nth(2).locator("[data-code]").evaluate(
        """(field) => {
            const data = new DataTransfer();
            data.setData("text", "#2f4a3c, #22262b");
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(rows).to_have_count(4)
    rows.nth(1).get_by_role("button", name="Put it first").click()
    rows.nth(3).get_by_role("button", name="Take out").click()
    expect(page.locator("[data-colours-said]")).to_have_text("#22262b is taken out.")
    expect(rows.nth(2).locator("[data-code]")).to_be_focused()
    assert grave_faults(page) == []
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/projects/kilns/")
    expect(page.locator("svg.swatch title")).to_have_text(["#e9dcc6", "Terracotta", "#2f4a3c"])
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(kit)
    expect(rows).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "a phone need not scroll sideways"
    )
    assert complaints == []


def test_without_a_script_colours_are_lines_of_text(page: Page, studio: str) -> None:
    newcomer = Newcomer.sign_up(page, studio, "Opal", project="Kilns")
    kit = f"{newcomer.workspace}projects/kilns/brand/"
    plain = page.context.browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    )  # type: ignore[union-attr]
    other = plain.new_page()
    other.goto(kit)
    other.get_by_label("Colours", exact=True).fill("#b4532a Terracotta\n#e9dcc6")
    other.get_by_role("button", name="Save").click()
    other.goto(kit)
    expect(other.get_by_label("Colours", exact=True)).to_have_value("#b4532a Terracotta\n#e9dcc6")
    expect(other.locator("[data-plain] .swatch")).to_have_count(2)
    expect(other.locator("[data-plain]")).to_contain_text("Too light for text on white")
    plain.close()

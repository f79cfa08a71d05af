"""Protecting data in a real browser: personal data is found and replaced, a record is erased, the trash gives back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.newcomers import Newcomer, finished, grave_faults

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]

TABLE = "customer,email,spent\n" + "".join(
    f"Customer {number},person{number}@example.com,{number}\n" for number in range(30)
)


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Parts of the data set").get_by_role("link", name=name).click()


def test_data_is_protected_a_record_erased_and_a_version_restored(page: Page, studio: str) -> None:
    newcomer = Newcomer.sign_up(page, studio, "Petra", project="Shop")
    version = newcomer.bring("Customers", "table", ("customers.csv", TABLE.encode()))
    open_tab(page, "Protection")
    expect(page.get_by_text("Not ready for training")).to_be_visible()
    page.fill("[name=licence]", "LicenseRef-Own")
    page.select_option("[name=consent]", "contract")
    page.select_option("[name=people]", "none")
    page.get_by_role("button", name="Save the terms").click()
    expect(page.get_by_text("Ready for training", exact=True)).to_be_visible()

    page.get_by_role("button", name="Look for personal data").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]+/$"))
    finished(page)
    page.goto(f"{version}protection/")
    row = page.locator("tr", has_text="E-mail addresses")
    expect(row).to_contain_text("p••••••@e••••••.com")
    for select in page.locator("select[name^=action-]").all():
        select.select_option("pseudonymise")
    assert grave_faults(page) == []
    page.get_by_role("button", name="Save and make a protected version").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]+/$"))
    finished(page)
    page.locator("main").get_by_role("link", name="Customers v2").first.click()
    expect(page.locator("main")).to_contain_text("@person.invalid")
    expect(page.locator("main")).not_to_contain_text("@example.com")

    page.goto(f"{version.split('/data/')[0]}/data/lineage/?q=person7@example.com")
    page.locator(".rows a").first.click()
    expect(page.locator(".chain")).to_contain_text("Customers v1")
    assert grave_faults(page) == []
    page.get_by_role("link", name="Erase it everywhere").click()
    expect(page.get_by_text("There is no trash and no undo")).to_be_visible()
    label = page.get_by_text(re.compile("Type [0-9a-f]{8} to confirm")).inner_text()
    page.fill("[name=confirm]", label.split()[1])
    assert grave_faults(page) == []
    page.get_by_role("button", name="Erase it for good").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]+/$"))
    finished(page)
    page.goto(f"{version.split('/data/')[0]}/data/lineage/?q=person7@example.com")
    expect(page.get_by_text("No record of this workspace fits")).to_be_visible()

    page.goto(f"{version}protection/")
    page.get_by_role("button", name="Move version 1 to the trash").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Customers v1 is back.")).to_be_visible()

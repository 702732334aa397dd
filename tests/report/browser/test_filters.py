"""The filters of the cases, and the address that keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from report.browser.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from report.browser.conftest import Visits

pytestmark = pytest.mark.matrix

SHOWN = "[...document.querySelectorAll('.case')].filter((one) => one.checkVisibility()).map((one) => one.id)"


def expect_count(page: Page, count: str) -> list[str]:
    """Wait until this many cases are shown, as the page says; their ids."""
    until(page, "(count) => document.querySelector('output').textContent === count", count)
    shown: list[str] = page.evaluate(SHOWN)
    assert len(shown) == int(count.split(maxsplit=1)[0])
    return shown


def test_filters_change_the_address_and_come_back_from_it(visits: Visits) -> None:
    """Typed, chosen, reloaded, and cleared."""
    page = visits.open("large")
    page.locator("[name=verdict]").select_option("failed")
    page.locator("[name=area]").select_option("get")
    expect_count(page, "2 of 1000 cases")
    page.get_by_role("searchbox").fill("RULE-0107 longer")
    assert expect_count(page, "1 of 1000 cases") == ["req-get-rule-0107"]
    until(page, "location.hash === '#/q=RULE-0107+longer&verdict=failed&area=get'")

    page.reload()
    assert expect_count(page, "1 of 1000 cases") == ["req-get-rule-0107"]
    assert page.locator("[name=verdict]").input_value() == "failed"

    page.get_by_role("button", name="Clear").click()
    expect_count(page, "1000 of 1000 cases")
    until(page, "location.hash === '#cases'")


def test_every_filter_of_an_address_counts(visits: Visits) -> None:
    """The cases of a real run, by all five at once, and each of them let through by itself."""
    page = visits.open("faulty", "#/q=name&verdict=failed&level=MUST&area=create&operation=create")
    until(page, "document.querySelector('output').textContent !== '494 of 494 cases'")
    shown = page.evaluate(SHOWN)

    assert "req-create-name-over-maximum" in shown
    assert all(one.startswith("req-create-") for one in shown)
    assert {row.get_attribute("data-level") for row in page.locator(".case:visible").all()} == {"MUST"}
    assert page.locator(".case:visible:not([data-verdict=failed])").count() == 0


def test_a_search_without_result_says_so(visits: Visits) -> None:
    """Words that no case has, in an address that anyone may have written."""
    page = visits.open("large", "#/q=%3Cimg%20src=x%20onerror=alert(1)%3E&verdict=nonsense")

    expect_count(page, "0 of 1000 cases")
    assert page.locator("[name=verdict]").input_value() == ""


def test_numbers_lead_to_their_cases(visits: Visits) -> None:
    """A tile and a cell of the matrix filter what they count."""
    page = visits.open("faulty")
    tile = page.locator(".tiles .failed a")
    failed = int(tile.locator("b").inner_text())
    total = page.locator(".case").count()
    tile.click()
    expect_count(page, f"{failed} of {total} cases")

    cell = page.locator(".matrix td.failed a").first
    of = int(cell.inner_text().split("/")[1])
    cell.click()
    expect_count(page, f"{of} of {total} cases")
    until(page, "document.getElementById('cases').getBoundingClientRect().top < 300")


def test_a_slash_begins_a_search(visits: Visits) -> None:
    """And is not written into the field; inside the field it is a slash."""
    page = visits.open("large")
    page.keyboard.press("/")
    page.keyboard.type("0107/")

    assert page.get_by_role("searchbox").input_value() == "0107/"
    expect_count(page, "0 of 1000 cases")

"""An address leads to the place that it names, also where what lies above is laid out late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from report.browser.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from report.browser.conftest import Visits

pytestmark = pytest.mark.matrix

IN_SIGHT = """(id) => { const { top } = document.getElementById(id).getBoundingClientRect();
    return top >= document.querySelector(".bar").getBoundingClientRect().bottom - 1 && top < innerHeight / 2; }"""


def expect_in_sight(page: Page, id_: str) -> None:
    """Wait until the element lies in the upper half of the window, and not below the bar."""
    until(page, IN_SIGHT, id_)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("id_", ["story-2", "story-30", "matrix", "contract", "observations", "cases"])
def test_sections_and_stories_are_found(visits: Visits, id_: str, width: int) -> None:
    """Opened with the address, and by the address changed later."""
    expect_in_sight(visits.open("faulty", f"#{id_}", width=width), id_)

    page = visits.open("faulty", width=width)
    page.evaluate("(hash) => { location.hash = hash; }", id_)
    expect_in_sight(page, id_)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_case_is_opened_even_if_it_was_filtered_out(visits: Visits, width: int) -> None:
    """It is open, in sight, and has the focus."""
    page = visits.open("large", "#/verdict=failed", width=width)
    page.evaluate("location.hash = 'req-update-rule-0333'")

    until(page, "document.getElementById('req-update-rule-0333').open")
    expect_in_sight(page, "req-update-rule-0333")
    assert page.evaluate("document.activeElement.parentElement.id") == "req-update-rule-0333"


def test_links_lead_from_place_to_place(visits: Visits) -> None:
    """From the list of causes to a story, to its case, back to the story; a clause of the contract to its case."""
    page = visits.open("faulty")
    page.locator(".index a").nth(4).click()
    expect_in_sight(page, "story-5")

    page.locator("#story-5 .tags .id").click()
    case = page.locator(".case[open]")
    assert case.count() == 1
    assert page.evaluate("decodeURIComponent(location.hash)") == f"#{case.get_attribute('id')}"
    case.get_by_role("link", name="told as cause 5").click()
    expect_in_sight(page, "story-5")

    clause = page.locator("#contract .area[open] td a:not(.source)").first
    target = (clause.get_attribute("href") or "").removeprefix("#")
    clause.click()
    until(page, "(id) => document.getElementById(id).open", target)
    expect_in_sight(page, target)


def test_a_case_shows_its_own_address(visits: Visits) -> None:
    """To be sent to a colleague; opened elsewhere it leads to the same case."""
    page = visits.open("conformant")
    summary = page.locator("#req-create-name-over-maximum > summary")
    summary.click()
    page.locator("#req-create-name-over-maximum").get_by_role("link", name="link to this case").click()
    assert page.url.endswith("#req-create-name-over-maximum")

    other = visits.open("conformant", "#" + page.url.partition("#")[2])
    until(other, "document.getElementById('req-create-name-over-maximum').open")


def test_an_address_that_names_nothing_does_no_harm(visits: Visits) -> None:
    """Neither broken escapes nor unknown places."""
    for fragment in ("#%E0%A4%A", "#nowhere", "#/", "#/verdict", "#//&&=&=="):
        page = visits.open("waived", fragment)

        assert page.locator("output").inner_text() == "9 of 9 cases"

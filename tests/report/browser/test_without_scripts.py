"""The page as it is where no script runs: all is there, and nothing pretends to work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from report.browser.conftest import Visits

pytestmark = pytest.mark.matrix

DEAD = """() => [...document.querySelectorAll("a[href^='#']")]
    .filter((one) => !document.getElementById(decodeURIComponent(one.hash.slice(1)))).map((one) => one.outerHTML)"""


@pytest.mark.parametrize("name", ["conformant", "faulty", "large", "waived"])
def test_everything_is_shown_and_no_control_is_dead(visits: Visits, name: str) -> None:
    """Every case; neither filters nor buttons; every link into the page has its target."""
    page = visits.open(name, scripts=False)

    assert page.locator("button:visible, input:visible, select:visible").count() == 0
    assert page.locator(".case:visible").count() == page.locator(".case").count() >= 9
    assert page.evaluate(DEAD) == []


def test_folds_open_and_links_lead_there(visits: Visits) -> None:
    """By the browser's own means."""
    page = visits.open("waived", scripts=False)
    step = page.locator("#story-1 .step").first
    assert not step.locator("pre").last.is_visible()
    step.locator("summary").first.click()
    assert step.locator("pre").last.is_visible()

    page.locator(".tiles .failed a").click()
    assert page.locator("#cases-title").evaluate("(one) => one.getBoundingClientRect().top < innerHeight")
    case = page.locator(".case").first
    case.locator("summary").first.click()
    assert case.locator("pre").first.is_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_and_is_dark_where_wanted(visits: Visits, dark: bool) -> None:  # noqa: FBT001 - a theme
    """A narrow window without scripts."""
    page = visits.open("faulty", width=360, dark=dark, scripts=False)

    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert ("rgb(246" in page.evaluate("getComputedStyle(document.body).backgroundColor")) is not dark

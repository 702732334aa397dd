"""Everything can be reached and done without a mouse, and the focus is always seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from report.browser.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from report.browser.conftest import Visits

pytestmark = pytest.mark.matrix

FOCUS = """() => { const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    const inside = document.elementFromPoint(box.left + Math.min(box.width, innerWidth) / 2,
        Math.max(box.top, 0) + Math.min(box.height, innerHeight - Math.max(box.top, 0)) / 2);
    one.dataset.visited = "yes";
    return { tag: one.tagName, html: one.outerHTML.slice(0, 120),
        ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        covered: one !== document.body && !one.contains(inside) && !inside?.contains(one) }; }"""
MISSED = """() => [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
    .filter((one) => one.checkVisibility() && !one.dataset.visited).map((one) => one.outerHTML.slice(0, 120))"""


def walk(page: Page, key: str = "Tab", most: int = 400) -> list[dict[str, Any]]:
    """What has the focus after each press of the key, until the page is left."""
    seen = []
    for _ in range(most):
        page.keyboard.press(key)
        seen.append(page.evaluate(FOCUS))
        if seen[-1]["tag"] == "BODY":
            return seen[:-1]
    return seen


@pytest.mark.parametrize("width", [360, 1280])
def test_tab_visits_every_control_and_the_focus_is_seen(visits: Visits, width: int) -> None:
    """Links, buttons, filters, folds and whatever scrolls: each has a ring, and nothing lies over it."""
    page = visits.open("waived", width=width)
    seen = walk(page)

    assert page.evaluate(MISSED) == []
    assert [one["html"] for one in seen if not one["ring"]] == []
    assert [one["html"] for one in seen if one["covered"]] == []
    assert {one["tag"] for one in seen} >= {"A", "BUTTON", "INPUT", "SELECT", "SUMMARY", "PRE"}


@pytest.mark.full  # on a busy machine the browser may scroll only after it was asked what is covered
@pytest.mark.parametrize("width", [360, 1280])
def test_going_back_the_filters_do_not_cover_the_focus(visits: Visits, width: int) -> None:
    """Upwards through the cases, which scroll below the filters."""
    page = visits.open("large", "#req-list-rule-0250", width=width)
    until(page, "document.activeElement.matches('#req-list-rule-0250 > summary')")
    seen = walk(page, "Shift+Tab", 40)

    assert [one["html"] for one in seen if one["covered"]] == []


def test_the_first_stop_skips_the_bar(visits: Visits) -> None:
    """It shows itself once it has the focus, and the next stop after it lies in the content."""
    page = visits.open("waived")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    box = skip.bounding_box()
    assert box is not None
    assert box["height"] > 20

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_keys_open_filter_and_copy(visits: Visits) -> None:
    """Enter on a case, a choice by its letter, space on a button."""
    page = visits.open("waived")
    page.locator(".case > summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".case").first.get_attribute("open") is not None

    page.locator("[name=verdict]").focus()
    page.keyboard.press("f")
    until(page, "location.hash === '#/verdict=failed'")

    page.locator("#story-1 .copy").first.focus()
    page.keyboard.press("Space")
    until(page, "document.activeElement.textContent === 'Copied'")

"""The buttons beside commands put them into the clipboard, as they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from report.browser.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page
    from report.browser.conftest import Pages, Visits

pytestmark = pytest.mark.matrix

NO_CLIPBOARD = "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }"


def copied(page: Page, box: Locator) -> str:
    """What the clipboard holds after the button of the box was used."""
    button = box.locator(".copy")
    button.click()
    until(page, "(button) => button.textContent === 'Copied'", button.element_handle())
    page.context.grant_permissions(["clipboard-read"])
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


@pytest.mark.parametrize("instead", ["", NO_CLIPBOARD], ids=["clipboard", "old way"])
def test_curl_line_and_script_are_copied(visits: Visits, pages: Pages, instead: str) -> None:
    """The script is, to the letter, the file that the run left; where the clipboard is denied, the old way is taken."""
    page = visits.open("faulty")
    page.evaluate(instead)
    story = page.locator("article.story", has=page.locator(".script")).first
    line = copied(page, story.locator(".copyable").first)
    story.locator(".script > summary").click()
    script = copied(page, story.locator(".script .copyable"))

    assert line == story.locator(".copyable code").first.text_content()
    assert line.startswith("curl ")
    left = pages.path("faulty").parent / "reproduce" / f"{story.locator('.tags .id').inner_text()}.sh"
    assert script.rstrip("\n") == left.read_text("utf-8").rstrip("\n")


def test_every_command_has_a_button(visits: Visits) -> None:
    """Of the run, of what it left behind, of each story; each says what it copies."""
    page = visits.open("waived")
    boxes = page.locator(".copyable")

    assert page.locator(".copyable .copy").count() == boxes.count() >= 6
    names = [button.get_attribute("aria-label") or "" for button in page.locator(".copy").all()]
    assert len(set(names)) == len(names)
    assert "Copy: The command of this run" in names


def test_where_nothing_can_be_copied_the_text_is_selected(visits: Visits) -> None:
    """So that one key does the rest."""
    page = visits.open("waived")
    page.evaluate(NO_CLIPBOARD)
    page.evaluate("() => { document.execCommand = () => false; }")
    button = page.locator("#story-1 .copy").first
    button.click()
    until(page, "(button) => button.textContent === 'Press Ctrl+C'", button.element_handle())

    assert page.evaluate("getSelection().toString()") == page.locator("#story-1 .copyable code").first.text_content()

"""The page on paper: open where it tells something, without controls, dark on white, nothing cut."""

from __future__ import annotations

import io
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from report.browser.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from report.browser.conftest import Visits

pytestmark = pytest.mark.matrix

CONTROLS = ".bar, .filters, .copy, .theme, .skip"
CUT = """() => [...document.querySelectorAll("pre, .index, .scroll, td, .what, .reason")]
    .filter((one) => one.checkVisibility({ contentVisibilityAuto: true }))
    .filter((one) => one.scrollHeight > one.clientHeight + 2 && getComputedStyle(one).overflowY !== "visible")
    .map((one) => one.outerHTML.slice(0, 200))"""


def squeezed(text: str) -> str:
    """Without white space and ligatures, which a PDF has as it likes."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def printed(page: Page) -> tuple[int, str]:
    """The number of sheets, and what stands on them."""
    reader: Any = pytest.importorskip("pypdf").PdfReader(io.BytesIO(page.pdf(format="A4", print_background=True)))
    return len(reader.pages), squeezed("".join(sheet.extract_text() for sheet in reader.pages))


@pytest.mark.parametrize("name", ["conformant", "faulty", "large", "waived", "diff"])
def test_paper_has_no_controls_and_cuts_nothing(visits: Visits, name: str) -> None:
    """Commands and bodies in full length, the contract open; also if the page was dark."""
    page = visits.open(name, dark=True)
    if name != "diff":
        page.get_by_role("button", name="Light or dark").click(click_count=2)
    page.emulate_media(media="print")

    assert page.locator(CONTROLS).and_(page.locator(":visible")).count() == 0
    assert page.evaluate(CUT) == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(26, 34, 48)"
    folded = page.locator(".area > table, .more > ul").evaluate_all("(all) => all.filter((one) => !one.offsetHeight)")
    assert folded == []


@pytest.mark.parametrize(("name", "most"), [("conformant", 80), ("waived", 10)])
def test_paper_has_every_promise_and_story(visits: Visits, name: str, most: int) -> None:
    """As text on the sheets, with the commands that reproduce."""
    page = visits.open(name)
    shown = page.locator("#contract td a:not(.source), .story h3, .story > .copyable code, .case .id")
    texts = [squeezed(text) for text in shown.all_text_contents()]
    sheets, text = printed(page)

    assert 1 < sheets <= most
    assert [one for one in texts if one not in text] == []


def test_a_filtered_list_is_printed_as_it_is_shown(visits: Visits) -> None:
    """Whoever asks for the failures gets those."""
    page = visits.open("large", "#/verdict=failed")
    until(page, "document.querySelector('output').textContent === '20 of 1000 cases'")
    page.evaluate("document.querySelectorAll('#contract, #stories').forEach((one) => one.remove())")
    _, text = printed(page)

    assert "list-rule-0207" in text
    assert "list-rule-0206" not in text

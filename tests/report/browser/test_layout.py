"""Every page fits its window, keeps within itself, and has its colours."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from report.browser.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from report.browser.conftest import Visits

pytestmark = pytest.mark.matrix

ALL = ("conformant", "faulty", "large", "hostile", "waived", "diff")
CUT = """() => [...document.querySelectorAll("main *")]
    .filter((one) => ["hidden", "clip"].includes(getComputedStyle(one).overflowX) && !one.matches(".hide, svg, thead"))
    .filter((one) => one.scrollWidth > one.clientWidth + 1)
    .map((one) => one.outerHTML.slice(0, 200))"""
SLIPPED_IN = """(address) => {
    const image = document.createElement("img"), script = document.createElement("script");
    image.setAttribute("src", address);
    image.setAttribute("onerror", "document.title = 'owned'");
    script.textContent = "document.title = 'owned'";
    document.body.append(image, script); }"""
LIGHTNESS = """(property) => {
    const [red, green, blue] = getComputedStyle(document.body)[property].match(/\\d+/g).map(Number);
    return (red + green + blue) / 765; }"""


def open_everything(page: Page) -> None:
    """Every fold of the page, laid out at once."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.evaluate("document.querySelectorAll('main *').forEach((one) => { one.style.contentVisibility = 'visible'; })")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ALL)
def test_nothing_is_wider_than_the_window_or_cut(visits: Visits, name: str, width: int) -> None:
    """Neither folded nor with the folds of the first hundred cases open."""
    page = visits.open(name, width=width)
    if name != "large":
        open_everything(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.querySelectorAll('img, iframe, object, embed, link').length") == 0


@pytest.mark.parametrize("dark", [False, True])
def test_colours_follow_the_reader_and_then_the_button(visits: Visits, dark: bool) -> None:  # noqa: FBT001 - a theme
    """The theme is that of the system until the button is used."""
    page = visits.open("waived", dark=dark)
    assert (page.evaluate(LIGHTNESS, "backgroundColor") < page.evaluate(LIGHTNESS, "color")) is dark

    page.get_by_role("button", name="Light or dark").click()
    assert (page.evaluate(LIGHTNESS, "backgroundColor") > page.evaluate(LIGHTNESS, "color")) is dark


def test_the_policy_stops_what_would_slip_in(visits: Visits) -> None:
    """If a target could write markup into the page, no script of it would run and no request leave."""
    page = visits.open("waived")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        page.evaluate(SLIPPED_IN, f"http://127.0.0.1:{server.getsockname()[1]}/pixel.png")
        until(page, "document.title.length > 0 && performance.now() > 500")
        with pytest.raises(BlockingIOError):
            server.accept()

    assert page.title() != "owned"
    assert len(visits.said) >= 2
    assert all("Content Security Policy" in said for said in visits.said)
    visits.said.clear()
    visits.asked.clear()

"""The page in a real browser, driven by chromedriver; left out where there is none."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from conformance.report import write_all

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.model import Report

ARGUMENTS: tuple[str, ...] = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
)
ARGUMENTS += ("--disable-component-update", "--disable-sync")


class Browser:
    """One tab of a browser, by the WebDriver protocol."""

    def __init__(self, address: str, profile: Path) -> None:
        """`address` is that of a chromedriver."""
        self._address = address
        options = {"args": [*ARGUMENTS, f"--user-data-dir={profile}"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        session = self._send("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{session['sessionId']}"

    def _send(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._address + path, data, method=method)  # noqa: S310 - our own driver
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the same
            return json.load(answer)["value"]

    def open(self, page: Path, fragment: str = "", width: int = 1280) -> None:
        """Load a page afresh in a window of this width."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.command("Emulation.setDeviceMetricsOverride", metrics)
        self._send("POST", f"{self._session}/url", {"url": "about:blank"})
        self._send("POST", f"{self._session}/url", {"url": page.as_uri() + fragment})

    def command(self, name: str, parameters: object) -> None:
        """Send a command of the DevTools protocol."""
        self._send("POST", f"{self._session}/goog/cdp/execute", {"cmd": name, "params": parameters})

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        return self._send("POST", f"{self._session}/execute/sync", {"script": f"return {expression}", "args": []})

    def wait(self, expression: str) -> None:
        """Until the expression is true, two seconds at most."""
        end = time.monotonic() + 2
        while not self.ask(expression):
            assert time.monotonic() < end, f"never true: {expression}"
            time.sleep(0.02)

    def complaints(self) -> Any:
        """What the console of the page says."""
        return self._send("POST", f"{self._session}/se/log", {"type": "browser"})

    def close(self) -> None:
        """End the session."""
        self._send("DELETE", self._session)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser for all tests here."""
    driver = shutil.which("chromedriver")
    if driver is None:
        pytest.skip("no chromedriver: apt-get install chromium chromium-driver")
    with subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = next(m for line in process.stdout if (m := re.search(r"started successfully on port (\d+)", line)))
        opened = Browser(f"http://127.0.0.1:{found[1]}", tmp_path_factory.mktemp("profile"))
        yield opened
        opened.close()
        process.terminate()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, hostile: Report, large: Report) -> dict[str, Path]:
    """The pages of the hostile and the large report."""
    folder = tmp_path_factory.mktemp("reports")
    return {name: write_all(r, folder / name)[1] for name, r in (("hostile", hostile), ("large", large))}


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["hostile", "large"])
def test_page_fits_loads_nothing_and_complains_of_nothing(
    browser: Browser, pages: dict[str, Path], name: str, width: int
) -> None:
    """Nothing is wider than the window, nothing is fetched, and no policy is violated."""
    browser.open(pages[name], width=width)
    if name == "hostile":
        browser.ask("document.querySelectorAll('details').forEach((one) => { one.open = true })")

    assert browser.ask("document.documentElement.scrollWidth") <= width
    assert browser.ask("performance.getEntriesByType('resource').length") == 0
    assert browser.complaints() == []
    assert browser.ask("document.querySelectorAll('img').length") == 0


def test_large_page_loads_within_a_second(browser: Browser, pages: dict[str, Path]) -> None:
    """A thousand cases with five thousand requests; the best of three, since the machine may be busy."""
    took = []
    for _ in range(3):
        browser.open(pages["large"])
        took.append(browser.ask("performance.timing.loadEventEnd - performance.timing.navigationStart"))

    assert min(took) < 1000


def test_filters_are_kept_in_the_address(browser: Browser, pages: dict[str, Path]) -> None:
    """An address with filters shows what they let through, and a changed filter changes the address."""
    browser.open(pages["large"], "#/verdict=failed&area=create")
    browser.wait("document.querySelector('output').textContent === '2 of 1000 cases'")

    browser.ask("(document.querySelector('[name=area]').value = '', document.querySelector('[name=q]').value = '0107')")
    browser.ask("document.querySelector('[name=q]').dispatchEvent(new Event('input', { bubbles: true }))")
    browser.wait("document.querySelector('output').textContent === '1 of 1000 cases'")

    assert browser.ask("location.hash") == "#/q=0107&verdict=failed"
    assert browser.ask("document.querySelector('.case:not([hidden])').id") == "req-get-rule-0107"


def test_permalink_opens_its_case_even_if_filtered_out(browser: Browser, pages: dict[str, Path]) -> None:
    """The case is open, in sight and has the focus."""
    browser.open(pages["large"], "#/verdict=failed")
    browser.ask("location.hash = '#req-update-rule-0333'")

    browser.wait("document.getElementById('req-update-rule-0333').open")
    browser.wait("document.getElementById('req-update-rule-0333').getBoundingClientRect().top < 400")
    assert browser.ask("document.activeElement.parentElement.id") == "req-update-rule-0333"


def test_copy_buttons_copy_the_curl_line(browser: Browser, pages: dict[str, Path]) -> None:
    """What is copied is the text as it is shown."""
    browser.open(pages["large"])
    browser.command("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    browser.ask("document.querySelector('#story-1 .copy').click()")
    browser.wait("document.querySelector('#story-1 .copy').textContent === 'Copied'")

    shown = browser.ask("document.querySelector('#story-1 .copyable code').textContent")
    assert browser.ask("navigator.clipboard.readText()") == shown
    assert shown.startswith("curl ")


def test_page_is_readable_without_scripts(browser: Browser, pages: dict[str, Path]) -> None:
    """No control is shown that would do nothing, and every case is there."""
    browser.command("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.open(pages["large"])
    browser.command("Emulation.setScriptExecutionDisabled", {"value": False})

    assert browser.ask("getComputedStyle(document.querySelector('.filters')).display") == "none"
    assert browser.ask("document.querySelectorAll('.copy, .theme').length") == 0
    assert browser.ask("document.querySelectorAll('.case:not([hidden])').length") == 1000

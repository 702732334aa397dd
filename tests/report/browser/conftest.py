"""Reports in a real browser. Whatever a test does, the page asks nothing of the network and complains of nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from report.browser.chromium import started
from report.browser.reports_of_runs import write_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page


class Pages:
    """The pages of the reports, each made once for all workers of a test run."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the same for all workers."""
        self._folder = folder

    def path(self, name: str) -> Path:
        """The page of a report, made if need be."""
        from filelock import FileLock

        folder = self._folder / name
        for run in ("conformant", "faulty") if name == "diff" else ():
            self.path(run)
        with FileLock(f"{folder}.lock"):
            if not (folder / "whole").exists():
                write_report(name, folder)
                (folder / "whole").touch()
        return folder / "report.html"


class Visits:
    """Opens pages, each in a window of its own, and notes what they ask for and complain of."""

    def __init__(self, browser: Browser, pages: Pages) -> None:
        """Nothing is open yet."""
        self._browser = browser
        self._pages = pages
        self._contexts: list[BrowserContext] = []
        self.allowed: set[str] = set()
        self.asked: list[str] = []
        self.said: list[str] = []

    def open(
        self, name: str, fragment: str = "", *, width: int = 1280, dark: bool = False, scripts: bool = True
    ) -> Page:
        """The page of a report in a window of this width."""
        address = self._pages.path(name).as_uri()
        self.allowed.add(address)
        context = self._browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        self._contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.goto(address + fragment)
        return page

    def close(self) -> None:
        """Close every window."""
        for context in self._contexts:
            context.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Pages:
    """The pages, in a folder that the workers of xdist share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "pages"
    folder.mkdir(exist_ok=True)
    return Pages(folder)


# Not for the whole session: while Playwright runs, nothing else in this process can run an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for all tests of a module."""
    with started() as browser:
        yield browser


@pytest.fixture
def visits(pages: Pages, browser: Browser) -> Iterator[Visits]:
    """Opens pages; in the end, none may have asked for anything but itself, or complained."""
    visits = Visits(browser, pages)
    yield visits
    visits.close()
    assert {address.partition("#")[0] for address in visits.asked} <= visits.allowed
    assert visits.said == []

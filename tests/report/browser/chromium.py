"""The browser of this machine, started by Playwright without anything being downloaded."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
ARGUMENTS = ("--disable-gpu", "--disable-sync", "--disable-background-networking", "--disable-component-update")


@contextmanager
def started() -> Iterator[Browser]:
    """A browser with a fresh profile; where there is none, the test is skipped, and where it cannot start, it fails."""
    api = pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install --group browser")
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no browser on PATH: apt-get install chromium")
    with api.sync_playwright() as driver, driver.chromium.launch(executable_path=path, args=ARGUMENTS) as browser:
        yield browser

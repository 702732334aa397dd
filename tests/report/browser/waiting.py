"""Waiting for what a page comes to; Playwright's own way evaluates in the page, which its policy forbids."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE = 60


def until(page: Page, expression: str, given: Any = None) -> None:
    """Return once the expression, or the function of what is given, is true in the page."""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(expression, given):
        assert time.monotonic() < end, f"never true: {expression} of {given!r}"
        page.wait_for_timeout(20)

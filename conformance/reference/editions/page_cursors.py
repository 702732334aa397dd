"""Lists that are continued with `page`."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.reference.problem import invalid
from conformance.reference.service import Service

if TYPE_CHECKING:
    from conformance.reference.paging import Window

_MARK = "after:"


class PageCursors(Service):
    """`next_page` is opaque: nobody but this service has to know that it names the item before the page."""

    LIMIT_MAX = 100

    def read_window(self) -> Window:
        """Read also `page`, which goes with no other cursor."""
        window, page = super().read_window(), self.call.query.get("page")
        if page is None:
            return window
        self.check_page_alone(window)
        return replace(window, after=self.open_cursor(page))

    def check_page_alone(self, window: Window) -> None:
        """Refuse two cursors at once."""
        if window.after is not None or window.before is not None:
            raise invalid("cursors", "page, after_id and before_id exclude each other.", "page")

    def open_cursor(self, page: str) -> str:
        """Read a cursor that this service has made."""
        try:
            text = base64.b64decode(page.encode() + b"=" * (-len(page) % 4), b"-_", validate=True).decode()
        except (binascii.Error, ValueError):
            raise self.bad_cursor() from None
        if not text.startswith(_MARK):
            raise self.bad_cursor()
        return text.removeprefix(_MARK)

    def next_page(self, last_id: str | None, *, has_more: bool) -> str | None:
        """Give the cursor of the next page."""
        last = super().next_page(last_id, has_more=has_more)
        return None if last is None else base64.urlsafe_b64encode(f"{_MARK}{last}".encode()).decode().rstrip("=")

    def fit_limit(self, number: int) -> int:
        """Refuse a size that is too large."""
        most = self.limit_max()
        if number > most:
            raise invalid("limit-maximum", f"limit must be at most {most}.", "limit")
        return number

    def limit_max(self) -> int:
        """Tell the largest page of this list."""
        return self.LIMIT_MAX

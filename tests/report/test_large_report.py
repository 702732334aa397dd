"""A thousand cases with five thousand requests stay quick and small."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from conformance.report import compare, html, write_all

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.model import Report


def test_a_large_report_is_written_quickly(large: Report, tmp_path: Path) -> None:
    """All formats within a few seconds, and a page that a browser opens at once."""
    began = time.monotonic()
    write_all(large, tmp_path, baseline=large)

    assert time.monotonic() - began < 5
    assert (tmp_path / "report.html").stat().st_size < 4_000_000


def test_the_page_stays_lean(large: Report) -> None:
    """A case costs few elements until it is opened."""
    assert html.render(large, compare(large, large)).count("<") < 60_000

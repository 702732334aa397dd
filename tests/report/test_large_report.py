"""A thousand cases with five thousand requests stay quick and small."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.model import Difference
from conformance.report import compare, html, junit, markdown, write_all

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from conformance.model import Report


def test_a_large_report_is_written_quickly(large: Report, tmp_path: Path) -> None:
    """All formats within a few seconds (of a machine that is not busy), and a page that a browser opens at once."""
    began = time.monotonic()
    write_all(large, tmp_path, baseline=large)

    assert time.monotonic() - began < 60
    assert (tmp_path / "report.html").stat().st_size < 4_000_000


def test_a_megabyte_in_every_field_is_cut(hostile: Report) -> None:
    """What a person reads stays small; report.json has it all."""
    text = "é\x1b" * 500_000
    worst = hostile.results[5]
    record = replace(worst.exchanges[0], path=text, url=text, request_body=text, response_body=text)
    difference = Difference(text, text, "/" + text)
    worst = replace(worst, reason=text, difference=difference, exchanges=(record,), differing=0)
    report = replace(hostile, results=(worst,))

    assert len(html.render(report)) < 4_000_000
    assert len(junit.render(report)) < 100_000
    assert len(markdown.render(report)) < 100_000


def test_a_summary_is_never_larger_than_a_step_may_have(mixed: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories are left out, all of them in the end, and so much is said; each summary is whole."""
    whole = markdown.render(mixed)
    for limit, told in ((len(whole.encode()), "create-name-max-length"), (3500, "5 more causes"), (100, "The rest is")):
        monkeypatch.setattr(markdown, "SIZE_LIMIT", limit)
        text = markdown.render(mixed)

        assert told in text
        assert text.count("<details>") == text.count("</details>")
        assert text.count("```") % 2 == 0


def test_the_page_stays_lean(large: Report) -> None:
    """A case costs few elements until it is opened."""
    assert html.render(large, compare(large, large)).count("<") < 60_000

"""The raw record of a run, `cases.html`: what pytest-html shows, with requirement, level and exchanges in its rows."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from conformance.model import SEVERITY
from conformance.plugin import PROPERTY
from conformance.verdicts import Part

if TYPE_CHECKING:
    import pytest

    from conformance.model import ExchangeRecord


def pytest_html_report_title(report: Any) -> None:
    """Name the page."""
    report.title = "deployments-conformance: every case"


def pytest_metadata(metadata: dict[str, Any]) -> None:
    """Show nothing of the machine or its environment."""
    metadata.clear()


def pytest_html_results_table_header(cells: list[str]) -> None:
    """Two columns more, before the name of the case."""
    cells.insert(1, '<th class="sortable" data-column-type="requirement">Requirement</th>')
    cells.insert(2, "<th>Verdict</th>")


def pytest_html_results_table_row(report: pytest.TestReport, cells: list[str]) -> None:
    """The requirement and its verdict; no row for a clearing away that went well."""
    if report.when == "teardown" and report.passed:
        cells.clear()
        return
    part = _part(report)
    cells.insert(1, f'<td class="col-requirement">{html.escape(part.id) if part else ""}</td>')
    cells.insert(2, f"<td>{html.escape(part.verdict.value) if part else ''}</td>")


def pytest_html_results_table_html(report: pytest.TestReport, data: list[str]) -> None:
    """The exchanges, in place of a traceback."""
    part = _part(report)
    if part is None:
        return
    data.clear()
    lines = [
        f"{method} {path} → {status} ({ms:.1f} ms)"
        for each in _parts(report)
        for method, path, status, ms in each.trace
    ]
    text = "\n\n".join([part.reason, "\n".join(lines), *(_exchange(record) for record in part.exchanges)])
    data.append(f'<div class="log">{html.escape(text)}</div>')


def _parts(report: pytest.TestReport) -> list[Part]:
    return [Part.load(str(value)) for name, value in report.user_properties if name == PROPERTY]


def _part(report: pytest.TestReport) -> Part | None:
    """The worst of what it says."""
    return max(_parts(report), key=lambda part: SEVERITY.index(part.verdict), default=None)


def _exchange(record: ExchangeRecord) -> str:
    sent = [f"{record.method} {record.url}", *(f"{name}: {value}" for name, value in record.request_headers)]
    came = [f"{record.status}", *(f"{name}: {value}" for name, value in record.response_headers)]
    return "\n".join([*sent, "", record.request_body or "", "", *came, "", record.response_body or ""])

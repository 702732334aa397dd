"""A report as the few words of a badge, in the JSON that the endpoint badge of shields.io reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from conformance.model import Level, Outcome, Verdict
from conformance.report.tallies import whole

if TYPE_CHECKING:
    from conformance.model import Report

LABEL = "Deployments API"
_COLORS: Final = {
    Outcome.CONFORMANT: "brightgreen",
    Outcome.NONCONFORMANT: "red",
    Outcome.PARTIAL: "yellow",
    Outcome.UNREACHABLE: "lightgrey",
    Outcome.INVALID: "lightgrey",
}


def render(report: Report) -> str:
    """The badge: nothing in it comes from the target."""
    badge = {"schemaVersion": 1, "label": LABEL, "message": message(report), "color": _COLORS[report.outcome]}
    return json.dumps(badge, indent=1) + "\n"


def message(report: Report) -> str:
    """What the report says of the target, as short as it can be told and with its denominator."""
    if report.outcome is Outcome.INVALID:
        return "run invalid"
    if report.outcome is Outcome.UNREACHABLE:
        return "unreachable"
    if report.outcome is Outcome.NONCONFORMANT:
        return _broken(report)
    return f"{report.outcome} {whole(report).musts}".strip()


def _broken(report: Report) -> str:
    """How much is broken; in a strict run it may be SHOULDs alone."""
    failed = [result.level for result in report.results if result.verdict is Verdict.FAILED]
    musts = failed.count(Level.MUST)
    told = f"{musts} MUST broken" if musts else f"{report.counts[Verdict.WARNED]} SHOULD not kept"
    return f"{told}, as accepted" if report.is_accepted else told

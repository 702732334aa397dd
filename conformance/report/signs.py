"""How a verdict looks wherever it is shown: a sign and a word, so that colour is never the only one."""

from __future__ import annotations

from typing import Final

from conformance.model import Outcome, Verdict

SYMBOLS: Final = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.WARNED: "!",
    Verdict.INCONCLUSIVE: "?",
    Verdict.SKIPPED: "–",
}
OUTCOME_SYMBOLS: Final = {
    Outcome.CONFORMANT: "✓",
    Outcome.NONCONFORMANT: "✗",
    Outcome.PARTIAL: "◐",
    Outcome.UNREACHABLE: "?",
    Outcome.INVALID: "?",
}
STYLES: Final = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "bold red",
    Verdict.WARNED: "yellow",
    Verdict.INCONCLUSIVE: "magenta",
    Verdict.SKIPPED: "dim",
}
"""Terminal styles in rich's words."""

WAIVED: Final = "≈"
WAIVED_STYLE: Final = "cyan"
"""Shown beside a verdict, or in its place: broken, as accepted."""

OUTCOME_STYLES: Final = {
    Outcome.CONFORMANT: "bold green",
    Outcome.NONCONFORMANT: "bold red",
    Outcome.PARTIAL: "bold yellow",
    Outcome.UNREACHABLE: "bold magenta",
    Outcome.INVALID: "bold magenta",
}

"""Why a request is refused."""

from __future__ import annotations


class Problem(Exception):  # the API calls it a problem of the request, not an error of ours
    """A refusal: which rule refuses, of what error type, and what the caller is told."""

    def __init__(self, rule: str, kind: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.kind = kind
        self.message = message
        self.param = param


def invalid(rule: str, message: str, param: str | None = None) -> Problem:
    """Refuse what breaks a rule of the request."""
    return Problem(rule, "invalid_request_error", message, param)


def not_found(rule: str, message: str, param: str | None = None) -> Problem:
    """Refuse what names something that does not exist."""
    return Problem(rule, "not_found_error", message, param)


def conflict(rule: str, message: str) -> Problem:
    """Refuse what the present state does not allow."""
    return Problem(rule, "conflict_error", message)


def unauthenticated(rule: str) -> Problem:
    """Refuse a caller that is not known."""
    return Problem(rule, "authentication_error", "Invalid API key or token.")

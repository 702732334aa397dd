"""Faults in reading bodies."""

from __future__ import annotations

import ast
import json
import re
from typing import Any, ClassVar

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem

_MALFORMED = "base-malformed-json-is-400"
_TRAILING = "base-trailing-data-is-400"
_UNCLEAR = "base-unclear-json-is-no-accident"


class _Lenient(Fault):
    """Reads what is not quite JSON."""

    IN: ClassVar[frozenset[str]] = frozenset({"create", "update"})
    breaks = frozenset({_MALFORMED})

    def decode(self, raw: bytes) -> object:
        """Try again, otherwise."""
        try:
            return super().decode(raw)
        except (ValueError, RecursionError):
            if self.operation not in self.IN:
                raise
            return super().decode(self.mend(raw.decode()).encode())

    def mend(self, text: str) -> str:
        """Give JSON for something near it."""
        raise NotImplementedError(text)


class ForgivesCommas(_Lenient):
    """Forgives a comma behind the last member of an update."""

    IN = frozenset({"update"})

    def mend(self, text: str) -> str:
        """Take it out."""
        return re.sub(r",\s*([}\]])", r"\1", text)


class ForgivesMissingBraces(_Lenient):
    """Forgives a missing brace at the end of a create."""

    IN = frozenset({"create"})
    breaks = frozenset({_MALFORMED})
    wide = True

    def mend(self, text: str) -> str:
        """Put it there."""
        return text + "}"


class ForgivesBareKeys(_Lenient):
    """Reads keys without quotes."""

    def mend(self, text: str) -> str:
        """Quote them."""
        return re.sub(r"([{,]\s*)([a-z_]+)\s*:", r'\1"\2":', text)


class ReadsPython(_Lenient):
    """Reads a literal of Python for JSON."""

    def mend(self, text: str) -> str:
        """Evaluate it."""
        try:
            return json.dumps(ast.literal_eval(text))
        except (SyntaxError, TypeError, MemoryError):
            raise ValueError(text) from None


class ReadsForms(_Lenient):
    """Reads a form for an update."""

    IN = frozenset({"update"})

    def mend(self, text: str) -> str:
        """Take it apart."""
        pairs = [pair.split("=") for pair in text.split("&")]
        if any(len(pair) != 2 for pair in pairs):
            raise ValueError(text)
        return json.dumps(dict(pairs))


class TakesNonsenseForNothing(_Lenient):
    """Takes a malformed update for an empty one."""

    IN = frozenset({"update"})
    breaks = frozenset({_MALFORMED, _TRAILING})
    wide = True

    def mend(self, _text: str) -> str:
        """Go on without it."""
        return "{}"


class ReadsTheFirstValue(_Lenient):
    """Reads a body up to the end of its first value."""

    breaks = frozenset({_TRAILING})
    wide = True

    def mend(self, text: str) -> str:
        """Cut the rest off."""
        return text[: json.JSONDecoder().raw_decode(text)[1]]


class ReadsTheFirstLineOfUpdates(_Lenient):
    """Ignores further objects behind that of an update."""

    IN = frozenset({"update"})
    breaks = frozenset({_TRAILING})
    wide = True

    def mend(self, text: str) -> str:
        """Cut from the second object on."""
        end = json.JSONDecoder().raw_decode(text)[1]
        return text[:end] if text[end:].lstrip().startswith("{") else text


class SaysUnprocessable(Fault):
    """Answers 422 to malformed JSON."""

    breaks = frozenset({_MALFORMED, _TRAILING, "base-blank-create-is-400"})
    wide = True

    def error_status(self, problem: Problem) -> int:
        """Take the other one."""
        return 422 if problem.rule == "body-json" else super().error_status(problem)


class CrashesOnMalformedUpdates(Fault):
    """Answers 500 to a malformed update."""

    breaks = frozenset({_MALFORMED, _TRAILING, _UNCLEAR})
    wide = True

    def malformed(self) -> Problem:
        """Fail."""
        return (
            Problem("internal", "api_error", "Internal error.") if self.operation == "update" else super().malformed()
        )


class CrashesOnBlankBodies(Fault):
    """Answers 500 to a body of white space."""

    breaks = frozenset({"base-blank-create-is-400", "create-no-body-is-400", _UNCLEAR})

    def decode(self, raw: bytes) -> object:
        """Look for the first character."""
        raw.split()[0]
        return super().decode(raw)


class WaitsForALength(Fault):
    """Answers 411 to a create of nothing but white space."""

    breaks = frozenset({"base-blank-create-is-400"})

    def error_status(self, problem: Problem) -> int:
        """Ask for more."""
        blank = self.operation == "create" and problem.rule == "body-json" and not self.call.request.body.strip()
        return 411 if blank and self.call.request.body else super().error_status(problem)


class _Stumbles(Fault):
    """Fails over some bodies that readers of JSON may take or refuse."""

    breaks = frozenset({_UNCLEAR})
    OVER: ClassVar[re.Pattern[bytes]]

    def decode(self, raw: bytes) -> object:
        """Fail over it."""
        if self.OVER.search(raw):
            raise RuntimeError(self.operation)
        return super().decode(raw)


class CrashesOnByteOrderMarks(_Stumbles):
    """Fails over a byte order mark."""

    OVER = re.compile(b"^\xef\xbb\xbf")


class CrashesOnUtf16(_Stumbles):
    """Fails over UTF-16 without a mark."""

    OVER = re.compile(b'^{\0"\0')


class CrashesOnLoneSurrogates(_Stumbles):
    """Fails over half a surrogate pair."""

    OVER = re.compile(rb'"\\ud800"}')


class CrashesOnNan(_Stumbles):
    """Fails over NaN."""

    OVER = re.compile(rb"\bNaN\b")


class CrashesOnLongIntegers(_Stumbles):
    """Fails over an integer of hundreds of digits."""

    OVER = re.compile(rb"\d{300}")


class CrashesOnDepth(_Stumbles):
    """Fails over deep nesting."""

    OVER = re.compile(rb"\[{200}")


class CrashesOnRepeatedKeys(_Stumbles):
    """Fails over a key that stands twice."""

    OVER = re.compile(rb'"description": "First".*"description"')


class CrashesOnBadUtf8(_Stumbles):
    """Fails over a body that is no UTF-8."""

    OVER = re.compile(b'[\xe9\xff]"')


class RefusesBadUtf8InItsOwnWay(Fault):
    """Refuses a body that is no UTF-8 without the envelope."""

    breaks = frozenset({_UNCLEAR})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Write it flat."""
        if problem.rule == "body-json" and b"\xff" in self.call.request.body:
            return {"detail": "There was an error parsing the body"}
        return super().envelope(problem)

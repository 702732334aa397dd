"""Faults in paths, headers, sizes and timestamps."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from conformance.reference.faults import CMA, JUNE, Fault
from conformance.reference.problem import Problem, invalid, not_found

_UTC = "base-timestamps-are-utc"


class WantsABetaHeader(Fault):
    """Finds the runs of all deployments only for callers that send a beta header."""

    breaks = frozenset({"base-needs-no-version-header"})
    wide = True

    def act_list_all_runs(self) -> dict[str, Any]:
        """Hide them from the others."""
        if "anthropic-beta" not in self.call.request.headers:
            raise not_found("path", "No such resource.")
        return super().act_list_all_runs()


class WantsAnAccept(Fault):
    """Lists deployments only for callers that say what they accept."""

    breaks = frozenset({"base-needs-no-version-header", "base-needs-no-further-header"})

    def act_list(self) -> dict[str, Any]:
        """Ask for the header."""
        if "accept" not in self.call.request.headers:
            raise Problem("method", "invalid_request_error", "Not acceptable.")
        return super().act_list()


class WantsACharset(Fault):
    """Refuses an update whose Content-Type names no charset."""

    breaks = frozenset({"base-content-type-accepted"})
    wide = True

    def parse(self) -> None:
        """Look at the whole header."""
        if self.operation == "update" and self.call.request.headers.get("content-type") == "application/json":
            raise Problem("media", "invalid_request_error", "Unsupported media type.")
        super().parse()

    def error_status(self, problem: Problem) -> int:
        """Say which part was wrong."""
        return 415 if problem.rule == "media" else super().error_status(problem)


class CrashesWithoutAContentType(Fault):
    """Fails when a body comes without a Content-Type."""

    breaks = frozenset({"base-content-type-missing"})

    def parse(self) -> None:
        """Expect the header."""
        if self.reads_body():
            self.call.request.headers["content-type"]
        super().parse()


class HidesFromCallersWithoutAContentType(Fault):
    """Answers 404 to an update without a Content-Type."""

    breaks = frozenset({"base-content-type-missing"})

    def parse(self) -> None:
        """Route by the header."""
        if self.operation == "update" and "content-type" not in self.call.request.headers:
            raise not_found("path", "No such resource.")
        super().parse()


class SendsArchivesAsText(Fault):
    """Says text/plain of the answer to an archive."""

    breaks = frozenset({"base-success-is-json"})

    def success_headers(self) -> dict[str, str]:
        """Say something else."""
        return {"content-type": "text/plain"} if self.operation == "archive" else super().success_headers()


class ForgetsTheTypeOfLists(Fault):
    """Sends the list of all runs without a Content-Type."""

    breaks = frozenset({"base-success-is-json"})

    def success_headers(self) -> dict[str, str]:
        """Leave it out."""
        return {} if self.operation == "list_all_runs" else super().success_headers()


class WrapsARunInAnArray(Fault):
    """Answers with an array of one where a run is read by its id alone."""

    breaks = frozenset({"base-success-is-json"})
    wide = True

    def encode(self, payload: dict[str, Any]) -> bytes:
        """Wrap it."""
        whole = super().encode(payload)
        return b"[" + whole + b"]" if self.operation == "get_any_run" and "id" in payload else whole


class TakesAnySize(Fault):
    """Has no limit for bodies."""

    BODY_MAX = 1 << 30
    breaks = frozenset({"base-oversized-body-is-refused", "base-oversized-body-is-413"})


class CallsALargeBodyInvalid(Fault):
    """Refuses a body that is too large as it refuses what is wrong with one."""

    revisions = CMA
    breaks = frozenset({"base-oversized-body-is-413"})

    def too_large(self) -> Problem:
        """Know no type of its own."""
        return invalid("body-size", "Request body is too large.")


class CrashesOnLargeBodies(Fault):
    """Fails when a body is too large."""

    breaks = frozenset({"base-oversized-body-is-refused", "base-oversized-body-is-413"})

    def limit_body(self) -> None:
        """Run out of memory."""
        try:
            super().limit_body()
        except Problem:
            raise MemoryError from None


class _Times(Fault):
    """Writes timestamps in another form, in some answers."""

    breaks = frozenset({_UTC})
    wide = True

    def render_time(self, moment: datetime) -> str:
        """Write it otherwise."""
        return self.write(moment) if self.bends() else super().render_time(moment)

    def bends(self) -> bool:
        """Tell whether this answer is one of them."""
        return True

    def write(self, moment: datetime) -> str:
        """Write a timestamp."""
        raise NotImplementedError(moment)


_SHANGHAI = timezone(timedelta(hours=8))


class WritesLocalTimes(_Times):
    """Writes timestamps in its own zone, with the offset."""

    def write(self, moment: datetime) -> str:
        """Convert it."""
        return moment.astimezone(_SHANGHAI).isoformat(timespec="seconds")


class LeavesOutTheZone(_Times):
    """Writes the timestamps of an archived deployment without a zone."""

    def bends(self) -> bool:
        """Bend one answer."""
        return self.operation == "archive"

    def write(self, moment: datetime) -> str:
        """Cut the zone off."""
        return moment.isoformat()[:19]


class WritesBlanksForT(_Times):
    """Writes the timestamps of an update as its database does."""

    def bends(self) -> bool:
        """Bend one answer."""
        return self.operation == "update"

    def write(self, moment: datetime) -> str:
        """Put a blank between date and time."""
        return f"{moment.isoformat(sep=' ')[:19]}Z"


class WritesEpochsInLists(_Times):
    """Writes the timestamps of a list as seconds since 1970."""

    def bends(self) -> bool:
        """Bend one answer."""
        return self.operation == "list"

    def write(self, moment: datetime) -> str:
        """Count."""
        seconds: Any = int(moment.timestamp())
        return seconds  # type: ignore[no-any-return]  # that is the fault


class WritesLocalTimesOfRuns(Fault):
    """Writes the timestamps of runs in its own zone, with the offset, where they are listed for one deployment."""

    revisions = JUNE
    breaks = frozenset({_UTC})
    wide = True

    def render_precise_time(self, moment: datetime) -> str:
        """Convert it."""
        if self.operation != "list_runs":
            return super().render_precise_time(moment)
        return moment.astimezone(_SHANGHAI).isoformat()


class CallsItsLocalTimeUtc(Fault):
    """Writes the time of its own zone and calls it UTC."""

    breaks = frozenset({"base-timestamps-are-not-local"})
    wide = True

    def render_time(self, moment: datetime) -> str:
        """Write the local time with Z."""
        return super().render_time(moment + timedelta(hours=8))


class CallsSummerTimeUtc(Fault):
    """Writes the time of the last archiving an hour late, as in summer, and calls it UTC."""

    breaks = frozenset({"base-timestamps-are-not-local"})
    wide = True

    def render_optional_time(self, moment: datetime | None) -> str | None:
        """Write the local time with Z."""
        return super().render_optional_time(moment and moment + timedelta(hours=1))


class _Crashes(Fault):
    """Fails on some odd requests."""

    breaks = frozenset({"base-odd-requests-are-no-accident"})

    def authorize(self) -> None:
        """Fail where the request is odd."""
        super().authorize()
        if self.is_odd():
            raise RuntimeError(self.call.request.path)

    def is_odd(self) -> bool:
        """Tell whether it fails."""
        raise NotImplementedError


class CrashesOnNulInIds(_Crashes):
    """Fails when an id holds NUL, which its database does not take."""

    def is_odd(self) -> bool:
        """Look for NUL."""
        return any("\0" in id_ for id_ in self.call.ids)


class CrashesOnNulInFilters(_Crashes):
    """Fails when a filter holds NUL, which its database does not take."""

    def is_odd(self) -> bool:
        """Look for NUL."""
        return "%00" in self.call.request.query


class CrashesOnLongIds(_Crashes):
    """Fails when an id is longer than its column."""

    def is_odd(self) -> bool:
        """Measure them."""
        return any(len(id_) > 1000 for id_ in self.call.ids)


class CrashesOnRepeatedFilters(_Crashes):
    """Fails when a filter is given twice."""

    def is_odd(self) -> bool:
        """Count one of them."""
        return self.call.request.query.count("status=") > 1


class CrashesOnEndlessLimits(_Crashes):
    """Fails when a limit does not fit into 64 bits."""

    def is_odd(self) -> bool:
        """Look for many digits."""
        return "9" * 30 in self.call.request.query


class CrashesOnUnknownMediaTypes(_Crashes):
    """Fails when a caller accepts none of its media types."""

    def is_odd(self) -> bool:
        """Look for pictures."""
        return self.call.request.headers.get("accept", "").startswith("image/")


class CrashesOnQuotes(_Crashes):
    """Fails when a filter of deployments holds an apostrophe, which ends a text of its database."""

    def is_odd(self) -> bool:
        """Look for one."""
        return self.operation == "list" and "'" in self.call.request.query.replace("%27", "'")


class CrashesOnQuotesInRunFilters(_Crashes):
    """Fails when a filter of runs holds an apostrophe."""

    def is_odd(self) -> bool:
        """Look for one."""
        return self.operation == "list_all_runs" and "'" in self.call.request.query.replace("%27", "'")


class CrashesOnOddTimes(_Crashes):
    """Fails where triggered_after or triggered_before is no time."""

    def is_odd(self) -> bool:
        """Look for one that has no colon."""
        return "triggered_" in self.call.request.query and "%3A" not in self.call.request.query


class CrashesOnOddStatuses(_Crashes):
    """Fails where runs are asked for of a status that there is not."""

    def is_odd(self) -> bool:
        """Look for one."""
        return self.operation.endswith("runs") and "status=sleeping" in self.call.request.query

"""Correct services that differ from the reference in every lawful way that we know of: the suite must accuse none.

Each is a subclass of the reference service; its docstring says what it does, and why it may.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.call import Reply
from conformance.reference.clock import Clock
from conformance.reference.problem import Problem, conflict, invalid, not_found
from conformance.reference.service import Service
from conformance.revisions import ALL, QODER, QODER_JUNE

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.call import Request
    from conformance.reference.paging import Item, T, Window
    from conformance.reference.records import Deployment, Resource, Run


class Variation(Service):
    """A correct service that is not the reference."""

    revisions: ClassVar[tuple[str, ...]] = ALL
    """The editions in which it is one."""


# --- how answers look on the wire -------------------------------------------------------------------------------


class FractionalSeconds(Variation):
    """Writes timestamps with milliseconds: any fraction may be there (BASE-009 is MAY).

    What it hides matters where lists have bounds of created_at that are inclusive: see `WritesMilliseconds`.
    """

    revisions = (QODER_JUNE,)

    def render_time(self, moment: datetime) -> str:
        return super().render_time(moment).replace("Z", ".000Z")

    def stamp(self) -> datetime:
        return self.now()


class TrueFractions(Variation):
    """Keeps and writes microseconds."""

    def stamp(self) -> datetime:
        return self.now()

    def render_time(self, moment: datetime) -> str:
        return self.render_precise_time(moment)


class NumericOffset(Variation):
    """Writes +00:00 instead of Z."""

    def render_time(self, moment: datetime) -> str:
        return super().render_time(moment).replace("Z", "+00:00")

    def render_precise_time(self, moment: datetime) -> str:
        return super().render_precise_time(moment).replace("Z", "+00:00")


class NanosecondRuns(Variation):
    """Writes runs with nanoseconds in the answer to the run, and microseconds elsewhere (C-26)."""

    def render_precise_time(self, moment: datetime) -> str:
        digits = "123Z" if self.operation == "run" else "Z"
        return super().render_precise_time(moment).replace("Z", digits)


class ExtraMembers(Variation):
    """Adds members that nobody documented, and that change all the time, to every object it shows."""

    def encode(self, payload: dict[str, Any]) -> bytes:
        return super().encode(_decorated(payload))


_TICKS = count()


def _decorated(value: Any) -> Any:
    if isinstance(value, list):
        return [_decorated(each) for each in value]
    if not isinstance(value, dict):
        return value
    known = {"upcoming_runs_at", "error", "data", "created_at", "version", "session_strategy", "trigger_context"}
    members = {
        key: child if key in {"metadata", "initial_events"} else _decorated(child) for key, child in value.items()
    }
    return members | {"x_countdown": next(_TICKS)} if known & {*value} else members


class WithCharset(Variation):
    """Says `application/json; charset=utf-8`."""

    def finish(self, reply: Reply) -> Reply:
        reply.headers["content-type"] = "application/json; charset=utf-8"
        return super().finish(reply)


class EscapesJson(Variation):
    """Writes all that is not ASCII as escapes, with blanks between the tokens: the same JSON."""

    def encode(self, payload: dict[str, Any]) -> bytes:
        return json.dumps(payload, ensure_ascii=True, indent=2).encode()


class OtherWords(Variation):
    """Explains errors in another language, without `param`, with a code and a request id besides."""

    def envelope(self, problem: Problem) -> dict[str, Any]:
        error = {"type": self.error_type(problem), "message": "请求无效", "code": problem.rule}
        return {"type": "error", "error": error, "request_id": self.request_id()}


class NoRequestId(Variation):
    """Sends no x-request-id header."""

    def finish(self, reply: Reply) -> Reply:
        return reply


class ClosesConnections(Variation):
    """Closes the connection after every answer."""

    def finish(self, reply: Reply) -> Reply:
        reply.headers["connection"] = "close"
        return super().finish(reply)


class ManyHeaders(Variation):
    """Sets cookies and the headers of a gateway."""

    def finish(self, reply: Reply) -> Reply:
        reply.headers |= {"set-cookie": "session=abc; Path=/", "via": "1.1 gateway", "x-ratelimit-remaining": "17"}
        return super().finish(reply)


class OtherIds(Variation):
    """Makes ids of another form: only their prefix is promised (OBJ-002, OBJ-003)."""

    def new_id(self, prefix: str) -> str:
        kind, _, digits = super().new_id(prefix).rpartition("_")
        return f"{kind}_{digits.upper()}"


# --- load and clocks --------------------------------------------------------------------------------------------


class _Throttling(Variation):
    STATUS = 429

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.served = 0

    def answer(self, request: Request) -> Reply:
        self.served += 1
        if self.served % 40 == 0:
            headers = {"content-type": "text/plain", "retry-after": self.retry_after()}
            return Reply(self.STATUS, headers, b"slow down")
        return super().answer(request)

    def retry_after(self) -> str:
        return "0"


class Throttles(_Throttling):
    """Answers every 40th request with 429 and Retry-After in seconds."""


class ThrottlesByDate(_Throttling):
    """Answers every 40th request with 503 and Retry-After as a date."""

    STATUS = 503

    def retry_after(self) -> str:
        return format_datetime(self.now(), usegmt=True)


class ClockAhead(Variation):
    """Has a clock that is 90 seconds ahead of ours."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.clock = Clock()
        self.clock.advance(90)


class ClockBehind(Variation):
    """Has a clock that is four minutes behind ours."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.clock = Clock()
        self.clock.advance(-240)


class SlowAnswers(Variation):
    """Takes up to 10 ms for each answer."""

    def delay(self) -> float:
        return random.uniform(0, 0.01)  # noqa: S311 - a delay


# --- lists ------------------------------------------------------------------------------------------------------


class CapsPages(Variation):
    """Cuts a limit above 100 to 100 (C-01)."""

    LIMIT_MAX = 100


class RefusesLargePages(Variation):
    """Refuses a limit above 100 (C-01)."""

    revisions = QODER

    def read_limit(self, text: str | None) -> int:
        if text is not None and text.isdigit() and int(text) > 100:
            raise invalid("limit-maximum", "limit must be at most 100.", "limit")
        return super().read_limit(text)


class RefusesAbove1000(Variation):
    """Refuses a limit above 1,000, and honours all below."""

    def read_limit(self, text: str | None) -> int:
        if text is not None and text.isdigit() and int(text) > 1000:
            raise invalid("limit-maximum", "limit must be at most 1000.", "limit")
        return super().read_limit(text)


class EmptyCursorsAsText(Variation):
    """Shows "" for first_id and last_id of an empty page (readings: PAG-010)."""

    revisions = QODER

    def render_page(self, data: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
        page = super().render_page(data, has_more=has_more)
        return page | {"first_id": page["first_id"] or "", "last_id": page["last_id"] or ""}


class OldestFirstWithinASecond(Variation):
    """Orders what was made in one second the other way round, but always the same (C-45)."""

    def order_key(self, item: Item) -> Any:
        digits = int(item.id.rpartition("_")[2], 16)
        return (item.created_at, -digits)


class WalksBackFromTheTop(Variation):
    """Answers before_id with the first items of the list, not with the nearest (C-38)."""

    def last(self, items: list[T], limit: int) -> list[T]:
        return items[:limit]


class EmptyForBadCursors(Variation):
    """Answers an unknown cursor with an empty page (C-40)."""

    revisions = QODER

    def page(self, items: list[T], known: Any, window: Window) -> tuple[list[T], bool]:
        cursor = window.after or window.before
        return ([], False) if cursor is not None and cursor not in known else super().page(items, known, window)


class NotFoundForBadCursors(Variation):
    """Answers an unknown cursor with 404 (C-40)."""

    revisions = QODER

    def bad_cursor(self) -> Problem:
        return not_found("cursor", "Unknown cursor.")


class ForgivesFilters(Variation):
    """Ignores filter values that it does not know (LST-008, LST-014)."""

    def read_choice(self, name: str, allowed: Any) -> str | None:
        text = self.call.query.get(name)
        return text if text in allowed else None


class RefusesUnknownParameters(Variation):
    """Refuses query parameters that it does not know (LST-015)."""

    PAGING = frozenset({"limit", "after_id", "before_id", "page", "status"})
    CREATED = frozenset(f"created_at[{bound}]" for bound in ("gt", "gte", "lt", "lte"))
    KNOWN = MappingProxyType(
        {
            "list": PAGING | CREATED | {"include_archived", "agent_id"},
            "list_runs": PAGING | {"triggered_after", "triggered_before"},
            "list_all_runs": PAGING | CREATED | {"deployment_id", "trigger_type", "has_error"},
        }
    )

    def parse(self) -> None:
        super().parse()
        known = self.KNOWN.get(self.operation, frozenset())
        if {*self.call.query} - known and self.operation != "search":  # which ignores them all (SRCH-004)
            raise invalid("query-unknown", "Unknown query parameter.")


class RefusesEmptyCursors(Variation):
    """Takes an empty after_id for none given (PAG-028)."""

    def parse(self) -> None:
        super().parse()
        self.call.query = {key: text for key, text in self.call.query.items() if text or key == "limit"}


class RefusesStatusWithArchived(Variation):
    """Refuses status together with include_archived (C-27, as CMA does)."""

    def parse(self) -> None:
        super().parse()
        if {"status", "include_archived"} <= {*self.call.query}:
            raise invalid("query-combination", "status and include_archived cannot be combined.")


# --- bodies -----------------------------------------------------------------------------------------------------


class UniqueNames(Variation):
    """Refuses a second live deployment of one name (C-17)."""

    def act_create(self) -> dict[str, Any]:
        name = self.call.body.get("name")
        if any(d.name == name and d.archived_at is None for d in self.account.deployments.values()):
            raise conflict("name-taken", "A deployment of this name exists.")
        return super().act_create()


class RefusesUnknownFields(Variation):
    """Refuses body fields that are not documented for the request, server-owned ones too (C-39)."""

    def parse_body(self, raw: bytes) -> dict[str, Any]:
        body = super().parse_body(raw)
        if self.operation in {"create", "update"} and {*body} - {*self.FIELDS, "metadata"}:
            raise invalid("unknown-field", "Unknown field.")
        return body


class RefusesScheduleExtras(Variation):
    """Refuses members of a schedule that are not documented (SCH-033)."""

    def check_schedule(self, value: object) -> Any:
        if isinstance(value, dict) and {*value} - {*self.SCHEDULE_FIELDS}:
            raise invalid("unknown-field", "Unknown field in schedule.")
        return super().check_schedule(value)


class DescriptionNull(Variation):
    """Shows null for a description that is empty (C-31)."""

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        shown = super().render_deployment(deployment)
        return shown | {"description": shown["description"] or None}


class RefusesNulls(Variation):
    """Refuses null in an update, for schedule, description, resources and vault_ids (C-31, C-32)."""

    revisions = QODER

    def read_update(self, stored: Deployment, body: dict[str, Any]) -> dict[str, Any]:
        for field, value in body.items():
            self.check_clearable(field, value)
        return super().read_update(stored, body)


class _RefusesMadeUp(Variation):
    """Refuses vault ids that name no vault, and every resource."""

    def check_vault_ids(self, value: object) -> list[str]:
        vaults = super().check_vault_ids(value)
        if vaults:
            raise invalid("vault-unknown", "Vault does not exist.", "vault_ids")
        return vaults

    def check_resource(self, value: object) -> None:
        super().check_resource(value)
        raise invalid("resource-incomplete", "The resource lacks its url.", "resources")


class RefusesMadeUpVaults(_RefusesMadeUp):
    """Refuses vault ids that name no vault, and resources and outcomes that are not complete (readings)."""

    revisions = QODER

    def check_event(self, value: object) -> None:
        super().check_event(value)
        if isinstance(value, dict) and value["type"] == "user.define_outcome":
            raise invalid("outcome-incomplete", "The outcome lacks its rubric.", "initial_events")


class RefusesOddNames(Variation):
    """Refuses names of white space only, and control characters in names (readings)."""

    def check_name_empty(self, name: str) -> None:
        super().check_name_empty(name.strip())
        if any(ord(character) < 32 or ord(character) == 127 for character in name):
            raise invalid("name-control", "name must not hold control characters.", "name")


class WantsContentType(Variation):
    """Refuses a body without a content type with 415 (C-42)."""

    def parse(self) -> None:
        if self.reads_body() and "json" not in self.call.request.headers.get("content-type", ""):
            raise Problem("content-type", "invalid_request_error", "Send application/json.")
        super().parse()

    def error_status(self, problem: Problem) -> int:
        return 415 if problem.rule == "content-type" else super().error_status(problem)


class WantsTheAgentsType(Variation):
    """Refuses an agent object without its type or version (C-13)."""

    revisions = QODER

    def agent_from_object(self, value: dict[str, Any]) -> Any:
        if "type" not in value or "version" not in value:
            raise invalid("agent-incomplete", "agent lacks type or version.", "agent")
        return super().agent_from_object(value)


class TrimsExpressions(Variation):
    """Shows expressions with single blanks (C-47)."""

    def check_expression(self, text: Any) -> str:
        return " ".join(super().check_expression(text).split())


class ReplacesCasConfig(Variation):
    """Replaces cas_config as a whole and fills it up with the defaults (C-09)."""

    def merge_cas_config(self, _stored: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
        return super().merge_cas_config(self.cas_defaults(), patch)


class RefusesNullMetadataValues(Variation):
    """Refuses null as a value on create (MET-017)."""

    def create_metadata(self, value: object) -> dict[str, Any]:
        if isinstance(value, dict) and None in value.values():
            raise invalid("metadata-value-type", "A metadata value must be a string.", "metadata")
        return super().create_metadata(value)


# --- agents, lifecycle and runs ---------------------------------------------------------------------------------


class FloatingAgents(Variation):
    """Shows the latest version of an agent that was given as a string, whenever it is read (C-13)."""

    revisions = QODER

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.floating: set[str] = set()

    def save(self, deployment: Deployment) -> None:
        if "agent" in self.call.body:
            change = self.floating.add if isinstance(self.call.body["agent"], str) else self.floating.discard
            change(deployment.id)
        super().save(deployment)

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        if deployment.id in self.floating:
            latest = self.latest_version(self.account.agents[deployment.agent.id])
            deployment = replace(deployment, agent=replace(deployment.agent, version=latest))
        return super().render_deployment(deployment)


class ArchivedIsForbidden(Variation):
    """Answers 403 to updates and pauses of what is archived (C-18)."""

    def refuse(self, problem: Problem) -> Reply:
        if problem.rule == "archived" and self.operation in {"update", "pause", "unpause"}:
            problem = Problem(problem.rule, "permission_error", problem.message)
        return super().refuse(problem)


class LateSuffix(Variation):
    """Appends to an archived name the time of the second after (C-17)."""

    revisions = QODER

    def archived_name(self, deployment: Deployment) -> str:
        return f"{deployment.name}_archived_{int((self.stamp() + timedelta(seconds=1)).timestamp())}"


class ArchivingWakes(Variation):
    """Shows an archived deployment as active, without a reason (ARC-006, ARC-007, as CMA does)."""

    def archived(self, deployment: Deployment) -> Deployment:
        return replace(super().archived(deployment), status="active", paused_reason=None)


class LastRunIsNull(Variation):
    """Shows last_run_at as null until a scheduled run, whatever is run by hand (C-20)."""

    def render_schedule(self, deployment: Deployment) -> dict[str, Any] | None:
        shown = super().render_schedule(deployment)
        return None if shown is None else shown | {"last_run_at": None}


class IgnoresOddSettings(Variation):
    """Takes a cas_config, or a config in it, that is no object for none sent: no page refuses it (C-09)."""

    revisions = (QODER_JUNE,)

    def read_cas_config(self, stored: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
        odd = not isinstance(value.get(self.RESERVED_KEY), dict | None)
        return stored if odd else super().read_cas_config(stored, value)

    def merge_cas_config(self, stored: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
        odd = not isinstance(patch.get("config"), dict | None)
        return super().merge_cas_config(stored, {k: v for k, v in patch.items() if k != "config" or not odd})


class RunsTakeTime(Variation):
    """Leaves a run in flight for half a second."""

    RUN_DURATION = 0.5


class RunsWait(RunsTakeTime):
    """Shows a run as pending for a moment, the one that is then skipped as well (RNS-006, RUN-010)."""

    def run_status(self, run: Run) -> str:
        waits = self.now() - run.created_at < timedelta(seconds=0.3)
        return "pending" if waits else super().run_status(run)

    def render_run(self, run: Run) -> dict[str, Any]:
        unknown = {"completed_at": None, "duration_ms": None, "session_id": None}
        return super().render_run(run) | (unknown if self.run_status(run) == "pending" else {})


class RunsFail(Variation):
    """Ends every run with an error."""

    RUN_OUTCOME = "failed"


class PausedHasNoNext(Variation):
    """Has no next_trigger_at in stats while nothing will fire (readings: OBJ-013)."""

    def render_stats(self, deployment: Deployment) -> dict[str, Any]:
        stats = super().render_stats(deployment)
        if deployment.status == "paused" or deployment.schedule is None or deployment.archived_at:
            del stats["next_trigger_at"]
        return stats


class NoAgentsToMake(Variation):
    """Has no endpoints for agents and environments: ids have to be given."""

    def methods(self, pattern: tuple[str, ...]) -> Any:
        return {} if pattern[:1] in {("agents",), ("environments",)} else super().methods(pattern)


class CreatedAgents(Variation):
    """Answers 201 to the create of an agent or environment (C-14)."""

    def success_status(self) -> int:
        return 201 if self.operation in {"create_agent", "create_environment"} else super().success_status()


class StrictAgents(Variation):
    """Wants a short name, a model and the current version of agents."""

    def create_resource(self, *arguments: Any) -> Any:
        body = self.call.body
        if len(str(body.get("name"))) > 64 or ("agent" in self.operation and body.get("model") != "auto"):
            raise invalid("agent", "name or model is not valid.")
        return super().create_resource(*arguments)

    def check_version(self, resource: Resource) -> None:
        if self.call.body.get("version") is None:
            raise invalid("version", "Missing required field: version.", "version")
        super().check_version(resource)


class OtherMethodsUnknown(Variation):
    """Answers 404 to methods that are not documented."""

    def error_status(self, problem: Problem) -> int:
        return 404 if problem.rule == "method" else super().error_status(problem)

    def error_type(self, problem: Problem) -> str:
        return "not_found_error" if problem.rule == "method" else super().error_type(problem)


class ForbidsForeign(Variation):
    """Answers 403 to another account's deployments instead of 404 (AUTH-009)."""

    def find(self) -> Deployment:
        if any(self.call.ids[0] in other.deployments for other in self.accounts if other is not self.account):
            raise Problem("foreign", "permission_error", "This deployment is another account's.")
        return super().find()


class MalformedIdsAreBad(Variation):
    """Answers 400 to ids that do not look like a deployment's (C-41)."""

    def find(self) -> Deployment:
        known = self.new_id("dep")
        asked, prefix = self.call.ids[0], known.rpartition("_")[0]
        if not asked.startswith(f"{prefix}_") or len(asked) != len(known):
            raise invalid("id", "This is no id of a deployment.")
        return super().find()

"""RUN: the run object, in every answer that shows one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from conformance.cases.found import once, while_it_holds
from conformance.cases.histories import FINAL, IN_FLIGHT, STATUSES, RunList, core, is_settled
from conformance.expect import Json, Object, expect_instant, expect_true, instant, need, need_object, need_page, resolve
from conformance.failures import ControlFailed, NotPermitted
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import CMA, NEWER, QODER_JUNE

if TYPE_CHECKING:
    from conformance.cases.found import Holdings
    from conformance.cases.histories import Begun, History
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.revisions import Revision

ROUTES = ("run", "get-run", "get-run-global", "list-runs", "list-all-runs")
"""The pages of the operations that show runs."""

EVERYWHERE = pytest.mark.parametrize("route", ROUTES)
CLOCKS = timedelta(minutes=5)
"""How far apart two clocks of one target may be: time zones differ by more."""


@dataclass(frozen=True)
class Sighting:
    """One run of ours in one answer; `pointer` is where it stands in the body."""

    begun: Begun
    run: Object
    exchange: Exchange
    pointer: str = ""

    def expect(self, holds: bool, message: str, where: str, expected: Json) -> None:  # noqa: FBT001 - reads as a sentence
        """Something holds of the member at `where`."""
        __tracebackhide__ = True
        actual, pointer = resolve(self.run, where), self.pointer + where
        expect_true(holds, message, expected=expected, actual=actual, at=self.exchange, pointer=pointer)


@dataclass
class Sightings:
    """Our runs as each operation shows them, asked for once: cases only read them."""

    api: Client
    history: History
    _seen: dict[str, list[Sighting]] = field(default_factory=dict)

    def __call__(self, route: str) -> list[Sighting]:
        """All that this operation shows of our runs; at least one."""
        if route not in self._seen:
            begun = [each for each in self.history.begun if each.exchange.ok]
            look = self._listed if route.startswith("list") else self._single
            self._seen[route] = look(route, begun)
        need(bool(self._seen[route]), f"{route} has to show a run of ours")
        return self._seen[route]

    def _single(self, route: str, begun: list[Begun]) -> list[Sighting]:
        answers = [(each, self._ask(route, each)) for each in begun]
        return [Sighting(each, need_object(exchange), exchange) for each, exchange in answers]

    def _ask(self, route: str, each: Begun) -> Exchange:
        if route == "run" and not each.ours:
            raise NotPermitted("starts a run: give --allow-runs")
        if route == "run":
            return each.exchange
        if route == "get-run" and self.api.session.revision.scoped_runs:
            return self.api.run_of(each.deployment["id"], each.run["id"])
        return self.api.deployment_run(each.run["id"])

    def _listed(self, route: str, begun: list[Begun]) -> list[Sighting]:
        ids = dict.fromkeys(each.deployment["id"] for each in begun)
        lists = [RunList(self.api, id_, nested=route == "list-runs") for id_ in ids]
        pages = [need_page(each(limit=100)) for each in lists]
        wanted = {each.run["id"]: each for each in begun}
        return [
            Sighting(wanted[item["id"]], item, page.exchange, f"/data/{place}")
            for page in pages
            for place, item in enumerate(page.items)
            if item.get("id") in wanted
        ]


@pytest.fixture(scope=while_it_holds)
def sightings(api: Client, history: History, holdings: Holdings | None) -> Sightings:
    """Shows our runs as an operation answers them."""
    return once(holdings, "sightings", lambda: Sightings(api, history))


@requirement("run-id-prefix", MUST, source="run#response-fields", covers="RUN-002")
@EVERYWHERE
def test_the_id_has_the_prefix_of_runs(sightings: Sightings, revision: Revision, route: str) -> None:
    """A run's id begins with the prefix of its kind."""
    prefix = revision.run_prefix
    for seen in sightings(route):
        id_ = str(seen.run.get("id"))
        holds = id_.startswith(prefix) and len(id_) > len(prefix)
        seen.expect(holds, "the id lacks its prefix", "/id", f"an id that begins with {prefix}")


@requirement("run-tells-what-it-is", MUST, source="run#response-fields", covers="RUN-002")
@EVERYWHERE
def test_a_run_tells_what_it_is(sightings: Sightings, route: str) -> None:
    """A run has the type "deployment_run", the id of its deployment, and says how it was triggered: "manual", say."""
    for seen in sightings(route):
        told, wanted = core(seen.run), seen.begun.deployment["id"]
        seen.expect(told["type"] == "deployment_run", "another type", "/type", "deployment_run")
        seen.expect(told["deployment_id"] == wanted, "another deployment", "/deployment_id", wanted)
        trigger = told["trigger_context"]["type"]
        ways = ("manual",) if seen.begun.ours else seen.exchange.revision.trigger_types
        seen.expect(trigger in ways, "another trigger", "/trigger_context/type", " or ".join(ways))


@requirement("run-agent-is-an-object", MUST, source="run#response-fields", covers="RUN-002")
@EVERYWHERE
def test_the_agent_is_an_object(sightings: Sightings, agent_id: str, route: str) -> None:
    """A run shows its agent as an object of id, type "agent" and a version from 1."""
    for seen in sightings(route):
        agent = core(seen.run)["agent"]
        members = agent if isinstance(agent, dict) else {}
        version = members.get("version")
        told = members.get("id")
        right = told == agent_id if seen.begun.ours else isinstance(told, str) and bool(told)
        holds = right and members.get("type") == "agent"
        holds = holds and isinstance(version, int) and not isinstance(version, bool) and version >= 1
        expected = {"id": agent_id, "type": "agent", "version": "an integer from 1"}
        seen.expect(holds, "agent is not {id, type, version}", "/agent", expected)


@requirement("run-created-at-is-a-timestamp", MUST, source="run#response-fields", covers="RUN-002 BASE-008")
@EVERYWHERE
def test_created_at_is_a_timestamp(sightings: Sightings, route: str) -> None:
    """A run says when it was created, as a timestamp in UTC of any precision."""
    for seen in sightings(route):
        created = seen.run.get("created_at")
        expect_instant(created, "created_at", at=seen.exchange, pointer=f"{seen.pointer}/created_at")


@pytest.mark.usefixtures("writes")
@requirement("run-created-at-is-now", SHOULD, source="run#response-fields", covers="RUN-002")
@EVERYWHERE
@pytest.mark.parametrize("key", ["created_at", "triggered_at"])
def test_created_at_is_the_time_of_the_run(sightings: Sightings, route: str, key: str) -> None:
    """A run shows the time at which it was asked for, by the clock that also wrote the deployment's created_at."""
    for seen in sightings(route):
        made, at = instant(seen.begun.deployment.get("created_at")), instant(seen.run.get(key))
        if at is None and key == "triggered_at":
            continue
        if made is None or at is None:
            raise ControlFailed("created_at has to be a timestamp")
        seen.expect(abs(at - made) <= CLOCKS, f"{key} is {at - made} away", f"/{key}", f"about {made}")


@requirement("run-error-is-null-or-an-object", MUST, source="run#response-fields", covers="RUN-008")
@EVERYWHERE
def test_an_error_has_type_and_message(sightings: Sightings, route: str) -> None:
    """The error of a run is null, or an object of two strings: type and message."""
    for seen in sightings(route):
        error = seen.run.get("error")
        members = [error.get(key) for key in ("type", "message")] if isinstance(error, dict) else [None]
        holds = error is None or all(isinstance(member, str) for member in members)
        seen.expect(holds, "the error is neither null nor {type, message}", "/error", "null or {type, message}")


@requirement("run-is-told-alike", SHOULD, source="list-runs#response-fields", covers="RNS-012 RNS-013")
@pytest.mark.parametrize("route", ROUTES[1:])
def test_a_run_is_told_alike_everywhere(sightings: Sightings, route: str) -> None:
    """A run that has ended is shown with the same members and the same outcome wherever it is read or listed."""
    by_id = {seen.begun.run["id"]: seen.run for seen in sightings("get-run-global")}
    for seen in sightings(route):
        read = by_id.get(seen.begun.run["id"], {})
        if not (is_settled(read) and is_settled(seen.run)):
            continue
        by_states = seen.exchange.revision.run_states
        for key in ("session_id", "error", *(("status", "duration_ms") if by_states else ())):
            seen.expect(seen.run.get(key) == read.get(key), f"another {key} than by its id", f"/{key}", read.get(key))
        for key in (key for key in ("triggered_at", "cas_run_extras") if by_states and key in read):
            seen.expect(key in seen.run, f"{key} is missing", f"/{key}", read[key])


@pytest.mark.usefixtures("writes")
@requirement("run-session-of-its-own", SHOULD, source="run#response-fields", covers="RUN-001 RUN-007")
@pytest.mark.parametrize("route", ["run", "get-run-global"])
def test_every_run_has_a_session_of_its_own(sightings: Sightings, route: str) -> None:
    """Each run makes a session of its own: no two show the same session_id."""
    runs_of: dict[str, str] = {}
    for seen in sightings(route):
        id_, session = str(seen.run.get("id")), seen.run.get("session_id")
        if isinstance(session, str) and session:
            other = runs_of.setdefault(session, id_)
            seen.expect(other == id_, f"the session of {other}", "/session_id", "another session_id")


@requirement(
    "run-has-a-session-or-an-error",
    SHOULD,
    source="run#response-fields",
    covers="RUN-007",
    revisions=NEWER,
    levels={CMA: MUST},
)
@EVERYWHERE
def test_a_run_has_a_session_or_an_error(sightings: Sightings, route: str) -> None:
    """Of session_id and error exactly one is null: a run tells the session that it made, or why it made none."""
    for seen in sightings(route):
        session, error = (seen.run.get(key) for key in ("session_id", "error"))
        expected = "a session_id, and error null" if error is None else "null, beside an error"
        seen.expect((session is None) != (error is None), "both or neither", "/session_id", expected)


@requirement("run-status-is-known", MUST, source="run#response-fields", covers="RUN-009", revisions=(QODER_JUNE,))
@EVERYWHERE
def test_the_status_is_one_of_five(sightings: Sightings, route: str) -> None:
    """The status of a run is pending, running, completed, failed or skipped."""
    for seen in sightings(route):
        known = seen.run.get("status") in STATUSES
        seen.expect(known, "an unknown status", "/status", f"one of {', '.join(STATUSES)}")


@requirement(
    "run-completed-at-once-ended", MUST, source="run#response-fields", covers="RUN-009", revisions=(QODER_JUNE,)
)
@EVERYWHERE
def test_completed_at_is_set_once_the_run_has_ended(sightings: Sightings, route: str) -> None:
    """A run shows completed_at exactly when it has ended: a timestamp if completed or failed, null while in flight."""
    for seen in sightings(route):
        status, at = seen.run.get("status"), seen.run.get("completed_at")
        need(status in FINAL | IN_FLIGHT, "the status has to be known")
        if status in IN_FLIGHT:
            seen.expect(at is None, "completed_at of a run in flight", "/completed_at", None)
        elif status != "skipped":  # one that never began may have no end
            seen.expect(instant(at) is not None, f"completed_at of a {status} run", "/completed_at", "a timestamp")


@requirement("run-ends-after-it-began", SHOULD, source="run#response-fields", covers="RUN-009", revisions=(QODER_JUNE,))
@EVERYWHERE
def test_a_run_ends_after_it_began(sightings: Sightings, route: str) -> None:
    """A run that has ended did not end before it was created."""
    for seen in sightings(route):
        created, ended = instant(seen.run.get("created_at")), instant(seen.run.get("completed_at"))
        if created is not None and ended is not None:
            # two readings may be rounded apart
            holds = ended >= created - timedelta(seconds=1)
            seen.expect(holds, "it ended before it was created", "/completed_at", f"not before {created}")


@requirement(
    "run-duration-when-completed", MUST, source="run#response-fields", covers="RUN-009", revisions=(QODER_JUNE,)
)
@EVERYWHERE
def test_a_completed_run_tells_its_duration(sightings: Sightings, route: str) -> None:
    """A completed run tells how long it took: duration_ms, a number not below 0."""
    for seen in sightings(route):
        took = seen.run.get("duration_ms")
        holds = isinstance(took, int | float) and not isinstance(took, bool) and took >= 0
        message = "duration_ms of a completed run"
        seen.expect(holds or seen.run.get("status") != "completed", message, "/duration_ms", "a number of milliseconds")

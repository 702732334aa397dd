"""Several clients at once: each has a connection of its own, and their requests leave at the same moment.

That a service aborts one of two simultaneous changes (409, 429, 503) is lawful everywhere: only what was answered
with success is held against it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import pytest

from conformance.cases.creates import as_sent
from conformance.expect import Json, Object, expect_equal, expect_true, fail, need, need_object, user_metadata
from conformance.failures import Throttled
from conformance.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.failures import Inconclusive
    from conformance.revisions import Revision
    from conformance.suite import Suite

    T = TypeVar("T")

CLIENTS = 8
ROUNDS = 6
"""So often a race is run, for few services lose it every time."""

PATIENCE_S = 3.0
"""No further round is begun after so many seconds."""

BREATH_S = 0.0005
"""The time between two reads of one client that watches, in seconds: they shall last as long as what they watch."""

BEHIND_S = 0.002
"""By so many seconds a request leaves after others that are then under way, but have hardly been carried out."""

GATE_S = 60.0
"""The longest wait of a request for the others, in seconds: a pace that was asked for may hold some of them up."""

Call: TypeAlias = "Callable[[Client], Exchange]"
Answer: TypeAlias = "Exchange | None"
"""What was answered, or None where a gateway refused (429, 503) and nobody can say what was done."""


@dataclass
class Held(Transport):
    """A connection that asks once only, and holds its next request back before its last step until `gate` opens.

    `behind_s` is how many seconds longer than the others it holds it.
    """

    gate: threading.Barrier | None = None
    behind_s: float = 0.0

    def __post_init__(self) -> None:
        """Be held whenever there is a gate."""
        super().__post_init__()
        self.hold = self._wait

    def _again(self, attempt: Callable[[], Exchange], first: Inconclusive, method: str) -> Exchange:
        """Ask once only: sent twice, a change might be refused for having been made."""
        del attempt, method
        raise first

    def _wait(self) -> None:
        gate, self.gate = self.gate, None
        if gate is not None:
            with contextlib.suppress(threading.BrokenBarrierError):
                gate.wait(GATE_S)
            if self.behind_s:
                time.sleep(self.behind_s)


@dataclass(frozen=True)
class Crew:
    """Clients with a connection each. What they send is journalled, counted and shown like all else."""

    api: Client
    bodies: Bodies
    clients: tuple[Client, ...]
    finished: list[Exchange]
    pool: ThreadPoolExecutor
    turns: Iterator[int] = field(default_factory=count)

    def rounds(self, number: int = ROUNDS) -> Iterator[int]:
        """The numbers of the rounds, from 1: fewer where the target is slow."""
        end = time.monotonic() + PATIENCE_S
        for each in range(1, number + 1):
            yield each
            if time.monotonic() > end:
                return

    def at_once(self, *calls: Callable[[Client], T], last_behind: bool = False) -> list[T | None]:
        """Let each client make one of the calls, all at the same moment; None for one that a gateway refused.

        With `last_behind` the last of the calls leaves while the others are under way: what was read for them before
        must not be written over what it has done, and by chance it would hardly ever come last.
        """
        gate, session = threading.Barrier(len(calls)), self.api.session
        for client in self.clients:
            client.session.caller = session.caller
        # whoever comes to the gate last goes first: that shall be another one each time
        first = next(self.turns) % len(calls)
        order = [*range(first, len(calls)), *range(first)]
        pairs = zip(order, self.clients, strict=False)
        behind = [0.0] * (len(calls) - 1) + [BEHIND_S if last_behind else 0.0]
        jobs = {place: self.pool.submit(_make, client, calls[place], gate, behind[place]) for place, client in pairs}
        failures = [job.exception() for job in jobs.values()]  # waits for all of them
        self._account()
        for failure in failures:
            if failure is not None:
                raise failure
        return [jobs[place].result() for place in range(len(calls))]

    def _account(self) -> None:
        """Count what the clients have sent."""
        for exchange in self.finished:
            self.api.session.on_sent(exchange)
        self.finished.clear()


def _make(client: Client, call: Callable[[Client], T], gate: threading.Barrier, behind_s: float) -> T | None:
    transport = client.session.transport
    if isinstance(transport, Held):
        transport.gate, transport.behind_s = gate, behind_s
    try:
        return call(client)
    except Throttled:
        return None
    finally:
        gate.abort()  # whoever failed on the way must not hold up the others; those who passed do not notice


@pytest.fixture(scope="session")
def crew(
    suite: Suite,
    api: Client,
    bodies: Bodies,
    accepted: Object,  # noqa: ARG001 - without which nobody could tell whether the account is full
) -> Iterator[Crew]:
    """Eight clients with a connection each."""
    finished: list[Exchange] = []
    clients = []
    for _ in range(CLIENTS):
        transport = Held(suite.settings.target, api.session.transport.pace, api.session.transport.carrier)
        transport.witness = api.session.transport.witness
        session = dataclasses.replace(api.session, transport=transport, on_sent=finished.append)
        clients.append(dataclasses.replace(api, session=session))
    with ThreadPoolExecutor(CLIENTS) as pool:
        yield Crew(api, bodies, tuple(clients), finished, pool)
    for client in clients:
        client.session.transport.close()


# --- calls ------------------------------------------------------------------------------------------------------


def update(deployment: Object, body: Object) -> Call:
    """An update that a client can make."""
    return lambda client: client.update(deployment["id"], body)


def act(action: str, deployment: Object) -> Call:
    """A get, pause, unpause, archive or run that a client can make."""
    return lambda client: getattr(client, action)(deployment["id"])


def create(body: Object) -> Call:
    """A create that a client can make."""
    return lambda client: client.create(body)


def series(*calls: Call) -> Callable[[Client], list[Exchange]]:
    """Several calls that a client makes one after the other; it stops where a gateway refuses one."""

    def make(client: Client) -> list[Exchange]:
        answers: list[Exchange] = []
        with contextlib.suppress(Throttled):
            for call in calls:
                answers.append(call(client))  # noqa: PERF401 - what was answered before a refusal counts
        return answers

    return make


def until(done: threading.Event, call: Call, most: int = 25) -> Callable[[Client], list[Exchange]]:
    """A call that a client makes again and again until something is done."""

    def make(client: Client) -> list[Exchange]:
        answers: list[Exchange] = []
        with contextlib.suppress(Throttled):
            while len(answers) < most and not (answers and _rested(done)):
                answers.append(call(client))
        return answers

    return make


def _rested(done: threading.Event) -> bool:
    """Whether something is done, after a breath; gevent's events, with which a soak runs, do not wait for so little."""
    time.sleep(BREATH_S)
    return done.is_set()


def runs_of(crew: Crew, deployment: Object) -> tuple[list[Exchange], list[Exchange]]:
    """Four runs of a deployment at once: the answers that accept one, and what GETs then say of these."""
    begun = successes(crew.at_once(*[act("run", deployment)] * 4))
    return begun, [crew.api.its_run(deployment["id"], need_object(exchange)["id"]) for exchange in begun]


def expect_once(shown: Sequence[str], wanted: Iterable[str], at: Exchange) -> None:
    """The ids that a walk has shown hold each of those wanted once; `at` is its last page."""
    __tracebackhide__ = True
    for id_ in wanted:
        times = shown.count(id_)
        message = f"{id_}, which was there all the time, is shown {times} times in one walk"
        expect_true(times == 1, message, expected="one time", actual=times, at=at, pointer="/data")


def ending(done: threading.Event, calls: Callable[[Client], T]) -> Callable[[Client], T]:
    """What a client does, after which something is done."""

    def make(client: Client) -> T:
        try:
            return calls(client)
        finally:
            done.set()

    return make


# --- answers ----------------------------------------------------------------------------------------------------


def successes(answers: list[Answer]) -> list[Exchange]:
    """The answers that say that something was done."""
    return [answer for answer in answers if answer is not None and answer.ok]


def accepted(changes: list[Object], answers: list[Answer]) -> list[Object]:
    """The changes that were accepted, as a control that some were, as far as can be known."""
    kept = [change for change, answer in zip(changes, answers, strict=True) if answer is not None and answer.ok]
    need(bool(kept) or None in answers, f"one of {len(changes)} changes at once had to be accepted")
    return kept


def expect_kept(exchange: Exchange, changes: list[Object]) -> None:
    """A deployment shows all these changes, that of a name perhaps with what archiving appends."""
    __tracebackhide__ = True
    shown = need_object(exchange)
    for change in changes:
        for member, value in change.items():
            told, wanted = _comparable(shown, member, value)
            what = f"{member}, which was changed at the same time as others,"
            expect_equal(as_sent(told, wanted), wanted, what, at=exchange, pointer=f"/{member}")


def _comparable(shown: Object, member: str, value: Json) -> tuple[Json, Json]:
    if member == "metadata":
        bag = user_metadata(shown)
        return {key: bag.get(key) for key in value} if isinstance(bag, dict) else bag, value
    told = shown.get(member)
    if member == "name" and isinstance(told, str):
        return told.partition("_archived_")[0], value
    return told, value


# --- deployments whose fields all tell the same -----------------------------------------------------------------


def matching(revision: Revision, name: str, tag: str) -> Object:
    """The fields of an update that all tell the same tag."""
    return {
        "name": f"{name} {tag}",
        "description": tag,
        "initial_events": [revision.message(tag)],
        "metadata": {"tag": tag},
    }


def _said(events: Json) -> Json:
    """The text of the first event, in one block or none."""
    content = events[0].get("content") if isinstance(events, list) and events else events
    return content[0].get("text") if isinstance(content, list) and content else content


def expect_matching(shown: Object, at: Exchange, pointer: str = "") -> None:
    """A deployment shows one update whole, and no part of another."""
    __tracebackhide__ = True
    events, bag = shown.get("initial_events"), user_metadata(shown)
    tags: dict[str, Any] = {
        "name": str(shown.get("name")).rpartition(" ")[2],
        "description": shown.get("description"),
        "initial_events": _said(events),
        "metadata": bag.get("tag") if isinstance(bag, dict) else bag,
    }
    if len(set(map(str, tags.values()))) > 1:
        message = f"{at.operation}: parts of several updates at once, that were each sent whole"
        fail(message, expected="the fields of one update", actual=tags, pointer=pointer, at=at)

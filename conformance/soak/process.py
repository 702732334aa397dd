"""One process of a soak: its job comes in by the pipe, and what it finds goes out as lines of JSON."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import gevent
from gevent.event import Event
from gevent.os import tp_read
from locust.env import Environment

from conformance.cases import load as declared_cases
from conformance.failures import BoundReached, Inconclusive
from conformance.soak import clock
from conformance.soak.asked import LOCAL, MASTER, WORKER, Job
from conformance.soak.commons import Sharer
from conformance.soak.house import House
from conformance.soak.spoken_for import spoken_for
from conformance.soak.standing import last_walk
from conformance.soak.users import FRIENDS, Hall, Leader, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from locust.runners import MasterRunner, WorkerRunner

    from conformance.exchange import Exchange

Tell: TypeAlias = "Callable[[str, Any], None]"

MESSAGE = "soak"
PROGRESS_S = 5.0
LAST_TASK_S = 8.0
"""So long, in seconds, users may take to end what they are at."""

ARRIVAL_S = 60.0
SUMMARY_S = 60.0
"""So long a master waits for its workers to come, and in the end to tell what they have counted."""


def serve() -> None:
    """Do the job that the first line of the standard input tells, until it is done or that is closed."""
    logging.disable(logging.CRITICAL)  # what goes wrong is told by us, and without secrets
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")

    def tell(kind: str, value: Any) -> None:
        out.write(json.dumps({"kind": kind, "value": value}) + "\n")
        out.flush()

    job = Job.load(_line())
    stop = Event()
    gevent.spawn(_watch, stop)
    roles: dict[str, Callable[[Job, Tell, Event], None]] = {LOCAL: _local, MASTER: _master, WORKER: _worker}
    roles[job.role](job, tell, stop)
    out.close()
    os._exit(0)  # connections and pools of threads that nobody needs any more


def _line() -> str:
    data = b""
    while not data.endswith(b"\n"):
        part = tp_read(0, 65_536)
        if not part:
            raise SystemExit("no job came")
        data += part
    return data.decode()


def _watch(stop: Event) -> None:
    """Whatever comes, or the end of the pipe, says that it is enough."""
    tp_read(0, 1)
    stop.set()


# --- roles ------------------------------------------------------------------------------------------------------


def _local(job: Job, tell: Tell, stop: Event) -> None:
    hall = _hall(job, tell, stop)
    environment = _environment(job, hall)
    runner = environment.create_local_runner()
    gevent.spawn(_progress, environment, tell)
    runner.start(job.asked.users, _spawn_rate(job))
    stop.wait(job.asked.seconds)
    runner.stop()
    tell("done", _summary(hall))


def _worker(job: Job, tell: Tell, stop: Event) -> None:
    """Hold users for a master, to whom all is told; it also says when to begin and to end."""
    runner: WorkerRunner | None = None

    def tell_master(kind: str, value: Any) -> None:
        if runner is not None:
            runner.send_message(MESSAGE, {"kind": kind, "value": value})

    hall = _hall(job, tell_master, stop)
    hall.exhausted = partial(tell_master, "exhausted")
    environment = _environment(job, hall)
    over = Event()

    def finish(**_: Any) -> None:
        tell_master("done", _summary(hall))
        over.set()

    environment.events.test_stop.add_listener(finish)  # type: ignore[no-untyped-call] # Locust is typed in part
    runner = environment.create_worker_runner(job.asked.host, job.asked.port)
    tell("connected", job.name)
    while not (over.is_set() or stop.is_set()):
        gevent.sleep(0.2)
    if not over.is_set():
        runner.stop()
    gevent.sleep(1.0)  # what was sent last has to leave
    tell("gone", job.name)


def _master(job: Job, tell: Tell, stop: Event) -> None:
    environment = _environment(job, None)
    runner = environment.create_master_runner(job.asked.host, job.asked.port)
    done = 0

    def hear(msg: Any, **_: Any) -> None:
        nonlocal done
        kind, value = msg.data["kind"], msg.data["value"]
        tell(kind, value)
        done += kind == "done"
        if kind == "exhausted" or (kind == "found" and job.asked.fail_fast):
            stop.set()

    runner.register_message(MESSAGE, hear)
    tell("port", runner.server.port)
    if not _arrived(runner, job.asked.workers, stop):
        tell("defect", f"only {len(runner.clients.ready)} of {job.asked.workers} workers came in {ARRIVAL_S:g} s")
        return
    workers = len(runner.clients.ready)
    gevent.spawn(_progress, environment, tell)
    runner.start(job.asked.users, _spawn_rate(job))
    stop.wait(job.asked.seconds)
    gevent.spawn(runner.stop)
    _wait(lambda: done >= workers, SUMMARY_S)
    gevent.spawn(runner.quit)
    gevent.sleep(0.2)


def _arrived(runner: MasterRunner, number: int, stop: Event) -> bool:
    return _wait(lambda: len(runner.clients.ready) >= number or stop.is_set(), ARRIVAL_S) and not stop.is_set()


def _wait(ready: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is ready, at most so many seconds; whether it is."""
    until = time.monotonic() + seconds
    while not ready() and time.monotonic() < until:
        gevent.sleep(0.05)
    return ready()


# --- parts ------------------------------------------------------------------------------------------------------


def _environment(job: Job, hall: Hall | None) -> Environment:
    Leader.fixed_count = max(1, job.asked.users // (FRIENDS + 1))
    environment = Environment(user_classes=[Visitor, Leader], stop_timeout=LAST_TASK_S)
    if hall is not None:
        Visitor.hall = hall
        hall.house.heard = partial(_measure, environment)
    return environment


def _measure(environment: Environment, exchange: Exchange, elapsed_ms: float, why: BaseException | None) -> None:
    """Let Locust count a request, too: that is what it tells its master."""
    environment.events.request.fire(  # type: ignore[no-untyped-call] # the same
        request_type=exchange.method,
        name=exchange.operation.partition(" ")[2],
        response_time=elapsed_ms,
        response_length=len(exchange.body),
        exception=why if why is not None or exchange.status < 500 else f"status {exchange.status}",
        context={},
    )


def _hall(job: Job, tell: Tell, stop: Event) -> Hall:
    revision, consent = job.settings.target.revision, job.settings.consent
    declared = [each.of(revision) for each in declared_cases() if revision in each.revisions]

    def found(part: Any) -> None:
        tell("found", part.dump())
        if job.asked.fail_fast:
            stop.set()

    measured = clock.Clock(clock.slice_of(job.asked.seconds))
    hall = Hall(House(job.settings, job.name, spoken_for(declared, consent), found, measured))

    def exhausted(why: str) -> None:
        tell("exhausted", why)
        stop.set()

    hall.exhausted = exhausted
    return hall


def _spawn_rate(job: Job) -> float:
    return max(job.asked.users / max(job.asked.rampup_s, 0.1), 1.0)


def _progress(environment: Environment, tell: Tell) -> None:
    """Tell how it goes, as Locust counts it, until the users are told to end."""
    known, since = 0, time.monotonic()
    while True:
        gevent.sleep(PROGRESS_S)
        total, runner = environment.stats.total, environment.runner
        if runner is None or runner.state in {"cleanup", "stopping", "stopped"}:
            return
        now, number = time.monotonic(), total.num_requests
        rate, known, since = (number - known) / (now - since), number, now
        figures = (total.get_current_response_time_percentile(share) or 0.0 for share in (0.5, 0.95))
        tell("progress", [runner.user_count, number, rate, *figures])


def _summary(hall: Hall) -> dict[str, Any]:
    """What this process has counted, after a last look at what is shared, when nobody writes any more."""
    with contextlib.suppress(gevent.Timeout), gevent.Timeout(SUMMARY_S / 2):
        _last_look(hall)
    ledger = hall.house.ledger
    return {
        "clock": hall.house.clock.dump(),
        "checks": dict(ledger.checks),
        "found": dict(ledger.found),
        "dropped": ledger.dropped,
        "lacking": ledger.lacking,
        "defects": hall.defects[:5],
    }


def _last_look(hall: Hall) -> None:
    house = hall.house
    try:
        guest = hall.next_guest()
        house.revive()
        last_walk(guest)
        for commons in [each for each in house.commons if not each.spoilt]:
            guest.begin("soak-commons")
            Sharer(guest, commons).compare(commons)
    except (Inconclusive, BoundReached):
        house.ledger.dropped += 1
    except Exception as error:  # noqa: BLE001 - told as what it is: a defect of ours
        hall.defect(error)

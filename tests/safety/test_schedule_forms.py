"""In whatever form a schedule is sent: one that might fire within a day is stopped, and no other."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from matrix.kill import Carrier, target

from conformance.client import ABSENT, Client
from conformance.failures import UnsafeSchedule
from conformance.far_schedules import far_month
from conformance.model import Blame, Options
from conformance.reference.service import Service
from conformance.runner import run
from conformance.schedule_guard import check
from conformance.session import Consent, Session
from conformance.settings import Settings
from conformance.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.reference.call import Reply, Request

NEAR, FAR = "* * * * *", f"30 9 12 {far_month(datetime.now(UTC))} *"
ZONE = "UTC"


def _schedule(expression: Any) -> dict[str, Any]:
    return {"type": "cron", "expression": expression, "timezone": ZONE}


VALUES: dict[str, Callable[[str], Any]] = {
    "a schedule": lambda e: {"schedule": _schedule(e)},
    "without a zone": lambda e: {"schedule": {"expression": e}},
    "the expression alone": lambda e: {"schedule": e},
    "under another name": lambda e: {"schedule": {"type": "cron", "cron": e}},
    "in capitals": lambda e: {"Schedule": {"Expression": e}},
    "in a list": lambda e: {"schedule": [_schedule(e)]},
    "several expressions": lambda e: {"schedule": _schedule([FAR, e])},
    "at the top": lambda e: {"expression": e},
    "in a list of bodies": lambda e: [{"name": "x"}, {"schedule": _schedule(e)}],
    "wrapped": lambda e: {"deployment": {"schedule": _schedule(e)}},
}

TEXTS: dict[str, Callable[[str], bytes]] = {
    "JSON": lambda e: json.dumps({"schedule": _schedule(e)}).encode(),
    "the first of two members": lambda e: (
        json.dumps({"schedule": _schedule(e), "x": 1}).encode()[:-1] + b',"schedule":null}'
    ),
    "the last of two members": lambda e: b'{"schedule":null,' + json.dumps({"schedule": _schedule(e)}).encode()[1:],
    "two expressions": lambda e: f'{{"schedule":{{"expression":"{e}","expression":"{FAR}"}}}}'.encode(),
    "an escaped name": lambda e: f'{{"schedule":{{"\\u0065xpression":"{e}"}}}}'.encode(),
    "an escaped name, cut off": lambda e: f'{{"\\u0073chedule":{{"\\u0065xpression":"{e}"'.encode(),
    "cut off": lambda e: json.dumps({"schedule": _schedule(e)}).encode()[:-2],
    "a comma too many": lambda e: f'{{"schedule":{{"expression":"{e}","timezone":"UTC",}}}}'.encode(),
    "single quotes": lambda e: f"{{'schedule':{{'expression':'{e}'}}}}".encode(),
    "names without quotes": lambda e: f'{{schedule: {{expression: "{e}"}}}}'.encode(),
    "a byte order mark": lambda e: b"\xef\xbb\xbf" + json.dumps({"schedule": _schedule(e)}).encode(),
    "UTF-16": lambda e: json.dumps({"schedule": _schedule(e)}).encode("utf-16"),
    "UTF-32, cut off": lambda e: json.dumps({"schedule": _schedule(e)}).encode("utf-32")[:-8],
    "YAML": lambda e: f"schedule:\n  type: cron\n  expression: {e}\n  timezone: UTC\n".encode(),
    "a form": lambda e: urlencode({"schedule[expression]": e, "schedule[timezone]": ZONE}).encode(),
    "bytes that are no text": lambda e: f'{{"schedule":{{"expression":"{e}"}}, "name":"'.encode() + b'\xff\xfe"}',
}


@pytest.fixture(scope="module")
def session() -> Session:
    """What a client knows that has sent nothing yet."""
    return Suite(Settings(target(Service()), Options(), "test"), carrier=Carrier(Service())).client.session


@pytest.mark.parametrize("form", VALUES)
def test_a_value_is_looked_through(form: str, session: Session) -> None:
    check(session, VALUES[form](FAR), None)
    with pytest.raises(UnsafeSchedule) as told:
        check(session, VALUES[form](NEAR), None)
    assert told.value.blame is Blame.SUITE


@pytest.mark.parametrize("form", TEXTS)
def test_bytes_are_read_as_a_lax_server_might(form: str, session: Session) -> None:
    check(session, ABSENT, TEXTS[form](FAR))
    with pytest.raises(UnsafeSchedule):
        check(session, ABSENT, TEXTS[form](NEAR))


@pytest.mark.parametrize(
    "body",
    [
        {"metadata": {"schedule": NEAR, "expression": NEAR}},
        {"name": f"schedule: {NEAR}", "description": NEAR},
        {"schedule": None},
        {"schedule": _schedule(FAR) | {"timezone": "Etc/GMT+5", "upcoming_runs_at": ["2026-06-12T09:30:00Z"]}},
        {"schedule": {"type": "interval", "expression": ""}},
        [],
        None,
        "* * * * *",
    ],
)
def test_what_nobody_fires_by_may_be_sent(body: Any, session: Session) -> None:
    check(session, body, None)


# --- by every way that leads to the target ------------------------------------------------------------------------


class Watchful(Service):
    """Keeps the bodies of what was to be written, and has a clock that is off."""

    def __init__(self, off: timedelta = timedelta()) -> None:
        super().__init__()
        self.off = off
        self.bodies: list[bytes] = []

    def now(self) -> datetime:
        return super().now() + self.off

    def answer(self, request: Request) -> Reply:
        self.bodies += [request.body] if request.method != "GET" else []
        return super().answer(request)


@pytest.fixture
def service() -> Watchful:
    return Watchful()


@pytest.fixture
def api(service: Watchful) -> Iterator[Client]:
    """A client without the consent to schedules."""
    settings = Settings(replace(target(service), allow_schedules=False), Options(), "test")
    suite = Suite(settings, carrier=Carrier(service))
    assert settings.consent == Consent(writes=True, runs=True, schedules=False)
    yield suite.client
    assert suite.finish() == []


WAYS: dict[str, Callable[[Client, str], object]] = {
    "create": lambda api, id_: api.create({"name": "x", "schedule": _schedule(NEAR), "agent": id_}),
    "create, as it is": lambda api, _: api.create(content=TEXTS["cut off"](NEAR)),
    "update": lambda api, id_: api.update(id_, {"schedule": _schedule(NEAR)}),
    "update, the expression alone": lambda api, id_: api.update(id_, {"schedule": {"expression": NEAR}}),
    "update, as it is": lambda api, id_: api.update(id_, content=TEXTS["JSON"](NEAR)),
    "unpause, with a body": lambda api, id_: api.unpause(id_, {"schedule": _schedule(NEAR)}),
    "another method": lambda api, id_: api.send("PATCH", f"/deployments/{id_}", json={"schedule": _schedule(NEAR)}),
    "another client": lambda api, id_: api.with_token("pt-other").update(id_, {"schedule": _schedule(NEAR)}),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_past_the_guard(way: str, api: Client, service: Watchful) -> None:
    id_ = api.unknown_id("dep_")
    with pytest.raises(UnsafeSchedule):
        WAYS[way](api, id_)
    assert service.bodies == []


@pytest.mark.matrix
@pytest.mark.parametrize("minutes", [9, -9])
def test_no_case_is_stopped_whose_target_has_a_clock_that_is_minutes_off(minutes: int, session: Session) -> None:
    service = Watchful(timedelta(minutes=minutes))
    without = replace(target(service), allow_schedules=False)
    areas = ("schedule", "update", "create", "sequence", "generated", "unpause")
    report = run(without, Options(only=areas, examples=5), carrier=Carrier(service))

    assert [f"{each.id}: {each.reason}" for each in report.results if each.blame is not None or each.is_broken] == []
    for body in service.bodies:
        check(session, ABSENT, body)

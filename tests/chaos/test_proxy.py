"""The proxy does to requests what a plan says, and to nothing else: a test that rests on it means something."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from chaos.proxy import AWAY_S, Proxy
from chaos.weather import WEATHERS, Fault, Plan, Weather

from conformance.reference.service import Service
from conformance.reference.thread import serve_in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference import Running

pytestmark = pytest.mark.matrix

PATIENCE_S = 0.4
BROKEN = (httpx.NetworkError, httpx.RemoteProtocolError)
OVERDUE = httpx.ReadTimeout
STATUS = {Fault.THROTTLED: 429, Fault.UNAVAILABLE: 503, Fault.BAD_GATEWAY: 502, Fault.DELAYED: 200}
STATUS |= {Fault.UNAVAILABLE_AFTER: 503, Fault.BAD_GATEWAY_AFTER: 502}
NEVER_ARRIVES = {Fault.RESET_BEFORE, Fault.REFUSED, Fault.DEAD, Fault.THROTTLED, Fault.UNAVAILABLE, Fault.BAD_GATEWAY}


def always(fault: Fault) -> Plan:
    """A plan in which nothing else happens."""
    return Plan(Weather(str(fault), {fault: 1000}, spared=0), seed=0)


@pytest.fixture
def running() -> Iterator[Running]:
    with serve_in_thread(Service()) as served:
        yield served


def _post(base_url: str, running: Running) -> httpx.Response:
    headers = {"authorization": f"Bearer {running.tokens['full']}"}
    with httpx.Client(base_url=base_url, headers=headers, trust_env=False, timeout=PATIENCE_S) as http:
        return http.post("/agents", json={"name": "asked for", "model": "auto"})


def _posted_in_the_end(base_url: str, running: Running) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with contextlib.suppress(*BROKEN):
            return _post(base_url, running).status_code == 200
    return False


def _agents(running: Running) -> list[str]:
    headers = {"authorization": f"Bearer {running.tokens['full']}"}
    answer = httpx.get(f"{running.base_url}/agents", headers=headers, trust_env=False)
    return [each["name"] for each in answer.json()["data"]]


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_does_what_it_is_called(fault: Fault, running: Running) -> None:
    with Proxy(running.base_url, always(fault), PATIENCE_S) as proxy:
        if fault in STATUS:
            assert _post(proxy.base_url, running).status_code == STATUS[fault]
        else:
            with pytest.raises(OVERDUE if fault in {Fault.STALLED, Fault.LATE} else BROKEN):
                _post(proxy.base_url, running)
        assert proxy.injected == {fault: 1}
        proxy.heal()

        assert ("asked for" in _agents(running)) is (fault not in NEVER_ARRIVES)
        assert _post(proxy.base_url, running).status_code == 200


def test_no_connection_comes_back_after_a_while_and_death_is_for_good(running: Running) -> None:
    with Proxy(running.base_url, always(Fault.REFUSED), PATIENCE_S) as proxy:
        with pytest.raises(BROKEN):
            _post(proxy.base_url, running)
        proxy.plan = None
        time.sleep(AWAY_S)
        assert _posted_in_the_end(proxy.base_url, running)
        proxy.plan = always(Fault.DEAD)
        with pytest.raises(BROKEN):
            _post(proxy.base_url, running)
        time.sleep(AWAY_S)
        with pytest.raises(httpx.ConnectError):
            _post(proxy.base_url, running)


def test_without_a_plan_every_byte_passes_as_it_is(running: Running) -> None:
    with Proxy(running.base_url, None, PATIENCE_S) as proxy:
        passed, direct = (httpx.get(f"{url}/agents", trust_env=False) for url in (proxy.base_url, running.base_url))

    assert passed.status_code == direct.status_code == 401
    assert [name for name, _ in passed.headers.raw] == [name for name, _ in direct.headers.raw]


@pytest.mark.parametrize("weather", WEATHERS.values(), ids=lambda each: each.name)
def test_equal_seeds_give_equal_weather(weather: Weather) -> None:
    first, again, other = ([plan.next() for _ in range(2000)] for plan in (Plan(weather, seed) for seed in (1, 1, 2)))

    assert first == again != other
    assert {*first} >= {*weather.chances} or weather.dies_within
    assert (Fault.DEAD in first) is (weather.dies_within is not None)

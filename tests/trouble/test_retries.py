"""What may be sent again is, within bounds; what may have been carried out is not; and it is said whose move it is."""

from __future__ import annotations

import contextlib
import random
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
from garbage.servers import fixed, hang, serve
from trouble.scripted import BUSY, CUT, FINE, PAGE, RESET, Script, asking, busy

from conformance.failures import (
    HungUp,
    Inconclusive,
    NoAnswer,
    ProxyFailed,
    TargetLost,
    Throttled,
    Unreachable,
)
from conformance.health import LOST_AT_ONCE, WAITING_S, Health
from conformance.model import Blame, Target
from conformance.retries import PATIENCE, SPREAD_S
from conformance.transport import Transport

if TYPE_CHECKING:
    from garbage.servers import Behaviour

NOW = datetime(2026, 6, 14, 8, 53, 32, tzinfo=UTC)
"""By a clock that is not ours."""

IN_7_S = format_datetime(NOW + timedelta(seconds=7), usegmt=True)
IN_TWO_DAYS = format_datetime(datetime.now(UTC) + timedelta(days=2), usegmt=True)
UNREADABLE = ("soon", "-5", "\N{SUPERSCRIPT TWO}", "1.5", "", "0x10", "Sun, 99 Foo 2026 99:99:99 GMT", "1e400")

METHODS = pytest.mark.parametrize("method", ["GET", "POST"])


# --- 429 and 503 ------------------------------------------------------------------------------------------------


@METHODS
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_who_is_busy_is_asked_again_after_ever_longer_waits(method: str, status: str) -> None:
    turned_away = fixed(status, PAGE, "text/html")
    with asking(turned_away, turned_away, turned_away, FINE) as ask:
        assert ask(method).status == 200
        assert [sent for sent, _ in ask.script.arrived] == [method] * 4
        assert ask.waits == sorted(ask.waits)
        assert all(least <= wait <= least * 1.5 for least, wait in zip((1, 2, 4), ask.waits, strict=True))


def test_the_waits_of_two_clients_differ() -> None:
    with asking(BUSY, BUSY, FINE) as one, asking(BUSY, BUSY, FINE) as other:
        one()
        other()
        assert one.waits != other.waits


@pytest.mark.parametrize(
    "told",
    [
        busy("429 Too Many Requests", "7"),
        busy("503 Service Unavailable", "7"),
        busy("429 Too Many Requests", IN_7_S, format_datetime(NOW, usegmt=True)),
        busy("503 Service Unavailable", " 7 "),
    ],
    ids=["429, seconds", "503, seconds", "a date, by the clock of the target", "with blanks"],
)
def test_the_target_says_how_long(told: Behaviour) -> None:
    with asking(told, FINE) as ask:
        assert ask().status == 200
        assert len(ask.waits) == 1
        assert 7 <= ask.waits[0] <= 7 + SPREAD_S


@pytest.mark.parametrize("said", UNREADABLE)
def test_what_cannot_be_read_says_nothing(said: str) -> None:
    with asking(busy("429 Too Many Requests", said), FINE) as ask:
        assert ask().status == 200
        assert 1 <= ask.waits[0] <= 1.5


@pytest.mark.parametrize("said", ["3600", "9" * 400, IN_TWO_DAYS], ids=["an hour", "for ever", "a date"])
def test_nobody_waits_longer_than_is_bearable(said: str) -> None:
    with asking(busy("429 Too Many Requests", said), FINE) as ask:
        with pytest.raises(Throttled) as told:
            ask()
        assert told.value.blame is Blame.ENVIRONMENT
        assert (ask.waits, len(ask.script.arrived)) == ([], 1)


@pytest.mark.parametrize("told", [BUSY, busy("503 Service Unavailable", "20")], ids=["without", "with Retry-After"])
def test_throttled_for_ever_is_bounded_for_a_request_and_for_a_run(told: Behaviour) -> None:
    longest = PATIENCE[Throttled].in_all_s
    with asking(told) as ask:
        with pytest.raises(Throttled):
            ask("POST")
        assert longest / 2 < sum(ask.waits) <= longest
        met = [_met(ask) for _ in range(500)]

    assert sum(ask.waits) <= 3 * longest
    assert len(ask.script.arrived) <= 3 * PATIENCE[Throttled].tries + LOST_AT_ONCE
    assert {type(each) for each in met[-400:]} == {TargetLost}
    assert met[-1].blame is Blame.ENVIRONMENT


def _met(ask: object) -> Inconclusive:
    assert callable(ask)
    with pytest.raises(Inconclusive) as told:
        ask()
    return told.value


def test_waiting_is_bounded_in_all_even_where_every_request_is_answered_in_the_end() -> None:
    with asking(*[busy("429 Too Many Requests", "50"), FINE] * 60) as ask:
        for _ in range(int(WAITING_S / (50 + SPREAD_S))):
            assert ask().status == 200
        assert isinstance(_met(ask), Throttled)
        assert sum(ask.waits) <= WAITING_S


def test_nobody_waits_past_the_end_of_the_run() -> None:
    with asking(busy("429 Too Many Requests", "30"), FINE) as ask:
        ask.transport.health.deadline = time.monotonic() + 10
        with pytest.raises(Throttled):
            ask()
        assert ask.waits == []


def test_what_is_drawn_for_waits_is_drawn_from_nothing_that_is_sent() -> None:
    state = random.getstate()
    with asking(BUSY, BUSY, BUSY, FINE) as ask:
        ask()

    assert random.getstate() == state


# --- connections that break -------------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", [RESET, CUT], ids=["reset", "cut off"])
def test_a_read_whose_connection_broke_is_sent_again(broken: Behaviour) -> None:
    with asking(broken, broken, FINE) as ask:
        assert ask().status == 200
        assert len(ask.script.arrived) == 3


@pytest.mark.parametrize("broken", [RESET, CUT], ids=["reset", "cut off"])
def test_a_write_whose_connection_broke_is_sent_once(broken: Behaviour) -> None:
    with asking(broken, FINE) as ask:
        with pytest.raises(HungUp) as told:
            ask("POST")
        assert told.value.blame is Blame.TARGET
        assert len(ask.script.arrived) == 1


@METHODS
def test_a_silence_was_waited_for_already(method: str) -> None:
    with asking(hang, FINE) as ask:
        ask.transport.close()
        ask.transport = Transport(Target(ask.url, timeout_s=0.2), sleep=ask.waits.append)
        with pytest.raises(NoAnswer) as told:
            ask(method)
        assert told.value.blame is Blame.TARGET
        assert (ask.waits, len(ask.script.arrived)) == ([], 1)


def test_connections_that_always_break_end_a_run_soon() -> None:
    with asking(RESET) as ask:
        met = [_met(ask) for _ in range(100)]
        assert isinstance(met[-1], TargetLost)
        assert met[-1].blame is Blame.TARGET
        assert len(ask.script.arrived) <= 3 * PATIENCE[HungUp].tries + LOST_AT_ONCE


# --- pages of a proxy -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["502 Bad Gateway", "504 Gateway Timeout", "521 Web Server Is Down"])
def test_a_page_of_a_proxy_is_no_answer_of_the_service(status: str) -> None:
    page = fixed(status, PAGE, "text/html")
    with asking(page, page, FINE) as ask:
        assert ask().status == 200
    with asking(page) as ask:
        with pytest.raises(ProxyFailed) as told:
            ask()
        assert told.value.blame is Blame.ENVIRONMENT
        assert len(ask.script.arrived) == PATIENCE[ProxyFailed].tries


def test_a_write_that_a_proxy_answered_is_sent_once() -> None:
    with asking(fixed("504 Gateway Timeout", PAGE, "text/html"), FINE) as ask:
        with pytest.raises(ProxyFailed):
            ask("POST")
        assert len(ask.script.arrived) == 1


@METHODS
@pytest.mark.parametrize(
    "own",
    [
        fixed("502 Bad Gateway", {"type": "error", "error": {"type": "api_error", "message": "upstream"}}),
        fixed("504 Gateway Timeout", {"message": "Endpoint request timed out"}),
        fixed("500 Internal Server Error", {"type": "error", "error": {"type": "api_error", "message": "x"}}),
        fixed("500 Internal Server Error", PAGE, "text/html"),
    ],
    ids=["502 in JSON", "504 in JSON", "500 in JSON", "500 with a page"],
)
def test_an_error_of_the_service_is_an_answer(own: Behaviour, method: str) -> None:
    with asking(own) as ask:
        assert ask(method).status in {500, 502, 504}
        assert (ask.waits, len(ask.script.arrived)) == ([], 1)


# --- no connection ----------------------------------------------------------------------------------------------


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_what_never_was_there_is_told_at_once() -> None:
    waits: list[float] = []
    transport = Transport(Target("http://127.0.0.1:9/v1"), sleep=waits.append)
    with pytest.raises(Unreachable) as told:
        transport.send("GET", "http://127.0.0.1:9/v1/x", "/x", (), None)
    assert (told.value.blame, waits) == (Blame.ENVIRONMENT, [])


@METHODS
def test_what_was_there_may_come_back(method: str) -> None:
    """A restart in the middle of a run: a connection that is refused was no request, so writes are sent again too."""
    port, script = _free_port(), Script([FINE])
    url = f"http://127.0.0.1:{port}/v1"
    with contextlib.ExitStack() as opened:
        transport = Transport(Target(url), health=Health(met=True))
        transport.sleep = lambda _: _open_once(opened, script, port)
        assert transport.send(method, f"{url}/x", "/x", (), None).status == 200
        transport.close()
    assert len(script.arrived) == 1


def _open_once(opened: contextlib.ExitStack, script: Script, port: int) -> None:
    with contextlib.suppress(OSError):  # it is open already
        opened.enter_context(serve(script, port))


def test_what_is_gone_for_good_ends_a_run_soon() -> None:
    port, waits = _free_port(), list[float]()
    url = f"http://127.0.0.1:{port}/v1"
    transport = Transport(Target(url), sleep=waits.append, health=Health(met=True))
    met = [_met(lambda: transport.send("POST", f"{url}/x", "/x", (), b"{}")) for _ in range(100)]

    assert sum(waits) <= 3 * PATIENCE[Unreachable].in_all_s
    assert isinstance(met[0], Unreachable)
    assert isinstance(met[-1], TargetLost)
    assert met[-1].blame is Blame.ENVIRONMENT


def test_what_is_lost_can_be_tried_again_for_putting_away() -> None:
    with asking(*[RESET] * 150, FINE) as ask:
        while not isinstance(_met(ask), TargetLost):
            pass
        del ask.script.behaviours[:-1]
        ask.transport.health.revive()
        assert ask("POST").status == 200

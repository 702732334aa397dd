"""What may rest on a write of which nobody knows the outcome accuses nobody; all else is judged as ever."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import httpx
import pytest
from matrix.kill import Carrier, target

from conformance.disturbances import Disturbances
from conformance.exchange import Exchange, Headers
from conformance.model import Blame, Options, Report, Verdict
from conformance.reference.faults import combine
from conformance.reference.service import Service
from conformance.runner import run

PAGE = b"<html>Bad gateway</html>"


def exchange(method: str, path: str, status: int, sent: bytes = b"", came: bytes = b"") -> Exchange:
    """One as the transport makes it."""
    return Exchange(method, f"http://h{path}", path, (), sent, status, (), came, 1.0)


PAUSE = exchange("POST", "/deployments/dep_1/pause", 503)
LATER = exchange("GET", "/deployments/dep_1", 200, came=b'{"id": "dep_1"}')
OTHER = exchange("GET", "/deployments/dep_2", 200, came=b'{"id": "dep_2"}')


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (PAUSE, None),
        (exchange("POST", "/deployments/dep_1", 502, came=PAGE), None),
        (exchange("POST", "/deployments/dep_1", 524, came=PAGE), None),
        (exchange("PUT", "/deployments/dep_1", 0), httpx.ReadTimeout("nothing came")),
        (exchange("DELETE", "/deployments/dep_1", 0), httpx.ReadError("reset")),
    ],
)
def test_what_may_have_been_carried_out_is_remembered(sent: Exchange, why: Exception | None) -> None:
    known = Disturbances()
    known.note(sent, why)

    assert known.behind([]) is not None
    known.here.clear()  # another case
    assert known.behind([LATER]) is not None
    assert known.behind([OTHER]) is None


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (exchange("POST", "/deployments/dep_1/pause", 200, came=b"{}"), None),
        (exchange("POST", "/deployments/dep_1/pause", 429), None),
        (exchange("POST", "/deployments/dep_1/pause", 500, came=PAGE), None),
        (exchange("POST", "/deployments/dep_1/pause", 502, came=b'{"type": "error"}'), None),
        (exchange("GET", "/deployments/dep_1", 503), None),
        (exchange("GET", "/deployments/dep_1", 0), httpx.ReadTimeout("nothing came")),
        (exchange("POST", "/deployments/dep_1", 0), httpx.ConnectError("refused")),
    ],
)
def test_what_is_known_disturbs_nobody(sent: Exchange, why: Exception | None) -> None:
    known = Disturbances()
    known.note(sent, why)

    assert known.behind([sent, LATER]) is None


def test_a_lost_create_is_known_by_its_name_and_in_the_list_of_its_agent() -> None:
    known = Disturbances()
    body = b'{"name": "conformance-ab12cd-main-4", "agent": {"id": "agent_1"}, "environment_id": "env_1"}'
    known.note(exchange("POST", "/deployments", 0, body), httpx.ReadError("reset"))
    known.here.clear()

    shown = exchange("GET", "/deployments?limit=20", 200, came=b'{"data": [{"name": "conformance-ab12cd-main-4"}]}')
    of_agent = exchange("GET", "/deployments?agent_id=agent_1&limit=20", 200, came=b'{"data": []}')
    assert known.behind([shown]) is not None
    assert known.behind([of_agent]) is not None
    assert known.behind([exchange("GET", "/agents/agent_1", 200, came=b'{"id": "agent_1"}'), OTHER]) is None


# --- runs -------------------------------------------------------------------------------------------------------


class Gateway(Carrier):
    """Hands on every request, and of the writes whose path ends so every second answer is replaced, or all `since`."""

    def __init__(self, service: Service, ending: str, answer: httpx.Response, since: int | None = None) -> None:
        super().__init__(service)
        self._ending, self._answer, self._since = ending, answer, since
        self.writes = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        came = super().handle_request(request)
        if request.method != "POST" or not request.url.path.endswith(self._ending):
            return came
        self.writes += 1
        if self.writes % 2 if self._since is None else self.writes < self._since:
            return came
        given = self._answer
        return httpx.Response(given.status_code, headers=given.headers, content=given.content)


OVERLOADED = httpx.Response(503, headers={"retry-after": "0"}, content=b"later")
CUT_OFF = httpx.Response(503, content=b"no upstream")
OF_A_PROXY = httpx.Response(502, headers={"content-type": "text/html"}, content=PAGE)
OF_THE_SERVICE = httpx.Response(502, json={"type": "error", "error": {"type": "api_error", "message": "Oops"}})


def examined(service: Service, ending: str, answer: httpx.Response, *only: str) -> Report:
    """A run behind such a gateway."""
    return run(target(service), Options(only=only, examples=2), carrier=Gateway(service, ending, answer))


def accused(report: Report) -> set[str]:
    """What failed or warned."""
    return {each.id for each in report.results if each.verdict in {Verdict.FAILED, Verdict.WARNED}}


@pytest.mark.matrix
@pytest.mark.parametrize("answer", [OVERLOADED, OF_A_PROXY], ids=["503", "502"])
@pytest.mark.parametrize(
    ("ending", "only"),
    [
        ("/deployments", ("create", "list", "sequence")),
        ("/pause", ("pause", "unpause")),
        ("/archive", ("archive",)),
    ],
)
def test_a_gateway_that_gives_up_on_what_was_done_accuses_nobody(
    ending: str, only: tuple[str, ...], answer: httpx.Response
) -> None:
    report = examined(Service(), ending, answer, *only)

    assert accused(report) == set()
    blames = Counter(each.blame for each in report.results if each.verdict is Verdict.INCONCLUSIVE)
    assert blames[Blame.ENVIRONMENT] > 0
    assert blames[Blame.SUITE] == 0


@pytest.mark.matrix
def test_a_create_that_was_sent_again_is_put_away_twice() -> None:
    """Each second answer to a create was a 503, and what it had made is known to nobody: more than a page of them."""
    service = Service()
    report = examined(service, "/deployments", OVERLOADED, "page")

    assert report.leftovers == ()
    names = Counter(each.name for each in service.accounts[0].deployments.values())
    assert max(names.values()) > 1
    assert [each for each in service.accounts[0].deployments.values() if each.archived_at is None] == []


@pytest.mark.matrix
def test_what_a_gateway_spoils_elsewhere_saves_no_defect() -> None:
    """Each second archive is spoilt, and with it the clearing away after a case: the next one is judged as ever."""
    fault = combine(["PausesOnce"])

    assert accused(examined(fault(), "/archive", OVERLOADED, "pause")) >= {"pause-every-time"}


@pytest.mark.matrix
def test_a_server_error_of_the_service_itself_is_a_defect() -> None:
    """A 502 in JSON is the service's own, and so is what it leaves."""
    assert "pause-every-time" in accused(examined(Service(), "/pause", OF_THE_SERVICE, "pause"))


@pytest.mark.parametrize(
    ("again", "proves"), [((("retry-after", "0"),), True), ((), False)], ids=["put off", "cut off"]
)
def test_a_refusal_that_came_after_a_lost_answer_proves_nothing(again: Headers, *, proves: bool) -> None:
    """What was to be refused was perhaps carried out just before, unless the answer said to come again."""
    known = Disturbances()
    known.note(replace(PAUSE, headers=again), None)

    refused = replace(PAUSE, status=409)
    assert (known.refused([refused]) is None) is proves
    assert known.refused([replace(PAUSE, status=200), replace(refused, path="/deployments/dep_2/pause")]) is None


@pytest.mark.matrix
def test_what_holds_for_such_a_refusal_only_is_not_said_to_hold() -> None:
    """The pause was perhaps refused for having been made just before."""
    (result,) = (
        each
        for each in examined(Service(), "/pause", CUT_OFF, "pause-twice-is-conflict").results
        if each.id == "pause-twice-is-conflict"
    )

    assert (result.verdict, result.blame) == (Verdict.INCONCLUSIVE, Blame.ENVIRONMENT)
    assert "may have been carried out all the same" in result.reason


@pytest.mark.matrix
@pytest.mark.parametrize("since", [None, 3], ids=["now and then", "for good"])
def test_a_sequence_that_a_gateway_cuts_short_is_no_defect_of_the_suite(since: int | None) -> None:
    """Hypothesis plays again what failed, and wonders when it does not fail again, or fails earlier."""
    service = Service()
    gateway = Gateway(service, "/pause", OF_A_PROXY, since)
    report = run(target(service), Options(only=("sequence",), examples=2), carrier=gateway)

    asked = [each for each in report.results if each.verdict is not Verdict.SKIPPED]
    assert {(each.verdict, each.blame) for each in asked} == {(Verdict.INCONCLUSIVE, Blame.ENVIRONMENT)}

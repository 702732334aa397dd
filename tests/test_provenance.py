"""Where objects come from, as far as scripts need it."""

from __future__ import annotations

import json

from conformance.exchange import Exchange
from conformance.provenance import MOST, Provenance


def wrote(path: str, body: object, made: str | None = None, status: int = 200) -> Exchange:
    """A write and its answer."""
    answer = json.dumps({"id": made}).encode()
    return Exchange("POST", f"http://h{path}", path, (), json.dumps(body).encode(), status, (), answer, 1.0)


def read(path: str) -> Exchange:
    """A read."""
    return Exchange("GET", f"http://h{path}", path, (), None, 200, (), b"{}", 1.0)


AGENT = wrote("/agents", {"name": "a"}, "agent_1")
CREATE = wrote("/deployments", {"agent": "agent_1"}, "dep_1")
PAUSE = wrote("/deployments/dep_1/pause", {}, "dep_1")
REFUSED = wrote("/deployments/dep_1", {"name": ""}, None, 400)
RUN = wrote("/deployments/dep_1/run", {}, "drun_1")


LATER = [read(path) for path in ("/deployments/dep_1", "/deployment_runs/drun_1", "/deployments", "/deployments/dep_7")]
LATER += [read("/deployments?limit=1"), read("/deployments?agent_id=agent_1&limit=3")]
OF_DEPLOYMENT, OF_RUN, OF_LIST, OF_SEVENTH, OF_ONE, OF_AGENT = LATER


def known(*exchanges: Exchange) -> Provenance:
    """The provenance after these."""
    provenance = Provenance()
    for exchange in (*exchanges, *LATER):
        provenance.note(exchange)
    return provenance


def paths(exchanges: list[Exchange]) -> list[str]:
    """What was written, in order."""
    return [exchange.path for exchange in exchanges]


def test_what_a_request_needs_is_told_in_order() -> None:
    """The deployment, what was done to it, and the agent behind it; not what was refused."""
    provenance = known(AGENT, CREATE, REFUSED, PAUSE, RUN)
    everything = paths([AGENT, CREATE, PAUSE, RUN])

    assert paths(provenance.of([OF_DEPLOYMENT])) == everything
    assert paths(provenance.of([OF_RUN])) == everything
    assert paths(provenance.of([PAUSE])) == paths([AGENT, CREATE])
    assert provenance.of([OF_ONE]) == []


def test_what_a_list_shows_or_is_asked_for_belongs_to_it() -> None:
    """By the ids in the answer, and by the agent that it was filtered by."""
    provenance = known(AGENT, CREATE)
    both = paths([AGENT, CREATE])

    assert paths(provenance.of([OF_LIST], mentioned='{"data": [{"id": "dep_1"}]}')) == both
    assert paths(provenance.of([OF_AGENT])) == both


def test_what_became_of_what_a_list_does_not_show_is_told() -> None:
    """One that was archived may still count for the list of its agent."""
    archive = wrote("/deployments/dep_1/archive", {}, "dep_1")

    assert paths(known(AGENT, CREATE, archive).of([OF_AGENT])) == paths([AGENT, CREATE, archive])


def test_what_was_read_between_two_writes_is_told_of_a_read() -> None:
    """The service may have kept what it showed then; of each kind the last is told, and of other kinds none."""
    first, last = read("/deployments?status=paused"), read("/deployments?limit=2")
    unpause = wrote("/deployments/dep_1/unpause", {}, "dep_1")
    provenance = known(AGENT, CREATE, PAUSE, first, last, OF_DEPLOYMENT, unpause)
    shown = '{"data": [{"id": "dep_1"}]}'

    assert paths(provenance.of([OF_LIST], shown, OF_LIST)) == paths([AGENT, CREATE, PAUSE, last, unpause])
    assert paths(provenance.of([OF_SEVENTH], shown, unpause)) == paths([AGENT, CREATE, PAUSE, unpause])


def test_what_is_mentioned_first_is_told_whole() -> None:
    """However many others there are: what is at fault has its agent, and all that was done to it."""
    many = [wrote("/deployments", {}, f"dep_{number}") for number in range(10, 10 + 2 * MOST)]
    text = " ".join(["dep_1", *(f"dep_{number}" for number in range(10, 10 + 2 * MOST))])

    assert paths(known(AGENT, CREATE, *many, PAUSE).of([OF_LIST], text))[-1] == PAUSE.path


def test_when_something_was_written_is_kept() -> None:
    """And nothing else of the answer but its id."""
    made = {"id": "dep_7", "created_at": "2026-01-02T03:04:05Z", "updated_at": None, "name": "x"}
    answer = json.dumps(made).encode()
    create = Exchange("POST", "http://h/deployments", "/deployments", (), b"{}", 200, (), answer, 1.0)

    kept = [json.loads(each.body) for each in known(create).of([OF_SEVENTH])]
    assert kept == [{"id": "dep_7", "created_at": "2026-01-02T03:04:05Z"}]


def test_an_answer_may_be_anything() -> None:
    """A hostile service gives ids of other types."""
    for body in (b'{"id": {"a": 1}}', b'{"id": null}', b"[]", b"no JSON"):
        odd = Exchange("POST", "http://h/deployments", "/deployments", (), b"{}", 200, (), body, 1.0)
        assert known(odd).of([OF_DEPLOYMENT]) == []


def test_crowds_are_bounded_and_answers_cut() -> None:
    """Neither memory nor a script grows without end."""
    many = [wrote("/deployments", {}, f"dep_{number}") for number in range(2 * MOST)]
    text = " ".join(f"dep_{number}" for number in range(2 * MOST))
    long = Exchange("POST", "http://h/deployments", "/deployments", (), b"{}", 200, (), b'{"x": 1, "id": "dep_7"}', 1.0)

    assert len(known(*many).of([OF_LIST], text)) == MOST
    assert [each.body for each in known(long).of([OF_SEVENTH])] == [b'{"id": "dep_7"}']

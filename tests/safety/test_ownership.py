"""Nothing is written to but what this run made, whatever path is asked for."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matrix.kill import target as in_process
from safety.listening import Listening, settle

from conformance.failures import ForeignObject, NotApplicable
from conformance.model import Options
from conformance.reference.service import Service
from conformance.settings import Settings
from conformance.suite import Suite


def _asking() -> tuple[Suite, Listening, str, str, str]:
    """A suite that has made a deployment and an agent; with them, and a deployment that is somebody else's."""
    service = Service()
    target = in_process(service)
    carrier = Listening(service)
    suite = Suite(Settings(target, Options(), "abc"), carrier=carrier)
    agent = suite.provision_agent()
    body = {"name": next(suite.names), "agent": agent, "environment_id": next(iter(service.accounts[0].environments))}
    ours = suite.client.create(body | {"initial_events": [{"type": "user.message", "content": "x"}]}).shown_id
    assert ours
    theirs = settle(service, 1)[0]
    carrier.arrived.clear()
    return suite, carrier, ours, agent, theirs


DETOURS = (
    *("/deployments/{theirs}", "/deployments/{theirs}/archive", "/deployments/{theirs}?x", "/deployments/{theirs}#x"),
    *("/deployments/{ours}/../{theirs}", "/deployments/{ours}/%2e%2e/{theirs}/pause", "/deployments/./{theirs}"),
    *("/deployments/{ours}%2F..%2F{theirs}", "/deployments/{ours}%252F..%252F{theirs}", "//deployments/{theirs}"),
    *(
        "/deployments/{ours}/..%2F{theirs}/archive",
        "/deployments/{ours}\\..\\{theirs}",
        "/deployments/{ours}#/../{theirs}",
    ),
    *("/agents/../deployments/{theirs}", "/agents/{agent}/../../deployments/{theirs}", "/agents/{agent}/..%2f{theirs}"),
    *(
        "/deployments/{agent}",
        "/agents/{ours}",
        "/environments/{ours}/archive",
        "/sessions/{ours}",
        "/Deployments/{ours}",
    ),
    *(
        "/deployments/{ours};{theirs}",
        "/deployments/{ours},{theirs}",
        "/deployments/{ours}{theirs}",
        "/deployments/%00{ours}",
    ),
    *(
        "/deployments",
        "/deployments/",
        "/deployments?id={ours}",
        "/agents",
        "/deployment_runs",
        "/",
        "",
        "deployments/{ours}",
    ),
    *("/deployments/search", "/deployments/*", "/deployments/..", "/deployments/.", "/deployments/%2e%2e", "/../x"),
    *(
        "@example.test/deployments/{ours}",
        ".example.test/deployments/{ours}",
        "/deployments/\ud800",
        "/deployments/{ours}\n",
    ),
)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_no_detour_leads_to_what_is_not_ours(method: str) -> None:
    suite, carrier, ours, agent, theirs = _asking()
    for detour in DETOURS:
        with pytest.raises(ForeignObject):
            suite.client.send(method, detour.format(ours=ours, agent=agent, theirs=theirs), json={})

    assert carrier.arrived == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_what_acts_on_a_post_might_act_on_a_get(method: str) -> None:
    suite, carrier, ours, _, theirs = _asking()
    for action in ("archive", "pause", "unpause", "run"):
        with pytest.raises(ForeignObject):
            suite.client.send(method, f"/deployments/{theirs}/{action}?x=1")
        suite.client.send(method, f"/deployments/{ours}/{action}")

    assert len(carrier.arrived) == 4


PIECES = (
    *(
        "/",
        "//",
        "..",
        ".",
        "%2e",
        "%2F",
        "%5c",
        "\\",
        "?",
        "#",
        ";",
        "%",
        "deployments",
        "agents",
        "pause",
        "OURS",
        "THEIRS",
    ),
)


@given(st.lists(st.sampled_from(PIECES), max_size=8))
@settings(max_examples=1500, deadline=None)
def test_whatever_path_is_written_to_only_ours_is(pieces: list[str]) -> None:
    """However often a proxy decodes it and takes dots and slashes together, such a path is about ours alone."""
    suite, carrier, ours, theirs = _ASKING[0], _ASKING[1], _ASKING[2], _ASKING[4]
    carrier.arrived.clear()
    path = "/deployments/" + "".join(pieces).replace("OURS", ours).replace("THEIRS", theirs)
    try:
        suite.client.send("POST", path, json={})
    except ForeignObject:
        assert carrier.arrived == []
        return
    [(_, arrived)] = carrier.arrived
    while arrived != unquote(arrived):
        arrived = unquote(arrived)
    assert re.fullmatch(rf".*/deployments/{ours}(/[a-z_]+)*(\?.*)?", arrived, re.DOTALL)


_ASKING = _asking()


def test_what_is_made_up_by_hand_may_be_somebody_elses() -> None:
    suite, carrier, _, _, theirs = _asking()
    with pytest.raises(NotApplicable, match=theirs):
        suite.client.made_up(theirs)
    suite.client.update(suite.client.made_up("dep_1"), {"description": "x"})
    with pytest.raises(ForeignObject):
        suite.client.update(theirs, {"description": "x"})

    assert [path.rpartition("/")[2] for path in carrier.written] == ["dep_1"]


def test_a_create_goes_to_where_such_things_are_made() -> None:
    suite, carrier, _, _, theirs = _asking()
    for path in ("/agents", f"/deployments/{theirs}", "/deployments/../agents", "/deployments/"):
        with pytest.raises(ForeignObject):
            suite.client.make("deployment", path, {"name": "x"})

    assert carrier.written == []

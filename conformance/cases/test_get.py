"""GET: reading one deployment by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.upcoming import listed
from conformance.cases.updates import listed as found_in_list
from conformance.expect import (
    expect_equal,
    expect_error,
    expect_object,
    expect_same,
    expect_status,
    expect_true,
    need,
    need_object,
    need_page,
)
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement

if TYPE_CHECKING:
    from conformance.cases.conftest import Deployments
    from conformance.cases.crowds import Crowd
    from conformance.client import Client
    from conformance.expect import Object
    from conformance.suite import Suite


@requirement("get-by-id-returns-it", MUST, source="get#response", covers="GET-001")
def test_a_deployment_is_read_by_its_id(api: Client, known: Object, another: Object) -> None:
    """A deployment that exists is answered with 200 and the object of that id."""
    need(another["id"] != known["id"], "there has to be another one")

    exchange = api.get(known["id"])

    expect_equal(expect_object(exchange).get("id"), known["id"], "id", at=exchange, pointer="/id")


@requirement("get-unknown-id-is-404", MUST, source="get#errors", covers="GET-002")
def test_an_unknown_id_is_404(api: Client, known: Object) -> None:
    """A well-formed id that names no deployment is answered with 404 not_found_error."""
    need_object(api.get(known["id"]))

    exchange = api.get(api.unknown_deployment_id())

    expect_error(exchange, 404)


@requirement("get-malformed-id-is-refused", SHOULD, source="get#path-parameters", covers="GET-003")
@pytest.mark.parametrize(
    "id_",
    [
        "{prefix}0",
        "deployment",
        "{prefix}",
        "00000000-0000-4000-8000-000000000000",
        "{known}_x",
        "agent_{bare}",
        "{bare}",
    ],
)
def test_a_malformed_id_is_refused(api: Client, known: Object, id_: str) -> None:
    """An id of another form than a deployment's, be it one with another prefix or none, is answered with 404 or 400."""
    need_object(api.get(known["id"]))
    prefix = api.session.revision.deployment_prefix
    bare = known["id"].removeprefix(prefix)
    need(bare != known["id"], "the id has to have its prefix")

    exchange = api.get(id_.format(prefix=prefix, known=known["id"], bare=bare))

    expect_status(exchange, 404, 400)


@requirement("get-changes-nothing", SHOULD, source="get#response", covers="GET-004")
def test_reading_changes_nothing(api: Client, known: Object) -> None:
    """Reading a deployment leaves it as it was, updated_at included."""
    before = need_object(api.get(known["id"]))

    exchange = api.get(known["id"])

    after = expect_object(exchange)
    expect_same(after, before, "the second read", at=exchange)
    expect_equal(after.get("updated_at"), before.get("updated_at"), "updated_at", at=exchange, pointer="/updated_at")


@requirement("get-and-lists-keep-updated-at", SHOULD, source="get#response", covers="GET-004")
def test_reads_and_lists_keep_updated_at(api: Client, aged: Object) -> None:
    """A deployment of an earlier second, its runs and the lists that show it can be read without moving updated_at."""
    before = need_object(api.get(aged["id"]))
    listed(api, aged)
    need_page(api.its_runs(aged["id"]))

    exchange = api.get(aged["id"])

    after = need_object(exchange)
    expect_equal(after.get("updated_at"), before.get("updated_at"), "updated_at", at=exchange, pointer="/updated_at")


@requirement("get-archived-is-readable", SHOULD, source="archive#response", covers="GET-005")
@pytest.mark.parametrize("which", ["scheduled", "one of many"])
def test_an_archived_deployment_is_readable(api: Client, archived: Object, crowd: Crowd, which: str) -> None:
    """An archived deployment can still be read by its id, with a schedule or without one."""
    need(bool(crowd.archived_ids), "there has to be an archived deployment")
    id_ = archived["id"] if which == "scheduled" else min(crowd.archived_ids)

    exchange = api.get(id_)

    expect_equal(expect_object(exchange).get("id"), id_, "id", at=exchange, pointer="/id")


@requirement("get-foreign-kind-is-refused", SHOULD, source="get#path-parameters", covers="GET-006")
@pytest.mark.parametrize("kind", ["agent", "environment"])
def test_an_id_of_another_kind_is_refused(
    api: Client, known: Object, agent_id: str, environment_id: str, kind: str
) -> None:
    """The id of an agent or an environment names no deployment: 404 or 400."""
    need_object(api.get(known["id"]))

    exchange = api.get({"agent": agent_id, "environment": environment_id}[kind])

    expect_status(exchange, 404, 400)


@pytest.fixture
def bereft(suite: Suite, deployments: Deployments, reference: str) -> Object:
    """A deployment whose agent or environment was archived since it was made."""
    provision = {"agent": suite.provision_agent, "environment_id": suite.provision_environment}[reference]
    archive = {"agent": suite.client.archive_agent, "environment_id": suite.client.archive_environment}[reference]
    id_ = provision()
    made = deployments(**{reference: id_})
    if not archive(id_).ok:
        raise NotApplicable("what a deployment refers to cannot be archived")
    return made


@requirement("get-outlives-what-it-refers-to", SHOULD, source="get#response", covers="GET-001 GET-005 LST-005")
@pytest.mark.parametrize("reference", ["agent", "environment_id"])
def test_a_deployment_outlives_what_it_refers_to(api: Client, bereft: Object, reference: str) -> None:
    """A deployment can be read, and is listed with include_archived, after its agent or environment was archived."""
    read = api.get(bereft["id"])
    element, exchange = found_in_list(api, bereft["id"], include_archived=True)

    expect_equal(expect_object(read).get("id"), bereft["id"], "id", at=read, pointer="/id")
    message, expected = f"it is missing once its {reference} was archived", bereft["id"]
    expect_true(element is not None, message, expected=expected, actual="no such item", at=exchange, pointer="/data")

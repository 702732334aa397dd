"""Resources: what a create takes, keeps and keeps to itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.creates import blames_the_type, complaint, expect_kept
from conformance.cases.upcoming import listed
from conformance.expect import Object, expect_error, expect_refusal, expect_true, need, need_object, need_success
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.revisions import Revision
    from conformance.suite import Suite

pytestmark = pytest.mark.usefixtures("accepted")
"""The control: a body without the edit that each case makes was accepted in this run."""

UNHEARD = "unheard_of"
SECRET = "conformance-secret-4f1c9a"  # noqa: S105 - made up, so that it can be looked for


@dataclass
class Attached:
    """Tries to attach resources to deployments, each kind once: what was sent, and the answer."""

    api: Client
    bodies: Bodies
    suite: Suite
    _known: dict[str, tuple[Object, Exchange]]

    def __call__(self, kind: str) -> tuple[Object, Exchange]:
        """A made-up resource of this type and the answer to a create with it."""
        if kind not in self._known:
            resource = {"type": kind} | self._members(kind)
            exchange = self.api.create(self.bodies(resources=[resource]))
            if exchange.ok:
                self.suite.shared.add(need_object(exchange)["id"])
            self._known[kind] = resource, exchange
        return self._known[kind]

    def _members(self, kind: str) -> Object:
        if kind == "github_repository":
            return {"url": "https://github.com/octocat/Hello-World", "authorization_token": SECRET}
        prefix = {"file": "file_", "memory_store": "memstore_"}[kind]
        return {f"{kind}_id": self.api.unknown_id(prefix)}


@pytest.fixture(scope="session")
def attached(api: Client, bodies: Bodies, suite: Suite) -> Attached:
    """Tries to attach resources, each kind once."""
    return Attached(api, bodies, suite, {})


KINDS = pytest.mark.parametrize("kind", ["github_repository", "file", "memory_store"])


@requirement("resource-is-kept", MUST, source="create#request-body", covers="RES-001 CRE-016")
@KINDS
def test_a_resource_is_kept(api: Client, attached: Attached, kind: str) -> None:
    """A resource of each documented type that is accepted is kept as it was sent, but for its secrets."""
    sent, exchange = attached(kind)
    if not exchange.ok:
        raise NotApplicable(f"a made-up {kind} is refused here, as it may be ({exchange.status})")

    shown = {key: value for key, value in sent.items() if key != "authorization_token"}
    expect_kept(api, exchange, "resources", [shown])


@requirement("resource-type-is-known", SHOULD, source="create#request-body", covers="RES-001")
@KINDS
def test_a_documented_resource_is_no_unknown_type(api: Client, bodies: Bodies, attached: Attached, kind: str) -> None:
    """A resource of each documented type is accepted, or at least not refused as an unknown type is."""
    sent, exchange = attached(kind)
    if exchange.ok:
        return
    unheard = api.create(bodies(resources=[sent | {"type": UNHEARD}]))
    other = complaint(api.create(bodies(resources=["no object"])), UNHEARD)
    known, unknown = complaint(exchange, kind), complaint(unheard, UNHEARD)

    message = f"{kind} is refused in the same words as a type that is made up"
    alike = blames_the_type(known, unknown, other)
    expect_true(not alike, message, expected="the type to be known", actual=known, at=exchange)
    raise NotApplicable(f"a made-up {kind} is refused here, as it may be ({exchange.status})")


@requirement("resource-order-is-kept", SHOULD, source="create#example-response", covers="CRE-016")
def test_resources_keep_their_order(api: Client, body: Object, attached: Attached) -> None:
    """Several resources, of several types, are kept, all of them and in the order in which they were sent."""
    file, exchange = attached("file")
    if not exchange.ok:
        raise NotApplicable(f"a made-up file is refused here, as it may be ({exchange.status})")
    store, answer = attached("memory_store")
    files = [file | {"file_id": f"{file['file_id'][:-1]}{digit}"} for digit in "3120"]
    resources = [files[0], store, *files[1:]] if answer.ok else files

    created = api.create(body | {"resources": resources})
    expect_kept(api, created, "resources", resources)
    updated = api.update(need_object(created)["id"], {"resources": resources[::-1]})

    expect_kept(api, updated, "resources", resources[::-1])


@requirement(
    "resource-secret-is-not-shown", SHOULD, source="create#response-fields", covers="RES-003", levels={CMA: MUST}
)
@pytest.mark.parametrize("operation", ["create", "get", "list"])
def test_a_token_never_comes_back(api: Client, attached: Attached, operation: str) -> None:
    """The authorization_token of a resource is in no answer that shows the deployment."""
    _, created = attached("github_repository")
    if not created.ok:
        raise NotApplicable(f"a made-up github_repository is refused here, as it may be ({created.status})")

    _expect_no_secret(_shown(api, created, operation), need_object(created)["id"])


@requirement(
    "resource-secret-is-not-shown-later",
    SHOULD,
    source="create#response-fields",
    covers="RES-003",
    levels={CMA: MUST},
)
def test_a_token_never_comes_back_by_a_change(api: Client, bodies: Bodies, attached: Attached) -> None:
    """The authorization_token of a resource is in no answer to a change of the deployment, nor in a read after it."""
    sent, accepted = attached("github_repository")
    if not accepted.ok:
        raise NotApplicable(f"a made-up github_repository is refused here, as it may be ({accepted.status})")
    id_ = need_object(api.create(bodies(resources=[sent])))["id"]

    for exchange in _changed(api, id_, {"resources": [sent]}):
        need_success(exchange)
        _expect_no_secret(exchange, id_)


def _changed(api: Client, id_: str, patch: Object) -> Iterator[Exchange]:
    """The answers to one change after another, and to a read after the first."""
    yield api.update(id_, patch)
    yield api.get(id_)
    yield api.pause(id_)
    yield api.unpause(id_)
    yield api.archive(id_)


def _expect_no_secret(exchange: Exchange, id_: str) -> None:
    """An answer shows the deployment, and not the token of its resource."""
    __tracebackhide__ = True
    need(id_ in exchange.text, "the answer has to show the deployment")
    message, expected = "the authorization_token of a resource came back", "no token"
    expect_true(SECRET not in exchange.text, message, expected=expected, actual="the token", at=exchange)


def _shown(api: Client, created: Exchange, operation: str) -> Exchange:
    if operation == "create":
        return created
    deployment = need_object(created)
    return listed(api, deployment)[1] if operation == "list" else api.get(deployment["id"])


# --- how many ---------------------------------------------------------------------------------------------------


@pytest.fixture
def most(api: Client, attached: Attached, revision: Revision) -> list[Object]:
    """As many resources as may be, all made up; where one is refused there is nothing to ask."""
    file, exchange = attached("file")
    if not exchange.ok:
        raise NotApplicable(f"a made-up file is refused here, as it may be ({exchange.status})")
    return [file | {"file_id": api.unknown_id("file_")} for _ in range(revision.resources_max or 0)]


@requirement("resource-count-over-maximum", MUST, source="create#request-body", covers="RES-004", revisions=(CMA,))
@pytest.mark.parametrize("written_by", ["create", "update"])
def test_more_than_500_resources_are_refused(
    api: Client, body: Object, deployment: Object, most: list[Object], written_by: str
) -> None:
    """More than 500 resources are refused, on create and on update, where 500 are accepted; they are not cut."""
    need_success(api.update(deployment["id"], {"resources": most}))
    more = [*most, most[0] | {"file_id": api.unknown_id("file_")}]

    if written_by == "create":
        exchange = api.create(body | {"resources": more})
    else:
        exchange = api.update(deployment["id"], {"resources": more})

    expect_refusal(exchange)


# --- what is no resource ----------------------------------------------------------------------------------------


@requirement("resource-list-not-an-array-is-400", MUST, source="conventions/errors#error-types", covers="RES-002")
@pytest.mark.parametrize("value", [0, 1, True, False, "", "file", {}, {"type": "file"}], ids=repr)
def test_resources_that_are_no_array_are_refused(api: Client, body: Object, value: Any) -> None:
    """Resources that are a number, a boolean, a string or an object are refused with 400 invalid_request_error."""
    exchange = api.create(body | {"resources": value})

    expect_error(exchange, 400)


@requirement("resource-without-type-is-refused", SHOULD, source="create#request-body", covers="RES-002")
@pytest.mark.parametrize(
    "value", [None, 1, True, "file", [], {"file_id": "file_1"}, {"type": None}, {"type": 1}], ids=repr
)
def test_a_resource_that_has_no_type_is_refused(
    api: Client, body: Object, deployment: Object, attached: Attached, value: Any
) -> None:
    """An element of resources that is no object, or has no type, is refused by create and update, behind good ones."""
    good, exchange = attached("file")
    resources = [*([good] if isinstance(value, dict) and exchange.ok else []), value]

    created = api.create(body | {"resources": resources})
    updated = api.update(deployment["id"], {"resources": resources})

    expect_refusal(created)
    expect_refusal(updated)


@observation("resource-of-unknown-type", source="create#request-body", covers="RES-002")
def observe_an_unknown_type(api: Client, body: Object) -> str:
    """What becomes of a resource whose type is none of those that the page gives as examples."""
    exchange = api.create(body | {"resources": [{"type": UNHEARD, "id": "unheard_1"}]})
    return "accepted" if exchange.ok else f"refused-{exchange.status}"


@observation("resource-of-a-known-type-made-up", source="create#request-body", covers="RES-001")
@KINDS
def observe_a_made_up_resource(attached: Attached, kind: str) -> str:
    """What becomes of a resource that names nothing, by its type."""
    _, exchange = attached(kind)
    return f"{kind.replace('_', '-')}-{'accepted' if exchange.ok else f'refused-{exchange.status}'}"

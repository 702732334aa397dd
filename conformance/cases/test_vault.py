"""Vaults: which vault_ids a create takes, and that it keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.creates import expect_kept, expect_kept_or_refused
from conformance.cases.updates import expect_accepted
from conformance.expect import expect_error, expect_refusal, need_object
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Object
    from conformance.revisions import Revision
    from conformance.suite import Suite

pytestmark = pytest.mark.usefixtures("accepted")
"""The control: a body without the edit that each case makes was accepted in this run."""


@pytest.fixture(scope="session")
def tried(api: Client, bodies: Bodies, suite: Suite) -> Exchange:
    """A create with one vault id that is made up: the answer, whatever it is."""
    exchange = api.create(bodies(vault_ids=[api.unknown_id("vault_")]))
    if exchange.ok:
        suite.shared.add(need_object(exchange)["id"])
    return exchange


@pytest.fixture(scope="session")
def vault_ids(api: Client, tried: Exchange, revision: Revision) -> list[str]:
    """As many vault ids as are allowed, made up and in no order; where one is refused there is nothing to ask."""
    if not tried.ok:
        raise NotApplicable(f"a made-up vault id is refused here, as it may be ({tried.status})")
    return [api.unknown_id("vault_") for _ in range(revision.vaults_max)]


@requirement("vault-count-up-to-maximum", MUST, source="create#request-body", covers="VLT-001")
@pytest.mark.parametrize("short_by", [0, 1, 48])
def test_50_vaults_are_accepted(api: Client, body: Object, vault_ids: list[str], short_by: int) -> None:
    """A create with up to 50 vault_ids is accepted."""
    exchange = api.create(body | {"vault_ids": vault_ids[short_by:]})

    expect_accepted(exchange)


@requirement("vault-count-over-maximum", MUST, source="create#request-body", covers="VLT-001")
@pytest.mark.parametrize("over_by", [1, 50])
def test_more_than_50_vaults_are_refused(api: Client, body: Object, vault_ids: list[str], over_by: int) -> None:
    """A create with more than 50 vault_ids is refused, and they are not cut."""
    more = [api.unknown_id("vault_") for _ in range(over_by)]

    exchange = api.create(body | {"vault_ids": [*vault_ids, *more]})

    expect_refusal(exchange)


@requirement("vault-count-is-400", SHOULD, source="conventions/errors#error-types", covers="VLT-001")
def test_too_many_vaults_are_400(api: Client, body: Object, vault_ids: list[str]) -> None:
    """A create with more than 50 vault_ids is refused with 400 invalid_request_error."""
    exchange = api.create(body | {"vault_ids": [*vault_ids, api.unknown_id("vault_")]})

    expect_error(exchange, 400)


@requirement("vault-ids-are-kept", SHOULD, source="create#example-response", covers="CRE-016")
@pytest.mark.parametrize("count", [1, 2, 50])
@pytest.mark.parametrize("order", ["ascending", "descending", "as made"])
def test_vaults_are_kept_in_order(api: Client, body: Object, vault_ids: list[str], count: int, order: str) -> None:
    """The vault_ids are kept, all of them and in the order in which they were sent."""
    some = vault_ids[:count] if order == "as made" else sorted(vault_ids[:count], reverse=order == "descending")

    exchange = api.create(body | {"vault_ids": some})

    expect_kept(api, exchange, "vault_ids", some)


@requirement("vault-repeated-is-kept-or-refused", SHOULD, source="create#example-response", covers="CRE-016")
def test_a_repeated_vault_is_kept_or_refused(
    api: Client, body: Object, deployment: Object, vault_ids: list[str]
) -> None:
    """Vault_ids that name one vault twice are kept as sent or refused, on create and on update, never changed."""
    repeated = [vault_ids[0], vault_ids[1], vault_ids[0]]

    created = api.create(body | {"vault_ids": repeated})
    updated = api.update(deployment["id"], {"vault_ids": repeated})

    for exchange in (created, updated):
        expect_kept_or_refused(api, exchange, "vault_ids", repeated)


@requirement("vault-id-not-a-string-is-400", MUST, source="conventions/errors#error-types", covers="VLT-002")
@pytest.mark.parametrize("value", [None, 0, 1, True, [], ["vault_1"], {}, {"id": "vault_1"}], ids=repr)
def test_a_vault_that_is_no_string_is_refused(api: Client, body: Object, value: Any) -> None:
    """An element of vault_ids that is no string is refused with 400 invalid_request_error."""
    exchange = api.create(body | {"vault_ids": [value]})

    expect_error(exchange, 400)


@requirement("vault-id-later-not-a-string-is-400", MUST, source="conventions/errors#error-types", covers="VLT-002")
@pytest.mark.parametrize("value", [None, 1, ["vault_1"], {"id": "vault_1"}], ids=repr)
@pytest.mark.parametrize("valid", [1, 49])
def test_a_later_vault_that_is_no_string_is_refused(
    api: Client, body: Object, vault_ids: list[str], value: Any, valid: int
) -> None:
    """An element of vault_ids behind valid ones that is no string is refused with 400 invalid_request_error."""
    exchange = api.create(body | {"vault_ids": [*vault_ids[:valid], value]})

    expect_error(exchange, 400)


@requirement("vault-list-not-an-array-is-400", MUST, source="conventions/errors#error-types", covers="VLT-002")
@pytest.mark.parametrize("value", [0, 1, True, False, "", "vault_1", {}, {"0": "vault_1"}], ids=repr)
def test_vaults_that_are_no_array_are_refused(api: Client, body: Object, value: Any) -> None:
    """Vault_ids that are a number, a boolean, a string or an object are refused with 400 invalid_request_error."""
    exchange = api.create(body | {"vault_ids": value})

    expect_error(exchange, 400)


@observation("vault-id-unknown", source="create#request-body", covers="VLT-003")
def observe_an_unknown_vault(tried: Exchange) -> str:
    """What becomes of a vault id that names nothing."""
    return "accepted" if tried.ok else f"refused-{tried.status}"

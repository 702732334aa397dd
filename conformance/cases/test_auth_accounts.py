"""Accounts and scopes: what a valid token may not reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from conformance.cases.found import is_archived
from conformance.cases.operations import OPERATIONS, WRITES
from conformance.cases.pages import Params, onward, order_of
from conformance.expect import expect_equal, expect_status, expect_true, need, need_object, need_page, need_success
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import QODER

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.cases.conftest import Bodies, Deployments
    from conformance.cases.found import Holdings
    from conformance.cases.operations import Stage
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Object
    from conformance.suite import Suite

OF_ONE = ("get", "list-runs", "get-run", "get-run-global")
"""The operations that read one deployment or its runs."""


@pytest.fixture(scope="session")
def stranger(other_api: Client) -> Client:
    """The caller of another account, who was let in to read what is their own."""
    need_success(other_api.list({"limit": 1}), "the other account has to be able to read its own list")
    return other_api


@pytest.fixture
def marks(subject: Object, holdings: Holdings | None, agent_id: str, environment_id: str) -> list[str]:
    """What tells the deployment from all others: its name only where it is one of ours, for others might be a word."""
    return [*([subject["name"]] if holdings is None else []), agent_id, environment_id]


# --- another account --------------------------------------------------------------------------------------------


@requirement("auth-other-account-sees-nothing", MUST, source="conventions/errors#error-types", covers="AUTH-009")
@pytest.mark.parametrize("operation", OF_ONE)
def test_another_account_sees_nothing_of_a_deployment(
    stage: Stage, stranger: Client, marks: list[str], operation: str
) -> None:
    """No field of a deployment or of its runs is shown to the token of another account."""
    attempt = stage.filled(operation)
    need(any(each in attempt.by(stage.api).text for each in marks), "its owner has to see it first")

    exchange = attempt.by(stranger)

    seen = [each for each in marks if each in exchange.text]
    message = "another account was shown fields of the deployment"
    expect_true(not seen, message, expected="none of its fields", actual=seen, at=exchange)


@requirement("auth-other-account-is-refused", SHOULD, source="conventions/errors#error-types", covers="AUTH-009")
@pytest.mark.parametrize("operation", [*OF_ONE, *WRITES[1:]])
def test_another_account_is_refused(stage: Stage, stranger: Client, operation: str) -> None:
    """The token of another account is answered with 403 or 404 for a deployment and its runs."""
    exchange = stage.attempt(operation).by(stranger)

    expect_status(exchange, 403, 404)


@observation("auth-other-account-status", source="conventions/errors#error-types", covers="AUTH-009")
def observe_the_status_for_another_account(stage: Stage, stranger: Client) -> str:
    """With which status a deployment of another account is refused."""
    return f"status-{stage.attempt('get').by(stranger).status}"


@requirement("auth-other-account-changes-nothing", MUST, source="conventions/errors#error-types", covers="AUTH-009")
@pytest.mark.parametrize("operation", WRITES[1:])
def test_another_account_changes_nothing(stage: Stage, stranger: Client, operation: str) -> None:
    """A deployment stays as it is when the token of another account tries to change or to run it."""
    attempt = stage.attempt(operation)
    before = attempt.effects(stage.api)

    attempt.by(stranger)

    expect_equal(attempt.effects(stage.api), before, "the deployment afterwards", at=stage.last)


@dataclass(frozen=True)
class Trio:
    """Three deployments of ours in the order of our list, newest first, and an archived one; only to be read."""

    ids: list[str]
    archived_id: str
    agent_id: str
    on: Params | None
    """What asks for what follows the first of the list, where that is no id."""


@pytest.fixture(scope="session")
def trio(  # noqa: PLR0913, PLR0917 - the parts of it
    api: Client,
    deployments: Deployments,
    archived: Object,
    agent_id: str,
    suite: Suite,
    holdings: Holdings | None,
) -> Trio:
    """Three deployments of ours, and an archived one."""
    if holdings is not None:
        found = [each["id"] for each in holdings.deployments if not is_archived(each)]
        need(len(found) >= 3, "there have to be three deployments")
        return Trio(found[:3], archived["id"], agent_id, _behind_the_first(api))
    made = {deployments()["id"] for _ in range(3)}
    suite.shared.update(made)
    ids = order_of(api, {}, made)
    return Trio(ids, archived["id"], agent_id, _behind_the_first(api))


def _behind_the_first(api: Client) -> Params | None:
    page = need_page(api.list({"limit": 1}))
    return onward(page, by_next_page=True) if api.session.revision.next_page_as == "page" else None


def _from_the_second(caller: Client, trio: Trio) -> Exchange:
    """A list as another one goes on, where that is told by a cursor without meaning."""
    if trio.on is None:
        raise NotApplicable("a list goes on behind an id in this edition, or it is too short to go on")
    return caller.list({"limit": 1, **trio.on})


def _beside(caller: Client, cursor: str, id_: str, limit: int) -> Exchange:
    """A list from a cursor on, where the edition takes ids for cursors."""
    if cursor not in caller.session.revision.cursors:
        raise NotApplicable(f"this edition has no {cursor}")
    return caller.list({"limit": limit, cursor: id_})


LISTS: dict[str, Callable[[Client, Trio], Exchange]] = {
    "all": lambda caller, _: caller.list({"limit": 100}),
    "by agent": lambda caller, it: caller.list({"limit": 100, "agent_id": it.agent_id}),
    "by status": lambda caller, _: caller.list({"limit": 100, "status": "active"}),
    "with archived": lambda caller, _: caller.list({"limit": 100, "include_archived": True}),
    "after a cursor": lambda caller, it: _beside(caller, "after_id", it.ids[0], 2),
    "before a cursor": lambda caller, it: _beside(caller, "before_id", it.ids[2], 100),
    "with a next_page": _from_the_second,
}


@requirement("auth-list-is-of-one-account", MUST, source="list#response", covers="AUTH-010")
@pytest.mark.parametrize("which", LISTS)
def test_the_list_is_of_one_account(api: Client, stranger: Client, trio: Trio, which: str) -> None:
    """Deployments of one account never appear in the list of another, whatever is filtered or paged by."""
    need_success(LISTS[which](api, trio))

    exchange = LISTS[which](stranger, trio)

    # a refusal may repeat what it was sent, and a next_page may name what is on either side of it
    sent = {"after a cursor": trio.ids[:1], "before a cursor": trio.ids[2:]}
    sent |= {} if exchange.ok else {"with a next_page": trio.ids[:2]}
    _expect_none_of([id_ for id_ in (*trio.ids, trio.archived_id) if id_ not in sent.get(which, [])], exchange)


@requirement(
    "auth-foreign-cursor-starts-no-list",
    SHOULD,
    source="conventions/pagination#cursors",
    covers="AUTH-009 PAG-022",
    revisions=QODER,
)
@pytest.mark.parametrize("parameter", ["after_id", "before_id"])
def test_a_deployment_of_another_account_is_no_cursor(
    api: Client, between: str, trio: Trio, deployment: Object, parameter: str
) -> None:
    """A deployment of another account is no place in our list: 400 or 404, or an empty page, as for any unknown id."""
    need(deployment["id"] != between, "another one of ours has to be made after it")
    need_success(api.list({parameter: trio.ids[1]}))

    exchange = api.list({parameter: between})

    expect_status(exchange, 200, 400, 404)
    if exchange.ok:
        expect_equal(need_page(exchange).ids, [], "data", at=exchange, pointer="/data")


@pytest.fixture(scope="session")
def between(stranger: Client, trio: Trio, bodies: Bodies, foreign: Object) -> str:
    """A deployment that the other account has made after `trio`, and has archived."""
    del trio
    made = str(need_object(stranger.create(bodies() | foreign))["id"])
    need_success(stranger.archive(made))
    return made


@requirement(
    "auth-other-account-sees-no-run-below-its-own",
    MUST,
    source="conventions/errors#error-types",
    covers="AUTH-009",
    revisions=QODER,
)
def test_another_account_sees_no_run_below_a_deployment_of_its_own(
    api: Client, stranger: Client, between: str, subject: Object, subject_run_id: str
) -> None:
    """The token of another account is answered with 403 or 404 for a run, also below a deployment of its own."""
    need_success(api.run_of(subject["id"], subject_run_id))

    exchange = stranger.run_of(between, subject_run_id)

    expect_status(exchange, 403, 404)


RUN_LISTS: dict[str, Callable[[Client, str], Exchange]] = {
    "all": lambda caller, _: caller.runs({"limit": 100}),
    "by deployment": lambda caller, id_: caller.runs({"limit": 100, "deployment_id": id_}),
    "by trigger": lambda caller, _: caller.runs({"limit": 100, "trigger_type": "manual"}),
}


@requirement("auth-run-list-is-of-one-account", MUST, source="list-all-runs#response", covers="AUTH-010")
@pytest.mark.parametrize("which", RUN_LISTS)
def test_the_list_of_all_runs_is_of_one_account(
    api: Client, stranger: Client, subject: Object, subject_run_id: str, which: str
) -> None:
    """Runs of one account never appear in the list of all runs of another, whatever it is filtered by."""
    need_success(RUN_LISTS[which](api, subject["id"]))

    exchange = RUN_LISTS[which](stranger, subject["id"])

    _expect_none_of([subject_run_id], exchange)


def _expect_none_of(ids: list[str], exchange: Exchange) -> None:
    __tracebackhide__ = True
    seen = [id_ for id_ in ids if id_ in exchange.text]
    message = "another account was shown what is not its own"
    expect_true(not seen, message, expected="none of these ids", actual=seen, at=exchange)


# --- scope ------------------------------------------------------------------------------------------------------


@requirement("auth-missing-scope-is-403", MUST, source="conventions/errors#error-types", covers="AUTH-011")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_missing_scope_is_403(stage: Stage, unscoped_api: Client, operation: str) -> None:
    """Each operation answers 403 to a valid token whose scope does not cover it."""
    exchange = stage.attempt(operation).by(unscoped_api)

    expect_status(exchange, 403)


@requirement(
    "auth-missing-scope-does-not-act", MUST, source="conventions/errors#error-types", covers="AUTH-011 ERR-009"
)
@pytest.mark.parametrize("operation", WRITES)
def test_a_write_without_scope_does_not_act(stage: Stage, unscoped_api: Client, operation: str) -> None:
    """A write with a token whose scope does not cover it changes nothing, whatever its answer says."""
    attempt = stage.attempt(operation)
    before = attempt.effects(stage.api)

    attempt.by(unscoped_api)

    expect_equal(attempt.effects(stage.api), before, f"what {operation} is about", at=stage.last)

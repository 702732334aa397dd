"""What the cases of update share: what of a deployment is its owner's, what an update makes of it, how both compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.pages import onward
from conformance.expect import Json, Object, expect_equal, fail, instant, need_object, need_page, settled
from conformance.failures import NotApplicable
from conformance.far_schedules import far_month

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from conformance.cases.conftest import Bodies, Deployments
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.revisions import Revision
    from conformance.suite import Suite

UPDATABLE = (
    "name",
    "description",
    "agent",
    "environment_id",
    "schedule",
    "initial_events",
    "resources",
    "vault_ids",
    "metadata",
)
"""The fields that an update may send, in the order of the page."""

KEPT = ("id", "type", "status", "paused_reason", "archived_at", "created_at")
"""What no update changes."""

DOCUMENTED = (*UPDATABLE, *KEPT)

_MEMBERS = {
    "agent": ("id", "type", "version"),
    "schedule": ("type", "expression", "timezone"),
    "initial_events": ("type", "content"),
    "resources": ("type", "file_id"),
    "content": ("type", "text"),
}
"""The members of objects that are compared, by the member that holds them: a service may add others."""


def documented(deployment: Object) -> Object:
    """What the documents name of a deployment and neither time nor another edition adds, as it is compared here."""
    shown = settled(deployment)
    metadata = shown.get("metadata")
    if isinstance(metadata, dict):
        shown["metadata"] = {key: value for key, value in metadata.items() if key != "cas_config"}
    return {key: _pick(shown[key], _MEMBERS.get(key)) for key in DOCUMENTED if key in shown}


def _pick(value: Any, members: tuple[str, ...] | None) -> Any:
    if members is None:
        return value
    if isinstance(value, list):
        return [_pick(each, members) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: _pick(value[key], _MEMBERS.get(key)) for key in members if key in value}


def merged(before: Object, patch: Object) -> Object:
    """What a deployment has to show after an update (agent as an object), from what `documented` says of it before."""
    metadata = before["metadata"] | patch.get("metadata", {})
    return before | patch | {"metadata": {key: value for key, value in metadata.items() if value is not None}}


def expect_shows(  # noqa: PLR0913 - all but the first two are told by name
    actual: Object,
    expected: Object,
    *,
    at: Exchange,
    of: Iterable[str] = DOCUMENTED,
    but: Iterable[str] = (),
    what: str = "the deployment",
) -> None:
    """A deployment in an answer shows, of these members, what `documented` says of another or `merged` expects."""
    __tracebackhide__ = True
    members = set(of) - set(but)
    shown = documented(actual)
    expect_equal(_pick_members(shown, members), _pick_members(expected, members), what, at=at)


def _pick_members(shown: Object, members: set[str]) -> Object:
    return {key: value for key, value in shown.items() if key in members}


def expect_accepted(exchange: Exchange) -> Object:
    """A valid request was not refused: any success, with an object that has an id."""
    __tracebackhide__ = True
    if not exchange.ok:
        message = f"{exchange.operation}: expected a success, got {exchange.status}"
        fail(message, expected="a status of 2xx", actual=f"status {exchange.status}", at=exchange)
    return need_object(exchange)


def listed(api: Client, deployment_id: str, *, since: Json = None, **params: Any) -> tuple[Object | None, Exchange]:
    """A deployment as the list shows it, or None if the list ends without it; only `data` counts.

    Where `since` tells when it was created, it is not looked for among what was created before: an account may hold
    thousands. That is for what is not to be found: what is may be where a wrong order has put it.
    """
    query: dict[str, Any] = {"limit": 100} | params
    page = need_page(api.list(query))
    for _ in range(LIST_PAGES):
        found = next((item for item in page.items if item.get("id") == deployment_id), None)
        on = onward(page)
        ended = not page.items or page.has_more is False or _are_older(page.items, instant(since))
        if found is not None or ended or on is None:
            return found, page.exchange
        page = need_page(api.list(query | on))
    return None, page.exchange


def _are_older(items: list[Object], since: datetime | None) -> bool:
    moments = [instant(item.get("created_at")) for item in items]
    return since is not None and all(moment is not None and moment < since for moment in moments)


LIST_PAGES = 30
"""So many pages of a hundred are searched: more than a run makes, and others besides."""


# --- fixtures, for all modules through conftest.py --------------------------------------------------------------


@pytest.fixture(scope="session")
def attachments(api: Client, bodies: Bodies) -> Object:
    """Two vault ids and two resources, by field, as far as this target takes made-up ones and shows them."""
    offered: Object = {
        "vault_ids": sorted(api.unknown_id("vault_") for _ in range(2)),  # so that another order can be told
        "resources": [{"type": "file", "file_id": api.unknown_id("file_")} for _ in range(2)],
    }
    answers = {field: api.create(bodies(**{field: values})) for field, values in offered.items()}
    shown = {field: documented(need_object(answer)) for field, answer in answers.items() if answer.ok}
    return {field: offered[field] for field in shown if shown[field].get(field) == offered[field]}


def taken(attachments: Object, field: str) -> list[Any]:
    """The two values of `attachments` for this field; `NotApplicable` where this target takes none."""
    if field not in attachments:
        raise NotApplicable(f"made-up {field} are not taken, and how real ones look is not documented in this edition")
    return list(attachments[field])


@pytest.fixture
def complete(deployments: Deployments, attachments: Object, revision: Revision, now: datetime) -> Object:
    """A deployment that the case may change, with every field set that can be: what a GET says of it."""
    made = deployments(
        description="As it was",
        schedule={"type": "cron", "expression": f"30 9 1 {far_month(now)} *", "timezone": "Asia/Shanghai"},
        initial_events=[revision.message("The first of two"), revision.message("The second of two")],
        metadata={"team": "before", "keep": "as it was"},
        **attachments,
    )
    return deployments.fresh(made)


@pytest.fixture
def edits(suite: Suite, revision: Revision, now: datetime) -> Object:
    """A new value for each field that needs nothing but itself; none is what `complete` has."""
    return {
        "name": next(suite.names),
        "description": "As it is now",
        "schedule": {"type": "cron", "expression": f"15 7 2 {far_month(now)} *", "timezone": "Asia/Kolkata"},
        "initial_events": [revision.message(f"New event {number}") for number in (1, 2, 3)],
        "metadata": {"team": "after", "added": "new"},
    }


@pytest.fixture
def attachment(attachments: Object, field: str) -> list[Any]:
    """Two values for `field` that this target takes."""
    return taken(attachments, field)


@pytest.fixture
def new_value(field: str, edits: Object, request: pytest.FixtureRequest) -> Any:
    """Another value for `field` than `complete` has."""
    if field in edits:
        return edits[field]
    if field in {"vault_ids", "resources"}:
        return request.getfixturevalue("attachment")[1:]
    return request.getfixturevalue({"agent": "second_agent_id", "environment_id": "second_environment_id"}[field])

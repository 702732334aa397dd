"""ARCHIVE: there is no way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.states import enter
from conformance.expect import Object, expect_equal, expect_status, expect_true, instant, need, need_object
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.cases.conftest import Deployments
    from conformance.client import Client
    from conformance.exchange import Exchange

BACK: dict[str, Callable[[Client, str], Exchange]] = {
    "unpause": lambda api, id_: api.unpause(id_),
    "pause": lambda api, id_: api.pause(id_),
    "unarchive": lambda api, id_: api.send("POST", f"/deployments/{id_}/unarchive"),
    "update archived_at": lambda api, id_: api.update(id_, {"archived_at": None}),
    "update status": lambda api, id_: api.update(id_, {"status": "active"}),
    "update description": lambda api, id_: api.update(id_, {"description": "Back again"}),
}
"""What a service might take for a wish to have an archived deployment back."""


@requirement("archive-cannot-be-undone", MUST, source="archive#", covers="ARC-011")
@pytest.mark.parametrize("way", BACK)
@pytest.mark.parametrize("state", ["archived", "archived while paused"])
def test_an_archive_cannot_be_undone(
    api: Client, deployments: Deployments, deployment: Object, way: str, state: str
) -> None:
    """No request brings an archived deployment back: archived_at stays what it was, and so does the archived name."""
    enter(api, deployment["id"], state)
    archived = deployments.fresh(deployment)
    need(instant(archived.get("archived_at")) is not None, "the archive has to be shown")

    BACK[way](api, deployment["id"])

    exchange = api.get(deployment["id"])
    shown, before = need_object(exchange), archived.get("archived_at")
    same = instant(shown.get("archived_at")) == instant(before)
    now = shown.get("archived_at")
    expect_true(same, "archived_at changed", expected=before, actual=now, at=exchange, pointer="/archived_at")
    expect_equal(shown.get("name"), archived.get("name"), "name", at=exchange, pointer="/name")


@requirement("archive-has-no-unarchive", MUST, source="archive#", covers="ARC-011")
def test_there_is_no_unarchive(api: Client, deployment: Object) -> None:
    """There is no operation /unarchive: it never succeeds."""
    enter(api, deployment["id"], "archived")

    exchange = api.send("POST", f"/deployments/{deployment['id']}/unarchive")

    expect_true(not exchange.ok, "it succeeded", expected="a refusal", actual=f"status {exchange.status}", at=exchange)


@requirement("archive-unarchive-is-not-found", SHOULD, source="archive#", covers="ARC-011")
def test_unarchive_is_not_found(api: Client, deployment: Object) -> None:
    """A POST to /unarchive is answered like any path that does not exist: with 404, 405 or 501."""
    enter(api, deployment["id"], "archived")

    exchange = api.send("POST", f"/deployments/{deployment['id']}/unarchive")

    expect_status(exchange, 404, 405, 501)

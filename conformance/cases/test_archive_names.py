"""ARCHIVE: what becomes of the name of an archived deployment, and who may have it then."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conformance.cases.creates import padded
from conformance.cases.states import PRESENT_STATES, enter, expect_both, expect_done, far_schedule
from conformance.expect import (
    Object,
    expect_equal,
    expect_instant,
    expect_true,
    instant,
    need,
    need_object,
)
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, QODER

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.cases.conftest import Bodies, Deployments
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.revisions import Revision
    from conformance.suite import Suite

NAMES = {
    "plain": "{}",
    "words": "{} daily report (v2)",
    "other scripts": "{} Größe 日报 🚀",
    "placeholders": "{} %s %d {{0}} $1 \\1",
    "underscores": "{}__",
    "archived-looking": "{}_archived_1700000000",
}


@pytest.fixture
def renames(revision: Revision) -> None:
    """That an archive gives a deployment another name."""
    if not revision.archive_renames:
        raise NotApplicable("an archived deployment keeps its name here")


@pytest.mark.usefixtures("renames")
@requirement("archive-name-suffix", MUST, source="archive#response", covers="ARC-003", revisions=QODER)
@pytest.mark.parametrize("name", NAMES)
@PRESENT_STATES
def test_an_archived_name_has_the_suffix(  # noqa: PLR0913, PLR0917 - fixtures and parameters
    api: Client, deployments: Deployments, suite: Suite, now: datetime, name: str, state: str
) -> None:
    """The name of an archived deployment is its old name with _archived_ and the time in Unix seconds behind it."""
    with_schedule = {"schedule": far_schedule(now)} if name == "words" else {}
    made = deployments(name=NAMES[name].format(next(suite.names)), **with_schedule)
    enter(api, made["id"], state)

    exchange = api.archive(made["id"])

    _expect_suffix(str(need_object(exchange).get("name")), made["name"], exchange)


@pytest.mark.usefixtures("renames")
@requirement("archive-name-is-that-of-now", MUST, source="archive#response", covers="ARC-003", revisions=QODER)
@pytest.mark.parametrize("renamed", ["once", "while paused"])
def test_the_suffix_follows_the_name_of_now(api: Client, deployment: Object, suite: Suite, renamed: str) -> None:
    """A deployment that was renamed is archived under its new name, not under the one it was made with."""
    enter(api, deployment["id"], "paused" if renamed == "while paused" else "active")
    new = need_object(api.update(deployment["id"], {"name": f"{next(suite.names)} renamed"}))

    exchange = api.archive(deployment["id"])

    _expect_suffix(str(need_object(exchange).get("name")), new["name"], exchange)


def _expect_suffix(name: str, old: str, exchange: Exchange) -> None:
    __tracebackhide__ = True
    holds = re.fullmatch(re.escape(old) + r"_archived_[0-9]{10}", name) is not None
    message = "the archived name is not the old one with its suffix"
    expected = f"{old}_archived_1781427523"
    expect_true(holds, message, expected=expected, actual=name, at=exchange, pointer="/name")


@observation("archive-suffix-time", source="archive#response", covers="ARC-004", revisions=QODER)
def observe_the_time_in_the_suffix(api: Client, deployment: Object) -> str:
    """Whether the time in the archived name is that of archived_at, within five seconds."""
    archived = need_object(api.archive(deployment["id"]))
    at, digits = instant(archived.get("archived_at")), str(archived.get("name")).rpartition("_archived_")[2]
    if at is None or not digits.isdigit():
        return "cannot-be-told"
    return "within-5-seconds" if abs(int(digits) - at.timestamp()) <= 5 else "further-apart"


@requirement("archive-keeps-the-name", SHOULD, source="archive#", covers="ARC-001", revisions=(CMA,))
@PRESENT_STATES
def test_an_archived_deployment_keeps_its_name(api: Client, deployment: Object, state: str) -> None:
    """An archived deployment has the name that it had before, in the answer and in what is read afterwards."""
    enter(api, deployment["id"], state)

    exchange = api.archive(deployment["id"])

    expect_both(api, exchange, deployment["id"], "/name", deployment["name"])


@requirement("archive-frees-the-name", MUST, source="archive#response", covers="ARC-005 CRE-022")
@pytest.mark.parametrize("use", ["create", "update"])
@pytest.mark.parametrize("paused", [False, True], ids=["active", "paused"])
def test_the_old_name_is_free_again(  # noqa: PLR0913, PLR0917 - fixtures and parameters
    api: Client,
    bodies: Bodies,
    deployments: Deployments,
    deployment: Object,
    use: str,
    paused: bool,  # noqa: FBT001 - a parameter
) -> None:
    """The name that an archived deployment had can be given to another one, by a create or an update."""
    name, other = deployment["name"], deployments()
    if paused:
        need_object(api.pause(deployment["id"]))
    need_object(api.archive(deployment["id"]))

    exchange = api.create(bodies(name=name)) if use == "create" else api.update(other["id"], {"name": name})

    expect_equal(expect_done(exchange).get("name"), name, "name", at=exchange, pointer="/name")


@requirement("archive-one-name-twice-is-no-accident", SHOULD, source="archive#response", covers="ARC-001 BASE-010")
def test_a_name_archived_twice_is_no_accident(api: Client, bodies: Bodies) -> None:
    """A name can be archived, given again and archived again within a second, or one of that is refused: no 5xx."""
    body = bodies()
    need_object(api.archive(need_object(api.create(body))["id"]))
    made = api.create(body)

    exchange = api.archive(need_object(made)["id"])

    status = exchange.status
    expect_true(status < 500, "it was not handled", expected="2xx or 4xx", actual=status, at=exchange)


@observation("archive-one-name-twice-a-second", source="archive#response", covers="ARC-005", revisions=QODER)
def observe_two_archives_of_one_name(api: Client, bodies: Bodies) -> str:
    """Whether a name can be archived, given again and archived again within a second or so."""
    body = bodies()
    for _ in range(2):
        exchange = api.archive(need_object(api.create(body))["id"])
    return "accepted" if exchange.ok else f"refused-{exchange.status}"


@pytest.fixture(params=[0, 1, 9, 20])
def long(request: pytest.FixtureRequest, revision: Revision) -> int:
    """As many characters as a name may have, or so many less."""
    return int(revision.name_max - request.param)


@requirement("archive-longest-name", SHOULD, source="archive#response", covers="ARC-014", revisions=QODER)
@pytest.mark.parametrize("filler", ["x", "é", "报"])
def test_the_longest_name_can_be_archived(
    api: Client, deployments: Deployments, suite: Suite, long: int, filler: str
) -> None:
    """A deployment whose name is as long as names may be, or nearly so, can be archived like any other."""
    made = deployments(name=padded(next(suite.names), long, filler))
    need(len(made["name"]) == long, "the name has to be kept as it was sent")

    exchange = api.archive(made["id"])

    archived_at = expect_done(exchange).get("archived_at")
    expect_instant(archived_at, "archived_at", at=exchange, pointer="/archived_at")

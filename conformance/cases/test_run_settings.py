"""RUN: what cas_config says of runs, namely how many there may be at a time and how many there were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.expect import Object, expect_true, need, need_object, need_success, resolve
from conformance.failures import NotApplicable
from conformance.model import SHOULD
from conformance.requirement import requirement
from conformance.revisions import QODER_JUNE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.cases.conftest import Deployments
    from conformance.client import Client
    from conformance.exchange import Exchange

pytestmark = pytest.mark.usefixtures("writes")

SOURCE = "create#metadata-cas-config-cas-extension"
LIMIT = "/metadata/cas_config/config/max_concurrent"
TOTAL = "/metadata/cas_config/stats/total_runs"
TWO_AT_A_TIME = {"metadata": {"cas_config": {"config": {"max_concurrent": 2}}}}


@pytest.fixture(params=["create", "update"])
def wide(request: pytest.FixtureRequest, api: Client, deployments: Deployments) -> Object:
    """A deployment that may have two runs at a time, since it was made or since an update."""
    made = deployments(**(TWO_AT_A_TIME if request.param == "create" else {}))
    if request.param == "update":
        made = need_object(api.update(made["id"], TWO_AT_A_TIME))
    need(resolve(made, LIMIT) == 2, "max_concurrent has to be kept as it was sent")
    return made


@requirement(
    "run-within-limit-is-not-skipped", SHOULD, source=SOURCE, covers="RUN-010 MET-009", revisions=(QODER_JUNE,)
)
def test_a_run_within_the_limit_is_not_skipped(api: Client, wide: Object) -> None:
    """With max_concurrent 2, a second run is not skipped beside the only other one."""
    need_object(api.run(wide["id"]))

    exchange = api.run(wide["id"])

    status = need_object(exchange).get("status")
    message = "a run was skipped within the limit"
    expect_true(status != "skipped", message, expected="no skipped run", actual=status, at=exchange, pointer="/status")


@requirement(
    "run-count-never-falls",
    SHOULD,
    source="update#request-body",
    covers="RUN-012 UPD-002 PAU-006 UNP-007",
    revisions=(QODER_JUNE,),
)
def test_the_count_of_runs_never_falls(api: Client, deployments: Deployments) -> None:
    """An update, a pause and an unpause do not take back what stats.total_runs has counted."""
    id_ = deployments()["id"]
    need_object(api.run(id_))
    before = _total(api.get(id_))
    if not isinstance(before, int) or before < 1:
        raise NotApplicable("a run is not counted, or not at once: no page says that it is")

    for exchange in _changed(api, id_):
        need_success(exchange)
        after = _total(exchange)
        kept = isinstance(after, int) and after >= before
        message = "runs that were counted are so no more"
        expect_true(kept, message, expected=f"at least {before}", actual=after, at=exchange, pointer=TOTAL)


def _total(exchange: Exchange) -> Any:
    return resolve(need_object(exchange), TOTAL)


def _changed(api: Client, id_: str) -> Iterator[Exchange]:
    """The answers to one change after another, and a read at the end."""
    yield api.update(id_, {"description": "As it is now", "metadata": {"team": "after"}})
    yield api.pause(id_)
    yield api.unpause(id_)
    yield api.get(id_)

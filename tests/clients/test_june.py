"""What of qca-sdk works against the edition before the one that it is made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from clients.conftest import QCA
from clients.sdk import Failure, failure
from clients.services import RefusesPage

from conformance.revisions import QODER_JUNE

if TYPE_CHECKING:
    from clients.conftest import Drive

pytestmark = [pytest.mark.matrix, pytest.mark.parametrize("client", QCA)]


def test_each_operation_works_if_nothing_is_checked(drive: Drive, client: str) -> None:
    driven = drive(client, edition=QODER_JUNE, strict=False)

    (made,) = driven.made(description="Before", metadata={"team": "a"})
    changed = driven.sdk.update(made, description="After")
    shown = [driven.sdk.act(action, made)["status"] for action in ("pause", "unpause")]
    run = driven.sdk.act("run", made)

    assert changed["description"] == "After"
    assert shown == ["paused", "active"]
    assert (
        driven.sdk.run(run["id"]) == driven.sdk.ask("deployments.runs.retrieve", run["id"], deployment_id=made) == run
    )
    assert driven.sdk.listed() == [made]
    assert driven.sdk.listed_runs(deployment_id=made) == [run["id"]]
    assert driven.sdk.act("archive", made)["archived_at"]


def test_it_gives_what_its_types_do_not_know(drive: Drive, client: str) -> None:
    """The settings of a deployment and the status of a run come as they are, untyped."""
    driven = drive(client, edition=QODER_JUNE, strict=False)

    (made,) = driven.made()
    run = driven.sdk.act("run", made)

    assert driven.sdk.retrieve(made)["metadata"]["cas_config"]["config"]["max_concurrent"] == 1
    assert (run["status"], run["cas_run_extras"]["attempt"]) == ("completed", 1)


def test_its_strict_mode_refuses_each_deployment(drive: Drive, client: str) -> None:
    """Content is a string there, and metadata has an object in it. What was asked for is done all the same."""
    driven = drive(client, edition=QODER_JUNE)

    assert failure(driven.made).kind == failure(driven.sdk.listed).kind == "APIResponseValidationError"
    assert len(driven.service.accounts[0].deployments) == 1


def test_it_sees_one_page_and_raises(drive: Drive, client: str) -> None:
    driven = drive(client, edition=QODER_JUNE, strict=False)
    made = driven.made(4)

    assert driven.sdk.listed(limit=4) == made
    assert failure(lambda: driven.sdk.listed(limit=2)) == Failure("RuntimeError")
    assert [each.partition("page=")[2] for each in driven.asked()] == ["", "", made[1]]


def test_it_raises_where_page_is_refused(drive: Drive, client: str) -> None:
    driven = drive(client, RefusesPage, edition=QODER_JUNE, strict=False)
    driven.made(4)

    assert failure(lambda: driven.sdk.listed(limit=2)).kind == "BadRequestError"


def test_of_runs_it_sees_one_page_too(drive: Drive, client: str) -> None:
    driven = drive(client, edition=QODER_JUNE, strict=False)
    (made,) = driven.made()
    runs = [driven.sdk.act("run", made)["id"] for _ in range(3)][::-1]

    assert driven.sdk.listed_runs() == runs
    assert failure(lambda: driven.sdk.listed_runs(limit=2)) == Failure("RuntimeError")
    assert failure(lambda: driven.sdk.walk("deployments.runs.list", made, limit=2)) == Failure("RuntimeError")


def test_its_filters_by_date_are_ignored(drive: Drive, client: str) -> None:
    from datetime import UTC, datetime

    driven = drive(client, edition=QODER_JUNE, strict=False)
    made = driven.made(2)

    assert driven.sdk.listed(created_at_gte=datetime(2100, 1, 1, tzinfo=UTC)) == made


def test_it_walks_by_ids_if_it_is_told_to(drive: Drive, client: str) -> None:
    """The way out: each page is asked for by hand."""
    driven = drive(client, edition=QODER_JUNE, strict=False)
    made = driven.made(5)

    seen: list[str] = []
    while page := driven.sdk.listed(limit=2, most=2, **({"after_id": seen[-1]} if seen else {})):
        seen += page

    assert seen == made

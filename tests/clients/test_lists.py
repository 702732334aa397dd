"""Each official client walks through lists of several pages, by its own means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from clients.conftest import CLIENTS, QCA

if TYPE_CHECKING:
    from clients.conftest import Drive, Driven

pytestmark = pytest.mark.matrix


def _pages(driven: Driven) -> list[bool]:
    """For each page that was asked for, whether by `page`; nobody asked by an id."""
    asked = driven.asked("GET")
    assert [each for each in asked if "after_id" in each or "before_id" in each] == []
    return ["page=" in each for each in asked]


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(("limit", "count"), [(1, 5), (2, 3), (5, 1), (6, 1)])
def test_it_sees_each_deployment_once(drive: Drive, client: str, limit: int, count: int) -> None:
    driven = drive(client)
    made = driven.made(5)

    assert driven.sdk.listed(limit=limit) == made
    assert _pages(driven) == [number > 0 for number in range(count)]


@pytest.mark.parametrize("client", CLIENTS)
def test_it_sees_each_deployment_once_by_default(drive: Drive, client: str) -> None:
    driven = drive(client)
    made = driven.made(45)

    assert driven.sdk.listed() == made
    assert _pages(driven) == [False, True, True]


@pytest.mark.parametrize("client", CLIENTS)
def test_it_keeps_the_filters(drive: Drive, client: str) -> None:
    driven = drive(client)
    made = driven.made(6)
    for paused in made[1::2]:
        driven.sdk.act("pause", paused)

    assert driven.sdk.listed(status="paused", limit=1) == made[1::2]
    assert all("status=paused" in each for each in driven.asked())


@pytest.mark.parametrize("client", CLIENTS)
def test_it_sees_each_run_once(drive: Drive, client: str) -> None:
    driven = drive(client)
    deployments = driven.made(2)
    runs = [driven.sdk.act("run", each)["id"] for each in [*deployments, *deployments, deployments[0]]]

    assert driven.sdk.listed_runs(limit=2) == runs[::-1]
    assert _pages(driven) == [False, True, True]


@pytest.mark.parametrize("client", QCA)
def test_it_sees_each_run_of_a_deployment_once(drive: Drive, client: str) -> None:
    driven = drive(client)
    (own,) = driven.made()
    runs = [driven.sdk.act("run", own)["id"] for _ in range(5)]

    assert [each["id"] for each in driven.sdk.walk("deployments.runs.list", own, limit=2)] == runs[::-1]
    assert _pages(driven) == [False, True, True]


@pytest.mark.parametrize("client", CLIENTS)
def test_an_empty_list_is_one_page(drive: Drive, client: str) -> None:
    driven = drive(client)

    assert driven.sdk.listed() == driven.sdk.listed_runs() == []
    assert _pages(driven) == [False, False]


@pytest.mark.parametrize("client", QCA)
def test_whoever_begins_behind_an_id_goes_on_by_page(drive: Drive, client: str) -> None:
    driven = drive(client)
    made = driven.made(6)

    assert driven.sdk.listed(after_id=made[0], limit=2) == made[1:]
    assert ["after_id" in each for each in driven.asked()] == [True, False, False]

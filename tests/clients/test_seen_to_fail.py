"""Clients fail where a service is not as they need it: so the other tests of this folder can fail.

What they fail with is exact, and `docs/clients.md` tells it to whoever serves them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from clients.conftest import ANTHROPIC, CLIENTS, NODE, PYTHON, QCA
from clients.sdk import Failure, failure
from clients.services import (
    AnswersCreated,
    AnswersCreatedAlone,
    AnswersNoContent,
    AnswersText,
    BeginsWithNothing,
    Distorts,
    DropsRequestId,
    IgnoresPage,
    NamesRequestsInBodies,
    NeverEnds,
    RefusesPage,
)

if TYPE_CHECKING:
    from clients.conftest import Drive, Driven
    from clients.sdk import Object
    from clients.services import Overheard

pytestmark = pytest.mark.matrix

OTHERS = (*ANTHROPIC, NODE)

# --- lists ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", QCA)
def test_where_page_is_ignored_qca_raises(drive: Drive, client: str) -> None:
    driven = drive(client, IgnoresPage)
    driven.made(4)

    assert failure(lambda: driven.sdk.listed(limit=2)) == Failure("RuntimeError")
    assert len(driven.asked()) == 2


@pytest.mark.parametrize("client", OTHERS)
def test_where_page_is_ignored_the_others_ask_for_ever(drive: Drive, client: str) -> None:
    """They would: the walk is ended after so many items."""
    driven = drive(client, IgnoresPage)
    made = driven.made(4)

    assert driven.sdk.listed(limit=2, most=20) == made[:2] * 10
    assert len(driven.asked()) == 10
    assert len(set(driven.asked()[1:])) == 1


@pytest.mark.parametrize("client", CLIENTS)
def test_where_page_is_refused_all_raise(drive: Drive, client: str) -> None:
    driven = drive(client, RefusesPage)
    driven.made(4)

    failed = failure(lambda: driven.sdk.listed(limit=2))

    assert replace(failed, request_id=None) == Failure("BadRequestError", 400, "invalid_request_error")
    assert len(driven.asked()) == 2


@pytest.mark.parametrize("client", CLIENTS)
def test_where_a_page_is_empty_all_go_on(drive: Drive, client: str) -> None:
    """Nobody fails here: an empty page with a next_page is lawful in the editions that have `page`."""
    driven = drive(client, BeginsWithNothing)

    assert driven.sdk.listed(limit=2) == []
    made = driven.made(4)
    assert driven.sdk.listed(limit=2) == made


@pytest.mark.parametrize("client", OTHERS)
def test_where_the_last_page_has_a_cursor_the_others_ask_for_ever(drive: Drive, client: str) -> None:
    driven = drive(client, NeverEnds)
    driven.made(4)

    failed = failure(lambda: driven.sdk.listed(limit=2))

    assert failed.kind == "BadRequestError"
    assert len(driven.service.heard) > NeverEnds.PATIENCE


# --- what identifies a request ----------------------------------------------------------------------------------


@pytest.mark.parametrize("client", CLIENTS)
def test_where_the_request_id_is_dropped_nobody_knows_it(drive: Drive, client: str) -> None:
    driven = drive(client, DropsRequestId)

    assert failure(lambda: driven.sdk.retrieve("any")) == Failure("NotFoundError", 404, "not_found_error")


@pytest.mark.parametrize("client", CLIENTS)
def test_who_reads_the_request_id_from_a_body(drive: Drive, client: str) -> None:
    driven = drive(client, NamesRequestsInBodies)

    assert (failure(lambda: driven.sdk.retrieve("any")).request_id is not None) == (client in QCA)


# --- answers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", CLIENTS)
def test_201_is_as_good_as_200(drive: Drive, client: str) -> None:
    """Nobody fails here, however strict: the clients take every status of 2xx."""
    driven = drive(client, AnswersCreated)
    made = driven.made(3)

    assert driven.sdk.listed(limit=2) == made


@pytest.mark.parametrize(
    ("client", "habit", "failed"),
    [
        *((client, AnswersNoContent, Failure("APIResponseValidationError", 204)) for client in ANTHROPIC),
        *((client, AnswersCreatedAlone, Failure("JSONDecodeError")) for client in ANTHROPIC),
        *((client, AnswersText, Failure("JSONDecodeError")) for client in ANTHROPIC),
        *((client, AnswersText, Failure("APIResponseValidationError", 200)) for client in QCA),
        (NODE, AnswersText, Failure("SyntaxError")),
    ],
)
def test_where_there_is_no_object_clients_raise(
    drive: Drive, client: str, habit: type[Overheard], failed: Failure
) -> None:
    driven = drive(client, habit)

    assert failure(lambda: driven.sdk.create(**driven.body())) == failed


@pytest.mark.parametrize(
    ("client", "habit"),
    [
        (NODE, AnswersNoContent),
        *((client, habit) for client in QCA for habit in (AnswersNoContent, AnswersCreatedAlone)),
    ],
)
def test_where_there_is_no_object_others_give_nothing(drive: Drive, client: str, habit: type[Overheard]) -> None:
    """Their callers find out when they look at what was created."""
    driven = drive(client, habit)

    assert driven.sdk.ask("deployments.create", **driven.body()) is None


SEED_EVENTS = [{"type": "user.message", "content": "A plain string"}]
REFUSED_BY_ALL: tuple[Object, ...] = (
    {"metadata": {"cas_config": {"config": {}}}},
    {"metadata": {"count": 1}},
    {"initial_events": SEED_EVENTS},
    {"created_at": "yesterday"},
    {"agent": {"type": "agent", "id": "agent_1", "version": "latest"}},
    {"name": 3},
)
REFUSED_BY_ANTHROPIC: tuple[Object, ...] = (
    {"agent": {"id": "agent_1", "version": 1}},
    {"status": "archived"},
    {"type": "deployments"},
    {"resources": None},
    {"vault_ids": None},
    {"paused_reason": {"type": "other"}},
    {"paused_reason": {"type": "error", "error": {"type": "other"}}},
)
TAKEN_BY_ALL: tuple[Object, ...] = ({"description": None}, {"another": "member"}, {"archived_at": None})
NEEDED = (
    "id",
    "agent",
    "created_at",
    "environment_id",
    "initial_events",
    "metadata",
    "name",
    "resources",
    "status",
    "type",
    "updated_at",
    "vault_ids",
)


REFUSED = "APIResponseValidationError"


def _raised(driven: Driven) -> str:
    """Which exception the answer to a create raises, if any."""
    try:
        driven.sdk.ask("deployments.create", **driven.body())
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is asked for
        return type(error).__name__
    return ""


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("client", PYTHON)
def test_what_a_strict_client_refuses(drive: Drive, client: str, *, strict: bool) -> None:
    """The client for Node has no strict mode, and these have to be asked for theirs."""
    driven = drive(client, Distorts, strict=strict)
    assert isinstance(driven.service, Distorts)

    raised = []
    for driven.service.changes in (*REFUSED_BY_ALL, *REFUSED_BY_ANTHROPIC, *TAKEN_BY_ALL):
        raised.append(_raised(driven))

    by_anthropic = REFUSED if strict and client in ANTHROPIC else ""
    assert raised == [
        *(REFUSED if strict else "" for _ in REFUSED_BY_ALL),
        *(by_anthropic for _ in REFUSED_BY_ANTHROPIC),
        *("" for _ in TAKEN_BY_ALL),
    ]


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("client", PYTHON)
def test_what_a_strict_client_misses(drive: Drive, client: str, *, strict: bool) -> None:
    driven = drive(client, Distorts, strict=strict)
    assert isinstance(driven.service, Distorts)

    missed = {}
    for driven.service.without in (*NEEDED, "description", "schedule", "archived_at", "paused_reason"):
        missed[driven.service.without] = _raised(driven)

    expected = REFUSED if strict and client in ANTHROPIC else ""
    assert missed == {member: expected if member in NEEDED else "" for member in missed}

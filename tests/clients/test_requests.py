"""What official clients put into their requests: a service has to cope with all of it, promised or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from clients.conftest import ANTHROPIC, CLIENTS, NODE, QCA

from conformance.cases.test_clients import HEADERS

if TYPE_CHECKING:
    from clients.conftest import Drive
    from clients.services import Overheard

    from conformance.reference.call import Request

pytestmark = pytest.mark.matrix


def _last(service: Overheard) -> Request:
    return service.heard[-1]


@pytest.mark.parametrize("client", CLIENTS)
def test_each_sends_its_token_in_one_way(drive: Drive, client: str) -> None:
    driven = drive(client)
    driven.sdk.listed()
    headers = _last(driven.service).headers

    assert headers["authorization"] == f"Bearer {driven.running.tokens['full']}"
    assert "x-api-key" not in headers
    assert headers["accept"] == "application/json"


@pytest.mark.parametrize(
    ("client", "body", "content_type"),
    [
        *((client, b"{}", "application/json") for client in QCA),
        *((client, b"", "application/json") for client in ANTHROPIC),
        (NODE, b"", None),
    ],
)
@pytest.mark.parametrize("action", ["pause", "unpause", "archive", "run"])
def test_what_comes_with_an_action(
    drive: Drive, client: str, action: str, body: bytes, content_type: str | None
) -> None:
    driven = drive(client)
    (made,) = driven.made()
    if action == "unpause":
        driven.sdk.act("pause", made)

    driven.sdk.act(action, made)

    request = _last(driven.service)
    assert (request.body, request.headers.get("content-type")) == (body, content_type)


@pytest.mark.parametrize(("client", "name"), [("qca", "qca-sdk"), ("anthropic", "anthropic")])
def test_the_suite_knows_their_headers(drive: Drive, client: str, name: str) -> None:
    """Those that `base-headers-of-clients` sends, and no others of their own; some tell of this machine."""
    driven = drive(client)
    driven.sdk.listed()

    own = ("x-", "anthropic-")
    sent = {each: value for each, value in _last(driven.service).headers.items() if each.startswith(own)}
    assert sent.keys() == HEADERS[name].keys()
    told = {each for each in sent if each.endswith(("-os", "-arch", "runtime", "runtime-version"))}
    assert {each: sent[each] for each in sent.keys() - told} == {
        each: value for each, value in HEADERS[name].items() if each not in told
    }


@pytest.mark.parametrize("client", CLIENTS)
def test_brackets_are_encoded(drive: Drive, client: str) -> None:
    from datetime import UTC, datetime

    driven = drive(client)
    driven.sdk.listed(created_at_gte=datetime(2026, 6, 14, 8, tzinfo=UTC))

    assert _last(driven.service).query.endswith("created_at%5Bgte%5D=2026-06-14T08%3A00%3A00%2B00%3A00")

"""What official clients send and no page promises: whether it works, and what becomes of a client where it does not.

The clients are `qca-sdk` and `anthropic` for Python, and `@anthropic-ai/sdk` for Node; `docs/clients.md` tells more.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from conformance.cases.pages import expect_items
from conformance.expect import need, need_object, need_page, need_success
from conformance.requirement import observation
from conformance.revisions import CMA, NEWER, QODER, QODER_JUNE
from conformance.server_time import server_now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.cases.crowds import Crowd
    from conformance.cases.histories import RunList
    from conformance.cases.operations import Stage
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Object, Page

JUNE = (QODER_JUNE,)
"""The edition that knows neither `page` nor a filter by `created_at`; the later ones promise both."""

# --- lists ------------------------------------------------------------------------------------------------------


@observation("page-continues-with-page", source="list#response-fields", covers="PAG-020", revisions=JUNE)
def observe_a_list_continued_by_page(api: Client, crowd: Crowd) -> str:
    """Whether a list goes on where next_page is sent as `page`, as all official clients do; none sends after_id.

    A list that does not go on has one page for them: qca-sdk ends the walk with RuntimeError where the first page is
    repeated, and the Anthropic SDKs ask for it again for ever; a refusal ends it with BadRequestError.
    """
    asked = {"agent_id": crowd.agent_id, "limit": 2}
    first = need_page(api.list(asked))
    return continued(first, api.list(asked | {"page": _next(first)}))


@observation("runs-page-continues-with-page", source="list-runs#response-fields", covers="PAG-020", revisions=JUNE)
def observe_runs_continued_by_page(busy_list: RunList) -> str:
    """Whether both lists of runs go on where next_page is sent as `page`, as all official clients send it.

    Where they do not, a client sees the first page alone: qca-sdk ends with an exception, others ask for ever.
    """
    first = need_page(busy_list(limit=1))
    where = "of-one" if busy_list.nested else "of-all"
    return f"{where}-{continued(first, busy_list(limit=1, page=_next(first)))}"


def _next(first: Page) -> str:
    need(isinstance(first.next_page, str) and first.next_page != "", "the first page has to have a next_page")
    return str(first.next_page)


def continued(first: Page, exchange: Exchange) -> str:
    """In a word, what became of a list that was asked for its second page by `page`."""
    if not exchange.ok:
        return f"refused-{exchange.status}"
    ids = need_page(exchange).ids
    if ids == first.ids:
        return "repeats-the-first-page"
    return "continues" if ids and not {*ids} & {*first.ids} else "otherwise"


@observation("list-created-at-filter", source="list#query-parameters", covers="LST-013", revisions=JUNE)
def observe_a_filter_by_created_at(api: Client, crowd: Crowd) -> str:
    """Whether created_at[gte] filters a list: all official clients offer it, and write it with +00:00.

    Where it is ignored, whoever asks a client for the deployments since a date is given all of them.
    """
    later = (server_now(api) + timedelta(days=1)).isoformat(timespec="seconds")
    return filtered(api.list({"agent_id": crowd.agent_id, "created_at[gte]": later, "limit": 1}))


@observation("runs-created-at-filter", source="list-all-runs#query-parameters", covers="RNS-011", revisions=JUNE)
def observe_a_filter_of_runs_by_created_at(api: Client, busy: Object) -> str:
    """Whether created_at[gt] filters the list of all runs: all official clients offer it, and write it with +00:00.

    Where it is ignored, whoever asks a client for the runs since a date is given all of them.
    """
    later = (server_now(api) + timedelta(days=1)).isoformat(timespec="seconds")
    return filtered(api.runs({"deployment_id": busy["id"], "created_at[gt]": later, "limit": 1}))


@observation("list-created-at-offset", source="list#query-parameters", covers="LST-013", revisions=NEWER)
@pytest.mark.parametrize("offset", ["+00:00", ""], ids=["utc", "none"])
def observe_the_offset_of_a_filter(api: Client, crowd: Crowd, offset: str) -> str:
    """Whether created_at[gte] may end in +00:00, as official clients write it, and what it gives without an offset.

    Those for Python cannot write the Z that the pages show, and qca-sdk leaves the offset out where a date has none.
    """
    later = (server_now(api) + timedelta(days=1)).replace(tzinfo=None).isoformat(timespec="seconds")
    asked = {"agent_id": crowd.agent_id, "limit": 1}
    need(not need_page(api.list(asked | {"created_at[gte]": f"{later}Z"})).items, "a filter with Z has to work")
    return f"{offset or 'none'}-{filtered(api.list(asked | {'created_at[gte]': later + offset}))}"


def filtered(exchange: Exchange) -> str:
    """In a word, what became of a list that was asked for what is to be made in the future."""
    if not exchange.ok:
        return f"refused-{exchange.status}"
    return "ignored" if expect_items(exchange).items else "filters"


# --- requests ---------------------------------------------------------------------------------------------------

HEADERS: Mapping[str, Mapping[str, str]] = {
    "qca-sdk": {
        "x-qoder-retry-count": "0",
        "x-qoder-lang": "python",
        "x-qoder-package-version": "0.11.0",
        "x-qoder-os": "Linux",
        "x-qoder-arch": "x64",
        "x-qoder-runtime": "CPython",
        "x-qoder-runtime-version": "3.11.7",
        "x-qoder-timeout": "600",
    },
    "anthropic": {
        "anthropic-version": "2026-10-21",
        "anthropic-beta": "managed-agents-2026-04-01",
        "x-stainless-arch": "x64",
        "x-stainless-async": "false",
        "x-stainless-lang": "python",
        "x-stainless-os": "Linux",
        "x-stainless-package-version": "2.12.0",
        "x-stainless-read-timeout": "600",
        "x-stainless-retry-count": "0",
        "x-stainless-runtime": "CPython",
        "x-stainless-runtime-version": "3.11.7",
        "x-stainless-timeout": "NOT_GIVEN",
    },
}
"""What they put on every request, besides the token, what HTTP wants and their User-Agent."""


@observation("base-headers-of-clients", source="conventions/overview#requests", covers="BASE-001")
@pytest.mark.parametrize("client", HEADERS)
def observe_the_headers_of_clients(api: Client, client: str) -> str:
    """Whether a request may carry all the headers that official clients put on theirs, which no page names.

    A client cannot leave them out: where they are refused, it can do nothing at all.
    """
    need_success(api.list({"limit": 1}))
    exchange = api.send("GET", "/deployments", params={"limit": 1}, headers=HEADERS[client])
    return f"{client}-accepted" if exchange.ok else f"{client}-refused-{exchange.status}"


@observation("base-beta-parameter", source="conventions/overview#requests", covers="BASE-001", revisions=(CMA,))
@pytest.mark.parametrize("method", ["GET", "POST"])
def observe_the_beta_parameter(api: Client, deployment: Object, method: str) -> str:
    """Whether any address may end in ?beta=true, as older official clients (anthropic before 2.1) have it always.

    Where it is refused, those clients can do nothing at all.
    """
    id_, asked = deployment["id"], {"beta": True}
    exchange = api.get(id_, params=asked) if method == "GET" else api.update(id_, {"description": "-"}, params=asked)
    return f"{method}-accepted" if exchange.ok else f"{method}-refused-{exchange.status}"


@observation("base-empty-body-of-type-json", source="conventions/overview#requests", covers="BASE-001 PAU-009")
@pytest.mark.parametrize("operation", ["pause", "unpause", "archive", "run"])
def observe_an_empty_body_of_type_json(stage: Stage, operation: str) -> str:
    """Whether a request without a body may say that it is JSON: the Anthropic SDK for Python does so for each action.

    Some frameworks take it for JSON that is cut short. Then pause, unpause, archive and run are refused to that client.
    """
    exchange = stage.attempt(operation).by(stage.api, content=b"", headers={"content-type": "application/json"})
    return f"{operation}-accepted" if exchange.ok else f"{operation}-refused-{exchange.status}"


@observation("archive-empty-object-body", source="archive#request", covers="PAU-009")
def observe_an_archive_with_an_empty_object(api: Client, deployment: Object) -> str:
    """Whether an archive that carries the body {}, as qca-sdk sends it, is taken like one without a body."""
    exchange = api.archive(deployment["id"], {})
    return "accepted" if exchange.ok and need_object(exchange).get("archived_at") else f"refused-{exchange.status}"


@observation("resource-git-repository", source="create#request-body", covers="RES-002", revisions=QODER)
def observe_a_git_repository(api: Client, body: Object) -> str:
    """Whether resources may be of type git_repository, which qca-sdk offers and no page names.

    Where they may not, its callers can attach no repository but those of GitHub.
    """
    repository = {"type": "git_repository", "url": "https://git.example.com/conformance/none.git"}
    exchange = api.create(body | {"resources": [repository]})
    return "accepted" if exchange.ok else f"refused-{exchange.status}"

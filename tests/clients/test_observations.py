"""The suite tells what official clients will meet, without any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from clients.services import Overheard, RefusesPage
from matrix.kill import Carrier, target

from conformance.model import Options
from conformance.reference.problem import invalid
from conformance.reference.service import Service
from conformance.runner import run

if TYPE_CHECKING:
    from collections.abc import Mapping

LISTS = (
    "page-continues-with-page",
    "runs-page-continues-with-page",
    "list-created-at-filter",
    "runs-created-at-filter",
)
REQUESTS = ("base-headers-of-clients", "base-empty-body-of-type-json", "archive-empty-object-body")


class TakesPages(Service):
    """Takes next_page as `page`, too."""

    def parse(self) -> None:
        super().parse()
        query = self.call.query
        query |= {"after_id": query.pop("page")} if "page" in query else {}


class KnowsFewFilters(Service):
    """Refuses to filter by created_at."""

    def parse(self) -> None:
        super().parse()
        if any(name.startswith("created_at") for name in self.call.query):
            raise invalid("query", "Unknown parameter.")


class TakesOnlyKnownClients(Service):
    """Refuses what it does not know of other clients: their headers, and a body that is no JSON though it says so."""

    def parse(self) -> None:
        super().parse()
        if any(name.startswith("x-qoder-") for name in self.call.request.headers):
            raise invalid("headers", "Unknown header.")
        if "content-type" in self.call.request.headers and not self.reads_body():
            raise invalid("body", "This takes no body.")


def _told(service: type[Service], ids: tuple[str, ...]) -> Mapping[str, str | None]:
    made = service()
    report = run(target(made), Options(only=ids), carrier=Carrier(made))
    return {each.id: each.answer for each in report.observations if each.id in ids}


@pytest.mark.parametrize(
    ("service", "page", "filters"),
    [
        (Service, "repeats-the-first-page", "ignored"),
        (TakesPages, "continues", "ignored"),
        (RefusesPage, "refused-400", "ignored"),
        (KnowsFewFilters, "repeats-the-first-page", "refused-400"),
    ],
)
def test_what_becomes_of_lists(service: type[Service], page: str, filters: str) -> None:
    assert _told(service, LISTS) == {
        "page-continues-with-page": page,
        "runs-page-continues-with-page": f"of-all-{page}; of-one-{page}",
        "list-created-at-filter": filters,
        "runs-created-at-filter": filters,
    }


@pytest.mark.parametrize(
    ("service", "qca", "actions", "archive"),
    [
        (Service, "accepted", "accepted", "accepted"),
        (TakesOnlyKnownClients, "refused-400", "refused-400", "refused-400"),
    ],
)
def test_what_becomes_of_requests(service: type[Service], qca: str, actions: str, archive: str) -> None:
    told = _told(service, REQUESTS)
    assert told == {
        "base-headers-of-clients": f"anthropic-accepted; qca-sdk-{qca}",
        "base-empty-body-of-type-json": "; ".join(
            f"{each}-{actions}" for each in ("archive", "pause", "run", "unpause")
        ),
        "archive-empty-object-body": archive,
    }


def test_a_few_requests_tell_all_of_it() -> None:
    service = Overheard()
    run(target(service), Options(only=REQUESTS), carrier=Carrier(service))
    assert len(service.heard) < 50

"""The suite tells what official clients will meet, without any of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from clients.services import Overheard, RefusesPage, in_edition
from matrix.kill import Carrier, target

from conformance.model import Options
from conformance.reference.problem import invalid
from conformance.revisions import CMA, QODER_JUNE, QODER_SEPTEMBER
from conformance.runner import run

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.matrix

LISTS = (
    "page-continues-with-page",
    "runs-page-continues-with-page",
    "list-created-at-filter",
    "runs-created-at-filter",
)
REQUESTS = (
    "base-headers-of-clients",
    "base-empty-body-of-type-json",
    "archive-empty-object-body",
    "resource-git-repository",
)


class TakesPages(Overheard):
    """Takes next_page as `page`, too."""

    def parse(self) -> None:
        super().parse()
        query = self.call.query
        query |= {"after_id": query.pop("page")} if "page" in query else {}


class KnowsFewFilters(Overheard):
    """Refuses to filter by created_at."""

    def parse(self) -> None:
        super().parse()
        if any(name.startswith("created_at") for name in self.call.query):
            raise invalid("query", "Unknown parameter.")


class TakesOnlyKnownClients(Overheard):
    """Refuses what it does not know of other clients: their headers, and a body that is no JSON though it says so."""

    RESOURCE_TYPES = Overheard.RESOURCE_TYPES | {"git_repository"}

    def parse(self) -> None:
        super().parse()
        if any(name.startswith("x-qoder-") for name in self.call.request.headers):
            raise invalid("headers", "Unknown header.")
        if "content-type" in self.call.request.headers and not self.reads_body():
            raise invalid("body", "This takes no body.")


def _told(habit: type[Overheard], ids: tuple[str, ...], revision: str = QODER_JUNE) -> Mapping[str, str | None]:
    made = in_edition(revision, habit)
    report = run(replace(target(made), revision=revision), Options(only=ids), carrier=Carrier(made))
    return {each.id: each.answer for each in report.observations if each.id in ids}


@pytest.mark.parametrize(
    ("service", "page", "filters"),
    [
        (Overheard, "repeats-the-first-page", "ignored"),
        (TakesPages, "continues", "ignored"),
        (RefusesPage, "refused-400", "ignored"),
        (KnowsFewFilters, "repeats-the-first-page", "refused-400"),
    ],
)
def test_what_becomes_of_lists(service: type[Overheard], page: str, filters: str) -> None:
    assert _told(service, LISTS) == {
        "page-continues-with-page": page,
        "runs-page-continues-with-page": f"of-all-{page}; of-one-{page}",
        "list-created-at-filter": filters,
        "runs-created-at-filter": filters,
    }


@pytest.mark.parametrize(
    ("service", "qca", "rest", "git"),
    [
        (Overheard, "accepted", "accepted", "refused-400"),
        (TakesOnlyKnownClients, "refused-400", "refused-400", "accepted"),
    ],
)
def test_what_becomes_of_requests(service: type[Overheard], qca: str, rest: str, git: str) -> None:
    told = _told(service, REQUESTS)
    assert told == {
        "base-headers-of-clients": f"anthropic-accepted; qca-sdk-{qca}",
        "base-empty-body-of-type-json": "; ".join(f"{each}-{rest}" for each in ("archive", "pause", "run", "unpause")),
        "archive-empty-object-body": rest,
        "resource-git-repository": git,
    }


class TakesDatesAsPagesShowThem(Overheard):
    """Takes dates with a Z at the end, and no others; and no parameter that it does not know."""

    def parse(self) -> None:
        super().parse()
        for name, value in self.call.query.items():
            if name == "beta" or (name.startswith("created_at") and not value.endswith("Z")):
                raise invalid("query", f"{name} is not right.")


@pytest.mark.parametrize(
    ("habit", "offset", "beta"),
    [
        (Overheard, "+00:00-filters; none-refused-400", "GET-accepted; POST-accepted"),
        (TakesDatesAsPagesShowThem, "+00:00-refused-400; none-refused-400", "GET-refused-400; POST-refused-400"),
    ],
)
def test_what_becomes_of_dates_and_of_beta(habit: type[Overheard], offset: str, beta: str) -> None:
    of_september = _told(habit, ("list-created-at-offset",), QODER_SEPTEMBER)
    of_cma = _told(habit, ("list-created-at-offset", "base-beta-parameter"), CMA)

    assert of_september == {"list-created-at-offset": offset}
    assert of_cma == {"list-created-at-offset": offset, "base-beta-parameter": beta}


def test_a_few_requests_tell_all_of_it() -> None:
    service = Overheard()
    run(target(service), Options(only=REQUESTS), carrier=Carrier(service))
    assert len(service.heard) < 50

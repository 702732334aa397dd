"""What the cases of search share: whether it can be asked for, deployments to be found, and walks through them.

Nothing says that a search finds at once what was made, so these deployments are waited for.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.pages import onward, shown
from conformance.expect import Object, Page, expect_page, need_object, need_page, need_success
from conformance.failures import NotApplicable

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.client import Client
    from conformance.suite import Suite

ABSENT, REFUSED = frozenset({404, 405, 501}), frozenset({400, 403})
"""How a service answers that has no search, and one that does not let us have the beta."""

PATIENCE_S, POLL_S = 10.0, 0.5
PAGES = 60

KINDS: tuple[tuple[str, Object], ...] = (
    ("Needle Alpha", {"team": "red", "stage": "one"}),
    ("Needle Beta", {"team": "red", "stage": "two"}),
    ("needle ALPHA two", {"team": "blue", "stage": "one"}),
    ("Haystack", {"team": "Red"}),
    ("Haystack with a needl", {"team": "reddish", "other": "red"}),
    ("Alpha", {"stage": "one", "other": "red"}),
    ("Plain", {}),
)
"""The ends of names, and the metadata, of the deployments that are searched for."""


@dataclass(frozen=True)
class Found:
    """Deployments of one agent of our own: the second to last is paused, the last is archived."""

    api: Client
    agent_id: str
    made: tuple[Object, ...]

    def ids(self, *places: int) -> list[str]:
        """The ids at these places of `KINDS`, sorted."""
        return sorted(self.made[place]["id"] for place in places)

    @property
    def live(self) -> list[str]:
        """The ids of all that are not archived, sorted."""
        return self.ids(*range(len(self.made) - 1))

    def __call__(self, **body: Any) -> Page:
        """Search among them, as a promise that this is answered with a page."""
        return expect_page(self.api.search({"agent_id": self.agent_id, **body}))

    def walk(self, **body: Any) -> list[Page]:
        """The pages of a search, as a control."""
        pages: list[Page] = []
        on: Object | None = {}
        while on is not None and len(pages) < PAGES:
            pages.append(need_page(self.api.search({"agent_id": self.agent_id, **body, **on})))
            on = onward(pages[-1], by_next_page=True)
        return pages


def found(walked: Collection[Page], among: Collection[str]) -> list[str]:
    """Those of these ids that pages show, sorted."""
    return sorted(shown(list(walked), among))


@pytest.fixture(scope="session")
def searchable(suite: Suite, api: Client, accepted: Object) -> Client:  # noqa: ARG001 - so that there is something to find
    """The client of a service that has the search, and lets us have it."""
    if suite.revision.search_beta is None:
        raise NotApplicable("this edition has no search")
    api.made_up("search")
    for body in ({"limit": 1}, {}):
        exchange = api.search(body)
        if exchange.status not in ABSENT | REFUSED:
            return api
    raise NotApplicable(f"the service has no search, or not for us ({exchange.status}): it is a beta")


@pytest.fixture(scope="session")
def haystack(suite: Suite, searchable: Client, environment_id: str) -> Found:
    """Deployments to be searched for, once a search shows all of them."""
    from conformance.cases.conftest import Bodies

    agent_id = suite.provision_agent()
    bodies = Bodies(suite, agent_id, environment_id)
    made = []
    for end, metadata in KINDS:
        made.append(need_object(searchable.create(bodies(name=f"{next(suite.names)} {end}", metadata=metadata))))
        suite.shared.add(made[-1]["id"])
    need_success(searchable.pause(made[-2]["id"]))
    need_success(searchable.archive(made[-1]["id"]))
    they = Found(searchable, agent_id, tuple(made))
    deadline = time.monotonic() + PATIENCE_S
    while not _is_current(they) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    return they


def _is_current(they: Found) -> bool:
    """Whether a search knows what was done; as a control that it is answered."""
    page = need_page(they.api.search({"agent_id": they.agent_id, "limit": 100}))
    status = {str(item.get("id")): item.get("status") for item in page.items}
    return sorted(status) == they.live and status[they.made[-2]["id"]] == "paused"

"""METHOD: methods that no page documents are answered with 404, 405 or 501, and never act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.creates import up_to
from conformance.cases.pages import pages, showing
from conformance.cases.states import enter
from conformance.expect import (
    Object,
    expect_equal,
    expect_object,
    expect_same,
    expect_status,
    need_page,
)
from conformance.failures import NotApplicable, NotPermitted
from conformance.model import SHOULD
from conformance.requirement import requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.cases.conftest import Bodies, Deployments
    from conformance.client import Client
    from conformance.expect import Page
    from conformance.suite import Suite

UNKNOWN = (404, 405, 501)
ACTIONS = {"pause": "active", "unpause": "paused", "archive": "active", "run": "active"}
"""The actions, with the state in which each would succeed."""


def _expect_as_before(api: Client, before: Object, what: str) -> None:
    """A deployment is still there, as it was, its updated_at included."""
    __tracebackhide__ = True
    exchange = api.get(before["id"])
    shown = expect_object(exchange)
    expect_same(shown, before, what, at=exchange)
    stamps = [each.get("updated_at") for each in (shown, before)]
    expect_equal(stamps[0], stamps[1], "updated_at", at=exchange, pointer="/updated_at")


# --- actions ----------------------------------------------------------------------------------------------------


@pytest.fixture
def ready(suite: Suite, api: Client, deployments: Deployments, deployment: Object, action: str) -> Object:
    """A deployment with which the action would succeed by POST: what a GET says of it."""
    if action == "run" and not suite.settings.consent.runs:
        raise NotPermitted("might start a run: give --allow-runs")
    enter(api, deployment["id"], ACTIONS[action])
    return deployments.fresh(deployment)


@requirement("method-get-does-not-act", SHOULD, source="conventions/overview#", covers="NEG-002")
@pytest.mark.parametrize("action", ACTIONS)
def test_a_get_of_an_action_does_not_act(api: Client, ready: Object, action: str) -> None:
    """A GET of /pause, /unpause, /archive or /run changes nothing and starts no run."""
    api.send("GET", f"/deployments/{ready['id']}/{action}")

    _expect_as_before(api, ready, f"the deployment after a GET of its {action}")
    if action == "run":
        page = need_page(api.its_runs(ready["id"]))
        expect_equal(page.ids, [], "the runs of the deployment", at=page.exchange, pointer="/data")


@requirement("method-get-of-an-action-is-refused", SHOULD, source="conventions/overview#", covers="NEG-002")
@pytest.mark.parametrize("action", ACTIONS)
def test_a_get_of_an_action_is_refused(api: Client, ready: Object, action: str) -> None:
    """A GET of /pause, /unpause, /archive or /run is answered with 404, 405 or 501."""
    exchange = api.send("GET", f"/deployments/{ready['id']}/{action}")

    expect_status(exchange, *UNKNOWN)


BY_METHOD = {
    **{f"PUT {action}": (state, "PUT", action) for action, state in ACTIONS.items()},
    **{f"PATCH {action}": (state, "PATCH", action) for action, state in ACTIONS.items()},
    "DELETE pause": ("paused", "DELETE", "pause"),
    "DELETE archive": ("archived", "DELETE", "archive"),
}
"""Other methods than POST, with the state in which what they seem to ask for could be done."""


@requirement("method-of-an-action-does-not-act", SHOULD, source="conventions/overview#", covers="NEG-002 ARC-011")
@pytest.mark.parametrize("what", BY_METHOD)
def test_another_method_of_an_action_does_not_act(
    suite: Suite, api: Client, deployments: Deployments, deployment: Object, what: str
) -> None:
    """A PUT or PATCH of an action, or a DELETE of a pause or archive, is refused (404, 405, 501) and has no effect."""
    state, method, action = BY_METHOD[what]
    if action == "run" and not suite.settings.consent.runs:
        raise NotPermitted("might start a run: give --allow-runs")
    enter(api, deployment["id"], state)
    before = deployments.fresh(deployment)

    exchange = api.send(method, f"/deployments/{before['id']}/{action}")

    expect_status(exchange, *UNKNOWN)
    _expect_as_before(api, before, f"the deployment after a {method} of its {action}")


# --- one deployment ---------------------------------------------------------------------------------------------


@requirement("method-delete-does-not-delete", SHOULD, source="conventions/overview#", covers="NEG-001")
@pytest.mark.parametrize("state", ["active", "paused", "archived"])
def test_a_delete_does_not_delete(api: Client, deployments: Deployments, deployment: Object, state: str) -> None:
    """A deployment is still there, as it was, after a DELETE of it."""
    enter(api, deployment["id"], state)
    before = deployments.fresh(deployment)

    api.send("DELETE", f"/deployments/{before['id']}")

    _expect_as_before(api, before, "the deployment after a DELETE")


@requirement("method-delete-is-refused", SHOULD, source="conventions/overview#", covers="NEG-001")
@pytest.mark.parametrize("state", ["active", "paused", "archived"])
def test_a_delete_is_refused(api: Client, deployment: Object, state: str) -> None:
    """A DELETE of a deployment is answered with 404, 405 or 501."""
    enter(api, deployment["id"], state)

    exchange = api.send("DELETE", f"/deployments/{deployment['id']}")

    expect_status(exchange, *UNKNOWN)


# --- all deployments --------------------------------------------------------------------------------------------


@requirement("method-collection-is-refused", SHOULD, source="conventions/overview#", covers="NEG-003")
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_put_and_patch_of_all_are_refused(api: Client, body: Object, method: str) -> None:
    """A PUT or PATCH of /deployments is answered with 404, 405 or 501."""
    exchange = api.make("deployment", "/deployments", body, method=method)

    expect_status(exchange, *UNKNOWN)


@requirement("method-collection-does-not-act", SHOULD, source="conventions/overview#", covers="NEG-003")
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_put_and_patch_of_all_change_nothing(
    api: Client, bodies: Bodies, deployments: Deployments, deployment: Object, method: str
) -> None:
    """A PUT or PATCH of /deployments makes no deployment, and leaves those that are there as they were."""
    before, body = deployments.fresh(deployment), bodies(description="By another method")

    api.make("deployment", "/deployments", body, method=method)

    _expect_as_before(api, before, f"a deployment after a {method} of all")
    walked = up_to(api, deployments()["id"])
    made = [str(item.get("id")) for page in walked for item in page.items if item.get("name") == body["name"]]
    expect_equal(made, [], "the deployments of that name", at=showing(walked, made), pointer="/data")


@pytest.fixture
def all_ours(suite: Suite, api: Client, deployments: Deployments, deployment: Object) -> Iterator[Object]:
    """A deployment of an account that holds nothing but what this run has made: what a GET says of it."""
    if not suite.settings.loopback:
        raise NotApplicable("a DELETE of all deployments is only sent on loopback")
    run_id, journal = suite.settings.run_id, api.session.journal

    def foreign(page: Page) -> bool:
        strangers = [item for item in page.items if journal.find(str(item.get("id"))) is None]
        return any(run_id not in str(item.get("name")) for item in strangers)

    if any(map(foreign, pages(api, {"limit": 100, "include_archived": True}, until=foreign))):
        raise NotApplicable("the account has deployments that this run did not make: a DELETE of all is not sent")
    api.session.alone = True
    yield deployments.fresh(deployment)
    api.session.alone = False


@requirement("method-delete-of-all-does-not-act", SHOULD, source="conventions/overview#", covers="NEG-003")
def test_a_delete_of_all_deletes_nothing(api: Client, all_ours: Object) -> None:
    """A DELETE of /deployments is answered with 404, 405 or 501, and deletes nothing."""
    exchange = api.send("DELETE", "/deployments")

    expect_status(exchange, *UNKNOWN)
    _expect_as_before(api, all_ours, "a deployment after a DELETE of all")

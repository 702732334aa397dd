"""The rules that only the edition of September 2026 has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from reference.conftest import Answer, Caller

BETA = {"x-qoder-beta": "other, search-2026-08-31"}


def search(api: Caller, body: object, target: str = "/deployments/search") -> Answer:
    """Search with the header of the beta."""
    return api.send("POST", target, body, **BETA)


def names(page: Answer) -> list[str]:
    """Name what was found."""
    assert page.status == 200, page.body
    return [item["name"] for item in page.body["data"]]


def test_refusal_names_the_request(g3: Caller) -> None:
    """The caller's id comes back, and else a new one each time; header and body agree."""
    mine = g3.send("GET", "/nowhere", **{"x-request-id": "mine"})
    assert (mine.body["request_id"], mine.headers["x-request-id"]) == ("mine", "mine")

    others = [g3.get("/nowhere") for _ in range(2)]
    assert all(other.body["request_id"] == other.headers["x-request-id"] != "" for other in others)
    assert others[0].body["request_id"] != others[1].body["request_id"]
    assert g3.send("GET", "/deployments", authorization="", **{"x-api-key": g3.service.tokens["full"]}).status == 401


def test_page_keeps_its_envelope_and_its_ids(g3: Caller) -> None:
    """Ids still go on, but never together with `page`."""
    made = [g3.made()["id"] for _ in range(3)]
    shown = g3.get("/deployments?limit=1").body
    assert [*shown] == ["data", "first_id", "last_id", "has_more", "next_page"]
    assert [item["id"] for item in g3.get(f"/deployments?after_id={made[2]}").body["data"]] == made[1::-1]

    for query in (f"page={shown['next_page']}&after_id={made[2]}", f"page={shown['next_page']}&before_id={made[0]}"):
        assert g3.get(f"/deployments?{query}").status == 400
    assert [g3.get(f"/deployment_runs?limit={limit}").status for limit in (100, 101)] == [200, 400]


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("A=1;_b2=x=y\nC=", 200),
        ("A=1;\n", 200),
        ("", 200),
        (None, 200),
        ({"A": "1"}, 400),
        ("A", 400),
        ("=1", 400),
        ("2A=1", 400),
        ("A-B=1", 400),
        ("A=1;USER_ID=2", 400),
        ("WORK_DIR=/", 400),
        ("QODER_X=1", 400),
        ("A=1\nCAW_=1", 400),
        ("user_id=1;QODERX=1", 200),
    ],
)
def test_environment_variables(g3: Caller, value: object, status: int) -> None:
    """What is taken is shown as it was sent, and stays until it is replaced."""
    path = f"/deployments/{g3.made(environment_variables='OLD=1')['id']}"

    assert g3.create(environment_variables=value).status == g3.post(path, {"environment_variables": value}).status
    assert g3.create(environment_variables=value).status == status
    assert g3.post(path, {}).body["environment_variables"] == ((value or "") if status == 200 else "OLD=1")


def test_search_asks_for_its_beta(g3: Caller) -> None:
    """Without the header there is no search, and no other method either."""
    assert g3.post("/deployments/search", {}).status == 400
    assert g3.send("POST", "/deployments/search", {}, **{"x-qoder-beta": "search"}).status == 400
    assert g3.get("/deployments/search").status == 405


def test_search_finds_by_name_and_metadata(g3: Caller) -> None:
    """All that is asked for has to hold; the query of the address counts for nothing."""
    g3.made(name="Nightly Build", metadata={"team": "a", "tier": "1"})
    g3.made(name="build", metadata={"team": "a"})
    g3.made(name="other", metadata={"team": "A"})

    def found(body: dict[str, Any]) -> list[str]:
        return names(search(g3, body, "/deployments/search?limit=1&name=other"))

    assert found({}) == ["other", "build", "Nightly Build"]
    assert found({"name": "BUILD"}) == ["build", "Nightly Build"]
    assert found({"metadata": {"team": "a"}}) == ["build", "Nightly Build"]
    assert found({"metadata": {"team": "a", "tier": "1"}, "name": None}) == ["Nightly Build"]
    assert found({"status": "paused"}) == found({"agent_id": "agent_0"}) == []
    assert found({"created_at[gte]": "2026-06-14T08:53:33Z"}) == []


def test_search_goes_by_pages(g3: Caller) -> None:
    """Only the first page tells how much there is, and an empty one that there is nothing."""
    made = [g3.made(name=f"n{n}")["id"] for n in range(3)]
    first = search(g3, {"limit": 2, "include_archived": False}).body
    last = search(g3, {"limit": 2, "page": first["next_page"]}).body
    assert [item["id"] for item in first["data"] + last["data"]] == made[::-1]
    assert (first["total"], last["total"], last["next_page"]) == (3, None, None)

    nothing: dict[str, object] = {
        "data": [],
        "first_id": None,
        "last_id": None,
        "has_more": False,
        "next_page": None,
        "total": 0,
    }
    assert search(g3, {"name": "x"}).body == nothing


@pytest.mark.parametrize(
    "body",
    [
        *({"limit": 0}, {"limit": 101}, {"limit": "1"}, {"limit": True}, {"page": "x"}, {"page": 1}, {"name": 1}),
        *({"status": "archived"}, {"include_archived": "true"}, {"metadata": {"a": 1}}, {"metadata": {"": "a"}}),
        *({"metadata": []}, {"metadata": {"k": "v" * 513}}, {"created_at[lte]": "x"}, [], b"{"),
    ],
)
def test_wrong_search_is_refused(g3: Caller, body: object) -> None:
    """No parameter is guessed."""
    assert search(g3, body).status == 400


def test_search_sees_no_other_account(g3: Caller) -> None:
    """What is not the caller's is not found."""
    g3.made()
    other = {"authorization": f"Bearer {g3.service.tokens['other']}"}
    unscoped = {"authorization": f"Bearer {g3.service.tokens['unscoped']}"}

    assert g3.send("POST", "/deployments/search", {}, **BETA, **other).body["total"] == 0
    assert g3.send("POST", "/deployments/search", {}, **BETA, **unscoped).status == 403


def test_states_change_as_in_june(g3: Caller) -> None:
    """A repeated change is refused, and an archived name is free again."""
    path = f"/deployments/{g3.made()['id']}"
    steps = ["pause", "pause", "run", "unpause", "unpause", "archive", "archive"]

    assert [g3.post(f"{path}/{step}").status for step in steps] == [200, 409, 409, 200, 409, 200, 409]
    assert g3.get(path).body["name"].startswith("d_archived_")
    assert g3.get(f"{path}/runs?triggered_after=2026-01-01T00:00:00Z").body["data"] == []

"""Each example payload keeps its schema, and each near-miss breaks its own, by both validators."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from conformance import resources, schemas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Json: TypeAlias = Any

JUNE = "qoder-2026-06"
REVISIONS = (JUNE, "qoder-2026-09", "cma-2026-04-01")
FIXTURES = resources.fixtures_dir()


def load(path: Path) -> Json:
    """What a JSON file holds."""
    return json.loads(path.read_text("utf-8"))


def payloads(revision: str) -> list[dict[str, Json]]:
    """What the index of a revision lists."""
    return list(load(FIXTURES / revision / "index.json")["payloads"])


def near_misses(revision: str) -> Iterator[Path]:
    """What the schemas of a revision refuse: what all refuse, and what only this one does."""
    for folder in (FIXTURES, FIXTURES / revision):
        yield from sorted((folder / "near-misses").glob("*.json"))


PAYLOADS = [(revision, payload) for revision in REVISIONS for payload in payloads(revision)]
PAGES = [(revision, payload) for revision, payload in PAYLOADS if payload["schema"].endswith("list")]
NEAR_MISSES = [(revision, path) for revision in REVISIONS for path in near_misses(revision)]
each = pytest.mark.parametrize("revision", REVISIONS)


def name(value: str | dict[str, Json] | Path) -> str:
    """A revision, a payload or a near-miss in the name of a test."""
    if isinstance(value, str):
        return value
    return str(value["file"]) if isinstance(value, dict) else value.stem


def apply(patch: dict[str, Any], document: Json) -> Json:
    """The document after one RFC 6902 operation."""
    *parents, last = patch["path"].split("/")
    if not parents:
        return patch["value"]
    result = copy.deepcopy(document)
    place = result
    for step in parents[1:]:
        place = place[int(step) if isinstance(place, list) else step]
    key = last if isinstance(place, dict) else len(place) if last == "-" else int(last)
    if patch["op"] == "add":
        assert key not in place if isinstance(place, dict) else key == len(place), "the member is there already"
        place.update({key: patch["value"]}) if isinstance(place, dict) else place.append(patch["value"])
    elif patch["op"] == "remove":
        del place[key]
    else:
        assert place[key] != patch["value"] or type(place[key]) is not type(patch["value"]), "nothing is replaced"
        place[key] = patch["value"]
    return result


def verdicts(revision: str, schema: str, payload: object) -> tuple[bool, bool]:
    """What the quick and the slow validator say."""
    compiled = schemas.validator(revision, schema)
    return compiled.quick.is_valid(payload), not list(compiled.slow(payload))


@pytest.mark.parametrize(("revision", "payload"), PAYLOADS, ids=name)
def test_payload_keeps_its_schema(revision: str, payload: dict[str, Json]) -> None:
    """Each example payload is accepted by both validators."""
    value = load(resources.fixture_path(revision, payload["file"]))
    assert schemas.explain(revision, payload["schema"], value) is None
    assert verdicts(revision, payload["schema"], value) == (True, True)


@each
def test_index_lists_every_payload(revision: str) -> None:
    """No payload is left out of the index, none is listed that is not there, and no near-misses vanish."""
    folder, index = FIXTURES / revision, load(FIXTURES / revision / "index.json")
    files = {
        path.relative_to(folder).as_posix() for kind in ("requests", "answers") for path in folder.glob(f"{kind}/*")
    }
    assert index["revision"] == revision
    assert files == {payload["file"] for payload in index["payloads"]}
    assert len(list(near_misses(revision))) >= 180


@each
def test_every_schema_has_a_payload_and_a_near_miss(revision: str) -> None:
    """What a schema accepts and what it refuses is shown of each, but of those that only hold parts of others."""
    named = {path.stem for path in resources.schema_paths(revision)} - {"common", "request-parts"}
    assert {payload["schema"] for payload in payloads(revision)} == named
    assert {load(path)["schema"] for path in near_misses(revision)} == named


@pytest.mark.parametrize(("revision", "payload"), PAGES, ids=name)
def test_only_a_known_erratum_breaks_the_cursors_of_a_page(revision: str, payload: dict[str, Json]) -> None:
    """Where a page's cursors do not belong to its elements, the index says so."""
    page = load(resources.fixture_path(revision, payload["file"]))
    ends = (page["data"][0]["id"], page["data"][-1]["id"]) if page["data"] else (None, None)
    if "first_id" in page:
        assert ("erratum" in payload) == ((page["first_id"], page["last_id"]) != ends)
        assert page["has_more"] == (page["next_page"] is not None)
    if revision == JUNE:
        assert page["next_page"] == (page["last_id"] if page["has_more"] else None)


@pytest.mark.parametrize(("revision", "path"), NEAR_MISSES, ids=name)
def test_near_miss_is_refused(revision: str, path: Path) -> None:
    """Each near-miss is refused by both validators, at the place of its edit, and its origin is accepted."""
    near_miss = load(path)
    origin = load(resources.fixture_path(revision, near_miss["from"]))
    payload = apply(near_miss["patch"], origin)

    problem = schemas.explain(revision, near_miss["schema"], payload)
    edit = near_miss["patch"]["path"]

    assert verdicts(revision, near_miss["schema"], origin) == (True, True)
    assert verdicts(revision, near_miss["schema"], payload) == (False, False)
    assert problem is not None
    assert edit.startswith(problem.pointer) or problem.pointer.startswith(edit)
    assert len(problem.message) <= schemas.LONGEST_MESSAGE


def test_near_miss_of_all_revisions_stands_once() -> None:
    """No revision has a near-miss under the name of one that holds in all."""
    shared = {path.name for path in (FIXTURES / "near-misses").iterdir()}
    for revision in REVISIONS:
        assert not shared & {path.name for path in (FIXTURES / revision / "near-misses").iterdir()}

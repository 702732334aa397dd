"""The schemas and the example payloads agree with each other, and both validators with both."""

from __future__ import annotations

import copy
import dataclasses
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.readers import read_from_filename

from conformance import model, resources, schemas
from conformance.report import json_format
from conformance.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Json: TypeAlias = Any

REVISION = model.DEFAULT_REVISION
FIXTURES = resources.fixtures_dir() / REVISION
PAYLOADS: list[dict[str, Any]] = json.loads((FIXTURES / "index.json").read_text("utf-8"))["payloads"]
NEAR_MISSES = sorted((FIXTURES / "near-misses").glob("*.json"))
OPENAPI: dict[str, Any] = dict(read_from_filename(str(resources.openapi_path(REVISION)))[0])
OPERATIONS = [
    operation for path in OPENAPI["paths"].values() for operation in path.values() if "responses" in operation
]


def load(path: Path) -> Json:
    """What a JSON file holds."""
    return json.loads(path.read_text("utf-8"))


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


def verdicts(name: str, payload: object) -> tuple[bool, bool]:
    """What the quick and the slow validator say."""
    compiled = schemas.validator(REVISION, name)
    return compiled.quick.is_valid(payload), not list(compiled.slow(payload))


def deref(node: dict[str, Any]) -> dict[str, Any]:
    """The part of the OpenAPI document that a local `$ref` means."""
    if not node.get("$ref", "").startswith("#/"):
        return node
    found: Json = OPENAPI
    for step in node["$ref"][2:].split("/"):
        found = found[step]
    return dict(found)


def examples() -> Iterator[tuple[str, str, Any]]:
    """Every example of a body in the OpenAPI document: where it stands, its schema, its value."""
    for operation in OPERATIONS:
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for media in (deref(body).get("content", {}).get("application/json", {}) for body in bodies):
            for title, example in media.get("examples", {}).items():
                yield f"{operation['operationId']}-{title}", media["schema"]["$ref"], deref(example)["value"]


EXAMPLES = sorted(examples(), key=lambda example: example[0])


@pytest.mark.parametrize(
    "path", [*resources.schema_paths(REVISION), resources.report_schema_path()], ids=lambda path: str(path.name)
)
def test_schema_is_valid_and_names_itself(path: Path) -> None:
    """Each schema is one by the metaschema, and its `$id` is its file name: references hold in any folder."""
    schema = load(path)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == path.name


def test_openapi_document_is_valid() -> None:
    """The OpenAPI document is one."""
    OpenAPIV31SpecValidator(OPENAPI, base_uri=resources.openapi_path(REVISION).as_uri()).validate()


def test_openapi_names_every_operation_once() -> None:
    """All twelve operations are there, each under a name of its own."""
    names = [operation["operationId"] for operation in OPERATIONS]
    assert len(names) == len(set(names)) == 12


def test_links_lead_to_operations_and_what_was_only_read_is_never_changed() -> None:
    """Who follows links changes nothing but what came out of a create."""
    writers = {
        operation["operationId"] for path in OPENAPI["paths"].values() for operation in [path.get("post")] if operation
    }
    for path in OPENAPI["paths"].values():
        for verb in ("get", "post"):
            links = path.get(verb, {}).get("responses", {}).get("200", {}).get("links", {}).values()
            targets = {deref(link)["operationId"] for link in links}
            assert targets <= {operation["operationId"] for operation in OPERATIONS}
            assert verb == "post" or not targets & writers


@pytest.mark.parametrize(("schema", "value"), [e[1:] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES])
def test_openapi_example_keeps_its_schema(schema: str, value: object) -> None:
    """Each example of a body keeps the schema that stands beside it."""
    assert schemas.explain(REVISION, schema.removesuffix(".json"), value) is None


@pytest.mark.parametrize(
    "parameter", OPENAPI["components"]["parameters"].values(), ids=OPENAPI["components"]["parameters"]
)
def test_openapi_parameter_keeps_its_schema(parameter: dict[str, Any]) -> None:
    """Each example of a parameter keeps the schema that stands beside it."""
    jsonschema.Draft202012Validator(parameter["schema"]).validate(parameter["example"])


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: str(payload["file"]))
def test_payload_keeps_its_schema(payload: dict[str, Any]) -> None:
    """Each example payload is accepted by both validators."""
    value = load(resources.fixture_path(REVISION, payload["file"]))
    assert schemas.explain(REVISION, payload["schema"], value) is None
    assert verdicts(payload["schema"], value) == (True, True)


def test_index_lists_every_payload() -> None:
    """No payload is left out of the index, none is listed that is not there, and no near-misses vanish."""
    files = {
        path.relative_to(FIXTURES).as_posix() for kind in ("requests", "answers") for path in FIXTURES.glob(f"{kind}/*")
    }
    assert files == {payload["file"] for payload in PAYLOADS}
    assert len(NEAR_MISSES) >= 60


@pytest.mark.parametrize("payload", [p for p in PAYLOADS if p["schema"].endswith("list")], ids=lambda p: str(p["file"]))
def test_only_a_known_erratum_breaks_the_cursors_of_a_page(payload: dict[str, Any]) -> None:
    """Where a page's cursors do not belong to its elements, the index says so."""
    page = load(resources.fixture_path(REVISION, payload["file"]))
    ends = (page["data"][0]["id"], page["data"][-1]["id"]) if page["data"] else (None, None)
    assert ("erratum" in payload) == ((page["first_id"], page["last_id"]) != ends)
    assert page["next_page"] == (page["last_id"] if page["has_more"] else None)


@pytest.mark.parametrize("path", NEAR_MISSES, ids=lambda path: str(path.stem))
def test_near_miss_is_refused(path: Path) -> None:
    """Each near-miss is refused by both validators, at the place of its edit, and its origin is accepted."""
    near_miss = load(path)
    origin = load(resources.fixture_path(REVISION, near_miss["from"]))
    payload = apply(near_miss["patch"], origin)

    problem = schemas.explain(REVISION, near_miss["schema"], payload)
    edit = near_miss["patch"]["path"]

    assert verdicts(near_miss["schema"], origin) == (True, True)
    assert verdicts(near_miss["schema"], payload) == (False, False)
    assert problem is not None
    assert near_miss["patch"]["path"].startswith(problem.pointer) or problem.pointer.startswith(
        near_miss["patch"]["path"]
    )
    assert edit.startswith(problem.pointer) or problem.pointer.startswith(edit)
    assert len(problem.message) <= schemas.LONGEST_MESSAGE


LAWFUL: dict[str, dict[str, Any]] = {
    "no description": {"description": None},
    "empty description": {"description": ""},
    "members of a later revision": {"environment_variables": "", "budget": None},
    "name longer than a request may send": {"name": "n" * 300},
    "event of blocks": {"initial_events": [{"type": "user.message", "content": [{"type": "text", "text": "hi"}]}]},
    "no upcoming runs": {"schedule": {"type": "cron", "expression": "*", "timezone": "UTC", "upcoming_runs_at": []}},
    "version written as a float": {"agent": {"id": "a", "type": "agent", "version": 2.0}},
    "id of another make": {"id": "dep_Ab-9"},
    "offset of UTC": {"created_at": "2026-06-14T08:53:32+00:00"},
    "one digit of a second": {"created_at": "2026-06-14T08:53:32.1Z"},
    "nine digits of a second": {"created_at": "2026-06-14T08:53:32.123456789+00:00"},
}


@pytest.mark.parametrize("members", LAWFUL.values(), ids=LAWFUL)
def test_lawful_variation_is_accepted(members: dict[str, Any]) -> None:
    """What the documents leave open is never refused."""
    deployment = load(resources.fixture_path(REVISION, "answers/create.json"))
    assert verdicts("deployment", deployment | members) == (True, True)


@pytest.mark.parametrize("status", ["active", "paused"])
@pytest.mark.parametrize("told", [{}, {"next_trigger_at": None}])
def test_next_trigger_may_be_missing_where_nothing_is_due(status: str, told: dict[str, None]) -> None:
    """Without a schedule, or while paused, no next trigger is told as null or not at all."""
    deployment = load(resources.fixture_path(REVISION, "answers/create.json"))
    stats = deployment["metadata"]["cas_config"]["stats"]
    del stats["next_trigger_at"]
    stats |= told
    if status == "active":
        deployment["schedule"] = None
    assert verdicts("deployment", deployment | {"status": status}) == (True, True)


def nested(depth: int) -> list[Any]:
    """A list in a list, this deep."""
    return [] if depth == 1 else [nested(depth - 1)]


HOSTILE = {
    "endless digits": 10**4000,
    "more digits than Python prints": -(10**5000),
    "no number": float("nan"),
    "infinity": float("inf"),
    "half a surrogate pair": "\ud800",
    "key of half a surrogate pair": {"\ud800": 1},
    "deep": nested(200),
    "long": "x" * 1_000_000,
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("place", ["name", "agent", "metadata", "created_at", "extra"])
def test_hostile_value_is_judged_without_an_exception(value: object, place: str) -> None:
    """Whatever JSON can write is accepted or refused, and the refusal can be printed."""
    deployment = load(resources.fixture_path(REVISION, "answers/create.json"))

    problem = schemas.explain(REVISION, "deployment", deployment | {place: value})

    assert (problem is None) == (place == "extra" or (place == "name" and isinstance(value, str)))
    if problem is not None:
        assert len(problem.message.encode("utf-8")) <= schemas.LONGEST_MESSAGE


def test_problem_is_told_with_its_place() -> None:
    """The pointer escapes what a pointer must escape."""
    deployment = load(resources.fixture_path(REVISION, "answers/create.json"))
    metadata = deployment["metadata"] | {"a/b~c": 1}

    assert schemas.explain(REVISION, "deployment", deployment | {"metadata": metadata}) == schemas.SchemaProblem(
        pointer="/metadata/a~1b~0c",
        message="1 is not of type 'string'",
        schema_path="/properties/metadata/additionalProperties/type",
    )


def test_unknown_schema_is_an_error_that_lists_the_known_ones() -> None:
    """A wrong name is told with the right ones."""
    with pytest.raises(resources.MissingResourceError, match=r"deployment\.json"):
        schemas.validator(REVISION, "deploymint")
    with pytest.raises(resources.MissingResourceError, match=REVISION):
        schemas.validator("qoder-1999", "deployment")


def test_importing_the_module_loads_no_validator() -> None:
    """Who validates nothing waits for nothing."""
    code = "import sys, conformance.schemas; sys.exit(any(name.startswith('jsonschema') for name in sys.modules))"
    subprocess.run([sys.executable, "-c", code], check=True)


def report() -> model.Report:
    """A report that fills every member."""
    exchange = model.ExchangeRecord("GET", "http://x/deployments", "/deployments", 200, 1.5, (("accept", "*/*"),))
    difference = model.Difference("a", "b", "/name")
    result = model.Result(
        "get-id-known", model.MUST, "get", "get#get", "It is.", model.Verdict.INCONCLUSIVE, model.Blame.TARGET,
        difference=difference, differing=0, requests=1, exchanges=(exchange,), trace=(("GET", "/", None, 0.5),),
    )  # fmt: skip
    skipped = dataclasses.replace(result, verdict=model.Verdict.SKIPPED, blame=None, skip=model.Skip.NOT_APPLICABLE)
    return model.Report(
        "0.1.0", "http://x", REVISION, "2026-06-14T08:53:32Z", 1.25, 7, (result, skipped),
        (model.ObservationResult("list-limit-above-maximum", "list", "list#query", "What comes.", "capped"),),
        (model.Requirement("run-is-never-doubled", "run", "run#run", "Never twice.", model.MUST, unobservable="time"),),
        {"200": 1}, (model.Leftover("deployment", "dep_1", "curl"),), ("a note",),
        seen=(Shape("GET /deployments", 200, ("date",), {"type": ("string",)}, {"type": ("page",)}),),
    )  # fmt: skip


def test_report_keeps_its_schema_and_the_schema_knows_its_members() -> None:
    """What is written is what is published, member for member."""
    schema = load(resources.report_schema_path())
    document = json.loads(json_format.dump(report()))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert set(schema["properties"]) == set(document)
    assert set(schema["$defs"]["result"]["properties"]) == {field.name for field in dataclasses.fields(model.Result)}

"""The schemas are valid, refuse nothing that is lawful, and take whatever comes."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

import jsonschema
import pytest

from conformance import model, resources, revisions, schemas
from conformance.report import json_format
from conformance.shape import Shape

if TYPE_CHECKING:
    from pathlib import Path

Json: TypeAlias = Any

JUNE, SEPTEMBER, CMA = REVISIONS = ("qoder-2026-06", "qoder-2026-09", "cma-2026-04-01")
FIXTURES = resources.fixtures_dir()


def load(path: Path) -> Json:
    """What a JSON file holds."""
    return json.loads(path.read_text("utf-8"))


SCHEMAS = [path for revision in REVISIONS for path in resources.schema_paths(revision)]
each = pytest.mark.parametrize("revision", REVISIONS)


def verdicts(revision: str, name: str, payload: object) -> tuple[bool, bool]:
    """What the quick and the slow validator say."""
    compiled = schemas.validator(revision, name)
    return compiled.quick.is_valid(payload), not list(compiled.slow(payload))


def created(revision: str) -> dict[str, Json]:
    """A deployment as a create answers it."""
    return dict(load(resources.fixture_path(revision, "answers/create.json")))


def test_every_revision_has_its_folders() -> None:
    """What the suite can be asked for is what is here."""
    assert set(revisions.REVISIONS) <= set(REVISIONS)
    assert {path.name for path in resources.schemas_dir().iterdir() if path.is_dir()} == set(REVISIONS)
    assert {path.name for path in FIXTURES.iterdir() if path.is_dir()} == {*REVISIONS, "near-misses"}


@pytest.mark.parametrize(
    "path", [*SCHEMAS, resources.report_schema_path()], ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_schema_is_valid(path: Path) -> None:
    """Each schema is one by the metaschema."""
    jsonschema.Draft202012Validator.check_schema(load(path))


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_schema_names_itself(path: Path) -> None:
    """A schema's `$id` leads to itself where it stands, so references hold, and tells the revisions apart."""
    schema = load(path)
    assert schema["$id"] == f"../{path.parent.name}/{path.name}"


LAWFUL: dict[str, dict[str, Any]] = {
    "no description": {"description": None},
    "empty description": {"description": ""},
    "members of a later revision": {"environment_variables": "", "budget": None},
    "name longer than a request may send": {"name": "n" * 300},
    "event of blocks": {"initial_events": [{"type": "user.message", "content": [{"type": "text", "text": "hi"}]}]},
    "no upcoming runs": {
        "schedule": {
            "type": "cron",
            "expression": "*",
            "timezone": "UTC",
            "upcoming_runs_at": [],
            "last_run_at": None,
        }
    },
    "paused for a reason of its own": {"status": "paused", "paused_reason": {"type": "quota", "until": None}},
    "version written as a float": {"agent": {"id": "a", "type": "agent", "version": 2.0}},
    "offset of UTC": {"created_at": "2026-06-14T08:53:32+00:00"},
    "one digit of a second": {"created_at": "2026-06-14T08:53:32.1Z"},
    "nine digits of a second": {"created_at": "2026-06-14T08:53:32.123456789+00:00"},
}


@each
@pytest.mark.parametrize("members", LAWFUL.values(), ids=LAWFUL)
def test_lawful_variation_is_accepted(revision: str, members: dict[str, Any]) -> None:
    """What the documents leave open is never refused."""
    assert verdicts(revision, "deployment", created(revision) | members) == (True, True)


@each
def test_id_of_another_make_is_accepted(revision: str) -> None:
    """Of an id, only the prefix is promised."""
    deployment = created(revision)
    prefix = deployment["id"].partition("_")[0]
    assert verdicts(revision, "deployment", deployment | {"id": f"{prefix}_Ab-9"}) == (True, True)


NEW = (SEPTEMBER, CMA)


@pytest.mark.parametrize("revision", NEW)
def test_what_the_newer_revisions_leave_open_is_accepted(revision: str) -> None:
    """No variables, a message that is shown as a string, members of the older run, and errors of any type."""
    deployment, failed = created(revision), load(resources.fixture_path(revision, "answers/run-failed.json"))
    refusal = load(resources.fixture_path(revision, "answers/error-404.json"))
    plain = [{"type": "user.message", "content": "hi"}, {"type": "user.define_outcome", "content": None}]
    deployment.pop("environment_variables", None)

    assert verdicts(revision, "deployment", deployment | {"initial_events": plain}) == (True, True)
    assert verdicts(revision, "deployment-run", failed | {"status": "failed", "duration_ms": 7}) == (True, True)
    assert verdicts(revision, "deployment-run", failed | {"error": {"type": "", "message": ""}}) == (True, True)
    assert verdicts(revision, "error", refusal | {"code": "NOT_FOUND"}) == (True, True)


@pytest.mark.parametrize("told", [{}, {"session_id": None}, {"error": None}])
def test_a_run_that_tells_neither_is_a_matter_of_a_case(told: dict[str, None]) -> None:
    """That a run has a session or an error is only recommended in September."""
    run = load(resources.fixture_path(SEPTEMBER, "answers/run.json"))
    assert verdicts(SEPTEMBER, "deployment-run", run | told) == (True, True)


@pytest.mark.parametrize("told", ["", None])
def test_a_refusal_may_have_no_id_in_cma(told: str | None) -> None:
    """The id of a request is there, and may be null."""
    refusal = load(resources.fixture_path(CMA, "answers/error-404.json"))
    assert verdicts(CMA, "error", refusal | {"request_id": told}) == (True, True)


@pytest.mark.parametrize("status", ["active", "paused"])
@pytest.mark.parametrize("told", [{}, {"next_trigger_at": None}])
def test_next_trigger_may_be_missing_where_nothing_is_due(status: str, told: dict[str, None]) -> None:
    """Without a schedule, or while paused, no next trigger is told as null or not at all."""
    deployment = created(JUNE)
    stats = deployment["metadata"]["cas_config"]["stats"]
    del stats["next_trigger_at"]
    stats |= told
    if status == "active":
        deployment["schedule"] = None
    assert verdicts(JUNE, "deployment", deployment | {"status": status}) == (True, True)


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


@each
@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("place", ["name", "agent", "metadata", "created_at", "extra"])
def test_hostile_value_is_judged_without_an_exception(revision: str, value: object, place: str) -> None:
    """Whatever JSON can write is accepted or refused, and the refusal can be printed."""
    problem = schemas.explain(revision, "deployment", created(revision) | {place: value})

    assert (problem is None) == (place == "extra" or (place == "name" and isinstance(value, str)))
    if problem is not None:
        assert len(problem.message.encode("utf-8")) <= schemas.LONGEST_MESSAGE


def test_problem_is_told_with_its_place() -> None:
    """The pointer escapes what a pointer must escape."""
    deployment = created(JUNE)
    metadata = deployment["metadata"] | {"a/b~c": 1}

    assert schemas.explain(JUNE, "deployment", deployment | {"metadata": metadata}) == schemas.SchemaProblem(
        pointer="/metadata/a~1b~0c",
        message="1 is not of type 'string'",
        schema_path="/properties/metadata/additionalProperties/type",
    )


def test_unknown_schema_is_an_error_that_lists_the_known_ones() -> None:
    """A wrong name is told with the right ones."""
    with pytest.raises(resources.MissingResourceError, match=r"deployment\.json"):
        schemas.validator(JUNE, "deploymint")
    with pytest.raises(resources.MissingResourceError, match=JUNE):
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
        "0.1.0", "http://x", JUNE, "2026-06-14T08:53:32Z", 1.25, 7, (result, skipped),
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

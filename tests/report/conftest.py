"""Synthetic reports: conformant, failing in every way, hostile in every field that a server controls, and large."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from conformance.model import (
    MUST,
    SHOULD,
    Blame,
    Difference,
    ExchangeRecord,
    Leftover,
    Level,
    ObservationResult,
    Report,
    Requirement,
    Result,
    Skip,
    Verdict,
)
from conformance.report.waiver_file import parse
from conformance.report.waiving import waive
from conformance.shape import Shape

BASE = "https://api.example.com/api/v1/cloud"
HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)><!-- ]]>"
    "\x1b[31mred\x1b[0m\x1b]8;;http://evil.example\x07link\x1b]8;;\x07"
    "\u202egnp.exe\u202c\u200f"
    "\x00\x08\x85"
    "\ud800"
    "[bold]markup[/bold] :smile: **md** `code` ```fence | cell @someone #1 http://evil.example www.evil.example"
    "{{ 7 * 7 }} {% raw %} $(touch /tmp/owned) `id` '\""
    "\r\nnext line"
    "\n::set-output name=x::y\r::error::owned%0A::error::owned ##[error]owned [[ATTACHMENT|/etc/passwd]]"
)
TRACKER = "https://tracker.example.com/DEP-1"
HUGE = HOSTILE + "x" * 1_000_000
DEPLOYMENT = {
    "id": "dep_0197a1",
    "type": "deployment",
    "name": "conformance-3f2a",
    "metadata": {"owner": "ops"},
    "status": "active",
    "limit": 1.0,
}


def record(method: str, path: str, status: int | None, sent: object = None, came: object = None) -> ExchangeRecord:
    """One exchange with bodies as JSON."""
    return ExchangeRecord(
        method=method,
        url=BASE + path,
        path=path,
        status=status,
        elapsed_ms=12.5,
        request_headers=(("Authorization", "Bearer $TOKEN"), ("Content-Type", "application/json")),
        request_body=None if sent is None else json.dumps(sent),
        response_headers=(("content-type", "application/json"), ("x-request-id", "req_1")),
        response_body=None if came is None else json.dumps(came),
        problem=None if status else "the connection was closed half-way",
    )


CREATE = record("POST", "/deployments", 200, {"name": "conformance-3f2a"}, DEPLOYMENT)


def result(id_: str, verdict: Verdict = Verdict.PASSED, level: Level = MUST, **more: object) -> Result:
    """A result whose area is the first word of its id."""
    area = id_.partition("-")[0]
    plain = Result(
        id=id_,
        level=level,
        area=area,
        source=f"{area}#request-body",
        statement=f"The promise of {id_} is kept.",
        verdict=verdict,
        duration_s=0.05,
        requests=2,
        trace=(("POST", "/deployments", 200, 12.5), ("GET", "/deployments/dep_0197a1", 200, 3.0)),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def kept_name() -> Result:
    """A MUST that is broken: an update that changes what it was not asked to change."""
    after = record("GET", "/deployments/dep_0197a1", 200, None, DEPLOYMENT | {"metadata": {}})
    return result(
        "update-metadata-kept",
        Verdict.FAILED,
        statement="An update that does not send metadata leaves it as it was.",
        source="update#merge-semantics",
        reason='metadata.owner is missing after an update of the name alone, expected "ops"',
        fingerprint="f-metadata",
        difference=Difference('"ops"', "nothing", "/metadata/owner"),
        differing=2,
        exchanges=(
            CREATE,
            record("POST", "/deployments/dep_0197a1", 200, {"name": "b"}, DEPLOYMENT | {"metadata": {}}),
            after,
        ),
        requests=3,
    )


def long_name() -> Result:
    """A MUST that is broken: a limit that nobody enforces."""
    sent = {"name": "x" * 257}
    return result(
        "create-name-max-length",
        Verdict.FAILED,
        statement="A name longer than 256 characters is refused.",
        reason="POST /deployments: expected a refusal (4xx), got 200",
        fingerprint="f-name",
        difference=Difference("a status of 4xx", "status 200"),
        differing=1,
        exchanges=(CREATE, record("POST", "/deployments", 200, sent, DEPLOYMENT | {"name": "x" * 257})),
    )


def observation(id_: str, answer: str | None, reason: str = "") -> ObservationResult:
    """An observation of the list."""
    return ObservationResult(id_, "list", "list#parameters", f"What {id_} does.", answer, reason)


def report(*results: Result, **more: object) -> Report:
    """A report of these results."""
    plain = Report(
        suite_version="0.1.0",
        base_url=BASE,
        revision="qoder-2026-06",
        started_at="2026-07-01T12:00:00Z",
        duration_s=8.25,
        seed=42,
        results=results,
        requests_by_status={"200": 2 * len(results), "400": 3},
        command=f"deployments-conformance run --base-url {BASE}",
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def unseen() -> Requirement:
    """A promise that cannot be checked from outside."""
    return Requirement(
        "run-billing", "run", "run#billing", "A run is billed once.", MUST, unobservable="bills are not shown"
    )


LIST = ("GET /deployments", 200)
"""An operation and a status that it answers with."""


def conformant_report() -> Report:
    """Everything holds; one thing does not apply."""
    names = ("create-answer", "create-echo", "list-order", "list-filter", "get-same", "update-name", "update-clear")
    skipped = result(
        "auth-other-account",
        Verdict.SKIPPED,
        skip=Skip.NOT_APPLICABLE,
        reason="no token of another account: set DEPLOYMENTS_OTHER_TOKEN",
        requests=0,
        trace=(),
        source="conventions/authentication#accounts",
    )
    errors = result("errors-envelope", source="conventions/errors#envelope")
    return report(
        *(result(name) for name in names),
        errors,
        skipped,
        observations=(observation("list-limit-above-maximum", "capped"),),
        unobservable=(unseen(),),
    )


def mixed_report() -> Report:
    """Every verdict, leftovers, notes, and one cause that fells several requirements."""
    warned = result(
        "errors-message",
        Verdict.WARNED,
        SHOULD,
        source="conventions/errors#envelope",
        reason="the message of the error is empty",
        fingerprint="f-message",
        difference=Difference("a text that is not empty", '""', "/error/message"),
        differing=0,
        exchanges=(
            record(
                "GET",
                "/deployments/dep_none",
                404,
                None,
                {"type": "error", "error": {"type": "not_found_error", "message": ""}},
            ),
        ),
    )
    unclear = result(
        "list-walk",
        Verdict.INCONCLUSIVE,
        blame=Blame.ENVIRONMENT,
        reason="429 did not end within 60 s",
        fingerprint="f-429",
        exchanges=(record("GET", "/deployments?limit=20", 429, None, {"type": "error"}),),
    )
    lost = result(
        "list-back",
        Verdict.INCONCLUSIVE,
        blame=Blame.TARGET,
        reason="no answer",
        exchanges=(record("GET", "/deployments?before_id=dep_1", None),),
    )
    why = "needs --allow-runs: a run costs the owner money"
    unselected = result("run-twice", Verdict.SKIPPED, skip=Skip.NOT_SELECTED, reason=why, requests=0, trace=())
    fallen = replace(kept_name(), id="update-metadata-merged", exchanges=(*kept_name().exchanges, CREATE), differing=2)
    return report(
        result("create-answer"),
        long_name(),
        result("list-order"),
        unclear,
        lost,
        kept_name(),
        fallen,
        warned,
        unselected,
        observations=(observation("list-limit-above-maximum", "capped"), observation("list-slow", None, "no answer")),
        unobservable=(unseen(),),
        leftovers=(Leftover("deployment", "dep_0197a1", f'curl -X POST {BASE}/x -H "Authorization: Bearer $TOKEN"'),),
        notes=("Pages above 20 were checked with 40 deployments.",),
        seen=(Shape(*LIST, ("date",), {"type": ("null",)}, {"type": ("page",)}),),
    )


def entry(id_: str, fingerprint: str, *, reason: str = "Known since June.", expires: str = "2026-07-01") -> str:
    """A waiver as a file has it; it expires on the day of the reports, which is the last on which it holds."""
    values = {"id": id_, "fingerprint": fingerprint, "owner": "team-a", "link": TRACKER, "reason": reason}
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(["[[waiver]]", *lines, f"expires = {expires}", "", ""])


def waived_report() -> Report:
    """The mixed report with one failure waived, and waivers that do not hold: passing, other reason, expired."""
    entries = (
        entry("create-name-max-length", "f-name"),
        entry("create-answer", "f-gone"),
        entry("update-metadata-kept", "f-other"),
        entry("errors-message", "f-message", expires="2026-06-30"),
    )
    return waive(mixed_report(), parse("".join(entries), "waivers.toml").waivers)


def hostile_report() -> Report:
    """The mixed report with hostile content wherever a server can put some."""
    bad = replace(CREATE, response_body=HUGE, response_headers=(("x-evil", HOSTILE),), problem=HOSTILE)
    nested = record("GET", "/deployments/dep_1", 200, None, {"name": HOSTILE, HOSTILE: HOSTILE, "n": 1e300})
    path = replace(nested, path="/deployments/" + HOSTILE, url=BASE + "/deployments/" + HOSTILE)
    failed = replace(
        kept_name(),
        reason=HOSTILE,
        difference=Difference(HOSTILE, HUGE, "/name"),
        exchanges=(bad, path, nested),
        trace=(("GET", "/deployments/" + HOSTILE, 200, 1.0),),
    )
    mixed = mixed_report()
    results = tuple(
        failed if one.id == failed.id else replace(one, reason=one.reason + HOSTILE) for one in mixed.results
    )
    entries = parse(entry("errors-message", "f-message") + entry("create-name-max-length", "f-else"), HOSTILE)
    waivers = (replace(one, owner=HOSTILE, link=f"javascript:{HOSTILE}", reason=HOSTILE) for one in entries.waivers)
    evil = replace(
        mixed,
        results=results,
        observations=(observation("list-evil", HOSTILE), observation("list-lost", None, HOSTILE)),
        leftovers=(Leftover(HOSTILE, HOSTILE, HOSTILE),),
        notes=(HOSTILE,),
        seen=(Shape(*LIST, (HOSTILE,), {HOSTILE: (HOSTILE,), "type": ("string",)}, {"type": (HOSTILE,)}),),
    )
    return waive(evil, waivers)


def large_report(cases: int = 1000, requests: int = 5) -> Report:
    """Many cases of many areas with five requests each; every fiftieth fails."""
    areas = ("create", "get", "list", "update", "pause", "archive", "run", "errors", "auth", "pagination")
    trace = tuple(("GET", f"/deployments/dep_{n:032x}", 200, 3.25) for n in range(requests))
    made = []
    for number in range(cases):
        name = f"{areas[number * len(areas) // cases]}-rule-{number:04}"
        one = result(name, trace=trace, requests=requests)
        if number % 50 == 7:
            one = replace(
                long_name(), id=name, area=one.area, fingerprint=f"f-{number}", trace=trace, source=one.source
            )
        made.append(one)
    return report(*made, requests_by_status={"200": cases * requests})


@pytest.fixture
def conformant() -> Report:
    """A report in which all holds."""
    return conformant_report()


@pytest.fixture
def mixed() -> Report:
    """A report with every verdict."""
    return mixed_report()


@pytest.fixture
def waived() -> Report:
    """A report with failures that are accepted, and waivers that do not hold."""
    return waived_report()


@pytest.fixture(scope="session")
def hostile() -> Report:
    """A report of a target that means harm."""
    return hostile_report()


@pytest.fixture(scope="session")
def large() -> Report:
    """A report of 1,000 cases and 5,000 requests."""
    return large_report()


@pytest.fixture(params=["conformant", "mixed", "waived", "hostile"])
def any_report(request: pytest.FixtureRequest) -> Report:
    """Each of the small reports in turn."""
    found: Report = request.getfixturevalue(request.param)
    return found

"""What schemathesis generates from the OpenAPI document, sent once.

Importing this costs a second: only what runs the cases of generated requests does so.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

import hypothesis
import requests
import schemathesis
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, run_state_machine_as_test
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core import NOT_SET
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.generation.stateful.state_machine import StepOutput

from conformance.cases import candidates
from conformance.cases.generated_checks import answer, judge
from conformance.cases.generated_requests import (
    ALONE,
    CHAINED,
    QUERY_MAX,
    Aim,
    Findings,
    Generated,
    far_expressions,
    fresh,
)
from conformance.client import ABSENT
from conformance.failures import UnsafeSchedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from schemathesis.core.transport import Response
    from schemathesis.generation.case import Case as CaseOf
    from schemathesis.schemas import APIOperation, BaseSchema

    from conformance.client import Client
    from conformance.exchange import Exchange

    Case: TypeAlias = CaseOf[Any]
    Cases: TypeAlias = st.SearchStrategy[Case]
    Operation: TypeAlias = APIOperation[Any, Any, Any, Any]

CREATE = "POST /deployments"
RUN = "POST /deployments/{id}/run"
SEARCH = "/deployments/search"
"""Left out: it writes nothing, and its verb is that of a write."""

READ = ("/deployments/{id}", "/deployments/{id}/runs")
NAMING = (CREATE, "POST /deployments/{id}")
"""Their bodies name agents and environments, which may be what is not there."""

STEPS = 10
"""So many calls are chained."""

COVERAGE = 2
"""So many cases of the coverage phase, valid and invalid in turn, are sent to one operation for each example."""

LOT = 4
"""So many chains are made with one seed."""

ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Pacific/Chatham")
_QUIET: dict[str, Any] = {
    "database": None,
    "deadline": None,
    "phases": (hypothesis.Phase.generate,),
    "suppress_health_check": list(hypothesis.HealthCheck),
    "verbosity": hypothesis.Verbosity.quiet,
    "print_blob": False,
}


@dataclass(frozen=True)
class Sent:
    """What was sent and came, and whether the ids in the path are those that were generated."""

    exchange: Exchange
    as_it_was: bool


@dataclass
class Explorer:
    """Sends what is generated, once, and keeps what each of the checks says of the answers."""

    api: Client
    aim: Aim
    seed: int
    examples: int
    patience: float
    findings: Findings = field(default_factory=Findings)
    deadline: float = float("inf")

    def explore(self, document: Path) -> Findings:
        """Go through all phases of schemathesis: calls chained by links, examples, coverage and fuzzing."""
        started = time.monotonic()
        load_all_checks()
        schema = _load(document, far_expressions(self.aim.now))
        self.deadline = started + self.patience / 3
        self._chains(schema)
        operations = _operations(schema, runs=self.api.session.consent.runs)
        with candidates.few():
            for case in _in_turn([self._cases(schema, operation) for operation in operations]):
                if time.monotonic() > started + self.patience:
                    break
                self._try(case)
        return self.findings

    # --- generating -------------------------------------------------------------------------------------------

    def _cases(self, schema: BaseSchema, operation: Operation) -> Iterator[Case]:
        """What is generated for one operation, valid and invalid; for another method it would not be documented."""
        examples = (self._draw(each, 1) for each in operation.get_strategies_from_examples())
        modes = list(GenerationMode)
        covering = (
            schema.iter_coverage_cases(operation, generation_modes=[mode], generation_config=schema.config.generation)
            for mode in modes
        )
        coverage = islice(_in_turn(list(covering)), COVERAGE * self.examples)
        number = max(2, self.examples // 4)
        strategy = cache(lambda mode: operation.as_strategy(generation_mode=mode))
        fuzzing = (self._draw(strategy(mode), number) for mode in modes)
        unknown = self._with_an_unknown_parameter(strategy)
        every = chain(chain.from_iterable(examples), unknown, coverage)
        every = chain(every, chain.from_iterable(fuzzing))
        return (case for case in every if case.method == operation.method.upper())

    def _with_an_unknown_parameter(self, strategy: Callable[[GenerationMode], Cases]) -> Iterator[Case]:
        """What schemathesis does seldom, and clients of a later edition do: one parameter that is not documented."""
        for case in self._draw(strategy(GenerationMode.POSITIVE), 1):
            case.query = {"unlisted": "1"}
            yield case

    def _draw(self, strategy: Cases, number: int) -> list[Case]:
        drawn: list[Case] = []

        def keep(case: Case) -> None:
            drawn.append(case)

        test: Any = hypothesis.given(strategy)(keep)
        try:
            hypothesis.seed(self.seed)(hypothesis.settings(max_examples=number, **_QUIET)(test))()
        except hypothesis.errors.Unsatisfiable:
            return []
        return drawn

    # --- sending ----------------------------------------------------------------------------------------------

    def _try(self, case: Case) -> None:
        """Send one request and take down what the checks say of its answer."""
        sent = self.send(case)
        if sent is not None:
            broken = judge(ALONE, case, answer(sent.exchange), sent.exchange)
            self.findings.note(case.operation.label, sent.exchange, broken)

    def send(self, case: Case, *, linked: bool = False) -> Sent | None:
        """Send a request, aimed at what is ours; None if it cannot be written as one, or must not be sent."""
        body = ABSENT if case.body is NOT_SET else case.body
        aimed = self.aim(Generated(case.operation.label, case.path_parameters, case.query, body), linked=linked)
        query = _query(case, aimed.query) if aimed.query else ""
        if len(query) > QUERY_MAX or any(f"%{number:02X}" in query for number in (*range(32), 127)):
            return None
        try:
            return Sent(self._send(aimed, query), as_it_was=aimed.ids == case.path_parameters)
        except UnsafeSchedule:  # chance may write one where nobody looks for it
            return None

    def _send(self, aimed: Generated, query: str) -> Exchange:
        broken = isinstance(aimed.body, bytes)  # no JSON at all
        body, content = (ABSENT, aimed.body) if broken else (aimed.body, None)
        if aimed.operation == CREATE:
            return self.api.create(body, content=content)
        if aimed.operation == RUN:
            return self.api.run(aimed.ids["id"], body, content=content)
        if aimed.path.endswith("/archive"):
            return self.api.archive(aimed.ids["id"], body, content=content)
        return self.api.send(aimed.method, _path(aimed) + query, json=body, content=content)

    # --- calls chained by links -------------------------------------------------------------------------------

    def _chains(self, schema: BaseSchema) -> None:
        """Follow the links of the document from a deployment of ours.

        In small lots: after ten chains hypothesis sends some of them again and expects the same answers.
        """
        machine = _machine(schema)
        settings = hypothesis.settings(max_examples=LOT, stateful_step_count=STEPS, **_QUIET)
        for lot in range(max(1, self.examples // (2 * LOT))):
            with contextlib.suppress(hypothesis.errors.Flaky, OutOfTime):
                begin: Any = hypothesis.seed(f"{self.seed} {lot}")(lambda: machine(self))
                run_state_machine_as_test(begin, settings=settings)


class OutOfTime(Exception):
    """Ends the chains of calls where the target is slow."""


def _machine(schema: BaseSchema) -> Any:
    """The state machine of schemathesis, with a deployment to begin with, our way to send, and no end at a failure.

    The explorer belongs to its instances: hypothesis keeps the class for ever.
    """
    base: Any = schema.as_state_machine()

    def prepare(self: Any, explorer: Explorer) -> None:
        self.explorer = explorer
        base.__init__(self)

    def begin(self: Any) -> StepOutput:
        """Create a deployment, and read it by the links that every answer to a create has."""
        self.calls = []
        case = schema["/deployments"]["POST"].Case(body=fresh(self.explorer.aim.bodies), media_type="application/json")
        response = follow(self, case, None)
        made = self.calls[-1].json
        for path in READ if self.explorer.aim.revision.scoped_runs else READ[:1]:
            id_ = str(made.get("id")) if isinstance(made, dict) else ""
            follow(self, schema[path]["GET"].Case(path_parameters={"id": id_}), case)
        return StepOutput(response, case)

    def follow(self: Any, case: Case, parent: Case | None) -> Response:
        told: dict[str, Any] = {"transition": None, "is_transition_applied": False}
        self.recorder.record_case(case=case, parent_id=parent and parent.id, **told)
        response = self.call(case)
        self.after_call(response, case)
        self.validate_response(response, case)
        return response  # type: ignore[no-any-return]

    def call(self: Any, case: Case, **_: Any) -> Response:
        if time.monotonic() > self.explorer.deadline:
            raise OutOfTime
        sent = self.explorer.send(case, linked=True)
        if sent is None:
            hypothesis.reject()
        self.sent = sent
        self.calls.append(sent.exchange)
        return answer(sent.exchange)

    def validate_response(self: Any, response: Response, case: Case, **_: Any) -> None:
        exchange, sequence = self.sent.exchange, tuple(self.calls)
        checks = CHAINED if self.sent.as_it_was and case.operation.label not in NAMING else ALONE
        broken = judge(checks, case, response, exchange, sequence, recorder=self.recorder)
        self.explorer.findings.note(case.operation.label, exchange, broken)

    members = {"__init__": prepare, "call": call, "validate_response": validate_response}
    members["begin"] = initialize(target=Bundle("catch_all"))(begin)
    return type("Chains", (base,), members)


# --- between schemathesis and the client ------------------------------------------------------------------------


def _load(document: Path, expressions: list[str]) -> BaseSchema:
    schemathesis.openapi.format("cron-expression", st.sampled_from(expressions))
    schemathesis.openapi.format("iana-timezone", st.sampled_from(ZONES))
    settings: dict[str, Any] = {
        "generation": {"with-security-parameters": False},
        "phases": {"coverage": {"unexpected-methods": []}},
    }
    schema: BaseSchema = schemathesis.openapi.from_path(document, config=SchemathesisConfig.from_dict(settings))
    return schema.exclude(path=SEARCH)


def _operations(schema: BaseSchema, *, runs: bool) -> Iterable[Operation]:
    operations = (result.ok() for result in schema.get_all_operations() if isinstance(result, Ok))
    return [operation for operation in operations if runs or operation.label != RUN]


def _in_turn(many: list[Iterator[Case]]) -> Iterator[Case]:
    """One of each, and again, as long as there are any: what time allows shall reach all operations."""
    for row in zip_longest(*many):
        yield from (case for case in row if case is not None)


def _path(aimed: Generated) -> str:
    return aimed.path.format(**{name: quote(id_, safe="", errors="surrogatepass") for name, id_ in aimed.ids.items()})


def _query(case: Case, query: Mapping[str, Any]) -> str:
    """The query as schemathesis would write it."""
    params = case.as_transport_kwargs(base_url="http://target")["params"] or {}
    aimed = {name: query.get(name, value) for name, value in params.items() if name in query}
    prepared = requests.Request("GET", "http://target/", params=aimed).prepare()
    return (prepared.path_url or "/")[1:]

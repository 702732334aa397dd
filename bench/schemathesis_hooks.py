"""What schemathesis is told besides its settings, by somebody who knows the service: ids that exist, and formats.

Without this most of its requests would name deployments, agents and cursors that do not exist, and learn nothing.
Each failure that it reports is also written, with its moment, to the file that BENCH_TOLD names.
"""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import strategies as st

if TYPE_CHECKING:
    from schemathesis import Case, HookContext, Response
    from schemathesis.core.failures import Failure

AGENT, ENVIRONMENT = os.environ["DEPLOYMENTS_AGENT_ID"], os.environ["DEPLOYMENTS_ENVIRONMENT_ID"]
TOLD = Path(os.environ.get("BENCH_TOLD", os.devnull))
EXPRESSIONS = ("0 9 * * *", "30 9 * * 1-5", "*/15 9 12 6 *", "0 0 29 2 *")
ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Pacific/Chatham")
A_DEPLOYMENT, A_RUN = re.compile(r"dep_[0-9A-Za-z]{1,60}"), re.compile(r"drun_[0-9A-Za-z]{1,59}")
OFTEN = 0.8
"""What is generated stays as it is in one of five: an id that names nothing has to be asked for, too."""

NEWEST = 20
"""So many of the newest deployments and runs are referred to."""

schemathesis.openapi.format("cron-expression", st.sampled_from(EXPRESSIONS))
schemathesis.openapi.format("iana-timezone", st.sampled_from(ZONES))


@dataclass
class Stock:
    """What the service has made so far: ids of deployments, and of runs with that of their deployment."""

    live: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    runs: list[tuple[str, str]] = field(default_factory=list)
    dice: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - a choice, no secret

    def often(self, generated: object, form: re.Pattern[str]) -> bool:
        """Whether to put an id that exists into the place of this one."""
        made_up = isinstance(generated, str) and bool(form.fullmatch(generated)) and generated not in self.known
        return made_up and self.dice.random() < OFTEN

    def deployment(self) -> str:
        """One of the newest."""
        return self.dice.choice(self.live[-NEWEST:])

    def run(self) -> tuple[str, str]:
        """One of the newest, with its deployment."""
        return self.dice.choice(self.runs[-NEWEST:])


STOCK = Stock()


@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _kwargs: dict[str, Any]) -> None:
    """Put ids that exist into the places of those that were made up; what is of a wrong form stays wrong."""
    if isinstance(case.body, dict):
        _name_what_exists(case.body)
    if case.path_parameters and STOCK.live:
        _aim(case.path_parameters, lists="id" in case.path_parameters and case.operation.path.endswith("/runs"))
    if isinstance(case.query, dict):
        _page(case.query, case)


def _name_what_exists(body: dict[str, Any]) -> None:
    agent = body.get("agent")
    if isinstance(agent, str) and agent:
        body["agent"] = AGENT
    elif isinstance(agent, dict) and isinstance(agent.get("id"), str) and agent["id"]:
        agent["id"] = AGENT
    if isinstance(body.get("environment_id"), str) and body["environment_id"]:
        body["environment_id"] = ENVIRONMENT
    resources = body.get("resources")
    if isinstance(resources, list) and all(isinstance(each, dict) for each in resources):
        body["resources"] = []  # the document tells little of them, and the service takes three kinds only


def _aim(path: dict[str, Any], *, lists: bool) -> None:
    if "run_id" in path and STOCK.runs and STOCK.often(path["run_id"], A_RUN):
        path["run_id"], owner = STOCK.run()
        path.update({"id": owner} if "id" in path else {})
    elif "run_id" not in path and STOCK.often(path.get("id"), A_DEPLOYMENT):
        path["id"] = STOCK.run()[1] if lists and STOCK.runs else STOCK.deployment()


def _page(query: dict[str, Any], case: Case[Any]) -> None:
    """One cursor, and one that the list has: that two exclude each other is what the document cannot say."""
    if "after_id" in query:
        query.pop("before_id", None)
    owner = (case.path_parameters or {}).get("id")
    pool = [id_ for id_, of in STOCK.runs if owner in {None, of}] if "run" in case.operation.path else STOCK.live
    for name in {"after_id", "before_id"} & set(query):
        if isinstance(query[name], str) and (A_DEPLOYMENT.fullmatch(query[name]) or A_RUN.fullmatch(query[name])):
            query.update({name: STOCK.dice.choice(pool[-NEWEST:])} if pool else {})
    if isinstance(query.get("agent_id"), str) and 0 < len(query["agent_id"]) <= 128:
        query["agent_id"] = AGENT
    if STOCK.runs and STOCK.often(query.get("deployment_id"), A_DEPLOYMENT):
        query["deployment_id"] = STOCK.run()[1]


@schemathesis.hook
def after_call(_context: HookContext, case: Case[Any], response: Response) -> None:
    """Take down what was made, and strike out what was archived."""
    if response.status_code != 200 or case.method.upper() != "POST":
        return
    try:
        made = json.loads(response.content)
    except ValueError:
        return
    if not isinstance(made, dict) or not isinstance(made.get("id"), str):
        return
    if case.operation.path == "/deployments":
        STOCK.live.append(made["id"])
        STOCK.known.add(made["id"])
    elif case.operation.path.endswith("/archive") and made["id"] in STOCK.live[1:]:
        STOCK.live.remove(made["id"])
    elif case.operation.path.endswith("/run") and isinstance(made.get("deployment_id"), str):
        STOCK.runs.append((made["id"], made["deployment_id"]))
        STOCK.known.add(made["id"])


@schemathesis.hook
def filter_failure(_context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
    """Write down a failure, and keep it."""
    told = {
        "at": time.monotonic(),
        "kind": type(failure).__name__,
        "operation": case.operation.label,
        "status": response.status_code,
        "message": failure.message,
        "answer": response.content[:2000].decode("utf-8", "replace"),
    }
    with TOLD.open("a", encoding="utf-8") as file:
        file.write(json.dumps(told) + "\n")
    return True

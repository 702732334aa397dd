"""The settings of one run on their way into pytest, and from its controller to its workers."""

from __future__ import annotations

import dataclasses
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from conformance import revisions
from conformance.model import Options, Target
from conformance.ownership import OTHER_TOKEN
from conformance.pace import Pace
from conformance.session import Consent
from conformance.shard import Shard

WORKERS_ELSEWHERE = 4
"""So many processes ask a target elsewhere than on loopback, where most of the time is spent waiting for answers."""

_PAIRED = ("deviations", "headers", "secret_headers", "hidden")
"""What of a target is a tuple of tuples, which JSON does not know."""


def _pairs(raw: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(each) for each in raw)


@dataclass(frozen=True)
class Settings:
    """A target with its base URL known, how to run, and where the journal is.

    `budget_path` is where workers count their writes together, `deadline` when the time of the run is over, by the
    monotonic clock, which all processes of a machine share. `halt_path` is a file in which stands after whose failure
    nothing more is to be asked; `left_out` is what does not fit into the time budget, and `elsewhere` what other
    shards ask.
    """

    target: Target
    options: Options
    run_id: str
    journal_path: str | None = None
    selected: frozenset[str] | None = None
    budget_path: str | None = None
    deadline: float = float("inf")
    begun_at: str = ""
    halt_path: str | None = None
    left_out: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()

    @property
    def begun(self) -> datetime | None:
        """When the run began, by the clock of this machine; None where nobody wrote it down."""
        try:
            return datetime.fromisoformat(self.begun_at).astimezone(UTC)
        except ValueError:
            return None

    @property
    def out_of_time(self) -> str:
        """What is said of a case for which there is no time."""
        bound, budget = self.target.max_duration_s, self.options.time_budget_s
        if budget is not None and (bound is None or budget < bound):
            return f"no time left of --time-budget {budget:g}"
        return f"--max-duration {bound:g} was over"

    @property
    def ids(self) -> tuple[str, ...]:
        """What the owner of the target lets us refer to, and nothing else."""
        target = self.target
        agents = (target.agent_id, target.second_agent_id, target.archived_agent_id)
        named = (*agents, target.environment_id, target.archived_environment_id)
        return tuple(id_ for id_ in named if id_)

    @property
    def headers(self) -> dict[str, str]:
        """What goes with each request: what the revision wants, and what the owner of the target adds."""
        secret = {name: value for name, value, _ in self.target.secret_headers}
        return {**dict(revisions.get(self.target.revision).headers), **dict(self.target.headers), **secret}

    @property
    def base_url(self) -> str:
        """The base URL, without a slash at its end."""
        return (self.target.base_url or "").rstrip("/")

    @property
    def loopback(self) -> bool:
        """Whether the target runs on this machine."""
        host = urlsplit(self.base_url).hostname or ""
        return host in {"localhost", "::1"} or host.startswith("127.")

    @property
    def processes(self) -> int:
        """How many processes ask at once."""
        return (self.options.workers or (1 if self.loopback else WORKERS_ELSEWHERE)) + len(self.options.remote)

    @property
    def consent(self) -> Consent:
        """What may be done: everything on loopback, reading only elsewhere, unless the target says otherwise."""

        def given(said: bool | None) -> bool:  # noqa: FBT001 - a flag that may be unset
            return self.loopback if said is None else said

        writes = given(self.target.allow_writes)
        return Consent(
            writes=writes,
            runs=writes and given(self.target.allow_runs),
            schedules=writes and given(self.target.allow_schedules),
        )

    @property
    def pace(self) -> Pace:
        """How fast one worker may send: as `--max-rate` says, else 50 reads and 20 writes a second off loopback.

        It is a share of what all may send together, those of other shards as well.
        """
        reads, writes = (None, None) if self.loopback else (50.0, 20.0)
        if self.target.max_rate is not None:
            reads = writes = self.target.max_rate
        shards = self.options.shard.of if self.options.shard else 1
        senders = self.processes * shards
        return Pace(reads and reads / senders, writes and writes / senders)

    @property
    def secrets(self) -> dict[str, str]:
        """Every token, with the name of the shell variable that stands for it in reports."""
        named = {
            f"${OTHER_TOKEN}": self.target.other_token,
            "$DEPLOYMENTS_EXPIRED_TOKEN": self.target.expired_token,
            "$DEPLOYMENTS_UNSCOPED_TOKEN": self.target.unscoped_token,
            "$TOKEN": self.target.token,
        }
        headers = {value: f"${variable}" for _, value, variable in self.target.secret_headers}
        return dict(self.target.hidden) | headers | {token: name for name, token in named.items() if token}

    @property
    def trusted(self) -> dict[str, str]:
        """The authorizations that the target has to accept, with the variables that hold their tokens."""
        named = {OTHER_TOKEN: self.target.other_token, "DEPLOYMENTS_TOKEN": self.target.token}
        return {f"Bearer {token}": name for name, token in named.items() if token}

    def packed(self) -> Settings:
        """The same for a worker that has neither our files nor our clock: with the time that is left until the end."""
        left_s, path = self.deadline - time.monotonic(), self.target.ca_file
        authorities = None if path is None else Path(path).read_text(encoding="ascii", errors="ignore")
        target = dataclasses.replace(self.target, ca_file=authorities)
        files: dict[str, Any] = dict.fromkeys(("journal_path", "budget_path", "halt_path"))
        return dataclasses.replace(self, target=target, deadline=left_s, **files)

    def unpacked(self) -> Settings:
        """What `packed` made, by the clock of where it came to."""
        return dataclasses.replace(self, deadline=time.monotonic() + self.deadline)

    def dump(self) -> str:
        """As JSON, tokens included: for the memory of a worker, never for a file or a command line."""
        selected = None if self.selected is None else [*self.selected]
        sets = {"selected": selected, "left_out": [*self.left_out], "elsewhere": [*self.elsewhere]}
        return json.dumps(dataclasses.asdict(self) | sets)

    @staticmethod
    def load(text: str) -> Settings:
        """Read back what `dump` wrote."""
        raw: dict[str, Any] = json.loads(text)
        only, shard, remote = (raw["options"][name] for name in ("only", "shard", "remote"))
        options = raw["options"] | {"only": tuple(only), "shard": shard and Shard(**shard), "remote": tuple(remote)}
        selected = raw["selected"]
        return Settings(
            target=Target(**raw["target"] | {name: _pairs(raw["target"][name]) for name in _PAIRED}),
            options=Options(**options),
            run_id=raw["run_id"],
            journal_path=raw["journal_path"],
            selected=None if selected is None else frozenset(selected),
            budget_path=raw["budget_path"],
            deadline=raw["deadline"],
            begun_at=raw["begun_at"],
            halt_path=raw["halt_path"],
            left_out=frozenset(raw["left_out"]),
            elsewhere=frozenset(raw["elsewhere"]),
        )

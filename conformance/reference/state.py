"""What every area of the service shares: the time, the ids, the accounts and the call being served."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING

from conformance.reference.call import Call, Request
from conformance.reference.clock import Clock
from conformance.reference.ids import Ids
from conformance.reference.records import Account, Credential, Schedule

if TYPE_CHECKING:
    from datetime import datetime


class State:
    """The memory of one server; `lock` guards all of it, and `call` is the request that holds the lock."""

    RUN_DURATION = 0.0
    RUN_OUTCOME = "completed"

    def __init__(
        self, *, clock: Clock | None = None, run_duration: float | None = None, run_outcome: str | None = None
    ) -> None:
        self.clock = clock or Clock()
        self.run_duration = self.RUN_DURATION if run_duration is None else run_duration
        self.run_outcome = run_outcome or self.RUN_OUTCOME
        self.lock = threading.RLock()
        self.call = Call(Request("", ""), "")
        self.ids = Ids()
        self.accounts = (Account(), Account())
        self.tokens = {kind: f"pt-{kind}-{secrets.token_hex(16)}" for kind in ("full", "other", "expired", "unscoped")}
        self.credentials = self.issue()
        self.due: dict[str, tuple[Account, datetime]] = {}
        self.upcoming_cache: dict[Schedule, tuple[datetime, list[datetime]]] = {}

    def issue(self) -> dict[str, Credential]:
        """Tell what each token stands for."""
        own, other = self.accounts
        return {
            self.tokens["full"]: Credential(own),
            self.tokens["other"]: Credential(other),
            self.tokens["expired"]: Credential(own, expired=True),
            self.tokens["unscoped"]: Credential(own, scoped=False),
        }

    @property
    def operation(self) -> str:
        """Name the operation being served ("" for none)."""
        return self.call.operation

    @property
    def account(self) -> Account:
        """Give the account that the call acts for."""
        return self.call.account

    def now(self) -> datetime:
        """Tell the time to the microsecond."""
        return self.clock.now()

    def stamp(self) -> datetime:
        """Tell the time as deployments record it: cut to whole seconds."""
        return self.now().replace(microsecond=0)

    def new_id(self, prefix: str) -> str:
        """Make an id that is greater than all before it."""
        return self.ids.make(prefix, self.now())

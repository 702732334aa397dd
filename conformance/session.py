"""What all views of one client share: the connection, what the owner allows, and the record of what was sent."""

from __future__ import annotations

import gc
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance import answer
from conformance.disturbances import Disturbances
from conformance.failures import NoAnswer
from conformance.model import DEFAULT_REVISION
from conformance.ownership import Ownership
from conformance.pace import Budget
from conformance.provenance import Provenance
from conformance.revisions import REVISIONS, Revision

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.exchange import Exchange
    from conformance.journal import Journal
    from conformance.transport import Transport

WEIGHT_LIMIT = 48 * 1024 * 1024
HEAVY = 12 * 1024 * 1024
LIGHT = 1024 * 1024
"""So many bytes the answers of one case may take up in memory; one that is light by itself is never too much."""


@dataclass(frozen=True)
class Consent:
    """What the owner of the target allows."""

    writes: bool
    runs: bool
    schedules: bool


@dataclass
class Session:
    """What all views of one client share: the connection, the journal, and the record of what was sent.

    `clearing` while things are put away, which no budget may hinder; `trusted` are the authorizations that have to be
    accepted, with the names of their variables, and `refused` those of them that no longer are.
    """

    transport: Transport
    base_url: str
    journal: Journal
    consent: Consent
    run_id: str
    revision: Revision = REVISIONS[DEFAULT_REVISION]
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What goes with each request, besides what HTTP and authentication want."""
    seed: int = 0
    budget: Budget = field(default_factory=Budget)
    clearing: bool = False
    trusted: Mapping[str, str] = field(default_factory=dict, repr=False)
    refused: set[str] = field(default_factory=set, repr=False)
    careful: bool = False
    """Whether each create is read back before anything else is written to what it made: its answer is not enough."""
    alone: bool = False
    """Whether the account is known to hold nothing but what this run has made."""
    ownership: Ownership = field(default_factory=Ownership)
    caller: str = "suite"
    sent: list[Exchange] = field(default_factory=list)
    weight: int = 0
    told: int = 0
    invented: set[str] = field(default_factory=set)
    shown_ids: list[str] = field(default_factory=list)  # the target's, but not of what we made ourselves
    provenance: Provenance = field(default_factory=Provenance)
    disturbances: Disturbances = field(default_factory=Disturbances)
    plain: Exchange | None = None
    latest: tuple[Exchange, float] | None = None
    made: tuple[Exchange, float] | None = None
    on_sent: Callable[[Exchange], None] = lambda _: None

    def keep(self, exchange: Exchange) -> None:
        """Put an exchange on the record; `NoAnswer` where the answers of one case are more than can be held."""
        if not self.sent:
            if self.weight > HEAVY:
                gc.collect()  # the traceback of a case that failed holds its answers until somebody looks
            self.weight = 0
        weight = answer.weight(exchange.body)
        self.weight += weight
        self.sent.append(exchange)
        if self.weight > WEIGHT_LIMIT and weight > LIGHT:
            raise NoAnswer(f"the answers of one case are too much to be held; the last was to {exchange.operation}")

    def __post_init__(self) -> None:
        """Seed what is made up, so that equal seeds send equal requests."""
        self.random = random.Random(self.seed)  # noqa: S311 - made-up ids, not secrets

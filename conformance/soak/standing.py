"""Deployments that stand for a while, and walks past them while others create, update, pause and archive."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.cases.concurrency import expect_once
from conformance.cases.pages import Params, onward
from conformance.expect import expect_equal, need_page, resolve
from conformance.failures import Inconclusive, NotApplicable, Violation

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies
    from conformance.exchange import Exchange
    from conformance.expect import Page
    from conformance.soak.guest import Guest

FEW, MANY = 40, 140
"""When there are many, all but the youngest few are archived."""

PAGES = 80
"""A walk that takes more pages than this is given up unjudged."""

GONE = 500
"""So many of the last that were archived must not be seen again."""

COMPLETE, SURVIVES, LISTS = "concurrent-walk-is-complete", "concurrent-walk-survives-archiving", "sequence-lists"


@dataclass
class Standing:
    """The deployments of an agent that nobody else uses; `epoch` counts how often some began or ended to leave."""

    bodies: Bodies
    ids: list[str] = field(default_factory=list)
    gone: deque[str] = field(default_factory=lambda: deque(maxlen=GONE))
    epoch: int = 0
    thinning: bool = False


@dataclass
class Walker:
    """One user among those who walk past, and who let the list change meanwhile."""

    guest: Guest

    def step(self) -> None:
        """Walk, or let the list change."""
        self.guest.begin("soak-standing")
        standing = self.guest.house.standing
        if standing is None:
            standing = self.guest.house.standing = self._found()
        if len(standing.ids) < FEW // 4 or self.guest.dice.random() < 0.25:
            self._add(standing)
        elif len(standing.ids) >= MANY and not standing.thinning:
            self._thin(standing)
        elif self.guest.dice.random() < 0.5:
            self._touch(standing)
        else:
            self.walk(standing)

    def _found(self) -> Standing:
        bodies = self.guest.own_bodies()
        if bodies is None:
            raise NotApplicable("no agent of its own could be made")
        return self.guest.house.standing or Standing(bodies)  # another may have been quicker

    def _add(self, standing: Standing) -> None:
        if len(standing.ids) < MANY:
            exchange = self.guest.create(standing.bodies(name=next(self.guest.suite.names)))
            standing.ids.append(str(exchange.shown_id))

    def _touch(self, standing: Standing) -> None:
        """Change what changes no place in the list: whose write it was does not matter to a walk."""
        id_, client = self.guest.dice.choice(standing.ids), self.guest.client
        if self.guest.dice.random() < 0.7:
            client.update(id_, {"description": str(self.guest.dice.random())})
        elif not client.pause(id_).ok:
            client.unpause(id_)

    def _thin(self, standing: Standing) -> None:
        """Archive the eldest; who walks meanwhile has to meet those that stay."""
        standing.thinning = True
        standing.epoch += 1
        leaving, standing.ids = standing.ids[:-FEW], standing.ids[-FEW:]
        try:
            for id_ in leaving:
                if self.guest.client.archive(id_).ok and not self.guest.disturbed:
                    standing.gone.append(id_)
                self.guest.begin("soak-standing")
        finally:
            standing.thinning = False
            standing.epoch += 1

    # --- walking --------------------------------------------------------------------------------------------

    def walk(self, standing: Standing) -> None:
        """Walk from one end to the other, and see that all who stood there all the time came by once."""
        there, gone = [*standing.ids], {*standing.gone}
        epoch, quiet = standing.epoch, not standing.thinning
        pages = self._pages(standing)
        if pages is None:
            return
        unmoved = quiet and epoch == standing.epoch
        stay = set(there) if unmoved else {*there} & {*standing.ids}
        self._judge(COMPLETE if unmoved else SURVIVES, pages, stay)
        self._judge_others(pages, gone, standing.bodies.agent_id)

    def _pages(self, standing: Standing) -> list[Page] | None:
        """The pages of one walk; None where it came to no end, or to a refusal, which other cases ask about."""
        limit = self.guest.dice.choice([3, 7, 20, 50])
        params: Params = {"agent_id": standing.bodies.agent_id, "limit": limit}
        pages: list[Page] = []
        asked = dict(params)
        while len(pages) < PAGES:
            exchange = self.guest.client.list(asked)
            if not exchange.ok:
                return None
            pages.append(need_page(exchange))
            on = onward(pages[-1])
            if on is None or on.items() <= asked.items():
                return pages
            asked = params | on
        return None

    def _judge(self, id_: str, pages: list[Page], stay: set[str]) -> None:
        shown = [each for page in pages for each in page.ids]
        self.guest.house.ledger.asked(id_)
        try:
            expect_once(shown, sorted(stay), pages[-1].exchange)
        except Violation as violation:
            self._accuse(id_, violation, pages)

    def _judge_others(self, pages: list[Page], gone: set[str], agent_id: str) -> None:
        """What was archived before the walk began is on none of its pages, nor is what we made with another agent."""
        self.guest.house.ledger.asked(LISTS)
        for page in pages:
            archived = sorted({*page.ids} & gone)
            others = [str(item.get("id")) for item in page.items if resolve(item, "/agent/id") != agent_id]
            ours = sorted(id_ for id_ in others if self.guest.house.journal.find(id_))
            try:
                what, at = "deployments that had been archived before", page.exchange
                expect_equal(archived, [], what, at=at, pointer="/data")
                expect_equal(ours, [], "deployments of another agent", at=at, pointer="/data")
            except Violation as violation:
                self._accuse(LISTS, violation, pages)
                return

    def _accuse(self, id_: str, violation: Violation, pages: list[Page]) -> None:
        told: tuple[Exchange, ...] = tuple(page.exchange for page in pages)
        failure = Violation(str(violation), violation.difference, violation.exchange, told)
        self.guest.house.ledger.accuse(id_, failure, self.guest.session)


def last_walk(guest: Guest) -> None:
    """When nobody writes any more: all who stand there come by once."""
    standing = guest.house.standing
    if standing is not None:
        guest.begin("soak-standing")
        try:
            Walker(guest).walk(standing)
        except Inconclusive:
            guest.house.ledger.dropped += 1

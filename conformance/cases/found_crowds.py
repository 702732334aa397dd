"""Crowds of deployments for the cases of list and page, found in the account instead of made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.cases.crowds import Crowd
from conformance.cases.found import Holdings, Scarce, agent_of, is_archived, lacking

if TYPE_CHECKING:
    from conformance.expect import Object

WINDOW = 30
"""So many of the newest are looked at: more than a default page, few enough to be walked through one by one."""

ENOUGH = 23
"""No case wants more deployments of a crowd than this that are not archived."""


@dataclass(frozen=True)
class FoundCrowd(Crowd):
    """Deployments of one agent, or of the whole account where that has no id; of anybody, and as few as there are."""

    @property
    def ids(self) -> list[str]:
        """All ids, newest first."""
        return Scarce(super().ids)

    @property
    def live_ids(self) -> list[str]:
        """The ids of those not archived, newest first."""
        return Scarce(super().live_ids)


def found_crowd(holdings: Holdings) -> Crowd:
    """The crowd that shows most: many that are not archived, paused and archived ones, of an agent if it can be."""
    everyone = holdings.deployments
    candidates: dict[str | None, list[Object]] = {None: everyone}
    for id_ in {agent_of(each): None for each in everyone if agent_of(each)}:
        candidates[id_] = [each for each in everyone if agent_of(each) == id_]
    crowds = [_crowd(id_, members, near=holdings.complete) for id_, members in candidates.items()]
    best = max(crowds, key=_worth)
    if not best.live_ids:
        lacking("no deployment that is not archived")
    return best


def found_many(holdings: Holdings, least: int) -> Crowd:
    """So many deployments of one account that are not archived."""
    live = [each for each in holdings.deployments if not is_archived(each)]
    if len(live) < least:
        lacking(f"{len(live)} of {least} deployments that are needed")
    return FoundCrowd(None, exclusive=False, created=live, archived_ids=frozenset(), paused_ids=frozenset())


def _crowd(agent_id: str | None, members: list[Object], *, near: bool) -> Crowd:
    window = members[:WINDOW]
    archived = frozenset(each["id"] for each in window if is_archived(each))
    paused = frozenset(each["id"] for each in window if each.get("status") == "paused") - archived
    near = near and len(members) < 100
    return FoundCrowd(agent_id, exclusive=False, created=window, archived_ids=archived, paused_ids=paused, near=near)


def _worth(crowd: Crowd) -> tuple[int, int, bool]:
    """How much a crowd can show: first its size, then what else is in it, then that it can be filtered by agent."""
    live, kinds = len(crowd.live_ids), bool(crowd.paused_ids) + bool(crowd.archived_ids) + crowd.near
    return min(live, ENOUGH), kinds, crowd.agent_id is not None

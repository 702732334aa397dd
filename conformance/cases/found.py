"""What a run without the consent to write asks about: deployments and runs that the account holds already.

All of it belongs to somebody who may change it at any moment. So it is a snapshot, and before a case accuses, the
plugin asks `Holdings.disturbed` whether the snapshot still holds, and lets the case look a second time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeAlias, TypeVar

from conformance.expect import Object, need_page
from conformance.failures import NotPermitted
from conformance.plugin import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from conformance.client import Client

T = TypeVar("T")
Scope: TypeAlias = Literal["session", "module", "function"]

PAGES = 3
"""So many pages of a hundred are read: the newest deployments of the account, archived ones among them."""


def once_for(scope: Scope) -> Callable[[str, pytest.Config], Scope]:
    """The scope of what is made once, or found for each case: others may have changed it since."""
    return lambda fixture_name, config: scope if config.stash[SETTINGS].consent.writes else "function"  # noqa: ARG005 - pytest names it


while_it_holds = once_for("session")
"""That of what is made once for a run."""


def lacking(what: str) -> NoReturn:
    """The account does not hold what a case needs, and nothing may be made."""
    raise NotPermitted(f"the account holds {what}: give --allow-writes to have it made")


class Scarce(list[str]):
    """Ids of what was made or found; who asks for one too many is told that there are not so many."""

    def __getitem__(self, place: Any) -> Any:
        """The id at a place, or several for a slice."""
        try:
            return super().__getitem__(place)
        except IndexError:
            lacking(f"only {len(self)} deployments that would do")


class Nothing(dict[str, Any]):
    """Stands for a deployment that the account does not hold; whoever looks into it is told so."""

    def __init__(self, what: str) -> None:
        """`what` completes "the account holds"."""
        super().__init__()
        self._what = what

    def __getitem__(self, key: str) -> NoReturn:
        """Tell what is missing."""
        lacking(self._what)


@dataclass
class Holdings:
    """The newest deployments of an account, read when they are first asked for, and what was made of them."""

    api: Client
    watched: dict[str, frozenset[str]] = field(default_factory=dict)
    _deployments: list[Object] | None = None
    _kept: dict[str, Any] = field(default_factory=dict)
    _asked: set[str | None] = field(default_factory=set)

    @property
    def deployments(self) -> list[Object]:
        """As the list shows them, archived ones among them."""
        if self._deployments is None:
            self._deployments = _newest(self.api, PAGES)
            self.api.session.shown_ids += [each["id"] for each in self._deployments]
        return self._deployments

    @property
    def complete(self) -> bool:
        """Whether these are all that the account holds."""
        return len(self.deployments) < PAGES * 100

    def some(self, status: str | None = None, *, archived: bool = False, scheduled: bool = False) -> Object:
        """A deployment of this kind, with a schedule if there is one: what was left alone for longest."""
        kind = " ".join([*(["archived"] if archived else []), *([status] if status else []), "deployment"])
        fitting = [
            each for each in self.deployments if is_archived(each) == archived and status in {None, each.get("status")}
        ]
        with_schedule = [each for each in fitting if each.get("schedule") is not None] if scheduled else []
        candidates = with_schedule or fitting or lacking(f"no {kind}")
        return min(candidates, key=lambda each: str(each.get("updated_at")))

    @property
    def archived(self) -> Object:
        """An archived deployment, or what tells whoever looks into it that there is none."""
        known = any(is_archived(each) for each in self.deployments)
        return self.some(archived=True) if known else Nothing("no archived deployment")

    @property
    def subject(self) -> Object:
        """A deployment that is not archived, with a run if there is one that has."""
        live = [each for each in self.deployments if not is_archived(each)]
        return next((each for each in live if each["id"] in self.run_counts), None) or self.some()

    @property
    def run_counts(self) -> Counter[str]:
        """How many of the runs that the account shows first belong to each deployment, by its id."""
        return Counter(str(run.get("deployment_id")) for run in self.runs)

    def run_of(self, deployment_id: str) -> str:
        """The id of a run of this deployment."""
        runs = [str(run.get("id")) for run in self.runs if run.get("deployment_id") == deployment_id]
        return runs[0] if runs else lacking("no run of a deployment that is not archived")

    @property
    def runs(self) -> list[Object]:
        """The runs that the account shows first; none where it shows none."""
        return self.kept("runs", self._first_runs)

    def _first_runs(self) -> list[Object]:
        exchange = self.api.runs({"limit": 100})
        return need_page(exchange).items if exchange.ok else []  # that it has to be answered is asked elsewhere

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """What was made of the snapshot under this name, as long as it holds."""
        if name not in self._kept:
            self._kept[name] = make()
        made: T = self._kept[name]
        return made

    def watch_runs(self, deployment_id: str, run_ids: list[str]) -> None:
        """Note which runs a deployment has: if it gets others, the snapshot holds no longer."""
        self.watched[deployment_id] = frozenset(run_ids)

    def disturbed(self, why: str | None = None) -> bool:
        """Whether others changed what was found; if so, it is looked for anew by whoever asks next.

        What is asked for a reason that was given before is not looked for: the account lacks something.
        """
        if why in self._asked:
            return False
        if why is not None:
            self._asked.add(why)
        changed = self._deployments_changed() or any(self._runs_changed(id_) for id_ in self.watched)
        if changed:
            self._deployments = None
            self._kept.clear()
            self._asked.clear()
            self.watched.clear()
        return changed

    def _deployments_changed(self) -> bool:
        if self._deployments is None:
            return False
        now = {each["id"]: _state(each) for each in _newest(self.api, PAGES + 1)}  # new ones come before the others
        return any(now.get(each["id"]) != _state(each) for each in self._deployments)

    def _runs_changed(self, deployment_id: str) -> bool:
        exchange = self.api.its_runs(deployment_id, {"limit": 100})
        return not exchange.ok or frozenset(need_page(exchange).ids) != self.watched[deployment_id]


def is_archived(deployment: Object) -> bool:
    """Whether a deployment says that it is archived."""
    return deployment.get("archived_at") is not None


def agent_of(deployment: Object) -> str:
    """The id of the agent that a deployment shows; an empty string where it shows none."""
    agent = deployment.get("agent")
    return str(agent.get("id") or "") if isinstance(agent, dict) else ""


def _state(deployment: Object) -> tuple[Any, ...]:
    """What others can change of that by which deployments are chosen and sorted."""
    scheduled = deployment.get("schedule") is not None
    return deployment.get("status"), is_archived(deployment), agent_of(deployment), scheduled


def _newest(api: Client, count: int) -> list[Object]:
    from conformance.cases.pages import onward

    items: dict[str, Object] = {}
    params: dict[str, Any] = {"limit": 100, "include_archived": True}
    for _ in range(count):
        page = need_page(api.list(params))
        fresh = {each["id"]: each for each in page.items if isinstance(each.get("id"), str)}
        if not fresh.keys() - items.keys():
            break
        items |= fresh
        on = onward(page)
        if page.has_more is False or on is None:
            break
        params |= on
    return list(items.values())


def once(holdings: Holdings | None, name: str, make: Callable[[], T]) -> T:
    """Make something of what is there; what was found is the same for all cases while it holds."""
    return make() if holdings is None else holdings.kept(name, make)

"""Which edition of the contract a target seems to speak, by what it answers to a few reads."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.failures import Inconclusive
from conformance.model import DEFAULT_REVISION
from conformance.revisions import ALL, CMA, NEWER, QODER_JUNE, REVISIONS
from conformance.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from httpx import BaseTransport

    from conformance.exchange import Exchange
    from conformance.revisions import Revision
    from conformance.settings import Settings

NO_CURSOR = "conformance-no-cursor"


@dataclass(frozen=True)
class Clue:
    """One thing that an answer showed, in words, and the editions that it fits."""

    seen: str
    fits: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """The edition that most clues fit; `against` are those that do not."""

    revision: str
    clues: tuple[Clue, ...]
    against: tuple[Clue, ...]

    @property
    def sentence(self) -> str:
        """Why this one, for people."""
        if not self.clues:
            return f"revision {self.revision}, the default: nothing that was answered tells the editions apart"
        why = f"revision {self.revision}, because {_listed(clue.seen for clue in self.clues)}"
        but = f"; unlike it, {_listed(clue.seen for clue in self.against)}" if self.against else ""
        return why + but


def _listed(parts: Iterator[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def propose(settings: Settings, carrier: BaseTransport | None = None) -> Proposal:
    """Look at what the account holds and at two refusals; nothing is written.

    Where a target does not answer, the default is proposed: the smoke check that follows says what is wrong.
    """
    found: list[Clue] = []
    for name in (DEFAULT_REVISION, CMA):  # the second has headers that some services insist on
        found = _clues(_suite(settings, name, carrier))
        if found:
            break
    counted = Counter(name for clue in found for name in clue.fits)
    best = max(ALL, key=lambda name: counted[name])  # of equals the first, which is the default
    fitting = tuple(clue for clue in found if best in clue.fits)
    return Proposal(best, fitting, tuple(clue for clue in found if best not in clue.fits))


def _suite(settings: Settings, revision: str, carrier: BaseTransport | None) -> Suite:
    target = dataclasses.replace(settings.target, revision=revision)
    suite = Suite(dataclasses.replace(settings, target=target, journal_path=None), carrier=carrier)
    suite.client.session.trusted = {}
    return suite


def _clues(suite: Suite) -> list[Clue]:
    client = suite.client
    try:
        listed = _answer(lambda: client.list({"limit": 5, "include_archived": True}))
        unknown = _answer(lambda: client.get(client.unknown_deployment_id()))
        lost = _answer(lambda: client.list({"limit": 1, "page": NO_CURSOR}))
        runs = _answer(lambda: client.runs({"limit": 5}))
    finally:
        client.session.transport.close()
    found = [*_of_page(listed), *_of_error(unknown), *_of_cursor(listed, lost)]
    found += [clue for item in _items(listed)[:1] for clue in _of_deployment(item)]
    return found + [clue for item in _items(runs)[:1] for clue in _of_run(item)]


def _answer(ask: Callable[[], Exchange]) -> Exchange | None:
    try:
        return ask()
    except Inconclusive:
        return None


def _body(exchange: Exchange | None, *, ok: bool) -> dict[str, Any]:
    body = exchange.json if exchange is not None and exchange.ok is ok else None
    return body if isinstance(body, dict) else {}


def _items(exchange: Exchange | None) -> list[dict[str, Any]]:
    data = _body(exchange, ok=True).get("data")
    return [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []


def _of_page(listed: Exchange | None) -> Iterator[Clue]:
    page = _body(listed, ok=True)
    if not isinstance(page.get("data"), list):
        return
    told = "has_more" in page
    seen = "a list tells has_more" if told else "a list has no has_more"
    yield Clue(seen, _fitting(lambda each: ("has_more" in each.page_members) is told))


def _of_error(unknown: Exchange | None) -> Iterator[Clue]:
    body = _body(unknown, ok=False)
    if body.get("type") != "error" or unknown is None:
        return
    if "request_id" in body:
        yield Clue("an error tells its request_id", NEWER)
    else:
        yield Clue("an error has no request_id", (QODER_JUNE,))
    for header in dict.fromkeys(each.request_id_header for each in REVISIONS.values()):
        if unknown.header(header):
            yield Clue(f"answers have the header {header}", _fitting(_valued("request_id_header", header)))


def _of_cursor(listed: Exchange | None, lost: Exchange | None) -> Iterator[Clue]:
    if listed is None or lost is None or not listed.ok:
        return
    if lost.ok:
        yield Clue("the parameter page is passed over", _fitting(lambda each: "page" not in each.cursors))
    elif lost.status == 400:
        yield Clue("a made-up page is refused", _fitting(lambda each: "page" in each.cursors))


def _of_deployment(item: dict[str, Any]) -> Iterator[Clue]:
    id_, metadata = item.get("id"), item.get("metadata")
    for prefix in dict.fromkeys(each.deployment_prefix for each in REVISIONS.values()):
        if isinstance(id_, str) and id_.startswith(prefix):
            yield Clue(f"ids begin with {prefix}", _fitting(_valued("deployment_prefix", prefix)))
    if isinstance(metadata, dict):
        reserved = isinstance(metadata.get("cas_config"), dict)
        seen = "metadata hold a cas_config" if reserved else "metadata hold no cas_config"
        yield Clue(seen, _fitting(lambda each: (each.reserved_metadata == "cas_config") is reserved))
    if "environment_variables" in item:
        fits = _fitting(lambda each: "environment_variables" in each.further_members)
        yield Clue("deployments have environment_variables", fits)
    for event in item.get("initial_events") or ():
        content = event.get("content") if isinstance(event, dict) else None
        if isinstance(content, (str, list)):
            blocks = isinstance(content, list)
            yield Clue(f"contents are {'blocks' if blocks else 'strings'}", _fitting(_valued("content_blocks", blocks)))
            break


def _of_run(item: dict[str, Any]) -> Iterator[Clue]:
    told = "status" in item
    yield Clue("runs have a status" if told else "runs have no status", _fitting(_valued("run_states", told)))


def _fitting(holds: Callable[[Revision], bool]) -> tuple[str, ...]:
    """The editions of which something holds."""
    return tuple(name for name, each in REVISIONS.items() if holds(each))


def _valued(member: str, value: object) -> Callable[[Revision], bool]:
    return lambda each: getattr(each, member) == value

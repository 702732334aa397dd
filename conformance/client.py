"""One method an operation, over HTTP; each returns the raw exchange and judges nothing.

The client keeps the promises of the suite to the owner of the target: nothing is written without consent, nothing
that this run did not make, nothing before it is in the journal, and no schedule that might fire within a day.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json as jsonlib
import random
import re
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote, urlencode

from conformance import __version__, claims, forged_ids, guards, lost_create
from conformance.failures import (
    BoundReached,
    ControlFailed,
    Inconclusive,
    NoAnswer,
    NotApplicable,
    NotPermitted,
    ProxyFailed,
)
from conformance.guards import REFUSED
from conformance.ownership import ACTIONS
from conformance.pace import READING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.exchange import Exchange
    from conformance.journal import Item
    from conformance.session import Session

Json: TypeAlias = Any
"""A JSON value: what `json.loads` returns."""

Params: TypeAlias = "Mapping[str, str | int | bool | None]"

LONGEST_PATH = 16_000
"""So many characters an address may have: ids and cursors are what a target makes them."""

ABSENT: Any = object()
"""Stands for "no body"."""


@dataclass(frozen=True)
class Client:
    """The operations of the API, with the credentials of one caller. Paths are relative to the base URL."""

    session: Session
    authorization: str | None = field(repr=False)

    # --- other callers ----------------------------------------------------------------------------------------

    def with_authorization(self, value: str | None) -> Client:
        """The same client with another `Authorization` header, or with none."""
        return dataclasses.replace(self, authorization=value)

    def with_token(self, token: str) -> Client:
        """The same client with another bearer token."""
        return self.with_authorization(f"Bearer {token}")

    @contextlib.contextmanager
    def clearing(self) -> Iterator[None]:
        """While things are put away: no budget hinders that."""
        before, self.session.clearing = self.session.clearing, True
        try:
            yield
        finally:
            self.session.clearing = before

    # --- deployments ------------------------------------------------------------------------------------------

    def create(self, body: Json = ABSENT, **send: Any) -> Exchange:
        """Create a deployment; whatever is made goes into the journal first."""
        return self.make("deployment", "/deployments", body, **send)

    def get(self, deployment_id: str, **send: Any) -> Exchange:
        """Read a deployment."""
        return self.send("GET", _path("/deployments", deployment_id), **send)

    def list(self, params: Params | None = None, **send: Any) -> Exchange:
        """List deployments; parameters that are None are left out."""
        return self.send("GET", "/deployments", params=params, **send)

    def search(self, body: Json = ABSENT, **send: Any) -> Exchange:
        """Search for deployments: a POST to what has to be known to be no id; it changes nothing."""
        beta = {"x-qoder-beta": self.session.revision.search_beta}
        return self.send("POST", "/deployments/search", json=body, headers=beta, **send)

    def update(self, deployment_id: str, body: Json = ABSENT, **send: Any) -> Exchange:
        """Update a deployment."""
        return self.send("POST", _path("/deployments", deployment_id), json=body, **send)

    def pause(self, deployment_id: str, body: Json = ABSENT, **send: Any) -> Exchange:
        """Pause a deployment."""
        return self.send("POST", _path("/deployments", deployment_id, "pause"), json=body, **send)

    def unpause(self, deployment_id: str, body: Json = ABSENT, **send: Any) -> Exchange:
        """Unpause a deployment."""
        return self.send("POST", _path("/deployments", deployment_id, "unpause"), json=body, **send)

    def archive(self, deployment_id: str, body: Json = ABSENT, **send: Any) -> Exchange:
        """Archive a deployment, for ever."""
        exchange = self.send("POST", _path("/deployments", deployment_id, "archive"), json=body, **send)
        return self._put_away(deployment_id, exchange)

    # --- runs -------------------------------------------------------------------------------------------------

    def run(self, deployment_id: str, body: Json = ABSENT, **send: Any) -> Exchange:
        """Run a deployment now; costs its owner money, so it needs a consent of its own."""
        if not self.session.consent.runs:
            raise NotPermitted("starts a run: give --allow-runs")
        exchange = self.send("POST", _path("/deployments", deployment_id, "run"), json=body, **send)
        self.session.shown_ids += [exchange.shown_id] if exchange.ok and exchange.shown_id else []
        return exchange

    def runs_of(self, deployment_id: str, params: Params | None = None, **send: Any) -> Exchange:
        """List the runs of one deployment."""
        return self.send("GET", _path("/deployments", deployment_id, "runs"), params=params, **send)

    def its_runs(self, deployment_id: str, params: Params | None = None, **send: Any) -> Exchange:
        """List the runs of one deployment: below it where the edition has such a list, else among all runs."""
        if self.session.revision.scoped_runs:
            return self.runs_of(deployment_id, params, **send)
        return self.runs({**(params or {}), "deployment_id": deployment_id}, **send)

    def run_of(self, deployment_id: str, run_id: str, **send: Any) -> Exchange:
        """Read a run below its deployment."""
        return self.send("GET", _path("/deployments", deployment_id, "runs", run_id), **send)

    def its_run(self, deployment_id: str, run_id: str, **send: Any) -> Exchange:
        """Read a run of a deployment: below it where the edition has such a route, else by its id alone."""
        scoped = self.session.revision.scoped_runs
        return self.run_of(deployment_id, run_id, **send) if scoped else self.deployment_run(run_id, **send)

    def runs(self, params: Params | None = None, **send: Any) -> Exchange:
        """List runs over all deployments."""
        return self.send("GET", "/deployment_runs", params=params, **send)

    def deployment_run(self, run_id: str, **send: Any) -> Exchange:
        """Read a run by its id alone."""
        return self.send("GET", _path("/deployment_runs", run_id), **send)

    # --- agents and environments, as far as deployments need them ---------------------------------------------

    def create_agent(self, body: Json) -> Exchange:
        """Create an agent."""
        return self.make("agent", "/agents", body)

    def update_agent(self, agent_id: str, body: Json) -> Exchange:
        """Update an agent, which gives it a new version."""
        return self.send("POST", _path("/agents", agent_id), json=body)

    def archive_agent(self, agent_id: str) -> Exchange:
        """Archive an agent."""
        return self._put_away(agent_id, self.send("POST", _path("/agents", agent_id, "archive")))

    def create_environment(self, body: Json) -> Exchange:
        """Create an environment."""
        return self.make("environment", "/environments", body)

    def archive_environment(self, environment_id: str) -> Exchange:
        """Archive an environment."""
        return self._put_away(environment_id, self.send("POST", _path("/environments", environment_id, "archive")))

    # --- made-up things ---------------------------------------------------------------------------------------

    def unknown_id(self, prefix: str) -> str:
        """A well-formed id that names nothing, in the form of those that the target made; writes may be sent to it."""
        known = next((id_ for id_ in self._known_ids() if id_.startswith(prefix)), None)
        return self.invent(forged_ids.forge(prefix, known, self.session.random))

    def _known_ids(self) -> Iterator[str]:
        yield from self.session.journal.ids()
        yield from self.session.shown_ids

    def unknown_deployment_id(self) -> str:
        """A well-formed id of a deployment that does not exist."""
        return self.unknown_id(self.session.revision.deployment_prefix)

    def unknown_run_id(self) -> str:
        """A well-formed id of a run that does not exist."""
        return self.unknown_id(self.session.revision.run_prefix)

    def invent(self, id_: str) -> str:
        """Allow writes to an id that names nothing, such as a malformed one."""
        self.session.invented.add(id_)
        return id_

    def made_up(self, id_: str) -> str:
        """An id of a deployment that is made up by hand, once it is known to name nothing; writes may be sent to it."""
        exchange = self.get(id_)
        if exchange.ok and exchange.shown_id == id_:
            raise NotApplicable(f"the account has a deployment {id_}, which must not be written to")
        return self.invent(id_)

    # --- sending ----------------------------------------------------------------------------------------------

    def make(self, kind: str, path: str, body: Json = ABSENT, *, method: str = "POST", **send: Any) -> Exchange:
        """Send a create, journalled; `kind` is "deployment", "agent" or "environment"."""
        guards.check_consent(self.session, method)
        name = body.get("name") if isinstance(body, dict) else None
        claims.look_around(self, kind)
        item = self.session.journal.intend(kind, name if isinstance(name, str) else "", claims.made_by(self))
        turn, spoilt = self.session.ownership.turn(), len(self.session.disturbances.here)
        try:
            exchange = self.send(method, path, json=body, makes=item, **send)
        except (NoAnswer, ProxyFailed):
            lost_create.look_up(self, item, body)
            raise
        except (Inconclusive, BoundReached, NotPermitted):  # it was not sent, or put off
            (self.session.journal.refused if self._undisturbed(spoilt) else self.session.journal.unsure)(item)
            raise
        self._note(item, exchange, turn)
        if not self._undisturbed(spoilt):  # an attempt that a gateway gave up may have made one more
            self.session.journal.unsure(self.session.journal.intend(kind, item.name, item.by))
        if exchange.status >= 500:  # it may have been made all the same
            lost_create.look_up(self, item, body)
        return exchange

    def _undisturbed(self, since: int) -> bool:
        return len(self.session.disturbances.here) == since

    def send(  # noqa: PLR0913 - the parts of a request
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: Json = ABSENT,
        content: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
        makes: Item | None = None,
    ) -> Exchange:
        """Send any request. `json` is encoded (NaN and lone surrogates too), `content` is sent as it is.

        `headers` adds to or replaces the usual ones; a value of None leaves that header out. `makes` is the entry in
        the journal of what a create is going to make.
        """
        asked = path + _query(params)
        if len(asked) > LONGEST_PATH:
            raise ControlFailed(f"what it was answered before is too long for an address: {len(asked):,} characters")
        body = content if json is ABSENT else _encode(json)
        if method not in READING:
            guards.check_consent(self.session, method)
            guards.check_owned(self.session, path, makes)
            if body is not None:
                guards.check_schedule(self.session, json, content if json is ABSENT else None)
            guards.spend(self.session)
        elif path.partition("?")[0].endswith(ACTIONS):  # a lax target may act on any method
            guards.check_owned(self.session, path)
        all_headers = self._headers(headers, has_body=body is not None)
        authorization = dict(all_headers).get("authorization", "")
        guards.check_token(self.session, authorization)
        exchange = self._exchange(method, asked, all_headers, body)
        if exchange.status in REFUSED and authorization in self.session.trusted:
            self._doubt(authorization, exchange)
        return exchange

    def _exchange(
        self, method: str, path: str, headers: tuple[tuple[str, str], ...], body: bytes | None = None
    ) -> Exchange:
        """Send, and take down that it was sent."""
        exchange = self.session.transport.send(method, self.session.base_url + path, path, headers, body)
        self.session.keep(exchange)
        self.session.latest = exchange, time.monotonic()
        self.session.provenance.note(exchange)
        self.session.ownership.note(exchange)
        self.session.on_sent(exchange)
        return exchange

    def _headers(self, changes: Mapping[str, str | None] | None, *, has_body: bool) -> tuple[tuple[str, str], ...]:
        usual: dict[str, str | None] = {
            "accept": "application/json",
            "accept-encoding": "identity",
            "user-agent": f"deployments-conformance/{__version__} ({self.session.caller})",
            "x-request-id": str(uuid.UUID(int=random.getrandbits(128), version=4)),
            "authorization": self.authorization,
            "content-type": "application/json" if has_body else None,
            **self.session.headers,
        }
        wanted = usual | {name.lower(): value for name, value in (changes or {}).items()}
        return tuple((name, value) for name, value in wanted.items() if value is not None)

    def _doubt(self, authorization: str, exchange: Exchange) -> None:
        """Ask for something else after a refusal: either the token is good, or no answer tells anything any more."""
        headers = self._headers({"authorization": authorization}, has_body=False)
        for path in ("/deployments?limit=1", _path("/deployments", self.unknown_deployment_id())):
            if self._exchange("GET", path, headers).status not in REFUSED:
                return
        guards.give_up_token(self.session, authorization, exchange)

    def _note(self, item: Item, exchange: Exchange, turn: int) -> None:
        claims.note(self, item, exchange, turn)
        if item.id is not None:
            self.session.made = exchange, time.monotonic()
            if item.kind == "deployment":
                self.session.plain = _plainer(self.session.plain, exchange)

    def _put_away(self, id_: str, exchange: Exchange) -> Exchange:
        item = self.session.journal.find(id_)
        if item and exchange.ok and not claims.still_there(exchange):
            self.session.journal.gone(item)
        return exchange


def _plainer(known: Exchange | None, exchange: Exchange) -> Exchange:
    """Of two accepted creates the one that sent fewer members, else the earlier."""
    return exchange if known is None or _members(exchange) < _members(known) else known


def _members(exchange: Exchange) -> int:
    return (exchange.request_body or b"").count(b'":')


def _path(*parts: str) -> str:
    first, *rest = parts
    # half a surrogate pair, which only a broken target puts into an id, names nothing in whatever way it is written
    return "/".join([first, *(quote(part, safe="", errors="surrogatepass") for part in rest)])


def _query(params: Params | None) -> str:
    pairs = [(k, str(v).lower() if isinstance(v, bool) else str(v)) for k, v in (params or {}).items() if v is not None]
    return f"?{urlencode(pairs, errors='surrogatepass')}" if pairs else ""


_SURROGATE = re.compile("[\ud800-\udfff]")


def _encode(value: Json) -> bytes:
    text = jsonlib.dumps(value, ensure_ascii=False)
    return (jsonlib.dumps(value) if _SURROGATE.search(text) else text).encode()

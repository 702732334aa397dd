"""Machines elsewhere that ask, too: each a gateway of execnet, opened and looked at before anything else is done."""

from __future__ import annotations

import contextlib
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any

from conformance import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from execnet import Gateway, Group, XSpec

NAME = "deployments-conformance"
KINDS = ("popen", "ssh", "socket")
KNOWN = frozenset({*KINDS, "python", "chdir", "nice", "ssh_config"})
"""The words of a specification that can be used here; execnet ignores those that it does not know."""

EXAMPLE = "write ssh=HOST//python=/path/to/python, socket=HOST:PORT, or popen//python=/path/to/python"
PATIENCE_S = 60.0
"""So many seconds a machine may take until it has answered for the first time."""

EXIT_S = 10.0
"""So many seconds a worker elsewhere has to put away what it made, once it is told to end."""


class NotUsable(ValueError):
    """Why a machine cannot take part, and what to do, in one line."""


@dataclass(frozen=True)
class Machine:
    """A gateway behind which this version of the suite is; `cases` is its folder there, `path` where it is imported."""

    gateway: Gateway
    cases: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Machines:
    """All of them, and the group in which they end together; none if there are none."""

    each: tuple[Machine, ...] = ()
    group: Group | None = None

    def end(self) -> None:
        """End all workers there; a second time does nothing."""
        if self.group is not None:
            self.group.terminate(timeout=EXIT_S)


def parse(text: str) -> XSpec:
    """A specification as execnet has it; `NotUsable` where it would make nothing of it, or would ignore a part."""
    from execnet import XSpec

    try:
        spec = XSpec(text)
    except (AttributeError, IndexError, ValueError):
        raise NotUsable(f"{text!r} is no specification of execnet; {EXAMPLE}") from None
    told = {name for name in vars(spec) if name not in {"_spec", "env"}}
    if unknown := sorted(told - KNOWN):
        raise NotUsable(f"{text!r}: {unknown[0]!r} cannot be used here; {EXAMPLE}")
    empty = {name for name in told if (vars(spec)[name] in {"", True}) != (name == "popen")}
    if len(told & {*KINDS}) != 1 or empty:
        raise NotUsable(f"{text!r} does not say which machine; {EXAMPLE}")
    port = (spec.socket or "host:1").rpartition(":")[2]
    if not port.isascii() or not port.isdecimal():
        raise NotUsable(f"{text!r} has no port; {EXAMPLE}")
    return spec


def is_here(spec: XSpec) -> bool:
    """Whether the addresses of this machine mean the same there."""
    host = (spec.socket or "").rpartition(":")[0] or (spec.ssh or "").rpartition("@")[2]
    return bool(spec.popen) or host == "localhost" or host.startswith("127.")


@contextlib.contextmanager
def opened(specs: Sequence[str]) -> Iterator[Machines]:
    """All machines, until the block ends; `NotUsable` names the first that cannot take part."""
    if not specs:
        yield Machines()
        return
    from execnet import Group

    group = Group(execmodel="main_thread_only")
    try:
        yield Machines(tuple(_machine(group, number, text) for number, text in enumerate(specs)), group)
    finally:
        group.terminate(timeout=EXIT_S)


def _machine(group: Group, number: int, text: str) -> Machine:
    """One of them, known to be there and to have the same version."""
    parse(text)
    opened: Future[tuple[Gateway, dict[str, Any]]] = Future()
    Thread(target=_open, args=(group, number, text, opened), daemon=True).start()
    try:
        gateway, told = opened.result(PATIENCE_S)
    except Exception as error:  # noqa: BLE001 - execnet raises whatever comes up, and asserts
        why = " ".join(f"{type(error).__name__} {error}".split())[:200]
        raise NotUsable(f"{text}: no Python could be reached there ({why}); {_advice(text)}") from None
    if told["version"] != __version__:
        has = f"deployments-conformance {told['version']}" if told["version"] else f"no {NAME} ({told['why']})"
        raise NotUsable(f"{text}: there is {has}, and {__version__} is at work here; install the same there")
    return Machine(gateway, told["cases"], tuple(told["path"]))


def _open(group: Group, number: int, text: str, opened: Future[tuple[Gateway, dict[str, Any]]]) -> None:
    """Open the gateway and look around behind it: in a thread, for execnet waits for ever."""
    from conformance import arrival

    try:
        gateway = group.makegateway(f"execmodel=main_thread_only//id=remote{number}//{text}")
        channel = gateway.remote_exec(arrival)
        told = channel.receive(PATIENCE_S)
        channel.waitclose(PATIENCE_S)
    except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
        opened.set_exception(error)
    else:
        opened.set_result((gateway, told))


def _advice(text: str) -> str:
    return "try it by hand, such as `ssh HOST python --version`" if "ssh=" in text else EXAMPLE

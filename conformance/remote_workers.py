"""Workers on other machines, beside those of this one: pytest-xdist with gateways that are open already.

Unlike its own remote workers, these get no copies of files of ours: the suite is installed there, and is called there
with the folders of there. Whoever is lost is replaced by a worker of this machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import execnet
import pytest
import xdist.remote
from xdist.dsession import DSession
from xdist.workermanage import Marker, NodeManager, WorkerController

from conformance import errands, pytest_arguments
from conformance.plugin import ERRANDS, WORKER_INPUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.machines import Machine, Machines
    from conformance.settings import Settings


class Beginning:
    """A pytest plugin object that takes the place of the part of pytest-xdist which begins a distributed session."""

    def __init__(self, settings: Settings, machines: Machines) -> None:
        """`machines` are open, and at least one."""
        self._settings = settings
        self._machines = machines

    def pytest_configure(self, config: pytest.Config) -> None:
        """Begin it, with machines that pytest-xdist was not told of."""
        config.pluginmanager.register(Distribution(config, self._settings, self._machines), "dsession")


class Distribution(DSession):  # type: ignore[misc]  # xdist has no types
    """Runs the cases by the workers of this machine and those of others."""

    def __init__(self, config: pytest.Config, settings: Settings, machines: Machines) -> None:
        """As pytest-xdist makes its own, when it is told of no machine."""
        super().__init__(config)
        self._settings = settings
        self._machines = machines

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Start all workers."""
        self.config.option.tx = ["popen"] * self._settings.processes  # for so many the scheduler waits
        self.nodemanager = Workers(self.config, self._settings, self._machines)
        self._active_nodes.update(self.nodemanager.setup_nodes(putevent=self.queue.put))
        self._session = session

    def _clone_node(self, node: Any) -> Any:
        """Replace a worker that died; by one of this machine, for another may be gone altogether."""
        node.gateway.spec = execnet.XSpec("popen")
        return super()._clone_node(node)


class Workers(NodeManager):  # type: ignore[misc]  # the same
    """Sets up all workers, and ends them."""

    def __init__(self, config: pytest.Config, settings: Settings, machines: Machines) -> None:
        """`machines` are those of them that are elsewhere."""
        super().__init__(config, ["popen"] * (settings.processes - len(machines.each)))
        self._settings = settings
        self._machines = machines

    def setup_nodes(self, putevent: Callable[[Any], None]) -> list[Any]:
        """Those of here, and those of elsewhere."""
        there = [RemoteWorker(self, machine, self._settings, putevent) for machine in self._machines.each]
        here = super().setup_nodes(putevent)
        for worker in there:
            worker.setup()
        return [*here, *there]

    def teardown_nodes(self) -> None:
        """End all, before what they left behind is looked for."""
        super().teardown_nodes()
        self._machines.end()


class RemoteWorker(WorkerController):  # type: ignore[misc]  # the same
    """A worker elsewhere, with what it needs for its work, and a desk for what it asks."""

    def __init__(self, manager: Workers, machine: Machine, settings: Settings, putevent: Callable[[Any], None]) -> None:
        """`machine` waits to be told."""
        super().__init__(manager, machine.gateway, manager.config, putevent)
        self._machine = machine
        self._settings = settings

    def setup(self) -> None:
        """Send the settings over the channel, so that no token stands anywhere, and let it collect the cases."""
        lines = self.gateway.newchannel()
        self._desk = errands.Desk(self._settings, self.gateway.id, lines)
        self.workerinput |= {WORKER_INPUT: self._settings.packed().dump(), ERRANDS: lines}
        told = pytest_arguments.elsewhere(self._settings, self._machine.cases)
        self.channel = self.gateway.remote_exec(xdist.remote)
        self.channel.send((self.workerinput, told, {}, list(self._machine.path)))
        self.channel.setcallback(self.process_from_remote, endmarker=Marker.END)

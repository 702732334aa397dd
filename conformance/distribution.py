"""How cases are dealt out to workers: what they share is made once, and what takes long is begun first.

pytest-xdist deals out cases one by one as it has them. Each worker that gets one of those that look at the same
exploration would explore anew, and one that is begun last and takes long would keep all others waiting.
(Its marks for groups do nothing with pytest 9.2, which no longer lets them change the id of an item.)
"""

from __future__ import annotations

import inspect
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from xdist.scheduler import LoadScopeScheduling

from conformance import cases, plan
from conformance.requirement import declared_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHARED = ("exploration", "findings", "many", "mixture", "refusals", "haystack")
"""Fixtures that send so much that cases which ask for the same go to one worker."""

LONG = 40
"""Cases, or cases together, that send so many requests are begun before others, the longest first."""


class Dealer(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives a worker the next cases that belong together, whenever it has little left to do."""

    def __init__(self, config: Any, log: Any) -> None:
        """As pytest-xdist makes its own; cases stay in their order where nothing else is said."""
        super().__init__(config, log)
        config.option.loadscopereorder = False
        self.send_one_home = False
        self.sent_home = 0

    def _reschedule(self, node: Any) -> None:
        """Give a worker more to do; or no more, if there shall be fewer of them and others go on."""
        others = any(not other.shutting_down for other in self.nodes if other is not node)
        if self.send_one_home and self.workqueue and others and not node.shutting_down:
            self.send_one_home, self.sent_home = False, self.sent_home + 1
            node.shutdown()
            return
        super()._reschedule(node)

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)

    def _assign_work_unit(self, node: object) -> None:
        if first := longest(self.workqueue):
            self.workqueue.move_to_end(first, last=False)
        super()._assign_work_unit(node)

    def remove_node(self, node: object) -> str | None:
        """Take back what a worker that died has not done, but for the case during which it died: that is given up."""
        units: dict[str, dict[str, bool]] = self.assigned_work[node]
        crashed = next((nodeid for done in units.values() for nodeid in done if not done[nodeid]), None)
        for name, done in list(units.items()):
            done.update({crashed: True} if crashed in done else {})
            if all(done.values()):  # to whom nothing is sent, nothing would ever come to an end
                del units[name]
        super().remove_node(node)
        return crashed


def longest(units: Mapping[str, Iterable[str]]) -> str | None:
    """Which of the units sends most requests, if that is many."""
    requests = {name: sum(map(_requests, nodeids)) for name, nodeids in units.items()}
    most = max(requests, key=requests.__getitem__, default="")
    return most if requests.get(most, 0) >= LONG else None


@cache
def unit(nodeid: str) -> str:
    """What a case has in common with those that go to the same worker; its own id where it stands alone."""
    parameters = inspect.signature(_case(nodeid)).parameters
    return next((name for name in SHARED if name in parameters), nodeid)


@cache
def _requests(nodeid: str) -> int:
    declared = declared_by(_case(nodeid))
    figures = plan.recorded().get(declared.id, {}) if declared else {}
    return sum(max(figures.get(key, (0,))) for key in ("reads", "writes"))


def _case(nodeid: str) -> Any:
    """The function of a case by the id that pytest has for it, such as "test_list.py::test_newest_first[...]"."""
    file, _, name = nodeid.partition("::")
    cases.load()
    return getattr(sys.modules[f"{cases.__name__}.{file.removesuffix('.py')}"], name.partition("[")[0])

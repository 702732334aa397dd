"""The users as Locust has them. Only this module and those that start it import locust."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import gevent
from locust import User, constant, task

from conformance.failures import BoundReached, Inconclusive, NotApplicable, NotPermitted, TargetLost
from conformance.soak.commons import Sharer
from conformance.soak.gang import Gang
from conformance.soak.guest import Guest
from conformance.soak.owner import Owner
from conformance.soak.standing import Walker

if TYPE_CHECKING:
    from collections.abc import Callable

    from locust.env import Environment

    from conformance.soak.house import House

FRIENDS = 4
"""For each user who brings friends, so many come alone."""

LOST_S = 5.0
"""After so many seconds a target is tried again that has stopped answering."""

IDLE_S = 0.5
"""So long a user waits where nothing can be asked of this target."""


@dataclass
class Hall:
    """Where the users of this process find what they share, and what becomes of what nobody foresaw."""

    house: House
    defects: list[str] = field(default_factory=list)
    exhausted: Callable[[str], None] = lambda _: None
    numbers: int = 0

    def next_guest(self) -> Guest:
        """Another one."""
        self.numbers += 1
        return Guest(self.house, self.numbers)

    def defect(self, error: Exception) -> None:
        """Keep a defect of ours, and where it is."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno})"
        self.defects.append(self.house.ledger.redact(told))


class Visitor(User):
    """Writes to deployments of its own and to shared ones, and walks past those that stand there."""

    hall: ClassVar[Hall]
    wait_time = constant(0)

    def __init__(self, environment: Environment) -> None:
        """Come in, with a way of its own to the target."""
        super().__init__(environment)
        self.guest = self.hall.next_guest()
        self.owner, self.sharer, self.walker = Owner(self.guest), Sharer(self.guest), Walker(self.guest)

    @task(5)
    def own(self) -> None:
        """Use deployments that nobody else writes to."""
        self.do(self.owner.step)

    @task(8)
    def share(self) -> None:
        """Change what others change, too."""
        self.do(self.sharer.step)

    @task(4)
    def walk(self) -> None:
        """Walk past those that stand there."""
        self.do(self.walker.step)

    def do(self, step: Callable[[], None]) -> None:
        """Take a step. What nobody can judge is given up, what is a defect of ours is told."""
        house = self.hall.house
        try:
            step()
        except BoundReached as bound:
            self.hall.exhausted(str(bound))
            gevent.sleep(LOST_S)
        except TargetLost:
            gevent.sleep(LOST_S)
            house.revive()
        except Inconclusive:
            house.ledger.dropped += 1
        except (NotApplicable, NotPermitted):
            gevent.sleep(IDLE_S)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on, and the run is told to be invalid
            self.hall.defect(error)
            gevent.sleep(IDLE_S)


class Leader(Visitor):
    """Brings friends now and then, who ask at the same moment."""

    def __init__(self, environment: Environment) -> None:
        """Come in alone."""
        super().__init__(environment)
        self.gang = Gang(self.guest)

    @task(6)
    def together(self) -> None:
        """Ask with the others at once."""
        self.do(self.gang.step)

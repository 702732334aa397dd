"""What all official clients can do, in one form: so that one test asks the same of each of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Object: TypeAlias = "dict[str, Any]"

BOUND = 60
"""So many items are the most that a walk through a list gives: there are clients that would go on for ever."""


@dataclass(frozen=True)
class Caller:
    """To whom a client talks and as whom, how often it tries again, and whether it checks what it is answered."""

    base_url: str
    token: str
    max_retries: int = 0
    strict: bool = True


class Sdk(ABC):
    """One official client; operations are named as in its own code, and take what they take there."""

    @abstractmethod
    def ask(self, operation: str, *ids: str, **params: Any) -> Object | None:
        """Call an operation that gives an object; None where the client gives nothing."""

    @abstractmethod
    def walk(self, operation: str, *ids: str, most: int = BOUND, **params: Any) -> list[Object]:
        """Go through a list by the client's own means, over all pages, but for no more than so many items."""

    def close(self) -> None:  # noqa: B027 - what is to be closed is not every client's
        """Close what was opened."""

    # --- operations ---------------------------------------------------------------------------------------------

    def create(self, **body: Any) -> Object:
        """Create a deployment."""
        return self._object("deployments.create", **body)

    def retrieve(self, deployment_id: str) -> Object:
        """Read a deployment."""
        return self._object("deployments.retrieve", deployment_id)

    def update(self, deployment_id: str, **changes: Any) -> Object:
        """Update a deployment."""
        return self._object("deployments.update", deployment_id, **changes)

    def act(self, action: str, deployment_id: str) -> Object:
        """Pause, unpause, archive or run a deployment."""
        return self._object(f"deployments.{action}", deployment_id)

    def run(self, run_id: str) -> Object:
        """Read a run by its id alone."""
        return self._object("deployment_runs.retrieve", run_id)

    def listed(self, **params: Any) -> list[str]:
        """The ids of deployments, over all pages."""
        return [item["id"] for item in self.walk("deployments.list", **params)]

    def listed_runs(self, **params: Any) -> list[str]:
        """The ids of runs of all deployments, over all pages."""
        return [item["id"] for item in self.walk("deployment_runs.list", **params)]

    def _object(self, operation: str, *ids: str, **params: Any) -> Object:
        came = self.ask(operation, *ids, **params)
        assert isinstance(came, dict), f"{operation} gave {came!r}"
        return came


@dataclass(frozen=True)
class Failure:
    """An exception of a client: the name of its class, and what it says of the answer behind it."""

    kind: str
    status: int | None = None
    type: str | None = None
    request_id: str | None = None


class ForeignError(Exception):
    """An exception that was raised in another language."""

    def __init__(self, failure: Failure, message: str) -> None:
        super().__init__(f"{failure.kind}: {message}")
        self.failure = failure


def failure(call: Callable[[], object]) -> Failure:
    """The exception that a call ends with; it has to end with one."""
    try:
        came = call()
    except ForeignError as error:
        return error.failure
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is asked for
        told = {name: getattr(error, name, None) for name in ("type", "request_id")}
        return Failure(type(error).__name__, getattr(error, "status_code", None), **told)
    raise AssertionError(f"an exception was due, and {came!r} came")

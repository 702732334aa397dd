"""Which operation a method and a path name."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from conformance.reference.call import Call, Request
from conformance.reference.problem import Problem, not_found
from conformance.reference.state import State

if TYPE_CHECKING:
    from collections.abc import Mapping


def _resource(plural: str, singular: str) -> dict[tuple[str, ...], dict[str, str]]:
    """Give the routes of agents or environments."""
    return {
        (plural,): {"GET": f"list_{plural}", "POST": f"create_{singular}"},
        (plural, "*"): {"GET": f"get_{singular}", "POST": f"update_{singular}"},
        (plural, "*", "archive"): {"POST": f"archive_{singular}"},
    }


class RoutingRules(State):
    """The documented methods and paths; `*` stands for an id."""

    BASE_PATH = "/api/v1/cloud"
    ROUTES: ClassVar[Mapping[tuple[str, ...], Mapping[str, str]]] = MappingProxyType(
        {
            ("deployments",): {"GET": "list", "POST": "create"},
            ("deployments", "*"): {"GET": "get", "POST": "update"},
            ("deployments", "*", "pause"): {"POST": "pause"},
            ("deployments", "*", "unpause"): {"POST": "unpause"},
            ("deployments", "*", "archive"): {"POST": "archive"},
            ("deployments", "*", "run"): {"POST": "run"},
            ("deployments", "*", "runs"): {"GET": "list_runs"},
            ("deployments", "*", "runs", "*"): {"GET": "get_run"},
            ("deployment_runs",): {"GET": "list_all_runs"},
            ("deployment_runs", "*"): {"GET": "get_any_run"},
            **_resource("agents", "agent"),
            **_resource("environments", "environment"),
        }
    )

    def open(self, request: Request) -> Call:
        """Begin a call: find out what it asks for, without refusing anything yet."""
        segments = self.segments(request.path)
        methods = self.methods(self.pattern(segments))
        return Call(request, methods.get(request.method, ""), tuple(segments[1::2]), allowed=tuple(methods))

    def segments(self, path: str) -> list[str]:
        """Cut a path at its slashes, behind the base path."""
        base, _, rest = path.partition(f"{self.BASE_PATH}/")
        return rest.split("/") if not base and rest else []

    def pattern(self, segments: list[str]) -> tuple[str, ...]:
        """Write a path as the routes do: every second segment is an id."""
        return tuple("*" if place % 2 else segment for place, segment in enumerate(segments))

    def methods(self, pattern: tuple[str, ...]) -> Mapping[str, str]:
        """Give the operations of a path by method."""
        return self.ROUTES.get(pattern, {})

    def resolve(self) -> None:
        """Refuse a path or a method that is not documented."""
        if self.operation:
            return
        if not self.call.allowed:
            raise not_found("path", "No such resource.")
        raise Problem("method", "invalid_request_error", f"Method {self.call.request.method} is not allowed here.")

"""Faults in how large deployments are taken and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import invalid

if TYPE_CHECKING:
    from conformance.reference.records import Deployment

KEPT = "create-largest-is-kept"


class RefusesLargeCreates(Fault):
    """Refuses a create of more than 32 KB, which no limit of a field forbids."""

    breaks = frozenset({"create-largest-is-accepted"})
    wide = True

    def limit_body(self) -> None:
        """Share a limit with smaller things."""
        if self.operation == "create" and self.call.request.size > 32 * 1024:
            raise invalid("body-size", "Request body is too large.")
        super().limit_body()


class CrashesOnLargeRows(Fault):
    """Answers 500 where name, metadata and events together are larger than a row."""

    breaks = frozenset({"create-largest-is-accepted"})

    def save(self, deployment: Deployment) -> None:
        """Overflow."""
        if len(deployment.name) > 200 and len(str(deployment.metadata)) > 8000 and len(deployment.initial_events) > 40:
            raise OverflowError(deployment.id)
        super().save(deployment)


class _ShortensInLists(Fault):
    """Shows less of large deployments in lists."""

    breaks = frozenset({KEPT})
    wide = True

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Shorten what is shown in a list."""
        shown = super().render_deployment(deployment)
        return shown | self.shorten(shown) if self.operation == "list" else shown

    def shorten(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Tell what is shorter."""
        raise NotImplementedError(shown)


class ListsTenEvents(_ShortensInLists):
    """Shows the first ten events of a deployment in lists."""

    def shorten(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Save space."""
        return {"initial_events": shown["initial_events"][:10]}


class ListsShortNames(_ShortensInLists):
    """Shows the first 128 characters of a name in lists."""

    def shorten(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Save space."""
        return {"name": shown["name"][:128]}


class ListsShortContent(_ShortensInLists):
    """Shows the first 200 characters of an event's content in lists."""

    def shorten(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Save space."""
        return {
            "initial_events": [each | {"content": self.cut(each.get("content"))} for each in shown["initial_events"]]
        }

    def cut(self, content: Any) -> Any:
        """Cut a text, be it in blocks."""
        if isinstance(content, list):
            return [block | {"text": self.cut(block.get("text"))} for block in content]
        return content[:200] if isinstance(content, str) else content


class ListsFewMetadata(_ShortensInLists):
    """Shows ten metadata keys in lists."""

    def shorten(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Save space."""
        items = [*shown["metadata"].items()]
        return {"metadata": dict([*items[:10], *(item for item in items if item[0] == self.RESERVED_KEY)])}


class CutsContentAtSixteenBits(Fault):
    """Keeps 65,535 characters of an event's content at most."""

    breaks = frozenset({"event-long-content-is-kept-or-refused"})

    def create_initial_events(self, value: object) -> list[dict[str, Any]]:
        """Cut it."""
        return [{key: _cut(member) for key, member in each.items()} for each in super().create_initial_events(value)]


def _cut(content: Any) -> Any:
    """A text without what is too much of it, also within blocks of content."""
    if isinstance(content, list):
        return [{key: _cut(member) for key, member in block.items()} for block in content]
    return content[:65_535] if isinstance(content, str) else content

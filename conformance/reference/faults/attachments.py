"""Faults in the resources of new deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import Fault
from conformance.reference.problem import invalid

if TYPE_CHECKING:
    from conformance.reference.records import Deployment

Resources = list[dict[str, Any]]

KEPT, ORDER, SECRET = "resource-is-kept", "resource-order-is-kept", "resource-secret-is-not-shown"
NO_ARRAY, NO_TYPE = "resource-list-not-an-array-is-400", "resource-without-type-is-refused"


# --- resources --------------------------------------------------------------------------------------------------


class _KeepsResources(Fault):
    """Keeps other resources of a create than were sent."""

    def create_resources(self, value: object) -> Resources:
        """Change what was judged."""
        return self.keep(super().create_resources(value))

    def keep(self, resources: Resources) -> Resources:
        """Tell what is kept."""
        raise NotImplementedError(resources)


class ForgetsNewResources(_KeepsResources):
    """Takes resources, and keeps none."""

    breaks = frozenset({KEPT, ORDER})
    wide = True

    def keep(self, _resources: Resources) -> Resources:
        """Forget them."""
        return []


class KeepsFilesOnly(_KeepsResources):
    """Takes resources of all types, and keeps files."""

    breaks = frozenset({KEPT})
    wide = True

    def keep(self, resources: Resources) -> Resources:
        """Know one type only."""
        return [each for each in resources if each["type"] == "file"]


class KeepsTypesOnly(_KeepsResources):
    """Keeps nothing of a resource but its type and what all types have."""

    breaks = frozenset({KEPT, "resource-order-is-kept"})

    def keep(self, resources: Resources) -> Resources:
        """Pick the members that a file has."""
        return [{key: each[key] for key in ("type", "file_id", "url") if key in each} for each in resources]


class CompletesUrls(_KeepsResources):
    """Appends .git to the url of a repository."""

    breaks = frozenset({KEPT})

    def keep(self, resources: Resources) -> Resources:
        """Write it as git does."""
        return [each | {"url": f"{each['url']}.git"} if "url" in each else each for each in resources]


class SortsNewResources(_KeepsResources):
    """Keeps resources in the order of their ids."""

    breaks = frozenset({ORDER})
    wide = True

    def keep(self, resources: Resources) -> Resources:
        """Sort."""
        return sorted(resources, key=str)


class MergesNewResources(_KeepsResources):
    """Keeps one resource of each type."""

    breaks = frozenset({ORDER})
    wide = True

    def keep(self, resources: Resources) -> Resources:
        """Make a table of them."""
        return list({each["type"]: each for each in resources}.values())


class GroupsNewResources(_KeepsResources):
    """Keeps resources by type, those of one type in the order in which they were sent."""

    breaks = frozenset({ORDER})

    def keep(self, resources: Resources) -> Resources:
        """Sort by type."""
        return sorted(resources, key=lambda each: str(each["type"]))


class GroupsUpdatedResources(Fault):
    """Keeps the resources of an update by type."""

    breaks = frozenset({ORDER})

    def update_resources(self, stored: Deployment, value: object) -> Resources:
        """Sort by type."""
        return sorted(super().update_resources(stored, value), key=lambda each: str(each["type"]))


class KnowsNoMemoryStores(Fault):
    """Refuses resources of the type memory_store as unknown."""

    breaks = frozenset({"resource-type-is-known"})
    RESOURCE_TYPES: ClassVar[frozenset[str]] = frozenset({"github_repository", "file"})


class KnowsNoRepositoriesByName(Fault):
    """Refuses resources of the type github_repository, and names the type in the message."""

    breaks = frozenset({"resource-type-is-known"})

    def check_resource(self, value: object) -> None:
        """Tell which type it does not know."""
        kind = self.check_object(value, "resources").get("type")
        if kind == "github_repository" or kind not in self.RESOURCE_TYPES:
            raise invalid("resource-type", f"{kind} is not supported.", "resources")


class _ShowsSecrets(Fault):
    """Shows the secrets of resources in the answers of some operations."""

    breaks = frozenset({SECRET})
    wide = True
    IN: ClassVar[frozenset[str]] = frozenset()

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Write them as they were sent."""
        shown = super().render_deployment(deployment)
        return shown | {"resources": deployment.resources} if self.operation in self.IN else shown


class MirrorsSecrets(_ShowsSecrets):
    """Shows the token of a repository in the answer to the create."""

    IN = frozenset({"create"})


class ReadsSecrets(_ShowsSecrets):
    """Shows the token of a repository when a deployment is read."""

    IN = frozenset({"get"})


class ListsSecrets(_ShowsSecrets):
    """Shows the token of a repository in lists."""

    IN = frozenset({"list"})


class MasksSecretsElsewhere(Fault):
    """Shows the token of a repository under another name."""

    breaks = frozenset({"resource-secret-is-not-shown-later", SECRET})

    def render_resources(self, resources: Resources) -> Resources:
        """Take the member away only."""
        pairs = zip(super().render_resources(resources), resources, strict=True)
        return [shown | ({"credentials": [*each.values()]} if {*each} & self.SECRETS else {}) for shown, each in pairs]


class TakesASingleResource(Fault):
    """Takes an object for an array of one resource."""

    breaks = frozenset({NO_ARRAY})

    def create_resources(self, value: object) -> Resources:
        """Wrap it."""
        return super().create_resources([value] if isinstance(value, dict) and value else value)


class IgnoresOddResources(Fault):
    """Takes resources that are no array for none."""

    breaks = frozenset({NO_ARRAY})

    def create_resources(self, value: object) -> Resources:
        """Look for an array."""
        return super().create_resources(value if isinstance(value, list) else [])


class FalseIsNoResources(Fault):
    """Takes resources that are 0, false or empty for none."""

    breaks = frozenset({NO_ARRAY})

    def create_resources(self, value: object) -> Resources:
        """Ask whether there is something."""
        return super().create_resources(value or [])


class TakesTypelessResources(Fault):
    """Takes a resource without a type."""

    breaks = frozenset({NO_TYPE})

    def check_resource(self, value: object) -> None:
        """Judge the type where there is one."""
        if self.operation != "create" or not isinstance(value, dict) or "type" in value:
            super().check_resource(value)


class SkipsOddResources(Fault):
    """Leaves out resources that are no objects."""

    breaks = frozenset({NO_TYPE})

    def create_resources(self, value: object) -> Resources:
        """Keep what can be read."""
        objects = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else value
        return super().create_resources(objects)


class LooksAtTheFirstResource(Fault):
    """Checks the first resource only."""

    breaks = frozenset({NO_TYPE, "resource-count-over-maximum"})

    def check_resources(self, value: object) -> Resources:
        """Take the others as they are."""
        resources = [] if value is None else self.check_array(value, "resources")
        super().check_resources(resources[:1])
        return resources

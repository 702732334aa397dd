"""Faults in reading one deployment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem, invalid, not_found

if TYPE_CHECKING:
    from conformance.reference.listing import Filters
    from conformance.reference.records import Deployment


class GetsTheNewest(Fault):
    """Shows the newest deployment, whichever is asked for."""

    breaks = frozenset({"get-by-id-returns-it"})
    wide = True

    def act_get(self) -> dict[str, Any]:
        """Take the last one made."""
        self.find()
        return self.render_deployment(list(self.account.deployments.values())[-1])


class RefusesUnknownIds(Fault):
    """Answers 400 to an id that names no deployment."""

    breaks = frozenset({"get-unknown-id-is-404"})

    def act_get(self) -> dict[str, Any]:
        """Blame the request."""
        try:
            return super().act_get()
        except Problem as problem:
            raise invalid(problem.rule, "No such deployment.") from None


class ShowsNullForUnknownIds(Fault):
    """Answers 200 with an empty object to an id that names no deployment."""

    breaks = frozenset({"get-unknown-id-is-404", "get-malformed-id-is-refused", "get-foreign-kind-is-refused"})
    wide = True

    def act_get(self) -> dict[str, Any]:
        """Show nothing as if it were something."""
        return super().act_get() if self.call.ids[0] in self.account.deployments else {}


class CrashesOnMalformedIds(Fault):
    """Answers 500 to an id that is not a prefix with 32 hex digits."""

    breaks = frozenset({"get-malformed-id-is-refused"})
    wide = True

    def act_get(self) -> dict[str, Any]:
        """Read the digits without looking whether there are any."""
        id_ = self.call.ids[0]
        if id_.startswith(("agent_", "env_")) or len(id_.rpartition("_")[2]) == 32:
            return super().act_get()
        raise ValueError(id_)


class ForgivesShortIds(Fault):
    """Shows the newest deployment when an id is only the beginning of one."""

    breaks = frozenset({"get-malformed-id-is-refused"})

    def act_get(self) -> dict[str, Any]:
        """Match by the beginning."""
        id_ = self.call.ids[0]
        close = [each for each in self.account.deployments if id_ and each.startswith(id_)]
        return self.render_deployment(self.account.deployments[close[-1]]) if close else super().act_get()


class TouchesWhatItShows(Fault):
    """Moves updated_at when a deployment is read."""

    breaks = frozenset({"get-changes-nothing", "get-and-lists-keep-updated-at"})
    wide = True

    def act_get(self) -> dict[str, Any]:
        """Take reading for a change."""
        stored = self.find()
        self.save(replace(stored, updated_at=max(self.stamp(), stored.updated_at) + timedelta(seconds=1)))
        return super().act_get()


class HidesArchived(Fault):
    """Answers 404 to the id of an archived deployment."""

    breaks = frozenset({"get-archived-is-readable"})
    wide = True

    def act_get(self) -> dict[str, Any]:
        """Look among the living."""
        stored: Deployment = self.find()
        if stored.archived_at is not None:
            raise not_found("deployment-unknown", "Deployment does not exist.")
        return super().act_get()


class ShowsAgentsAsDeployments(Fault):
    """Shows an agent where a deployment was asked for by an agent's id."""

    breaks = frozenset({"get-foreign-kind-is-refused"})

    def act_get(self) -> dict[str, Any]:
        """Look into every shelf."""
        agent = self.account.agents.get(self.call.ids[0])
        return super().act_get() if agent is None else self.render_resource(agent)


class TouchesWhatItLists(Fault):
    """Moves updated_at when a deployment is listed."""

    breaks = frozenset({"get-and-lists-keep-updated-at"})

    def act_list(self) -> dict[str, Any]:
        """Take listing for a change."""
        page = super().act_list()
        for item in page["data"]:
            self.save(replace(self.account.deployments[item["id"]], updated_at=self.stamp()))
        return page


class TouchesWhoseRunsItLists(Fault):
    """Moves updated_at when the runs of a deployment are listed."""

    breaks = frozenset({"get-and-lists-keep-updated-at"})

    def act_list_runs(self) -> dict[str, Any]:
        """Take listing for a change."""
        self.touch(self.call.ids[0])
        return super().act_list_runs()

    def act_list_all_runs(self) -> dict[str, Any]:
        """Do so, too, where those of one deployment are asked for."""
        self.touch(self.call.query.get("deployment_id", ""))
        return super().act_list_all_runs()

    def touch(self, id_: str) -> None:
        """Move the time."""
        if id_ in self.account.deployments:
            self.save(replace(self.account.deployments[id_], updated_at=self.stamp()))


class ForgivesLongIds(Fault):
    """Shows a deployment by an id that only begins with its own."""

    breaks = frozenset({"get-malformed-id-is-refused"})

    def act_get(self) -> dict[str, Any]:
        """Cut what is too long."""
        id_ = self.call.ids[0]
        known = [each for each in self.account.deployments.values() if id_.startswith(each.id)]
        return self.render_deployment(known[0]) if known else super().act_get()


class LosesDeploymentsOfArchivedAgents(Fault):
    """Answers 404 to the id of a deployment whose agent was archived."""

    breaks = frozenset({"get-outlives-what-it-refers-to"})

    def act_get(self) -> dict[str, Any]:
        """Join what is there of agents."""
        agent = self.account.agents.get(self.find().agent.id)
        if agent is not None and agent.archived_at is not None:
            raise not_found("deployment-unknown", "Deployment does not exist.")
        return super().act_get()


class DelistsDeploymentsOfArchivedEnvironments(Fault):
    """Leaves deployments out of lists whose environment was archived."""

    breaks = frozenset({"get-outlives-what-it-refers-to"})

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Join what is there of environments."""
        environment = self.account.environments.get(deployment.environment_id)
        gone = environment is not None and environment.archived_at is not None
        return not gone and super().match_archived(deployment, filters)


class GetsByTheDigits(Fault):
    """Shows a deployment for an id that ends as its own does, whatever prefix it has."""

    breaks = frozenset({"get-malformed-id-is-refused"})

    def find(self) -> Deployment:
        """Look for the digits."""
        digits = self.call.ids[0].rpartition("_")[2]
        found = next((each for id_, each in self.account.deployments.items() if id_.endswith(f"_{digits}")), None)
        return found if found is not None and self.operation == "get" else super().find()

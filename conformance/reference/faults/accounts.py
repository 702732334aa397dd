"""Faults in what a valid token may reach: other accounts, and other scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import QODER, Fault
from conformance.reference.problem import Problem, not_found, unauthenticated

if TYPE_CHECKING:
    from conformance.reference.call import Reply
    from conformance.reference.records import Deployment, Run

_SEES = "auth-other-account-sees-nothing"
_REFUSED = "auth-other-account-is-refused"
_CHANGES = "auth-other-account-changes-nothing"


class _Unlocked(Fault):
    """Carries some operations out for whoever asks, in the account that holds the deployment."""

    IN: ClassVar[frozenset[str]] = frozenset()

    def perform(self) -> None:
        """Work in the account of the first id."""
        if self.operation in self.IN:
            id_ = self.call.ids[0]
            holders = [each for each in self.accounts if id_ in each.deployments or id_ in each.runs]
            self.call.account = holders[0] if holders else self.account
        super().perform()


class ShowsDeploymentsToAll(_Unlocked):
    """Shows a deployment to every account that knows its id."""

    IN = frozenset({"get"})
    breaks = frozenset({_SEES, _REFUSED})


class ShowsRunsToAll(_Unlocked):
    """Shows a run by its id alone to every account."""

    IN = frozenset({"get_any_run"})
    breaks = frozenset({_SEES, _REFUSED})


class ListsTheRunsOfAll(_Unlocked):
    """Lists the runs of a deployment to every account that knows its id."""

    revisions = QODER
    IN = frozenset({"list_runs"})
    breaks = frozenset({_SEES, _REFUSED})


class LetsAllPause(_Unlocked):
    """Pauses and unpauses for every account that knows the id."""

    IN = frozenset({"pause", "unpause"})
    breaks = frozenset({_CHANGES, _REFUSED})


class LetsAllUpdate(_Unlocked):
    """Updates for every account that knows the id."""

    IN = frozenset({"update"})
    breaks = frozenset({_CHANGES, _REFUSED})


class LetsAllRun(_Unlocked):
    """Runs a deployment for every account that knows the id."""

    IN = frozenset({"run"})
    breaks = frozenset({_CHANGES, _REFUSED})


class ArchivesForAllInSecret(_Unlocked):
    """Archives for every account that knows the id, and answers that there is no such deployment."""

    IN = frozenset({"archive"})
    breaks = frozenset({_CHANGES})

    def perform(self) -> None:
        """Deny it afterwards."""
        caller = self.account
        super().perform()
        if caller is not self.account:
            raise not_found("deployment-unknown", "Deployment does not exist.")


class NamesWhatItRefuses(Fault):
    """Tells another account the name of what it may not see."""

    breaks = frozenset({_SEES})

    def find(self) -> Deployment:
        """Refuse it with more than its id."""
        for account in self.accounts:
            held = account.deployments.get(self.call.ids[0])
            if held is not None and account is not self.account:
                raise Problem("foreign", "permission_error", f"{held.name} belongs to another account.")
        return super().find()


class GivesOthersAnEmptyPage(Fault):
    """Answers another account with an empty list of runs instead of 404."""

    revisions = QODER
    breaks = frozenset({_REFUSED})

    def act_list_runs(self) -> dict[str, Any]:
        """Do not look whether the deployment is theirs."""
        if any(self.call.ids[0] in account.deployments for account in self.accounts if account is not self.account):
            return self.render_page([], has_more=False)
        return super().act_list_runs()


class SaysConflictToOthers(Fault):
    """Answers 409 to another account that pauses a deployment."""

    breaks = frozenset({_REFUSED})

    def find(self) -> Deployment:
        """Refuse it with a status for something else."""
        foreign = self.call.ids[0] not in self.account.deployments
        if (
            self.operation == "pause"
            and foreign
            and any(self.call.ids[0] in each.deployments for each in self.accounts)
        ):
            raise Problem("foreign", "conflict_error", "Deployment is locked.")
        return super().find()


class _OneList(Fault):
    """Lists all accounts together in some cases."""

    breaks = frozenset({"auth-list-is-of-one-account"})

    def act_list(self) -> dict[str, Any]:
        """Put everything into the account of the caller, for one request."""
        own, all_of_it = self.account.deployments, {}
        for account in self.accounts:
            all_of_it.update(account.deployments)
        if self.mixes():
            self.account.deployments = all_of_it
        try:
            return super().act_list()
        finally:
            self.account.deployments = own

    def mixes(self) -> bool:
        """Tell whether this request gets everything."""
        return True


class ListsAllAccounts(_OneList):
    """Lists the deployments of all accounts."""

    breaks = frozenset({"auth-foreign-cursor-starts-no-list", "auth-list-is-of-one-account"})


class ListsAllAccountsByAgent(_OneList):
    """Lists the deployments of all accounts once an agent is asked for."""

    def mixes(self) -> bool:
        """Forget the account beside the agent."""
        return "agent_id" in self.call.query


class ListsAllAccountsByStatus(_OneList):
    """Lists the deployments of all accounts once a status is asked for."""

    def mixes(self) -> bool:
        """Forget the account beside the status."""
        return "status" in self.call.query


class ListsAllArchives(_OneList):
    """Lists the deployments of all accounts once archived ones are asked for."""

    def mixes(self) -> bool:
        """Forget the account beside the archive."""
        return self.call.query.get("include_archived") == "true"


class PagesThroughAllAccounts(_OneList):
    """Goes on from a cursor into the deployments of all accounts."""

    breaks = frozenset({"auth-foreign-cursor-starts-no-list", "auth-list-is-of-one-account"})

    def mixes(self) -> bool:
        """Forget the account beside the cursor."""
        return bool({"after_id", "page"} & {*self.call.query})


class _OneRunList(Fault):
    """Lists the runs of all accounts together in some cases."""

    breaks = frozenset({"auth-run-list-is-of-one-account"})

    def act_list_all_runs(self) -> dict[str, Any]:
        """Put everything into the account of the caller, for one request."""
        own, all_of_it = self.account.runs, {}
        for account in self.accounts:
            all_of_it.update(account.runs)
        if self.mixes():
            self.account.runs = all_of_it
        try:
            return super().act_list_all_runs()
        finally:
            self.account.runs = own

    def mixes(self) -> bool:
        """Tell whether this request gets everything."""
        return True


class ListsAllRuns(_OneRunList):
    """Lists the runs of all accounts."""


class ListsAllRunsByDeployment(_OneRunList):
    """Lists the runs of any deployment that is asked for, whosever it is."""

    def mixes(self) -> bool:
        """Forget the account beside the deployment."""
        return "deployment_id" in self.call.query


class _Scopes(Fault):
    """Judges a token without scope otherwise."""

    breaks = frozenset({"auth-missing-scope-is-403", "auth-missing-scope-does-not-act"})


class ForgetsTheScopeOfArchives(_Scopes):
    """Archives with a token whose scope does not cover it."""

    def needs_scope(self) -> bool:
        """Ask for none."""
        return self.operation != "archive" and super().needs_scope()


class AsksForScopeOnlyToRead(_Scopes):
    """Lets a token without scope create deployments."""

    def needs_scope(self) -> bool:
        """Ask for none."""
        return self.operation != "create" and super().needs_scope()


class AsksForScopeOnlyToWrite(_Scopes):
    """Lets a token without scope read."""

    breaks = frozenset({"auth-missing-scope-is-403"})

    def needs_scope(self) -> bool:
        """Ask for one to write."""
        return self.call.request.method != "GET" and super().needs_scope()


class SaysUnauthorizedForScope(_Scopes):
    """Answers 401 to a valid token whose scope is too small."""

    breaks = frozenset({"auth-missing-scope-is-403"})

    def authorize(self) -> None:
        """Refuse it as unknown."""
        try:
            super().authorize()
        except Problem:
            raise unauthenticated("scope") from None


class HidesWhatIsOutOfScope(_Scopes):
    """Answers 404 to a read with a token whose scope is too small."""

    breaks = frozenset({"auth-missing-scope-is-403"})

    def authorize(self) -> None:
        """Refuse it as missing."""
        try:
            super().authorize()
        except Problem:
            if self.operation == "get":
                raise not_found("scope", "Deployment does not exist.") from None
            raise


class PausesBeforeItAsksForScope(_Scopes):
    """Pauses with a token whose scope does not cover it, and answers 403."""

    breaks = frozenset({"auth-missing-scope-does-not-act"})

    def refuse(self, problem: Problem) -> Reply:
        """Do it nevertheless."""
        if problem.rule == "scope" and self.operation == "pause":
            self.act_pause()
        return super().refuse(problem)


class ReadsForeignRunsBelowOwnDeployments(Fault):
    """Shows a run of any account below a deployment of the caller's."""

    revisions = QODER
    breaks = frozenset({"auth-other-account-sees-no-run-below-its-own"})

    def find_run(self, run_id: str, deployment_id: str | None) -> Run:
        """Look for it among all."""
        others = (account for account in self.accounts if account is not self.account and self.operation == "get_run")
        found = next((account.runs[run_id] for account in others if run_id in account.runs), None)
        return found if found is not None else super().find_run(run_id, deployment_id)

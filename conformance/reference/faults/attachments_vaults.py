"""Faults in the vaults of new deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault

if TYPE_CHECKING:
    from conformance.reference.problem import Problem

UP_TO, OVER, COUNT = "vault-count-up-to-maximum", "vault-count-over-maximum", "vault-count-is-400"
KEPT, REPEATED = "vault-ids-are-kept", "vault-repeated-is-kept-or-refused"
ID, LATER, LIST = "vault-id-not-a-string-is-400", "vault-id-later-not-a-string-is-400", "vault-list-not-an-array-is-400"


class _ReadsVaults(Fault):
    """Reads the vault_ids of a create as something else before it judges them."""

    def create_vault_ids(self, value: object) -> list[str]:
        """Change what came."""
        return super().create_vault_ids(self.read(value))

    def read(self, value: Any) -> object:
        """Tell what they are taken for."""
        return [self.read_id(each) for each in value] if isinstance(value, list) else value

    def read_id(self, id_: Any) -> object:
        """Tell what one is taken for."""
        raise NotImplementedError(id_)


class _KeepsVaults(Fault):
    """Judges the vault_ids of a create as they came, and keeps something else."""

    def create_vault_ids(self, value: object) -> list[str]:
        """Change what was judged."""
        return self.keep(super().create_vault_ids(value))

    def keep(self, ids: list[str]) -> list[str]:
        """Tell what is kept."""
        raise NotImplementedError(ids)


# --- how many ---------------------------------------------------------------------------------------------------


class TakesOneVaultMore(_ReadsVaults):
    """Makes a deployment with 51 vaults."""

    breaks = frozenset({OVER, COUNT})
    MOST = 51

    def create_vault_ids(self, value: object) -> list[str]:
        """Let one more pass."""
        more = isinstance(value, list) and len(value) == 51 and all(isinstance(each, str) for each in value)
        return list(value) if more and isinstance(value, list) else super().create_vault_ids(value)

    def read(self, value: Any) -> object:
        """Leave them."""
        return value


class RefusesFiftyVaults(_KeepsVaults):
    """Refuses 50 vaults: the limit itself is not allowed."""

    breaks = frozenset({UP_TO, KEPT})

    def keep(self, ids: list[str]) -> list[str]:
        """Compare with >= instead of >."""
        if len(ids) >= self.VAULTS_MAX:
            self.check_vault_ids([*ids, ""])
        return ids


class CutsNewVaults(_ReadsVaults):
    """Keeps the first 50 of more vaults."""

    breaks = frozenset({OVER, COUNT})

    def read(self, value: Any) -> object:
        """Take as many as are allowed."""
        return value[: self.VAULTS_MAX] if isinstance(value, list) else value


class TooManyVaultsAreForbidden(Fault):
    """Answers 403 to more than 50 vaults."""

    breaks = frozenset({"error-type-fits-status", COUNT})

    def error_status(self, problem: Problem) -> int:
        """Mistake a limit for a right."""
        return 403 if problem.rule == "vaults-count" and self.operation == "create" else super().error_status(problem)


# --- kept as sent -----------------------------------------------------------------------------------------------


class SortsNewVaults(_KeepsVaults):
    """Keeps vault_ids in order of the alphabet."""

    breaks = frozenset({KEPT, REPEATED})
    wide = True

    def keep(self, ids: list[str]) -> list[str]:
        """Sort."""
        return sorted(ids)


class ReversesNewVaults(_KeepsVaults):
    """Keeps the last vault first."""

    breaks = frozenset({KEPT})
    wide = True

    def keep(self, ids: list[str]) -> list[str]:
        """Push them on a stack."""
        return ids[::-1]


class MergesNewVaults(_KeepsVaults):
    """Keeps a vault once that was named twice."""

    breaks = frozenset({REPEATED})

    def keep(self, ids: list[str]) -> list[str]:
        """Make a set of them."""
        return list(dict.fromkeys(ids))


class KeepsTenVaults(_KeepsVaults):
    """Keeps the first ten vaults."""

    breaks = frozenset({KEPT})

    def keep(self, ids: list[str]) -> list[str]:
        """Keep what fits."""
        return ids[:10]


class LowersVaults(_KeepsVaults):
    """Forgets the prefix of a vault id."""

    breaks = frozenset({KEPT, REPEATED})
    wide = True

    def keep(self, ids: list[str]) -> list[str]:
        """Keep the digits."""
        return [id_.rpartition("_")[2] for id_ in ids]


# --- what is no vault -------------------------------------------------------------------------------------------


class WritesVaultIds(_ReadsVaults):
    """Takes a number or a boolean for a vault id."""

    breaks = frozenset({ID, LATER})

    def read_id(self, id_: Any) -> object:
        """Write it out."""
        return str(id_) if isinstance(id_, int) else id_


class UnwrapsVaults(_ReadsVaults):
    """Takes an object with an id for a vault id."""

    breaks = frozenset({ID, LATER})

    def read_id(self, id_: Any) -> object:
        """Unwrap it, as an agent is unwrapped."""
        return id_.get("id", id_) if isinstance(id_, dict) else id_


class FlattensVaults(_ReadsVaults):
    """Takes an array within the array for more vault ids."""

    breaks = frozenset({ID, LATER})

    def read_id(self, id_: Any) -> object:
        """Unwrap it."""
        return id_[0] if isinstance(id_, list) and id_ else id_


class SkipsNullVaults(_ReadsVaults):
    """Leaves out vault ids that are null."""

    breaks = frozenset({ID, LATER})

    def read(self, value: Any) -> object:
        """Keep what is there."""
        return [each for each in value if each is not None] if isinstance(value, list) else value


class LooksAtTheFirstVault(_ReadsVaults):
    """Judges the first vault id only."""

    breaks = frozenset({LATER})

    def create_vault_ids(self, value: object) -> list[str]:
        """Look at one."""
        rest = value[1:] if isinstance(value, list) and len(value) <= self.VAULTS_MAX else []
        return super().create_vault_ids(value[:1] if rest and isinstance(value, list) else value) + rest

    def read(self, value: Any) -> object:
        """Leave them."""
        return value


class TakesASingleVault(_ReadsVaults):
    """Takes a string for an array of one vault id."""

    breaks = frozenset({LIST})

    def read(self, value: Any) -> object:
        """Wrap it."""
        return [value] if isinstance(value, str) and value else value


class TakesVaultsByKey(_ReadsVaults):
    """Takes the values of an object for vault ids, as PHP does."""

    breaks = frozenset({LIST})

    def read(self, value: Any) -> object:
        """Forget the keys."""
        return list(value.values()) if isinstance(value, dict) else value


class FalseIsNoVaults(_ReadsVaults):
    """Takes vault_ids that are 0, false or empty for none."""

    breaks = frozenset({LIST})

    def read(self, value: Any) -> object:
        """Ask whether there is something."""
        return value or []

"""Faults in who is let in."""

from __future__ import annotations

import base64
import binascii

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem
from conformance.reference.records import Credential


class RefusesItsTokenOnGlobalRuns(Fault):
    """Answers 403 to everybody who reads a run by its id alone."""

    breaks = frozenset(
        {"auth-token-is-accepted", "archive-runs-stay-readable", "runs-get-by-id-alone", "runs-outlive-changes"}
    )

    def authorize(self) -> None:
        """Ask for a scope that no token has."""
        if self.operation == "get_any_run":
            raise Problem("scope", "permission_error", "The token's scope does not cover this operation.")
        super().authorize()


class OpensGlobalRunsToNobody(Fault):
    """Shows a run by its id alone to callers without a token."""

    breaks = frozenset(
        {
            "auth-other-scheme-is-401",
            "auth-missing-token-is-401",
            "auth-api-key-alone-is-401",
            "auth-precedes-existence",
        }
    )

    def check_token(self, token: str) -> Credential:
        """Take no token for the owner's."""
        if not token and self.operation == "get_any_run":
            return Credential(self.accounts[0])
        return super().check_token(token)


class OpensTheListToNobody(Fault):
    """Lists deployments for callers without an Authorization header, as the first account."""

    breaks = frozenset({"auth-missing-token-is-401", "auth-api-key-alone-is-401", "auth-precedes-validation"})

    def check_token(self, token: str) -> Credential:
        """Take no token for the owner's."""
        if "authorization" not in self.call.request.headers and self.operation == "list":
            return Credential(self.accounts[0])
        return super().check_token(token)


class TakesAnyTokenOnPause(Fault):
    """Lets anybody pause who has something that looks like a token."""

    breaks = frozenset(
        {
            "auth-unknown-token-is-401",
            "auth-precedes-existence",
            "auth-precedes-state",
            "auth-refused-write-does-not-act",
        }
    )

    def check_token(self, token: str) -> Credential:
        """Look at the prefix only."""
        known = token in self.credentials or self.operation != "pause" or not token.startswith("pt-")
        return super().check_token(token) if known else Credential(self.accounts[0])


class TakesMalformedTokensOnGet(Fault):
    """Lets a token in that does not even begin like one."""

    breaks = frozenset({"auth-malformed-token-is-401"})

    def check_token(self, token: str) -> Credential:
        """Doubt only what begins like a token."""
        doubted = not token or token.casefold().startswith("pt-") or self.operation != "get"
        return super().check_token(token) if doubted else Credential(self.accounts[0])


class ReadsWithExpiredTokens(Fault):
    """Lets an expired token read, and refuses it for writing only."""

    breaks = frozenset({"auth-expired-token-is-401"})

    def is_expired(self, credential: Credential) -> bool:
        """Look at the date for writes only."""
        return self.call.request.method != "GET" and super().is_expired(credential)


class RunsWithExpiredTokens(Fault):
    """Forgets the expiry of tokens when a deployment is run."""

    breaks = frozenset({"auth-expired-token-is-401"})

    def is_expired(self, credential: Credential) -> bool:
        """Look at the date for other operations only."""
        return self.operation != "run" and super().is_expired(credential)


class _Nearly(Fault):
    """Finds the token that is nearly the one sent."""

    breaks = frozenset({"auth-altered-token-is-401"})

    def check_token(self, token: str) -> Credential:
        """Take what is near enough for the whole."""
        near = [known for known in self.credentials if token and self.is_near(token, known)]
        return super().check_token(near[0] if near else token)

    def is_near(self, token: str, known: str) -> bool:
        """Tell whether a token will do."""
        raise NotImplementedError(token, known)


class ComparesThePrefixOfTokens(_Nearly):
    """Looks tokens up by their first 16 characters."""

    def is_near(self, token: str, known: str) -> bool:
        """Compare an index that is too short."""
        return token[:16] == known[:16] and len(token) >= 16


class IgnoresWhatFollowsTheToken(_Nearly):
    """Accepts a token with something behind it."""

    def is_near(self, token: str, known: str) -> bool:
        """Compare as far as the known one goes."""
        return token.startswith(known)


class CompletesTokens(_Nearly):
    """Accepts a token that lacks its last character."""

    def is_near(self, token: str, known: str) -> bool:
        """Compare as far as the sent one goes, if that is far."""
        return known.startswith(token) and len(token) > 30


class IgnoresTheCaseOfTokens(_Nearly):
    """Compares tokens without regard to case."""

    def is_near(self, token: str, known: str) -> bool:
        """Fold both."""
        return token.casefold() == known.casefold()


class TakesApiKeys(Fault):
    """Accepts the token in x-api-key too."""

    breaks = frozenset({"auth-api-key-alone-is-401"})

    def read_token(self) -> str:
        """Look into both headers."""
        return super().read_token() or self.call.request.headers.get("x-api-key", "")


class TakesApiKeysForUpdates(Fault):
    """Accepts the token in x-api-key for updates, as the vendor it is compatible with does."""

    breaks = frozenset({"auth-api-key-alone-is-401"})

    def read_token(self) -> str:
        """Look into both headers of an update."""
        other = self.call.request.headers.get("x-api-key", "") if self.operation == "update" else ""
        return super().read_token() or other


class _OtherSchemes(Fault):
    """Reads the token from other schemes as well."""

    breaks = frozenset({"auth-other-scheme-is-401"})

    def read_token(self) -> str:
        """Try once more."""
        header = self.call.request.headers.get("authorization", "")
        return super().read_token() or self.read_other(header)

    def read_other(self, header: str) -> str:
        """Find a token in a header that does not begin as it has to."""
        raise NotImplementedError(header)


class TakesBareTokens(_OtherSchemes):
    """Accepts a token without a scheme."""

    def read_other(self, header: str) -> str:
        """Take the whole header."""
        return header


class ArchivesForBareTokens(Fault):
    """Accepts a token without a scheme where a deployment is archived."""

    breaks = frozenset({"auth-other-scheme-is-401"})

    def read_token(self) -> str:
        """Take the header for it."""
        bare = self.call.request.headers.get("authorization", "") if self.operation == "archive" else ""
        return super().read_token() or bare


class TakesTheLastWord(_OtherSchemes):
    """Accepts a token behind any scheme."""

    def read_other(self, header: str) -> str:
        """Take what follows the blank."""
        return header.rpartition(" ")[2] if " " in header else ""


class TakesBasicUsers(_OtherSchemes):
    """Accepts a token as the user of Basic."""

    def read_other(self, header: str) -> str:
        """Decode the user."""
        try:
            return base64.b64decode(header.removeprefix("Basic "), validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""


class TakesEmptyBearers(Fault):
    """Takes a caller who says Bearer and nothing else for the owner."""

    breaks = frozenset({"auth-other-scheme-is-401"})

    def check_token(self, token: str) -> Credential:
        """Trust the word."""
        said = self.call.request.headers.get("authorization", "").strip()
        return Credential(self.accounts[0]) if said == "Bearer" else super().check_token(token)


class SaysForbidden(Fault):
    """Answers 403 where 401 is due."""

    breaks = frozenset({"auth-missing-token-is-401", "auth-unknown-token-is-401", "auth-malformed-token-is-401"})
    wide = True

    def check_token(self, token: str) -> Credential:
        """Refuse it with another status."""
        try:
            return super().check_token(token)
        except Problem:
            raise Problem("token", "permission_error", "Forbidden.") from None

"""Who calls, and whether they may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reference.problem import Problem, unauthenticated
from conformance.reference.state import State

if TYPE_CHECKING:
    from conformance.reference.records import Credential


class AuthenticationRules(State):
    """A known, unexpired bearer token comes first; then its scope is asked for."""

    SCHEME = "Bearer "

    def authenticate(self) -> None:
        """Find the account of the caller, before anything else is looked at."""
        self.call.account = self.check_token(self.read_token()).account

    def read_token(self) -> str:
        """Take the token from the one header that may carry it; "" stands for none."""
        header = self.call.request.headers.get("authorization", "")
        return header[len(self.SCHEME) :] if header.startswith(self.SCHEME) else ""

    def check_token(self, token: str) -> Credential:
        """Refuse a token that is missing, unknown or expired."""
        credential = self.credentials.get(token)
        if credential is None:
            raise unauthenticated("token-unknown" if token else "token-missing")
        if self.is_expired(credential):
            raise unauthenticated("token-expired")
        return credential

    def is_expired(self, credential: Credential) -> bool:
        """Tell whether a token's time is over."""
        return credential.expired

    def authorize(self) -> None:
        """Refuse a token whose scope does not cover the operation."""
        credential = self.credentials.get(self.read_token())
        if credential is not None and not credential.scoped and self.needs_scope():
            raise Problem("scope", "permission_error", "The token's scope does not cover this operation.")

    def needs_scope(self) -> bool:
        """Tell whether the operation is one of deployments or of their runs."""
        return bool(self.operation) and not self.operation.endswith(
            ("_agent", "_agents", "_environment", "_environments")
        )

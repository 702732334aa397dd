"""Deployments that bring variables into their environment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.reference.problem import invalid
from conformance.reference.records import Deployment
from conformance.reference.service import Service

if TYPE_CHECKING:
    from typing import ClassVar

_FIELD = "environment_variables"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class VariedDeployment(Deployment):
    """A deployment with its variables, as they were sent."""

    environment_variables: str = ""


class EnvironmentVariables(Service):
    """NAME=VALUE, split by `;` or by lines; some names are the service's own."""

    RECORD: type[Deployment] = VariedDeployment
    FIELDS = (*Service.FIELDS, _FIELD)
    RESERVED_NAMES: ClassVar[frozenset[str]] = frozenset({"SERVER_ENDPOINT", "USER_ID", "WORK_DIR"})
    RESERVED_PREFIXES: tuple[str, ...] = ("CAW_", "QODER_")

    def create_environment_variables(self, value: object) -> str:
        """Read the variables."""
        return self.check_environment_variables(value)

    def update_environment_variables(self, _stored: Deployment, value: object) -> str:
        """Read new variables, which replace the old; null clears them."""
        return self.check_environment_variables(value)

    def check_environment_variables(self, value: object) -> str:
        """Refuse what is no string of variables; null stands for none."""
        text = "" if value is None else self.check_string(value, _FIELD)
        for line in re.split(r"[;\r\n]", text):
            if line.strip():
                self.check_variable(line.strip())
        return text

    def check_variable(self, line: str) -> None:
        """Refuse a variable without a value, or with a name that it cannot have."""
        name, equals, _ = line.partition("=")
        if not equals:
            raise invalid("variable-form", "A variable is written NAME=VALUE.", _FIELD)
        self.check_variable_name(name)
        self.check_variable_reserved(name)

    def check_variable_name(self, name: str) -> None:
        """Refuse a name that no shell would take."""
        if _NAME.fullmatch(name) is None:
            raise invalid("variable-name", "A variable's name is of letters, digits and underscores.", _FIELD)

    def check_variable_reserved(self, name: str) -> None:
        """Refuse a name that the service needs for itself."""
        if name in self.RESERVED_NAMES or name.startswith(self.RESERVED_PREFIXES):
            raise invalid("variable-reserved", "A variable's name is reserved.", _FIELD)

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Show the variables, too."""
        variables = deployment.environment_variables if isinstance(deployment, VariedDeployment) else ""
        return super().render_deployment(deployment) | {_FIELD: variables}

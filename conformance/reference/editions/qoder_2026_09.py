"""Qoder's later edition."""

from __future__ import annotations

from conformance.reference.editions.aligned import Aligned
from conformance.reference.editions.environment_variables import EnvironmentVariables
from conformance.reference.editions.searching import Searching


class Qoder202609(Searching, EnvironmentVariables, Aligned):
    """The Deployments API in memory, correct for revision `qoder-2026-09`."""

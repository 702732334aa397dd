"""Conformance and contract tests for the Deployments API of managed-agents services."""

__version__ = "0.1.0"

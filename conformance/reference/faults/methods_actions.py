"""Faults in methods of actions that no page documents, other than GET."""

from __future__ import annotations

from types import MappingProxyType

from conformance.reference.faults.methods import _ITEM, _KnowsMore


class _ActsByOthers(_KnowsMore):
    """Does an action when it is asked for by another method than POST."""

    breaks = frozenset({"method-of-an-action-does-not-act"})


class PausesByPut(_ActsByOthers):
    """Pauses a deployment on a PUT of its /pause."""

    MORE = MappingProxyType({(*_ITEM, "pause"): {"PUT": "pause"}})


class ArchivesByPatch(_ActsByOthers):
    """Archives a deployment on a PATCH of its /archive."""

    MORE = MappingProxyType({(*_ITEM, "archive"): {"PATCH": "archive"}})


class RunsByPut(_ActsByOthers):
    """Runs a deployment on a PUT of its /run."""

    MORE = MappingProxyType({(*_ITEM, "run"): {"PUT": "run"}})


class UnpausesByDeletingThePause(_ActsByOthers):
    """Unpauses a deployment on a DELETE of its /pause."""

    MORE = MappingProxyType({(*_ITEM, "pause"): {"DELETE": "unpause"}})

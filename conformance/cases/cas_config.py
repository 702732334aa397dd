"""What the cases of the reserved key `cas_config` share: its settings, how they are sent, and where they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.expect import expect_equal, need, need_object, resolve

if TYPE_CHECKING:
    from conformance.cases.conftest import Deployments
    from conformance.exchange import Exchange
    from conformance.expect import Json, Object

SOURCE = "create#metadata-cas-config-cas-extension"
POINTER = "/metadata/cas_config"
CONFIG = {"max_retries": 0, "timeout_ms": 300_000, "max_concurrent": 1}
"""The defaults."""
OTHER = {"max_retries": 2, "timeout_ms": 120_000, "max_concurrent": 3}
"""Settings of which none is the default."""


def cas(**config: Any) -> Object:
    """Metadata with these settings and nothing else."""
    return {"cas_config": {"config": config}}


def config_of(deployment: Object) -> Json:
    """The documented settings that a deployment shows."""
    config = resolve(deployment, f"{POINTER}/config")
    return {key: config.get(key) for key in CONFIG} if isinstance(config, dict) else config


def expect_config(exchange: Exchange, expected: Object, *, of: tuple[str, ...] = tuple(CONFIG)) -> None:
    """An answer shows, of these settings, what is expected."""
    __tracebackhide__ = True
    shown = config_of(need_object(exchange))
    actual = {key: shown.get(key) for key in of} if isinstance(shown, dict) else shown
    expect_equal(actual, {key: expected[key] for key in of}, "config", at=exchange, pointer=f"{POINTER}/config")


# --- fixtures, for all modules through conftest.py --------------------------------------------------------------


@pytest.fixture
def tuned(deployments: Deployments) -> Object:
    """A deployment with settings other than the defaults and keys of the user, as it is read."""
    made = deployments.fresh(deployments(metadata=cas(**OTHER) | {"team": "before", "keep": "as it was"}))
    need(config_of(made) == OTHER, "the settings of a create have to be kept")
    return made

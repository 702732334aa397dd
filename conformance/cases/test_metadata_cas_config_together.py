"""Metadata: the reserved key `cas_config` beside what else is sent with it, stored with it, or stored elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.cas_config import CONFIG, OTHER, POINTER, SOURCE, cas, config_of, expect_config
from conformance.cases.updates import expect_accepted
from conformance.expect import (
    expect_equal,
    expect_refusal,
    expect_true,
    need,
    need_object,
    need_success,
    resolve,
    user_metadata,
)
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import QODER_JUNE

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies, Deployments
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Json, Object


def _expect(exchange: Exchange, config: Object, keys: Object) -> None:
    """An answer shows these settings and these keys of the user."""
    __tracebackhide__ = True
    expect_config(exchange, config)
    shown = user_metadata(need_object(exchange))
    expect_equal(shown, keys, "metadata", at=exchange, pointer="/metadata")


@requirement("metadata-cas-config-beside-all", SHOULD, source=SOURCE, covers="MET-009 CRE-016", revisions=(QODER_JUNE,))
def test_settings_are_kept_beside_everything_else(api: Client, full_body: Object, bodies: Bodies) -> None:
    """Settings that a create gives are kept beside keys of the user, a schedule and whatever else it sends."""
    metadata = cas(**OTHER) | {"team": "x"}

    created = api.create(full_body | bodies(metadata=metadata))

    for exchange in (created, api.get(expect_accepted(created)["id"])):
        _expect(exchange, OTHER, {"team": "x"})


@requirement(
    "metadata-cas-config-patch-beside-keys",
    MUST,
    source="update#request-body",
    covers="MET-009 MET-011 MET-012",
    revisions=(QODER_JUNE,),
)
def test_one_patch_changes_settings_and_keys(api: Client, tuned: Object) -> None:
    """One patch sets all settings, to 0 too, and adds, replaces and deletes keys of the user beside them."""
    need_success(api.update(tuned["id"], {"metadata": cas(**OTHER)}))

    updated = api.update(tuned["id"], {"metadata": cas(**CONFIG) | {"added": "new", "team": "after", "keep": None}})

    expect_accepted(updated)
    for exchange in (updated, api.get(tuned["id"])):
        _expect(exchange, CONFIG, {"added": "new", "team": "after"})


@requirement(
    "metadata-cas-config-patch-touches-one-only",
    SHOULD,
    source="update#path-parameters",
    covers="UPD-002 MET-020",
    revisions=(QODER_JUNE,),
)
def test_a_patch_of_the_settings_touches_one_only(api: Client, deployments: Deployments) -> None:
    """A patch of cas_config leaves the settings of other deployments of the same agent as they were."""
    older, middle, younger = (deployments() for _ in range(3))
    need(isinstance(config_of(older), dict), "the settings of a new deployment have to be shown")
    need_success(api.update(middle["id"], {"metadata": cas(**OTHER)}))

    for other in (older, younger):
        expect_config(api.get(other["id"]), config_of(other))


@requirement(
    "metadata-cas-config-refused-patch",
    SHOULD,
    source="update#errors",
    covers="UPD-020 ERR-009",
    revisions=(QODER_JUNE,),
)
@pytest.mark.parametrize("bad", [{"name": ""}, {"initial_events": []}], ids=["name", "events"])
def test_a_refused_patch_changes_no_setting(api: Client, tuned: Object, bad: Object) -> None:
    """An update that is refused for another field changes neither settings nor keys of the user."""
    body = {"metadata": cas(**CONFIG) | {"team": "after"}} | bad
    need(not api.update(tuned["id"], body).ok, "a bad field has to be refused")

    _expect(api.get(tuned["id"]), OTHER, user_metadata(tuned))


ODD: dict[str, Json] = {
    "text": "fast",
    "number": 5,
    "array": ["fast"],
    "text for config": {"config": "fast"},
    "array for config": {"config": [1]},
    "number for session_strategy": {"session_strategy": 5},
    "object for session_strategy": {"session_strategy": {"name": "new_session"}},
}


@requirement(
    "metadata-cas-config-odd-has-no-effect", SHOULD, source=SOURCE, covers="MET-005 UPD-025", revisions=(QODER_JUNE,)
)
@pytest.mark.parametrize("what", ODD)
def test_an_odd_cas_config_has_no_effect(api: Client, bodies: Bodies, tuned: Object, what: str) -> None:
    """A cas_config that is no object, or has a config or session_strategy of a wrong type, is refused or ignored."""
    metadata = {"cas_config": ODD[what]}

    created, updated = api.create(bodies(metadata=metadata)), api.update(tuned["id"], {"metadata": metadata})

    for exchange in (created, updated):
        if exchange.ok:
            _expect_known(exchange, tuned)
        else:
            expect_refusal(exchange)


def _expect_known(exchange: Exchange, tuned: Object) -> None:
    """Settings are those that they were, or the defaults: it is open whether a patch replaces all of them (C-09)."""
    __tracebackhide__ = True
    shown = need_object(exchange)
    where = f"{POINTER}/session_strategy"
    strategy, known = resolve(shown, where), [resolve(tuned, where), "new_session"]
    message = "an odd cas_config took effect"
    expect_true(strategy in known, message, expected=known[0], actual=strategy, at=exchange, pointer=where)
    config = config_of(shown)
    expect_true(config in (OTHER, CONFIG), message, expected=OTHER, actual=config, at=exchange, pointer=POINTER)

"""Metadata: the reserved key `cas_config`, which is the service's and exempt from the limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.cas_config import CONFIG, OTHER, POINTER, SOURCE, cas, config_of, expect_config
from conformance.cases.updates import expect_accepted
from conformance.expect import (
    expect_equal,
    expect_refusal,
    expect_true,
    need_object,
    need_success,
    resolve,
    user_metadata,
)
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import QODER_JUNE

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies, Deployments
    from conformance.client import Client
    from conformance.expect import Json, Object
    from conformance.revisions import Revision

EACH_SETTING = pytest.mark.parametrize("setting", OTHER)


# --- defaults and given values ----------------------------------------------------------------------------------


@requirement("metadata-cas-config-defaults", MUST, source=SOURCE, covers="MET-008", revisions=(QODER_JUNE,))
@pytest.mark.parametrize("given", [{}, {"metadata": {}}, {"metadata": {"team": "x"}}], ids=["none", "empty", "a key"])
def test_the_settings_have_defaults(api: Client, bodies: Bodies, given: Object) -> None:
    """Without a cas_config the session_strategy is new_session, with 0 retries, 300,000 ms and 1 run at a time."""
    created = api.create(bodies(**given))

    for exchange in (created, api.get(need_object(created)["id"])):
        strategy = resolve(need_object(exchange), f"{POINTER}/session_strategy")
        expect_equal(strategy, "new_session", "session_strategy", at=exchange, pointer=f"{POINTER}/session_strategy")
        expect_config(exchange, CONFIG)


@requirement("metadata-cas-config-values", SHOULD, source=SOURCE, covers="MET-009", revisions=(QODER_JUNE,))
@pytest.mark.parametrize("settings", [[setting] for setting in OTHER] + [list(OTHER)], ids=" ".join)
def test_given_settings_are_kept(api: Client, bodies: Bodies, settings: list[str]) -> None:
    """Settings that a create gives are kept, and those that it leaves out have their defaults."""
    given = {setting: OTHER[setting] for setting in settings}

    created = api.create(bodies(metadata=cas(**given)))

    expect_accepted(created)
    for exchange in (created, api.get(need_object(created)["id"])):
        expect_config(exchange, CONFIG | given)


@requirement("metadata-cas-config-large-values", SHOULD, source=SOURCE, covers="MET-009", revisions=(QODER_JUNE,))
def test_large_settings_are_kept_or_refused(api: Client, bodies: Bodies) -> None:
    """Settings far above the defaults are kept or refused, and never lowered silently."""
    large = {"max_retries": 25, "timeout_ms": 7_200_000, "max_concurrent": 25}

    created = api.create(bodies(metadata=cas(**large)))

    if not created.ok:
        expect_refusal(created)
        return
    for exchange in (created, api.get(need_object(created)["id"])):
        expect_config(exchange, large)


@requirement("metadata-cas-config-of-wrong-type", SHOULD, source=SOURCE, covers="MET-005", revisions=(QODER_JUNE,))
@EACH_SETTING
@pytest.mark.parametrize("value", ["2", True, {}, 1.5], ids=["text", "boolean", "object", "fraction"])
def test_a_setting_of_the_wrong_type_is_refused(
    api: Client, bodies: Bodies, tuned: Object, setting: str, value: Json
) -> None:
    """A setting that is no integer is refused, on create and on update."""
    need_success(api.create(bodies(metadata=cas(**{setting: OTHER[setting]}))))
    need_success(api.update(tuned["id"], {"metadata": cas(**OTHER)}))

    created = api.create(bodies(metadata=cas(**{setting: value})))
    updated = api.update(tuned["id"], {"metadata": cas(**OTHER | {setting: value})})

    expect_refusal(created)
    expect_refusal(updated)


# --- limits -----------------------------------------------------------------------------------------------------


def _keys(count: int) -> Object:
    return {f"key-{number}": "x" for number in range(count)}


@requirement(
    "metadata-cas-config-is-not-counted", MUST, source="create#request-body", covers="MET-007", revisions=(QODER_JUNE,)
)
@pytest.mark.parametrize("how", ["together on create", "settings later", "a key later", "together later"])
def test_the_reserved_key_is_not_counted(api: Client, deployments: Deployments, revision: Revision, how: str) -> None:
    """Sixteen keys of the user are accepted beside a cas_config, whichever was there first."""
    full = _keys(revision.metadata_keys_max)
    first, then = {
        "together on create": (cas(**OTHER) | full, {}),
        "settings later": (full, cas(**OTHER)),
        "a key later": (cas(**OTHER) | _keys(revision.metadata_keys_max - 1), full),
        "together later": ({}, cas(**OTHER) | full),
    }[how]
    created = api.create(deployments.bodies(metadata=first))

    exchange = api.update(expect_accepted(created)["id"], {"metadata": then})

    expect_equal(user_metadata(expect_accepted(exchange)), full, "metadata", at=exchange, pointer="/metadata")


@requirement(
    "metadata-cas-config-gives-no-17th-key",
    MUST,
    source="create#request-body",
    covers="MET-001 MET-007",
    revisions=(QODER_JUNE,),
)
@pytest.mark.parametrize("operation", ["create", "update"])
def test_the_reserved_key_gives_no_17th_key(
    api: Client, bodies: Bodies, tuned: Object, revision: Revision, operation: str
) -> None:
    """Seventeen keys of the user are refused beside a cas_config too."""
    need_success(api.create(bodies(metadata=cas(**OTHER) | _keys(revision.metadata_keys_max))))
    metadata = cas(**OTHER) | _keys(revision.metadata_keys_max + 1)

    if operation == "create":
        expect_refusal(api.create(bodies(metadata=metadata)))
    else:
        expect_refusal(api.update(tuned["id"], {"metadata": metadata}))


@pytest.fixture
def noted(api: Client, bodies: Bodies) -> Object:
    """A cas_config with a member that is not documented, which this target takes."""
    settings: Object = {"config": OTHER, "x_note": "x"}
    if not api.create(bodies(metadata={"cas_config": settings})).ok:
        raise NotApplicable("members of cas_config that are not documented are refused, so it cannot be made long")
    return settings


@requirement(
    "metadata-cas-config-size", SHOULD, source="create#request-body", covers="MET-007", revisions=(QODER_JUNE,)
)
def test_the_size_of_the_reserved_key_is_exempt(api: Client, bodies: Bodies, noted: Object) -> None:
    """A cas_config of more than 512 characters is accepted, if a shorter one with the same members is."""
    exchange = api.create(bodies(metadata={"cas_config": noted | {"x_note": "x" * 600}}))

    expect_accepted(exchange)


# --- updates ----------------------------------------------------------------------------------------------------


@requirement(
    "metadata-patch-keeps-cas-config", SHOULD, source="update#request-body", covers="MET-020", revisions=(QODER_JUNE,)
)
@pytest.mark.parametrize(
    "patch",
    [{"added": "x"}, {"team": "after"}, {"team": None}, {"team": None, "keep": None}, {}],
    ids=["a key added", "a key replaced", "a key deleted", "all keys deleted", "no key"],
)
def test_patches_of_other_keys_keep_the_settings(api: Client, tuned: Object, patch: Object) -> None:
    """A patch of the user's keys leaves the settings as they were, in the answer and in a later read."""
    updated = api.update(tuned["id"], {"metadata": patch})

    for exchange in (updated, api.get(tuned["id"])):
        expect_config(exchange, OTHER)


@requirement(
    "update-of-others-keeps-cas-config", MUST, source="update#request-body", covers="UPD-002", revisions=(QODER_JUNE,)
)
@pytest.mark.parametrize("field", ["name", "description", "schedule", "initial_events"])
def test_updates_of_other_fields_keep_the_settings(api: Client, tuned: Object, edits: Object, field: str) -> None:
    """An update without metadata leaves the settings and the user's keys as they were."""
    updated = api.update(tuned["id"], {field: edits[field]})

    for exchange in (updated, api.get(tuned["id"])):
        expect_config(exchange, OTHER)
        expect_equal(user_metadata(need_object(exchange)), user_metadata(tuned), "metadata", at=exchange)


@requirement(
    "metadata-cas-config-patch-keeps-keys",
    MUST,
    source="update#request-body",
    covers="MET-011 MET-020",
    revisions=(QODER_JUNE,),
)
@EACH_SETTING
def test_a_patch_of_the_settings_keeps_the_keys(api: Client, tuned: Object, setting: str) -> None:
    """A patch of cas_config leaves the user's keys as they were, in the answer and in a later read."""
    updated = api.update(tuned["id"], {"metadata": cas(**{setting: OTHER[setting] + 1})})

    for exchange in (updated, api.get(tuned["id"])):
        expect_equal(user_metadata(need_object(exchange)), user_metadata(tuned), "metadata", at=exchange)


@requirement(
    "metadata-cas-config-patch-takes-effect",
    SHOULD,
    source="update#request-body",
    covers="MET-009 MET-011",
    revisions=(QODER_JUNE,),
)
@EACH_SETTING
def test_a_patch_of_a_setting_takes_effect(api: Client, tuned: Object, setting: str) -> None:
    """A setting that an update sends has its new value, in the answer and in a later read."""
    new = {setting: OTHER[setting] + 1}

    updated = api.update(tuned["id"], {"metadata": cas(**new)})

    expect_accepted(updated)
    for exchange in (updated, api.get(tuned["id"])):
        expect_config(exchange, new, of=(setting,))


@requirement(
    "metadata-cas-config-is-never-lost",
    SHOULD,
    source="create#response-fields",
    covers="MET-016 MET-008",
    revisions=(QODER_JUNE,),
)
@pytest.mark.parametrize("value", [None, {"cas_config": None}, {"cas_config": {}}], ids=str)
def test_null_never_loses_the_settings(api: Client, tuned: Object, value: Json) -> None:
    """Whatever an update with null for metadata or cas_config does, the deployment has all of its settings after it."""
    updated = api.update(tuned["id"], {"metadata": value})
    exchange = api.get(tuned["id"])

    expect_true(updated.status < 500, "it was not handled", expected="2xx or 4xx", actual=updated.status, at=updated)
    config = config_of(need_object(exchange))
    complete = isinstance(config, dict) and all(type(value) is int for value in config.values())
    expect_true(complete, "settings are lost", expected=OTHER, actual=config, at=exchange, pointer=f"{POINTER}/config")


# --- stats ------------------------------------------------------------------------------------------------------

STATS = {"total_runs": 99, "total_failures": 98, "consecutive_failures": 97, "next_trigger_at": "2020-02-02T02:02:02Z"}


@requirement("metadata-cas-config-stats", SHOULD, source=SOURCE, covers="MET-010", revisions=(QODER_JUNE,))
@pytest.mark.parametrize("operation", ["create", "update"])
@pytest.mark.parametrize("stat", STATS)
def test_stats_cannot_be_sent(api: Client, bodies: Bodies, tuned: Object, operation: str, stat: str) -> None:
    """The stats belong to the service: what a create or an update sends for them is ignored or refused."""
    body = {"metadata": {"cas_config": {"stats": {stat: STATS[stat]}}}}

    sent = api.create(bodies(**body)) if operation == "create" else api.update(tuned["id"], body)

    expect_true(sent.status < 500, "it was not handled", expected="2xx or 4xx", actual=sent.status, at=sent)
    for exchange in (sent, api.get(need_object(sent)["id"])) if sent.ok else (api.get(tuned["id"]),):
        shown = resolve(need_object(exchange), f"{POINTER}/stats/{stat}")
        taken = shown == STATS[stat]
        expect_true(not taken, f"{stat} was taken over", expected="the service's own", actual=shown, at=exchange)


# --- where the documents say nothing ----------------------------------------------------------------------------


@observation("metadata-cas-config-merge", source="update#request-body", covers="MET-016", revisions=(QODER_JUNE,))
def test_how_deep_a_patch_of_the_settings_goes(api: Client, tuned: Object) -> str:
    """Whether a patch of one setting keeps the other settings or brings their defaults back."""
    updated = api.update(tuned["id"], {"metadata": cas(max_retries=5)})
    config = config_of(need_object(api.get(tuned["id"])))
    if not updated.ok:
        return f"refused-{updated.status}"
    if config == OTHER | {"max_retries": 5}:
        return "deep"
    return "shallow" if config == CONFIG | {"max_retries": 5} else "other"


@observation("metadata-cas-config-null", source="update#request-body", covers="MET-016", revisions=(QODER_JUNE,))
def test_what_null_for_the_settings_does(api: Client, tuned: Object) -> str:
    """What a patch with null for cas_config does to the settings."""
    updated = api.update(tuned["id"], {"metadata": {"cas_config": None}})
    config = config_of(need_object(api.get(tuned["id"])))
    if not updated.ok:
        return f"refused-{updated.status}"
    if config == OTHER:
        return "kept"
    return "reset" if config == CONFIG else "other"

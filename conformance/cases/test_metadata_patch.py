"""Metadata: an update is a merge patch of it, key by key, and the limits hold for what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st

from conformance.cases.updates import expect_accepted
from conformance.expect import (
    expect_equal,
    expect_refusal,
    need,
    need_object,
    user_metadata,
)
from conformance.generated import for_all
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import CMA

if TYPE_CHECKING:
    from conformance.cases.conftest import Deployments
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Object
    from conformance.revisions import Revision

STORED = {"team": "before", "team-2": "another", "owner": "somebody", "keep": "as it was"}
"""Keys of which one is the beginning of another."""


@pytest.fixture
def stored(deployments: Deployments) -> Object:
    """A deployment with the metadata `STORED`, as it is read."""
    made = deployments.fresh(deployments(metadata=STORED))
    need(user_metadata(made) == STORED, "metadata has to be kept on create")
    return made


def merge(stored: Object, patch: Object) -> Object:
    """What a merge patch (RFC 7396) makes of a flat bag: the model that the target is held against."""
    return {key: value for key, value in (stored | patch).items() if value is not None}


def _expect_merged(api: Client, deployment: Object, patch: Object, expected: Object) -> None:
    """A patch is accepted, and the answer and a later read show what is expected."""
    __tracebackhide__ = True
    updated = api.update(deployment["id"], {"metadata": patch})

    expect_accepted(updated)
    for exchange in (updated, api.get(deployment["id"])):
        _expect_metadata(exchange, expected)


def _expect_metadata(exchange: Exchange, expected: Object) -> None:
    __tracebackhide__ = True
    expect_equal(user_metadata(need_object(exchange)), expected, "metadata", at=exchange, pointer="/metadata")


# --- one patch --------------------------------------------------------------------------------------------------


@requirement("metadata-patch-adds", MUST, source="update#request-body", covers="MET-011")
def test_a_new_key_is_added(api: Client, stored: Object) -> None:
    """A key that was not there is added, and all others stay as they were."""
    _expect_merged(api, stored, {"added": "new"}, STORED | {"added": "new"})


@requirement("metadata-patch-replaces", MUST, source="update#request-body", covers="MET-011")
@pytest.mark.parametrize("value", ["after", "before", "befor", "before and after"])
def test_the_value_of_a_key_is_replaced(api: Client, stored: Object, value: str) -> None:
    """A key that was there gets its new value, and all others stay as they were."""
    _expect_merged(api, stored, {"team": value}, STORED | {"team": value})


@requirement("metadata-patch-null-deletes", MUST, source="update#request-body", covers="MET-012")
@pytest.mark.parametrize("gone", [["team"], ["keep"], ["team", "keep"], [*STORED]], ids=", ".join)
def test_null_deletes_a_key(api: Client, stored: Object, gone: list[str]) -> None:
    """A key that is set to null is deleted, and all others stay as they were."""
    expected = {key: value for key, value in STORED.items() if key not in gone}

    _expect_merged(api, stored, dict.fromkeys(gone), expected)


@requirement("metadata-patch-does-all-at-once", MUST, source="update#request-body", covers="MET-011 MET-012")
@pytest.mark.parametrize("order", ["added team owner", "owner team added", "team owner added"])
def test_one_patch_adds_replaces_and_deletes(api: Client, stored: Object, order: str) -> None:
    """One patch can add, replace and delete keys, in any order."""
    changes = {"added": "new", "team": "after", "owner": None}

    _expect_merged(
        api,
        stored,
        {key: changes[key] for key in order.split()},
        {"added": "new", "team": "after", "team-2": "another", "keep": "as it was"},
    )


@requirement("metadata-patch-deletes-nothing", SHOULD, source="update#request-body", covers="MET-013")
@pytest.mark.parametrize("patch", [{"absent": None}, {"absent": None, "team": "after"}], ids=["alone", "with another"])
def test_deleting_an_absent_key_is_no_error(api: Client, stored: Object, patch: Object) -> None:
    """A key that is not there can be set to null: no error, and nothing of it is shown."""
    _expect_merged(api, stored, patch, merge(STORED, patch))


@requirement("metadata-empty-patch", MUST, source="update#request-body", covers="MET-014")
def test_an_empty_patch_changes_nothing(api: Client, stored: Object) -> None:
    """An update with empty metadata is accepted and changes no key."""
    updated = api.update(stored["id"], {"metadata": {}})

    expect_accepted(updated)
    for exchange in (updated, api.get(stored["id"])):
        _expect_metadata(exchange, STORED)


@requirement("metadata-patch-empty-value", SHOULD, source="update#request-body", covers="MET-018")
def test_an_empty_value_is_not_a_delete(api: Client, stored: Object) -> None:
    """A key that is set to the empty string has it as its value; it is not deleted."""
    _expect_merged(api, stored, {"team": ""}, STORED | {"team": ""})


@requirement("metadata-refused-patch", SHOULD, source="update#errors", covers="UPD-020 ERR-009")
@pytest.mark.parametrize("bad", [{"bad": 5}, {"owner": ["x"]}, {"bad": "v" * 513}, {"k" * 65: "x"}])
def test_a_refused_patch_changes_no_key(api: Client, stored: Object, bad: Object) -> None:
    """A patch with one bad key among good ones adds, replaces and deletes nothing."""
    good = {"added": "new", "team": "after", "keep": None}
    for patch in (good | bad, bad | good):
        need(not api.update(stored["id"], {"metadata": patch}).ok, "a bad key or value has to be refused")

    _expect_metadata(api.get(stored["id"]), STORED)


# --- many patches -----------------------------------------------------------------------------------------------


def patches() -> st.SearchStrategy[Object]:
    """Patches of few keys, so that they meet again."""
    values = st.none() | st.sampled_from(["", "x", "y"])
    return st.dictionaries(st.sampled_from(["a", "A", "b"]), values, max_size=3)


@requirement("metadata-patches-follow-one-another", MUST, source="update#request-body", covers="MET-011 MET-012")
@for_all(
    {
        "sequence": [
            {"a": "", "A": "x"},
            {"a": None, "b": "y"},
            {"a": "y"},
            {"a": "y"},
            {},
            {"b": None, "A": "z"},
            {"a": None, "A": None},
        ]
    },
    sequence=st.lists(patches(), min_size=2, max_size=6),
)
def test_patches_follow_one_another(api: Client, deployments: Deployments, sequence: list[Object]) -> None:
    """Patches in a row each set the keys that they name, delete those that they set to null, and leave the others."""
    made, expected = deployments(metadata={"a": "first"}), {"a": "first"}

    for patch in sequence:
        expected = merge(expected, patch)
        exchange = api.update(made["id"], {"metadata": patch})
        expect_accepted(exchange)
        _expect_metadata(exchange, expected)
    _expect_metadata(api.get(made["id"]), expected)


# --- limits of what comes out -----------------------------------------------------------------------------------


@pytest.fixture
def packed(deployments: Deployments, revision: Revision) -> Object:
    """A deployment with as many metadata keys as may be, as it is read."""
    metadata = {f"key-{number}": "stored" for number in range(revision.metadata_keys_max)}
    made = deployments.fresh(deployments(metadata=metadata))
    need(user_metadata(made) == metadata, "metadata of 16 keys has to be kept on create")
    return made


@requirement("metadata-patch-over-16-keys", SHOULD, source="update#request-body", covers="MET-015", levels={CMA: MUST})
@pytest.mark.parametrize(
    "patch",
    [{"new": "x"}, {"new": "x", "key-0": "y"}, {"key-0": None, "new": "x", "newer": "x"}, {"new": "x", "absent": None}],
    ids=["one more", "one more, one replaced", "two more, one deleted", "one more, none deleted"],
)
def test_a_17th_key_is_refused(api: Client, packed: Object, patch: Object) -> None:
    """A patch that would leave more than 16 keys stored is refused, and all stored keys stay as they were."""
    exchange = api.update(packed["id"], {"metadata": patch})

    expect_refusal(exchange)
    _expect_metadata(api.get(packed["id"]), user_metadata(packed))


@requirement(
    "metadata-patch-within-16-keys", SHOULD, source="update#request-body", covers="MET-015", levels={CMA: MUST}
)
@pytest.mark.parametrize(
    "patch",
    [
        {"key-0": "replaced"},
        {"key-0": None, "new": "x"},
        {"new": "x", "key-0": None},
        {f"key-{number}": None for number in range(16)} | {f"new-{number}": "x" for number in range(16)},
        {"absent": None, "another": None},
    ],
    ids=["one replaced", "one deleted, one more", "one more, one deleted", "all exchanged", "absent ones deleted"],
)
def test_16_keys_may_be_exchanged(api: Client, packed: Object, patch: Object) -> None:
    """A patch that leaves no more than 16 keys stored is accepted, however many keys it or earlier ones name."""
    before = user_metadata(packed)
    after = merge(before, patch)
    _expect_merged(api, packed, patch, after)

    back = {key: None for key in after if key not in before} | before
    _expect_merged(api, packed, back, before)

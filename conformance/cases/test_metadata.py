"""Metadata: what a bag may hold, on create and on update alike, and that it is kept as it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest

from conformance.cases.updates import expect_accepted
from conformance.expect import (
    expect_equal,
    expect_error,
    expect_refusal,
    need_object,
    need_success,
    resolve,
    user_metadata,
)
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import NEWER

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.cases.conftest import Bodies, Deployments
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Json, Object
    from conformance.revisions import Revision

    Send: TypeAlias = Callable[[Json], Exchange]


@pytest.fixture(params=["create", "update"])
def send(request: pytest.FixtureRequest, api: Client, bodies: Bodies, deployments: Deployments) -> Send:
    """Sends metadata in a create, or in an update of a deployment that has none."""
    if request.param == "create":
        return lambda metadata: api.create(bodies(metadata=metadata))
    return lambda metadata: api.update(deployments()["id"], {"metadata": metadata})


def _expect_kept(api: Client, exchange: Exchange, metadata: Object) -> None:
    """Metadata was accepted, and is shown as it was sent in the answer and in a later read."""
    __tracebackhide__ = True
    made = expect_accepted(exchange)
    for shown in (exchange, api.get(made["id"])):
        expect_equal(user_metadata(need_object(shown)), metadata, "metadata", at=shown, pointer="/metadata")


def keys(count: int) -> Object:
    """Metadata of so many keys."""
    return {f"key-{number}": f"value {number}" for number in range(count)}


# --- limits -----------------------------------------------------------------------------------------------------


@requirement("metadata-16-keys", MUST, source="create#request-body", covers="MET-001")
def test_16_keys_are_accepted(api: Client, revision: Revision, send: Send) -> None:
    """Metadata of 16 keys is accepted and kept, on create and on update."""
    metadata = keys(revision.metadata_keys_max)

    _expect_kept(api, send(metadata), metadata)


@requirement("metadata-over-16-keys", MUST, source="create#request-body", covers="MET-001")
@pytest.mark.parametrize("over_by", [1, 50])
def test_more_than_16_keys_are_refused(revision: Revision, send: Send, over_by: int) -> None:
    """Metadata of more than 16 keys is refused, on create and on update."""
    need_success(send(keys(revision.metadata_keys_max)))

    expect_refusal(send(keys(revision.metadata_keys_max + over_by)))


@requirement("metadata-key-up-to-64", MUST, source="create#request-body", covers="MET-002")
@pytest.mark.parametrize("length", [1, 63, 64])
def test_a_key_of_64_characters_is_accepted(api: Client, send: Send, length: int) -> None:
    """A metadata key of up to 64 characters is accepted and kept, on create and on update."""
    metadata = {"k" * length: "value"}

    _expect_kept(api, send(metadata), metadata)


@requirement("metadata-key-over-64", MUST, source="create#request-body", covers="MET-002")
@pytest.mark.parametrize("extra", ["k", "k" * 200, "\N{GRINNING FACE}"], ids=["65", "264", "65 with an emoji"])
def test_a_key_of_more_than_64_characters_is_refused(revision: Revision, send: Send, extra: str) -> None:
    """A metadata key of more than 64 characters is refused, on create and on update, beside valid ones too."""
    longest = "k" * revision.metadata_key_max
    need_success(send({"short": "value", longest: "value"}))

    expect_refusal(send({"short": "value", longest + extra: "value"}))


@requirement("metadata-value-up-to-512", MUST, source="create#request-body", covers="MET-003")
@pytest.mark.parametrize("length", [511, 512])
def test_a_value_of_512_characters_is_accepted(api: Client, send: Send, length: int) -> None:
    """A metadata value of up to 512 characters is accepted and kept whole, on create and on update."""
    metadata = {"key": "v" * length}

    _expect_kept(api, send(metadata), metadata)


@requirement("metadata-value-over-512", MUST, source="create#request-body", covers="MET-003")
@pytest.mark.parametrize("extra", ["v", "v" * 5000, "\N{GRINNING FACE}"], ids=["513", "5512", "513 with an emoji"])
def test_a_value_of_more_than_512_characters_is_refused(revision: Revision, send: Send, extra: str) -> None:
    """A metadata value of more than 512 characters is refused, on create and on update, beside valid ones too."""
    longest = "v" * revision.metadata_value_max
    need_success(send({"a": "short", "b": longest}))

    expect_refusal(send({"a": "short", "b": longest + extra}))


@requirement("metadata-all-limits-at-once", MUST, source="create#request-body", covers="MET-001 MET-002 MET-003")
def test_metadata_may_reach_all_its_limits_at_once(api: Client, revision: Revision, send: Send) -> None:
    """Sixteen keys of 64 characters with values of 512 are accepted together and kept."""
    numbers = range(revision.metadata_keys_max)
    metadata = {f"{n:k>{revision.metadata_key_max}}": f"{n:v>{revision.metadata_value_max}}" for n in numbers}

    _expect_kept(api, send(metadata), metadata)


@requirement("metadata-counts-characters", MUST, source="conventions/schemas#metadata", covers="MET-004")
@pytest.mark.parametrize(
    "character", ["é", "漢", "\N{COMBINING ACUTE ACCENT}"], ids=["2 bytes", "3 bytes", "combining"]
)
def test_limits_count_characters(api: Client, revision: Revision, send: Send, character: str) -> None:
    """The limits of keys and values count Unicode characters, not bytes."""
    metadata = {character * revision.metadata_key_max: character * revision.metadata_value_max}

    _expect_kept(api, send(metadata), metadata)


@requirement("metadata-counts-astral-characters-once", MUST, source="conventions/schemas#metadata", covers="MET-004")
@pytest.mark.parametrize("character", ["\N{GRINNING FACE}", "\N{GOTHIC LETTER AHSA}"], ids=["emoji", "letter"])
def test_limits_count_astral_characters_once(revision: Revision, send: Send, character: str) -> None:
    """The limits of keys and values count a Unicode character beyond the basic plane as one, not as two."""
    metadata = {character * revision.metadata_key_max: character * revision.metadata_value_max}

    expect_accepted(send(metadata))


# --- types ------------------------------------------------------------------------------------------------------


@requirement("metadata-non-string-value", MUST, source="conventions/schemas#metadata", covers="MET-005")
@pytest.mark.parametrize("value", [5, 0, 1.5, True, False, [], ["x"], {}, {"nested": "x"}], ids=str)
def test_a_value_that_is_no_string_is_refused(send: Send, value: Json) -> None:
    """A metadata value that is a number, a boolean, an array or an object is refused, on create and on update."""
    need_success(send({"team": "x", "key": "x"}))

    expect_refusal(send({"team": "x", "key": value}))


@requirement("metadata-empty-key", SHOULD, source="conventions/schemas#metadata", covers="MET-006")
def test_an_empty_key_is_refused(send: Send) -> None:
    """An empty metadata key is refused, on create and on update."""
    need_success(send({"k": "value"}))

    expect_refusal(send({"": "value"}))


@requirement(
    "metadata-invalid-is-400",
    SHOULD,
    source="conventions/errors#invalid_request_error",
    covers="MET-001 MET-002 MET-003 MET-005 MET-006",
)
@pytest.mark.parametrize(
    "metadata",
    [keys(17), {"k" * 65: "x"}, {"key": "v" * 513}, {"key": 5}, {"": "x"}],
    ids=["17 keys", "long key", "long value", "number", "empty key"],
)
def test_invalid_metadata_is_400(send: Send, metadata: Object) -> None:
    """Metadata that breaks a limit, or has a value that is no string, is answered with 400 invalid_request_error."""
    expect_error(send(metadata), 400)


@requirement("metadata-null-on-create", SHOULD, source="conventions/schemas#metadata", covers="MET-017")
def test_a_null_value_on_create_is_never_shown(api: Client, bodies: Bodies) -> None:
    """A metadata value of null in a create is refused or its key left out; it is never shown, and others are kept."""
    need_success(api.create(bodies(metadata={"team": "x"})))

    created = api.create(bodies(metadata={"team": "x", "gone": None}))

    if created.ok:
        _expect_kept(api, created, {"team": "x"})
    else:
        expect_refusal(created)


# --- kept as sent -----------------------------------------------------------------------------------------------


@requirement("metadata-empty-value", SHOULD, source="conventions/schemas#metadata", covers="MET-018")
def test_an_empty_value_is_kept(api: Client, send: Send) -> None:
    """An empty string is a metadata value like any other, on create and on update."""
    metadata = {"empty": "", "team": "x"}

    _expect_kept(api, send(metadata), metadata)


SPELLINGS = ("team", "Team", "TEAM", "te am", "team.name", "team/name", "team:name", "team-name", "team_name", "$team")
ODD_KEYS = ("0", "true", "null", "name", "constructor", "cas_config_note", "Größe", "キー", "~1", '"quoted"')


@requirement("metadata-keys-keep-spelling", SHOULD, source="conventions/schemas#metadata", covers="MET-019")
@pytest.mark.parametrize("spellings", [SPELLINGS, ODD_KEYS], ids=["alike", "odd"])
def test_keys_keep_their_spelling(api: Client, send: Send, spellings: tuple[str, ...]) -> None:
    """Metadata keys keep their spelling, and those that differ in case or in punctuation are different keys."""
    metadata = {key: f"value of {key}" for key in spellings}

    _expect_kept(api, send(metadata), metadata)


@requirement("metadata-key-blanks-are-kept-or-refused", SHOULD, source="conventions/schemas#metadata", covers="MET-019")
def test_blanks_at_the_ends_of_a_key_are_kept_or_refused(api: Client, send: Send) -> None:
    """Blanks at the ends of a metadata key are kept or the key is refused, on create and on update; none is cut off."""
    metadata = {"team": "x", " team": "y", "team ": "z"}

    exchange = send(metadata)

    if exchange.ok:
        _expect_kept(api, exchange, metadata)
    else:
        expect_refusal(exchange)


@requirement(
    "metadata-no-key-is-reserved", SHOULD, source="conventions/schemas#metadata", covers="MET-019", revisions=NEWER
)
def test_no_key_is_reserved(api: Client, send: Send) -> None:
    """The key cas_config, which belonged to the service once, is kept like any other, on create and on update."""
    exchange = send({"team": "x", "cas_config": "y"})

    made = expect_accepted(exchange)
    for answer in (exchange, api.get(made["id"])):
        shown = resolve(need_object(answer), "/metadata/cas_config")
        expect_equal(shown, "y", "cas_config", at=answer, pointer="/metadata/cas_config")


TEXTS = ("007", "0", "1e3", "1.0", "true", "null", "[]", "{}", "a\\nb", "'\"", "%41&amp;")
DATES = ("2026-06-14", "2026-06-14T08:00:00+02:00")


@requirement("metadata-values-stay-strings", SHOULD, source="conventions/schemas#metadata", covers="MET-005")
def test_values_stay_strings(api: Client, send: Send) -> None:
    """Metadata values that look like numbers, dates or JSON stay the strings that they are."""
    metadata = {f"key-{number}": text for number, text in enumerate(TEXTS + DATES)}

    _expect_kept(api, send(metadata), metadata)

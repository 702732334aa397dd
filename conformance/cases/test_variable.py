"""Environment variables: NAME=VALUE, split by semicolons or by lines, of which some names are the service's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from conformance.cases.creates import expect_kept, expect_kept_or_refused
from conformance.cases.updates import documented, expect_accepted, expect_shows
from conformance.expect import expect_equal, expect_error, expect_refusal, need, need_object, need_success
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import QODER_SEPTEMBER

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.cases.conftest import Bodies, Deployments
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Json, Object

    Send: TypeAlias = Callable[[Json], Exchange]

pytestmark = pytest.mark.usefixtures("accepted")
"""The control: a body without the edit that each case makes was accepted in this run."""

FIELD, POINTER = "environment_variables", "/environment_variables"
SOURCE = "create#request-body"
ONLY = (QODER_SEPTEMBER,)


@pytest.fixture(params=["create", "update"])
def send(request: pytest.FixtureRequest, api: Client, bodies: Bodies, deployments: Deployments) -> Send:
    """Sends variables in a create, or in an update of a deployment that has others."""
    if request.param == "create":
        return lambda value: api.create(bodies(**{FIELD: value}))
    made = deployments(**{FIELD: "BEFORE=1"})
    return lambda value: api.update(made["id"], {FIELD: value})


# --- what is taken ----------------------------------------------------------------------------------------------

FORMS = pytest.mark.parametrize(
    "text",
    ["A=1", "A=1;B=2", "A=1\nB=2", "LONG_NAME_2=some text", "lower=1;_hidden=2;_=3", "Mixed9=x\nA1=y;Z=z"],
    ids=repr,
)


@requirement("variable-form-is-accepted", MUST, source=SOURCE, covers="ENV-001", revisions=ONLY)
@FORMS
def test_variables_are_accepted(send: Send, text: str) -> None:
    """Variables NAME=VALUE, one or several split by semicolons or by lines, are accepted on create and on update."""
    expect_accepted(send(text))


@requirement("variable-is-kept", SHOULD, source=SOURCE, covers="ENV-001 OBJ-018", revisions=ONLY)
@FORMS
def test_variables_are_kept(api: Client, send: Send, text: str) -> None:
    """Variables are shown as the string that was sent, in the answer and in a later read."""
    expect_kept(api, send(text), FIELD, text)


@requirement("variable-values-are-kept-or-refused", SHOULD, source=SOURCE, covers="ENV-001", revisions=ONLY)
@pytest.mark.parametrize("value", ["", "a=b", '"quoted text"', "漢字", "x" * 2000], ids=lambda value: repr(value)[:20])
def test_a_value_is_kept_or_refused(api: Client, bodies: Bodies, value: str) -> None:
    """A value, be it empty, long, quoted or with an equals sign in it, is kept or refused, and never changed."""
    text = f"A=1;B={value}"

    expect_kept_or_refused(api, api.create(bodies(**{FIELD: text})), FIELD, text)


NEARLY = "MY_USER_ID=1;USER_IDS=2;WORK_DIRECTORY=3;MY_QODER_=4;CAWS=5;QODERX=6;SERVER=7"


@requirement("variable-near-the-reserved-is-accepted", SHOULD, source=SOURCE, covers="ENV-002", revisions=ONLY)
def test_what_only_resembles_a_reserved_name_is_accepted(send: Send) -> None:
    """A name that holds a reserved one, or only begins as one does, is like any other."""
    expect_accepted(send(NEARLY))


# --- what is refused --------------------------------------------------------------------------------------------

PLACES = pytest.mark.parametrize("place", ["{}", "A=1;{}", "A=1\n{}", "{};A=1"], ids=["alone", "last", "line", "first"])


@requirement("variable-name-is-refused", MUST, source=SOURCE, covers="ENV-001", revisions=ONLY)
@pytest.mark.parametrize("name", ["1A", "A-B", "A.B", "A B", "É", "A$", ""], ids=repr)
@PLACES
def test_a_name_of_other_characters_is_refused(send: Send, name: str, place: str) -> None:
    """A name with anything but letters of ASCII, digits and underscores, or a digit in front, is refused."""
    need_success(send(place.format("B=1")))

    expect_refusal(send(place.format(f"{name}=1")))


@requirement("variable-without-a-value-is-refused", MUST, source=SOURCE, covers="ENV-001", revisions=ONLY)
@PLACES
def test_a_name_without_a_value_is_refused(send: Send, place: str) -> None:
    """What has no equals sign is no variable, and is refused."""
    need_success(send(place.format("B=1")))

    expect_refusal(send(place.format("B")))


@requirement("variable-reserved-is-refused", MUST, source=SOURCE, covers="ENV-002", revisions=ONLY)
@pytest.mark.parametrize("name", ["SERVER_ENDPOINT", "USER_ID", "WORK_DIR"])
@PLACES
def test_a_reserved_name_is_refused(send: Send, name: str, place: str) -> None:
    """The names SERVER_ENDPOINT, USER_ID and WORK_DIR are the service's own, and are refused."""
    need_success(send(place.format("B=1")))

    expect_refusal(send(place.format(f"{name}=1")))


@requirement("variable-reserved-prefix-is-refused", MUST, source=SOURCE, covers="ENV-002", revisions=ONLY)
@pytest.mark.parametrize("name", ["CAW_", "CAW_TOKEN", "QODER_", "QODER_HOME"])
@PLACES
def test_a_reserved_prefix_is_refused(send: Send, name: str, place: str) -> None:
    """Names that begin with CAW_ or QODER_ are the service's own, and are refused."""
    need_success(send(place.format("B=1")))

    expect_refusal(send(place.format(f"{name}=1")))


@requirement("variable-wrong-type-is-refused", MUST, source="conventions/errors", covers="ENV-001", revisions=ONLY)
@pytest.mark.parametrize("value", [5, True, ["A=1"], {"A": "1"}], ids=repr)
def test_variables_that_are_no_string_are_refused(send: Send, value: Any) -> None:
    """Variables that are a number, a boolean, an array or an object are refused."""
    need_success(send("A=1"))

    expect_refusal(send(value))


@requirement("variable-invalid-is-400", SHOULD, source="conventions/errors", covers="ENV-001 ENV-002", revisions=ONLY)
@pytest.mark.parametrize("value", ["1A=1", "A", "USER_ID=1", "QODER_HOME=1", 5], ids=repr)
def test_variables_that_are_refused_are_400(send: Send, value: Any) -> None:
    """Variables that cannot be taken are answered with 400 invalid_request_error."""
    expect_error(send(value), 400)


# --- updates ----------------------------------------------------------------------------------------------------


@pytest.fixture
def varied(deployments: Deployments) -> Object:
    """A deployment with variables, as it is read."""
    made = deployments.fresh(deployments(**{FIELD: "A=1;B=2"}))
    need(made.get(FIELD) == "A=1;B=2", "variables have to be kept on create")
    return made


def _expect_variables(exchange: Exchange, expected: str) -> None:
    __tracebackhide__ = True
    shown = need_object(exchange).get(FIELD) or ""  # no page says how it is shown that there are none
    expect_equal(shown, expected, "variables", at=exchange, pointer=POINTER)


@requirement("variable-update-replaces", SHOULD, source="update#request-body", covers="ENV-001 UPD-002", revisions=ONLY)
@pytest.mark.parametrize("text", ["B=3", "C=3;A=1", ""], ids=repr)
def test_an_update_replaces_the_variables(api: Client, varied: Object, text: str) -> None:
    """New variables replace the old as a whole, an empty string leaves none, and other fields stay as they were."""
    updated = api.update(varied["id"], {FIELD: text})

    expect_accepted(updated)
    for exchange in (updated, api.get(varied["id"])):
        _expect_variables(exchange, text)
        expect_shows(need_object(exchange), documented(varied), at=exchange)


@requirement("variable-stays", MUST, source="update#request-body", covers="UPD-002", revisions=ONLY)
@pytest.mark.parametrize("field", ["name", "description", "schedule", "initial_events", "metadata", "nothing"])
def test_an_update_of_other_fields_keeps_the_variables(api: Client, varied: Object, edits: Object, field: str) -> None:
    """An update without variables leaves them as they were, in the answer and in a later read."""
    patch = {} if field == "nothing" else {field: edits[field]}

    updated = api.update(varied["id"], patch)

    for exchange in (updated, api.get(varied["id"])):
        _expect_variables(exchange, varied[FIELD])


@requirement("variable-refused-stays", SHOULD, source="update#errors", covers="UPD-020", revisions=ONLY)
@pytest.mark.parametrize("bad", ["C=3;1A=1", "C=3;USER_ID=1"], ids=repr)
def test_refused_variables_change_nothing(api: Client, varied: Object, bad: str) -> None:
    """Bad variables beside good fields, or good ones beside a bad field, mean that neither changes."""
    updated = api.update(varied["id"], {"description": "As it is now", FIELD: bad})
    need(not updated.ok, "such variables have to be refused")
    good = api.update(varied["id"], {FIELD: "C=3", "name": ""})
    need(not good.ok, "an empty name has to be refused")

    exchange = api.get(varied["id"])

    _expect_variables(exchange, varied[FIELD])
    expect_shows(need_object(exchange), documented(varied), at=exchange)


@requirement("variable-outlives-states", SHOULD, source="pause#response", covers="PAU-006 UNP-007", revisions=ONLY)
def test_changes_of_state_keep_the_variables(api: Client, varied: Object) -> None:
    """A pause, an unpause and an archive leave the variables as they were, in their answers and in what is read."""
    for act in (api.pause, api.unpause, api.archive):
        for exchange in (act(varied["id"]), api.get(varied["id"])):
            _expect_variables(exchange, varied[FIELD])


@observation("variable-null", source="update#request-body", covers="OBJ-018", revisions=ONLY)
def observe_null_variables(api: Client, varied: Object) -> str:
    """What variables of null do in an update."""
    updated = api.update(varied["id"], {FIELD: None})
    if not updated.ok:
        return f"refused-{updated.status}"
    shown = need_object(api.get(varied["id"])).get(FIELD)
    return {varied[FIELD]: "kept", "": "cleared", None: "cleared"}.get(shown, "changed")

"""Bodies that are not JSON, or hardly: refused, or understood, and never an accident."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.cases.updates import expect_accepted
from conformance.expect import expect_envelope, expect_equal, expect_error, expect_true, need, need_object
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.cases.operations import Stage
    from conformance.exchange import Exchange

    Form = Callable[[str], str | bytes]

WITH_A_BODY = pytest.mark.parametrize("operation", ["create", "update"])


def _send(stage: Stage, operation: str, form: Form) -> Exchange:
    """A create or an update whose valid body, as JSON text in one line, was bent into another form."""
    if operation == "update":
        bent = form(json.dumps({"description": "Bent", "metadata": {"bent": "yes"}}))
        return stage.api.update(stage.made(), content=bent if isinstance(bent, bytes) else bent.encode())
    bent = form(json.dumps(stage.fixture("bodies")(description="Bent")))
    return stage.api.create(content=bent if isinstance(bent, bytes) else bent.encode())


def _with(member: str) -> Callable[[str], str]:
    """One more member, which no page names, so that nothing but its form can be wrong with it."""
    return lambda text: f'{text[:-1]}, "conformance_extra": {member}}}'


# --- what is not JSON -------------------------------------------------------------------------------------------

MALFORMED: dict[str, Form] = {
    "without its last brace": lambda text: text[:-1],
    "cut in a string": lambda text: text[: text.index("Bent") + 2],
    "cut after a colon": lambda text: text[: text.rindex(":") + 1],
    "one brace only": lambda _: "{",
    "comma at the end": lambda text: f"{text[:-1]},}}",
    "two commas": lambda text: text.replace(", ", ",, ", 1),
    "no comma": lambda text: text.replace(", ", " ", 1),
    "no colon": lambda text: text.replace(": ", " ", 1),
    "single quotes": lambda text: text.replace('"', "'"),
    "a key without quotes": lambda text: text.replace('"description"', "description"),
    "a value without quotes": lambda text: text.replace('"Bent"', "Bent"),
    "a number with leading zeros": _with("007"),
    "True of Python": _with("True"),
    "a form": lambda _: "name=conformance&description=Bent",
    "plain text": lambda _: "Bent",
    "white space only": lambda _: " \r\n\t ",
}


@requirement("base-malformed-json-is-400", MUST, source="conventions/errors#error-types", covers="BASE-006")
@pytest.mark.parametrize("form", [form for form in MALFORMED if form != "white space only"])
@WITH_A_BODY
def test_malformed_json_is_400(stage: Stage, operation: str, form: str) -> None:
    """A create or an update whose body is not JSON is answered with 400 invalid_request_error."""
    exchange = _send(stage, operation, MALFORMED[form])

    expect_error(exchange, 400)


@requirement("base-trailing-data-is-400", SHOULD, source="conventions/errors#error-types", covers="BASE-006")
@pytest.mark.parametrize("end", ["x", "}", "]", ",", "{}", ' {"name": "Bent"}'], ids=repr)
@WITH_A_BODY
def test_data_after_the_body_is_400(stage: Stage, operation: str, end: str) -> None:
    """A create or an update with anything but white space behind its JSON object is answered with 400."""
    exchange = _send(stage, operation, lambda text: text + end)

    expect_error(exchange, 400)


@requirement("base-body-is-an-object", SHOULD, source="conventions/errors#error-types", covers="BASE-007")
@pytest.mark.parametrize(
    "top", ["[]", "[{}]", "the body in an array", '"text"', '""', "1", "0", "true", "false", "null"]
)
@WITH_A_BODY
def test_a_body_that_is_no_object_is_400(stage: Stage, operation: str, top: str) -> None:
    """A create or an update whose body is JSON, but no object, is answered with 400."""
    exchange = _send(stage, operation, lambda text: f"[{text}]" if " " in top else top)

    expect_error(exchange, 400)


# --- what is hardly JSON ----------------------------------------------------------------------------------------

UNCLEAR: dict[str, Form] = {
    "nothing": lambda _: "",
    "white space only": MALFORMED["white space only"],
    "a key twice": lambda text: f'{{"description": "First", {text[1:]}',
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "half a character": lambda text: _with('"\u00e9"')(text).encode("latin-1"),
    "a byte that UTF-8 never has": lambda text: _with('"\u00ff"')(text).encode("latin-1"),
    "an encoded surrogate": lambda text: _with('"\ud800"')(text).encode("utf-8", "surrogatepass"),
    "NUL bytes at the end": lambda text: text + "\0\0",
    "half a surrogate pair": _with('"\\ud800"'),
    "a surrogate pair in disorder": _with('"\\udc00\\ud800"'),
    "a surrogate in a key": _with('{"\\ud800": 1}'),
    "not a number": _with("NaN"),
    "infinity": _with("-Infinity"),
    "a number beyond all floats": _with("1e400"),
    "a number near nothing": _with("1e-400"),
    "an integer of 400 digits": _with("9" * 400),
    "a raw line break in a string": _with('"a\nb"'),
    "an unknown escape": _with('"\\x41"'),
    "a comment": lambda text: f"{text[:-1]} /* bent */}}",
    "300 levels of arrays": _with("[" * 300 + "]" * 300),
    "300 levels of objects": _with('{"a":' * 300 + "1" + "}" * 300),
    "10,000 members": _with(json.dumps({str(number): number for number in range(10_000)})),
    "an empty key": lambda text: f'{text[:-1]}, "": 1}}',
}
"""Forms that readers of JSON lawfully take or refuse (RFC 8259, sections 4, 6, 8 and 9), or that say nothing."""


@requirement("base-unclear-json-is-no-accident", SHOULD, source="conventions/errors#error-types", covers="BASE-010")
@pytest.mark.parametrize("form", UNCLEAR)
@WITH_A_BODY
def test_unclear_json_is_no_accident_of_the_service(stage: Stage, operation: str, form: str) -> None:
    """A body that readers of JSON may take or refuse is either taken, or refused with 4xx and the error envelope."""
    exchange = _send(stage, operation, UNCLEAR[form])

    message = f"{form}: the service failed"
    expect_true(exchange.status < 500, message, expected="no 5xx", actual=f"status {exchange.status}", at=exchange)
    if not exchange.ok:
        expect_envelope(exchange)


ESCAPED = '\u00df \u6f22 \U0001f600 \U00010437 " \\ /'


@requirement("base-escapes-are-read", SHOULD, source="conventions/schemas#metadata", covers="BASE-011")
@WITH_A_BODY
def test_escapes_are_read(stage: Stage, operation: str) -> None:
    """Text that a body writes with the escapes of JSON, surrogate pairs among them, is the same as written plainly."""
    plain = need_object(stage.api.create(stage.fixture("bodies")(description=ESCAPED)))
    need(plain.get("description") == ESCAPED, "the text has to be kept when it is written plainly")
    escaped = json.dumps(ESCAPED).replace("/", "\\/")
    exchange = _send(stage, operation, lambda text: text.replace('"Bent"', escaped))

    shown = expect_accepted(exchange).get("description")
    expect_equal(shown, ESCAPED, "description", at=exchange, pointer="/description")


@requirement("base-blank-create-is-400", MUST, source="conventions/errors#error-types", covers="BASE-006")
def test_a_create_of_white_space_is_400(stage: Stage) -> None:
    """A create whose body is only white space is answered with 400 invalid_request_error."""
    exchange = _send(stage, "create", MALFORMED["white space only"])

    expect_error(exchange, 400)


@observation("base-json-freedom", source="conventions/errors#error-types", covers="BASE-006")
@pytest.mark.parametrize(
    "form", ["not a number", "a key twice", "a byte order mark", "UTF-16", "half a surrogate pair"]
)
@pytest.mark.parametrize("operation", ["create"])
def observe_what_is_taken_for_json(stage: Stage, operation: str, form: str) -> str:
    """Which forms that are not quite JSON are taken for it."""
    exchange = _send(stage, operation, UNCLEAR[form])
    return f"{form.replace(' ', '-').lower()}-{'accepted' if exchange.ok else 'refused'}"


@observation("base-very-deep-json", source="conventions/errors#error-types", covers="BASE-010")
def observe_very_deep_json(stage: Stage) -> str:
    """What comes of 5,000 arrays in one another, in a member that no page names."""
    exchange = _send(stage, "create", _with("[" * 5000 + "]" * 5000))
    return "accepted" if exchange.ok else "server-error" if exchange.status >= 500 else "refused"

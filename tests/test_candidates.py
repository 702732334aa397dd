"""The values for schemathesis that are in no enumeration: fewer, and the same."""

from __future__ import annotations

from schemathesis.specs.openapi.coverage import _schema

from conformance.cases import candidates


def test_the_first_are_those_that_would_have_been_drawn() -> None:
    """So that the same requests are sent; and there is a text, a number and a boolean among them."""
    before = _schema._invalid_enum_candidates  # noqa: SLF001 - it is what is replaced
    with candidates.few():
        drawn = _schema._invalid_enum_candidates()  # noqa: SLF001

    assert _schema._invalid_enum_candidates is before  # noqa: SLF001
    assert list(map(repr, drawn)) == list(map(repr, before()[: candidates.ENOUGH]))
    assert {str, int, bool} <= set(map(type, drawn))

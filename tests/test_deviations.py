"""Values in which a service is known to differ from its revision."""

from __future__ import annotations

import pytest

from conformance import deviations, revisions
from conformance.model import Target

JUNE = revisions.get(revisions.QODER_JUNE)


def test_each_value_can_be_set() -> None:
    target = Target(deviations=(("name_max", "500"), ("archive_renames", "false"), ("too_large", "400, 413")))

    revision = deviations.of(target)

    assert (revision.name_max, revision.archive_renames, revision.too_large) == (500, False, (400, 413))
    assert revision.name == JUNE.name


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("description_max", "none", None),
        ("description_max", "100", 100),
        ("next_page_as", "page", "page"),
        ("cursors", "page", ("page",)),
        ("reserved_metadata", "none", None),
    ],
)
def test_a_text_becomes_what_the_value_is_made_of(name: str, text: str, value: object) -> None:
    assert getattr(deviations.deviating(JUNE, name, text), name) == value


@pytest.mark.parametrize("name", ["name", "docs_url", "errors", "deployment_prefix", "content", "frobnicate"])
def test_what_is_no_value_of_a_service_cannot_be_set(name: str) -> None:
    with pytest.raises(deviations.UnknownValue, match="a revision has no value"):
        deviations.deviating(JUNE, name, "x")

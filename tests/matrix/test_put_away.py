"""Putting away what cases made costs a request each, also where the target will not have it."""

from __future__ import annotations

import pytest
from matrix.kill import examine

pytestmark = pytest.mark.matrix


def test_what_cannot_be_put_away_is_not_tried_after_every_case() -> None:
    """Once after its case and once at the end of the run; what turns out to be archived already is no leftover."""
    report = examine("ForbidsASecondArchive", only=("archive", "create")).report

    assert 0 < report.requests_by_status["403"] < sum(result.requests > 0 for result in report.results)
    assert report.leftovers == ()

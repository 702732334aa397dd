"""Long texts that are told by what repeats in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.repeats import repeats

PIECES = st.tuples(st.sampled_from(["a", "ab", "é", "-", "\n", "x "]), st.sampled_from([1, 2, 63, 64, 65, 200]))
MOST = 100_000


@given(st.lists(PIECES, max_size=6))
def test_what_is_told_is_the_text(parts: list[tuple[str, int]]) -> None:
    text = "".join(piece * times for piece, times in parts)

    assert "".join(piece * times for piece, times in repeats(text, MOST)) == text


@pytest.mark.parametrize("times", [64, 65, 1_000_000])
def test_what_stands_often_in_a_row_is_told_once(times: int) -> None:
    told = repeats(f"<{'ab' * times}>", MOST)

    assert told == (("<", 1), ("ab", times), (">", 1))


def test_what_hardly_repeats_is_not_told() -> None:
    assert repeats("".join(map(str, range(1000))), 100) == ()
    assert repeats("ab" * 63, MOST) == (("ab" * 63, 1),)

"""Ids that name nothing keep the form of those that a target makes."""

from __future__ import annotations

import random
import re

import pytest

from conformance.forged_ids import forge

FORMS = {
    "UUIDv7": ("dep_019ec556114c78f8b60ee34fcb98bf59", r"dep_019ec556114c78f8b60e[0-9a-f]{12}"),
    "ULID": ("dep_01JXQ5M4T8ZK3N9V2B7C6D1E0F", r"dep_01JXQ5M4T8ZK3N[0-9A-HJKMNP-TV-Z]{12}"),
    "base 32": ("dep_mfrggzdfmztwq2lk", r"dep_mfrg[a-z2-7]{12}"),
    "base 58": ("dep_7YkzTxR5bQnWc3Hd", r"dep_7Ykz[1-9A-HJ-NP-Za-km-z]{12}"),
    "letters of both cases": ("dep_AbCdEfGhIjKlMnOpQrSt", r"dep_AbCdEfGh([A-Z][a-z]){6}"),
    "a number": ("dep_17", r"dep_[0-9]{12}"),
    "one letter": ("dep_x", r"dep_[a-z]{12}"),
    "words": ("dep_big-red_fox.9", r"dep_b[a-z]{2}-[a-z]{3}_[a-z]{3}\.[0-9]"),
    "nothing but the prefix": ("dep_", r"dep_[0-9a-f]{32}"),
    "unknown": (None, r"dep_[0-9a-f]{32}"),
}


@pytest.mark.parametrize(("known", "form"), FORMS.values(), ids=FORMS)
def test_the_prefix_and_the_form_are_kept(known: str | None, form: str) -> None:
    drawn = {forge("dep_", known, random.Random(seed)) for seed in range(100)}  # noqa: S311 - ids, not secrets

    assert [id_ for id_ in drawn if not re.fullmatch(form, id_)] == []
    assert len(drawn) == 100
    assert known not in drawn

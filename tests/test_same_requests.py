"""The same seed sends the same requests, whatever a process has done and imported before."""

from __future__ import annotations

import json
import re
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis.internal.conjecture import providers

from conformance import hypothesis_constants
from conformance.model import Options, Target
from conformance.runner import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UNLIKE = re.compile(r"(?<=[a-z]_)\w{8,}|conformance-\w+|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*|127\.0\.0\.1:\d+")
"""What is another in each run: ids, names, moments, and where the embedded server is."""


@pytest.fixture
def import_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Import a module of the caller's own, with a text in it."""

    def load(text: str) -> None:
        path = tmp_path / f"{text}.py"
        path.write_text(f"X = {text!r}\n", encoding="utf-8")
        module = ModuleType(text)
        module.__file__ = str(path)
        monkeypatch.setitem(sys.modules, text, module)

    return load


def _found() -> frozenset[str]:
    """The texts that hypothesis would draw, besides its own."""
    return frozenset(map(str, providers._get_local_constants().strings))  # noqa: SLF001 - it is what is taken away


def _sent(folder: Path) -> list[tuple[str, ...]]:
    """All requests of a run over what chance chooses, without what is another in each."""
    har = folder / "all.har"
    run(Target(), Options(only=("sequence", "generated", "metadata"), examples=4, har=str(har)))
    return [_plain(entry["request"]) for entry in json.loads(har.read_text(encoding="utf-8"))["log"]["entries"]]


def _plain(request: Any) -> tuple[str, ...]:
    sent = (request["method"], request["url"], request.get("postData", {}).get("text", ""))
    return tuple(UNLIKE.sub("...", part) for part in sent)


def test_nothing_is_found_in_what_is_imported_and_the_way_back_leads_back(import_one: Callable[[str], None]) -> None:
    import_one("early_word")
    assert "early_word" in _found()
    back = hypothesis_constants.disregard()
    import_one("late_word")
    assert not _found()
    back()
    assert {"early_word", "late_word"} <= _found()


@pytest.mark.matrix
def test_the_second_run_of_a_process_sends_what_the_first_did(
    tmp_path: Path, import_one: Callable[[str], None]
) -> None:
    first = _sent(tmp_path)
    import_one("a_word")

    assert _sent(tmp_path) == first
    assert len(first) > 500

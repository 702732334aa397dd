"""Nothing of hypothesis is left where a run was started, and a caller's own hypothesis stays as it was."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import configuration

from conformance import hypothesis_home

if TYPE_CHECKING:
    import pytest


def _home() -> object:
    return configuration.storage_directory("x", intent_to_write=False).path.parent


def test_the_tables_are_kept_in_a_folder_of_this_user_and_the_way_back_leads_back() -> None:
    before = _home()
    back = hypothesis_home.settle()
    assert Path(str(_home())).parent == Path(tempfile.gettempdir())
    back()
    assert _home() == before


def test_a_folder_that_somebody_else_laid_out_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    back = hypothesis_home.settle()
    own = Path(str(_home()))
    back()
    own.rmdir()
    own.symlink_to(tmp_path)

    back = hypothesis_home.settle()
    other = Path(str(_home()))
    back()

    assert other != own
    assert other.parent == tmp_path

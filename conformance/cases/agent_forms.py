"""The two forms in which a body may name an agent."""

from __future__ import annotations

from typing import Any

import pytest

FORMS = pytest.mark.parametrize("form", ["string", "object"])


def agent_in(form: str, id_: str) -> Any:
    """An agent by its id alone, or as an object with its first version."""
    return id_ if form == "string" else {"id": id_, "type": "agent", "version": 1}

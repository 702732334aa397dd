"""A reference server as the target of a run, and somebody else who uses the same account."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import httpx

from conformance.model import Target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conformance.reference import Running


def with_tokens(base_url: str, tokens: Mapping[str, str], **more: Any) -> Target:
    """A target with all four tokens of the reference server."""
    return Target(base_url, tokens["full"], tokens["other"], tokens["expired"], tokens["unscoped"], **more)


def gateway(folder: Path) -> str:
    """What leads to another machine, as far as there is one here: with a folder and temporary files of its own."""
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return f"popen//python={sys.executable}//chdir={folder}//env:TMPDIR={temporary}"


class Neighbour:
    """Another client of the same account; what it makes is in `made`, by id."""

    def __init__(self, running: Running, agent_id: str, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"authorization": f"Bearer {running.tokens['full']}"}
        self._http = httpx.Client(base_url=running.base_url, headers=headers, trust_env=False, transport=transport)
        self._body = {
            "agent": agent_id,
            "environment_id": running.environment_id,
            "initial_events": [{"type": "user.message", "content": "Somebody else's"}],
            "schedule": {"type": "cron", "expression": "0 5 1 1 *", "timezone": "UTC"},
            "metadata": {"owner": "neighbour"},
        }
        self.made: dict[str, object] = {}

    def make(self, number: int, **changes: Any) -> str:
        """Create one."""
        body = self._body | {"name": f"neighbour-{number}"} | changes
        answer = self._http.post("/deployments", json=body).raise_for_status().json()
        self.made[answer["id"]] = answer
        return str(answer["id"])

    def act(self, id_: str, action: str) -> httpx.Response:
        """Pause, archive or run one."""
        return self._http.post(f"/deployments/{id_}/{action}")

    def describe(self, id_: str, description: str) -> None:
        """Change one."""
        self._http.post(f"/deployments/{id_}", json={"description": description})

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

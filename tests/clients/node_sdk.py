"""The official client for Node: installed once for a test run, driven over a pipe by `node/drive.mjs`."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from clients.sdk import BOUND, Caller, Failure, ForeignError, Object, Sdk

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

SOURCE = Path(__file__).parent / "node"
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0", "--fetch-timeout=60000")
UNREACHABLE = re.compile(r"\b(ENOTFOUND|EAI_AGAIN|E(CONN|NET|HOST)\w+|ETIMEDOUT|ERR_SOCKET_TIMEOUT|E50\d|\w*CERT\w*)\b")
"""What npm says where there is no registry to be reached."""
_SECONDS = 120
_BRACKETS = re.compile("(created_at)_(.+)")


def install(folder: Path) -> None:
    """Put the pinned packages there; where that cannot be done on this machine, the test is skipped."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("no node or no npm on PATH")
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True)
    try:
        done = subprocess.run(
            [npm, *INSTALL], cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm was not done within {_SECONDS} s")
    if done.returncode and UNREACHABLE.search(done.stderr):
        pytest.skip("npm cannot reach its registry")
    assert done.returncode == 0, done.stderr


class Node:
    """A process that carries out one call after the other."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where the packages were installed."""
        self._process = subprocess.Popen(
            ["node", "drive.mjs"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, call: Object) -> Any:
        """What the call gave; `ForeignError` if it threw something."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(call, default=datetime.isoformat) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            message = answer["error"].pop("message")
            raise ForeignError(Failure(**answer["error"]), message)
        return answer["value"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=_SECONDS)


class NodeSdk(Sdk):
    """The client for Node, which has no strict mode."""

    def __init__(self, node: Node, caller: Caller) -> None:
        self._node = node
        self._caller = caller

    def ask(self, operation: str, *ids: str, **params: Any) -> Object | None:
        came: Object | None = self._call(operation, ids, params)
        return came

    def walk(self, operation: str, *ids: str, most: int = BOUND, **params: Any) -> list[Object]:
        came: list[Object] = self._call(operation, ids, params, most)
        return came

    def _call(self, operation: str, ids: tuple[str, ...], params: Object, most: int | None = None) -> Any:
        return self._node(
            {
                "baseURL": self._caller.base_url.removesuffix("/v1"),
                "token": self._caller.token,
                "maxRetries": self._caller.max_retries,
                "operation": operation.replace("deployment_runs", "deploymentRuns"),
                "ids": ids,
                # as the two Python clients name it: created_at_gte
                "params": {
                    re.sub(r"^created_at_(\w+)$", r"created_at[\1]", name): value for name, value in params.items()
                },
                "most": most,
            }
        )

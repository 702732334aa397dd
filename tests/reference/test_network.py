"""The server on a socket: in a thread, and in a process of its own."""

from __future__ import annotations

import signal
import subprocess
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from conformance.reference import process, start
from conformance.reference.clock import Clock
from conformance.reference.service import Service
from conformance.reference.thread import serve_in_thread


def test_thread_serves_a_service_that_can_be_reached_into() -> None:
    """The answer carries the caller's id, and 5 MB are refused in good order."""
    service = Service(clock=Clock())
    with serve_in_thread(service) as running, httpx.Client(base_url=running.base_url) as client:
        headers = {"authorization": f"Bearer {running.tokens['full']}", "x-request-id": "mine"}
        answer = client.get(f"/agents/{running.agent_id}", headers=headers)
        large = client.post("/deployments", headers=headers, content=b" " * 5_000_000)

    assert (answer.status_code, answer.headers["x-request-id"]) == (200, "mine")
    assert (large.status_code, large.headers["content-type"]) == (400, "application/json")


def test_process_serves_with_faults_and_ends_with_the_block() -> None:
    """A server in another process speaks the edition asked for, has the faults, and is gone afterwards."""
    with start(["FlatUnauthorized"], revision="cma-2026-04-01") as running:
        answer = httpx.get(f"{running.base_url}/deployments")

    assert running.base_url.endswith("/v1")

    assert answer.json()["code"] == "TOKEN_INVALID"
    assert running.process is not None
    assert running.process.returncode is not None


def test_nothing_is_left_running_if_what_is_done_meanwhile_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was started is ended before the failure is told."""
    started: list[subprocess.Popen[str]] = []

    def popen(*arguments: Any, **settings: Any) -> subprocess.Popen[str]:
        started.append(subprocess.Popen(*arguments, **settings))
        return started[0]

    def fail() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "subprocess", SimpleNamespace(Popen=popen, PIPE=subprocess.PIPE))
    with pytest.raises(KeyboardInterrupt):
        start(meanwhile=fail)
    assert [each.returncode for each in started] == [-signal.SIGKILL]

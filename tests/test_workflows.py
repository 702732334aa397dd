"""The workflows for GitHub ask for no more rights than they need, and check by tox or .ci/run alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".github" / "workflows"
NAMES = sorted(path.name for path in FOLDER.glob("*.yml"))
WRITES_ALLOWED = {("release.yml", "publish"): {"id-token": "write"}}

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="a source distribution has no workflows")


def workflow(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found


def steps(name: str) -> Iterator[dict[str, Any]]:
    for job in workflow(name)["jobs"].values():
        yield from job["steps"]


def test_there_is_one_of_each() -> None:
    """Checks at each push, an audit by the week, a release by tag."""
    assert NAMES == ["audit.yml", "ci.yml", "release.yml"]


@pytest.mark.parametrize("name", NAMES)
def test_only_publishing_may_do_more_than_read(name: str) -> None:
    """And each job ends by itself."""
    found = workflow(name)

    assert found["permissions"] == {"contents": "read"}
    for id_, job in found["jobs"].items():
        assert job.get("permissions", {}) == WRITES_ALLOWED.get((name, id_), {})
        assert job["timeout-minutes"]


@pytest.mark.parametrize("name", NAMES)
def test_no_step_can_be_steered_from_outside(name: str) -> None:
    """No expression becomes code, no credentials stay behind, each action has a version (of PyPI its branch)."""
    for step in steps(name):
        assert "${{" not in step.get("run", "")
        used = step.get("uses", "")
        if used.startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False
        assert not used or re.search(r"@(v\d+|[0-9a-f]{40}|release/v1)$", used)


def test_what_is_published_is_what_was_checked_and_built() -> None:
    """By a job that has the right to publish and runs nothing of this repository."""
    jobs = workflow("release.yml")["jobs"]
    commands = [step.get("run", "") for step in jobs["build"]["steps"]]
    uploaded, downloaded = (
        [step["with"]["name"] for step in job["steps"] if kind in step.get("uses", "")]
        for job, kind in ((jobs["build"], "upload-artifact"), (jobs["publish"], "download-artifact"))
    )

    assert ".ci/run" in commands
    assert jobs["publish"]["needs"] == "build"
    assert uploaded == downloaded == ["dist"]
    assert not [step for step in jobs["publish"]["steps"] if "run" in step]

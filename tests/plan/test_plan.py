"""The plan of a run is told before anything is sent; `matrix/test_whole_runs` holds its figures against a run."""

from __future__ import annotations

import pytest

from conformance.cli import main
from conformance.model import Options, Target
from conformance.plan import SHARED, lines, plan, recorded
from conformance.revisions import ALL, QODER_JUNE
from conformance.runner import catalogue
from conformance.running_order import cost
from conformance.settings import Settings

IDS = [each.id for each in catalogue(QODER_JUNE) if not each.unobservable]
ELSEWHERE = "https://api.example.com/v1"
REGENERATE = "run `python tests/plan/record.py`"


def _settings(base_url: str = ELSEWHERE, workers: int = 1, examples: int = 10, **target: object) -> Settings:
    return Settings(Target(base_url, **target), Options(workers=workers, examples=examples), "test")  # type: ignore[arg-type]


@pytest.mark.parametrize("revision", ALL)
def test_nearly_every_case_is_in_it(revision: str) -> None:
    """Not all: whoever adds a case need not record all of them anew."""
    ids = {each.id for each in catalogue(revision) if not each.unobservable}
    unknown = ids - recorded().keys()
    assert len(unknown) <= len(ids) / 20, f"{REGENERATE}: {len(unknown)} cases are not in the plan"


def test_on_this_machine_one_line_is_enough() -> None:
    (line,) = lines(_settings("http://127.0.0.1:1/v1"), IDS, embedded=True)
    assert line.startswith(f"plan for the embedded server: {len(IDS)} cases, about ")


def test_elsewhere_it_says_what_lacks_what_is_made_and_what_bounds_it() -> None:
    reading = lines(_settings(), IDS, embedded=False)
    writing = lines(_settings(allow_writes=True, max_writes=100, max_duration_s=90), IDS, embedded=False)

    assert reading[0].endswith("which only read")
    assert [line for line in reading if "makes" in line] == []
    assert any(line.endswith("not asked without --allow-writes") for line in reading)
    assert any(line.endswith("not asked without --allow-runs") for line in writing)
    assert any(line.startswith("- makes about") and "deployments" in line for line in writing)
    assert any(line.startswith("- at most 50 reads and 20 writes a second") for line in writing)
    assert "- at most 100 writes, which will not do for all cases" in writing
    assert "- no case is begun after 90 s" in writing


def test_cases_are_weighed_by_what_they_send() -> None:
    """Each request once, those among them that put away what a case has made."""
    asked = plan(_settings(allow_writes=True, allow_runs=True, allow_schedules=True), IDS)
    shared = plan(_settings(allow_writes=True, allow_runs=True, allow_schedules=True), SHARED)

    assert sum(map(cost, IDS)) == pytest.approx(asked.requests - shared.requests, rel=0.05)


def test_it_grows_with_what_is_asked_for() -> None:
    all_of_it = plan(_settings(allow_writes=True), IDS)
    some = plan(_settings(allow_writes=True), [id_ for id_ in IDS if id_.startswith("list-")])
    only_reads = plan(_settings(), IDS)

    assert 0 < some.requests < all_of_it.requests / 2
    assert plan(_settings(allow_writes=True, examples=100), IDS).requests > all_of_it.requests * 1.2
    assert plan(_settings(allow_writes=True, workers=4), IDS).requests > all_of_it.requests
    assert (only_reads.writes, only_reads.made) == (0, {})
    assert sum(only_reads.lacking.values()) > len(IDS) / 2


def test_what_writes_is_what_needs_the_consent() -> None:
    without = [id_ for id_ in IDS if recorded().get(id_, {}).get("writes") and id_ in recorded()]
    asked_all_the_same = [
        id_ for id_ in without if not recorded()[id_].get("needs") and not recorded()[id_].get("read_only")
    ]
    assert asked_all_the_same == []


def test_it_comes_before_anything_is_sent(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """Even where nothing can be sent."""
    monkeypatch.setenv("DEPLOYMENTS_TOKEN", "pt-canary-plan")
    status = main(["run", "--base-url", "http://127.0.0.1:9/v1", "--max-duration", "30", "--report-dir", str(tmp_path)])

    told = capsys.readouterr().err.splitlines()
    assert status == 4
    assert told[0].startswith("plan for http://127.0.0.1:9/v1: ")
    assert "no case is begun after 30 s" in told[0]

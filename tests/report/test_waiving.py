"""What waivers make of a report: what they cover, which of them do not hold, and what the gate says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.model import MUST, SHOULD, Blame, Leftover, Level, Outcome, Report, Result, Skip, Verdict
from conformance.report import merge
from conformance.report.waiver_file import parse
from conformance.report.waiving import lapse, waive
from conformance.waiver import Edit, Staleness, Waiver

DAY = "2026-07-01"
ENTRY = """\
# The limit comes with the new storage.
[[waiver]]
id = "create-one"
fingerprint = "f-one"
owner = "team-a"
link = "https://tracker.example.com/DEP-1"
reason = "Known since June."
expires = 2026-07-01  # agreed on
"""
HELD = "create-held"


def result(id_: str, verdict: Verdict, level: Level = MUST, fingerprint: str = "f-one", **more: object) -> Result:
    """A result with nothing in it but the verdict."""
    plain = Result(id_, level, "create", "create#x", "It holds.", verdict, reason="got 200", fingerprint=fingerprint)
    return replace(plain, **more)  # type: ignore[arg-type]


def report(*results: Result, **more: object) -> Report:
    """A report of these results and of one MUST that holds."""
    plain = Report("0.1.0", "http://h/v1", "qoder-2026-06", f"{DAY}T23:59:59Z", 1.0, 0, results)
    held = result(HELD, Verdict.PASSED, fingerprint="")
    return replace(plain, results=(*results, held), **more)  # type: ignore[arg-type]


def waiver(**changes: str) -> Waiver:
    """The waiver of the file above, changed."""
    return replace(parse(ENTRY, "waivers.toml").waivers[0], **changes)  # type: ignore[arg-type]


BROKEN = result("create-one", Verdict.FAILED)


def test_the_same_failure_is_waived_up_to_its_last_day() -> None:
    """It stays failed, nonconformant stays what it is, and the gate lets it pass."""
    found = waive(report(BROKEN), [waiver()])

    assert found.results[0].waived == waiver()
    assert (found.outcome, found.gate, found.exit_status) == (Outcome.NONCONFORMANT, Outcome.CONFORMANT, 0)
    assert found.counts["failed"] == 1
    assert not found.stale_waivers
    assert found.sentence == "nonconformant, as accepted: 1 of 2 MUSTs hold; 1 broken and waived."


@pytest.mark.parametrize(
    ("one", "waived", "kind"),
    [
        (result("create-one", Verdict.PASSED, fingerprint=""), waiver(), Staleness.PASSES),
        (result("create-one", Verdict.PASSED, fingerprint=""), waiver(expires="2026-01-01"), Staleness.PASSES),
        (result("create-one", Verdict.FAILED, fingerprint="f-two"), waiver(), Staleness.DIFFERS),
        (result("create-one", Verdict.WARNED, SHOULD, "f-two"), waiver(), Staleness.DIFFERS),
        (BROKEN, waiver(expires="2026-06-30"), Staleness.EXPIRED),
        (result("create-one", Verdict.WARNED, SHOULD), waiver(expires="2026-06-30"), Staleness.EXPIRED),
        (BROKEN, waiver(id="create-two"), Staleness.UNMATCHED),
    ],
)
def test_a_waiver_that_does_not_hold_is_told(one: Result, waived: Waiver, kind: Staleness) -> None:
    """It covers nothing, and the run ends with 5, unless a MUST is broken of which no waiver speaks."""
    found = waive(report(one), [waived])

    assert [stale.kind for stale in found.stale_waivers] == [kind]
    assert not any(each.waived for each in found.results)
    assert found.exit_status == (1 if kind is Staleness.UNMATCHED else 5)
    assert "1 of the waivers no longer holds" in found.sentence


@pytest.mark.parametrize(
    "one",
    [
        result("create-one", Verdict.INCONCLUSIVE, blame=Blame.TARGET),
        result("create-one", Verdict.SKIPPED, skip=Skip.NOT_SELECTED),
        result("create-one", Verdict.SKIPPED, skip=Skip.NOT_APPLICABLE),
    ],
)
@pytest.mark.parametrize("expires", ["2026-01-01", "2027-01-01"])
def test_what_was_not_found_out_is_neither_waived_nor_stale(one: Result, expires: str) -> None:
    """Not even with the very fingerprint of the waiver, nor when its day is over."""
    found = waive(report(one), [waiver(expires=expires)])

    assert found.results == report(one).results
    assert not found.stale_waivers
    assert found.exit_status == report(one).exit_status


def test_a_run_that_asked_nothing_calls_no_waiver_stale() -> None:
    """A target that could not be reached says nothing of them."""
    found = waive(replace(report(), results=(), unreachable="no connection"), [waiver()])

    assert not found.stale_waivers
    assert found.exit_status == 4


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, 5),
        ({"leftovers": (Leftover("agent", "agent_1", "curl"),)}, 6),
        ({"interrupted": True}, 130),
        ({"unreachable": "no connection"}, 4),
        ({"invalid": "no result"}, 70),
    ],
)
def test_what_is_worse_comes_first(more: dict[str, object], status: int) -> None:
    """A stale waiver yields to all but partial."""
    unselected = result("get-one", Verdict.SKIPPED, skip=Skip.NOT_SELECTED)
    found = waive(report(replace(BROKEN, fingerprint="f-two"), unselected, **more), [waiver()])

    assert found.exit_status == status


def test_a_broken_must_without_a_waiver_comes_before_a_stale_waiver() -> None:
    """1, whatever else has become of the waivers."""
    others = (result("create-two", Verdict.FAILED, fingerprint="f-two"), result("get-one", Verdict.PASSED))
    found = waive(report(BROKEN, *others), [waiver(), waiver(id="get-one")])

    assert found.exit_status == 1
    assert not found.sentence.startswith("nonconformant, as accepted")
    assert "1 broken; 1 broken and waived; 1 of the waivers no longer holds" in found.sentence


@pytest.mark.parametrize("strict", [False, True])
def test_a_waived_should_does_not_fail_a_strict_run(strict: bool) -> None:  # noqa: FBT001 - a parameter
    """Without the waiver it does."""
    one = report(result("create-one", Verdict.WARNED, SHOULD), strict=strict)

    assert one.exit_status == (1 if strict else 0)
    assert waive(one, [waiver()]).exit_status == 0


def test_nothing_is_green_on_waivers_alone() -> None:
    """Where no MUST holds the run stays partial, unless a part was asked for and that is enough."""
    found = waive(replace(report(), results=(BROKEN,)), [waiver()])

    assert found.exit_status == 3
    assert replace(found, allow_partial=True).exit_status == 0
    assert replace(found, allow_partial=True, results=(replace(BROKEN, skip=Skip.NOT_APPLICABLE),)).exit_status != 0


def test_a_waiver_of_a_part_leaves_it_partial() -> None:
    """What is accepted does not make up for what was not asked."""
    found = waive(report(BROKEN, result("get-one", Verdict.SKIPPED, skip=Skip.NOT_SELECTED)), [waiver()])

    assert found.exit_status == 3
    assert replace(found, allow_partial=True).exit_status == 0


def test_the_lines_of_a_waiver_that_passes_have_to_go() -> None:
    """All of them, with their numbers and the comment above."""
    found = waive(report(replace(BROKEN, verdict=Verdict.PASSED)), [waiver()])

    assert found.stale_waivers[0].edits == tuple(Edit(n, line) for n, line in enumerate(ENTRY.splitlines(), 1))


def test_the_lines_that_changed_are_told_with_what_to_write() -> None:
    """Of another reason the fingerprint, of a day that is over the day; the rest of the line stays."""
    expired = parse(ENTRY.replace("07-01 ", "06-30 "), "waivers.toml").waivers[0]
    found = waive(report(replace(BROKEN, fingerprint="f-two", reason="got 500")), [expired])

    stale = found.stale_waivers[0]
    assert stale.why == "it now fails for another reason: got 500; also, it expired on 2026-06-30"
    assert stale.edits == (
        Edit(4, 'fingerprint = "f-one"', 'fingerprint = "f-two"'),
        Edit(8, "expires = 2026-06-30  # agreed on", "expires = 2026-09-29  # agreed on"),
    )
    assert lapse(DAY) == "2026-09-29"


def test_shards_keep_what_was_waived_in_them() -> None:
    """Of two verdicts the worse counts, and a waiver that holds in one shard is not stale."""
    other = result("get-one", Verdict.PASSED)
    first = waive(report(BROKEN), [waiver()])
    second = waive(replace(report(replace(BROKEN, verdict=Verdict.PASSED), other), duration_s=2.0), [waiver()])
    joined = merge([first, second])

    assert joined.results[0].waived == waiver()
    assert not joined.stale_waivers
    assert joined.exit_status == 0


def test_a_failure_that_one_shard_waives_and_another_meets_otherwise_is_broken() -> None:
    """The waiver is stale for the whole."""
    first = waive(report(BROKEN), [waiver()])
    second = waive(report(replace(BROKEN, fingerprint="f-two"), duration_s=2.0), [waiver()])
    joined = merge([first, second])

    assert joined.results[0].waived is None
    assert [stale.kind for stale in joined.stale_waivers] == [Staleness.DIFFERS]
    assert joined.exit_status == 5

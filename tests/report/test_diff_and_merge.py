"""What changed between two reports, and one report of several shards."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from conformance.model import MUST, SHOULD, ObservationResult, Report, Result, Skip, Verdict
from conformance.report import ReportsDiffer, compare, html, merge
from conformance.report.comparison_text import markdown, markdown_page, terminal
from conformance.shape import Shape
from conformance.waiver import Waiver

if TYPE_CHECKING:
    from conformance.report.diff import Change, Comparison


def with_result(report: Report, id_: str, **changes: object) -> Report:
    """The report with one result changed."""
    results = tuple(replace(r, **changes) if r.id == id_ else r for r in report.results)  # type: ignore[arg-type]
    return replace(report, results=results)


def ids(changes: tuple[Change, ...]) -> list[str]:
    """The ids of these changes."""
    return [change.id for change in changes]


def changed(comparison: Comparison) -> dict[str, list[str]]:
    """The ids of every kind of change that there is."""
    return {title: ids(changes) for title, changes in comparison.groups if changes}


def test_a_report_does_not_differ_from_itself(any_report: Report) -> None:
    """Nothing changed, and the exit status is 0."""
    comparison = compare(any_report, any_report)

    assert comparison.is_empty
    assert comparison.exit_status == 0
    assert comparison.sentence == "Nothing changed."


def test_a_regression_read_backwards_is_a_fix(conformant: Report) -> None:
    """Reversed arguments turn regressed into fixed; only a regression sets the exit status."""
    broken = with_result(conformant, "list-order", verdict=Verdict.FAILED, reason="wrong order", fingerprint="f")

    assert changed(compare(conformant, broken)) == {"Regressed": ["list-order"]}
    assert compare(conformant, broken).exit_status == 1
    assert changed(compare(broken, conformant)) == {"Fixed": ["list-order"]}
    assert compare(broken, conformant).exit_status == 0


def test_another_reason_is_told_apart(mixed: Report) -> None:
    """A failure with another fingerprint is neither fixed nor a regression."""
    other = with_result(mixed, "create-name-max-length", fingerprint="f-other", reason="500")

    assert changed(compare(mixed, other)) == {"Still failing, for another reason": ["create-name-max-length"]}
    assert compare(mixed, other).exit_status == 0


@pytest.mark.parametrize("verdict", [Verdict.INCONCLUSIVE, Verdict.SKIPPED])
def test_what_cannot_be_judged_is_no_regression(conformant: Report, verdict: Verdict) -> None:
    """Nor is it a fix the other way round."""
    unclear = with_result(conformant, "list-order", verdict=verdict)

    assert changed(compare(conformant, unclear)) == {"Judged in one of the two only": ["list-order"]}
    assert compare(conformant, unclear).exit_status == 0
    assert changed(compare(unclear, conformant)) == {"Judged in one of the two only": ["list-order"]}


def test_added_and_removed_are_never_a_regression(mixed: Report) -> None:
    """A requirement that only one side knows does not set the exit status, even if it fails."""
    fewer = replace(mixed, results=mixed.results[2:])

    assert changed(compare(mixed, fewer)) == {"Removed": ["create-answer", "create-name-max-length"]}
    assert changed(compare(fewer, mixed)) == {"Added": ["create-answer", "create-name-max-length"]}
    assert compare(fewer, mixed).exit_status == compare(mixed, fewer).exit_status == 0


def test_observations_and_statuses_that_changed_are_told(conformant: Report) -> None:
    """They never set the exit status."""
    seen = replace(conformant.observations[0], answer="refused")
    other = replace(conformant, observations=(seen,))
    shapes = (Shape("GET /deployments/{id}", 200), Shape("GET /deployments/{id}", 203))

    comparison = compare(replace(conformant, seen=shapes[:1]), replace(other, seen=shapes))
    assert [(o.before, o.after) for o in comparison.observations] == [("capped", "refused")]
    assert comparison.seen == ("HTTP status 203 appeared (get)",)
    assert comparison.exit_status == 0
    assert "capped" in markdown(comparison)
    assert "refused" in html.render_comparison(comparison)


def test_what_was_compared_and_how_much_differs_stands_first(conformant: Report) -> None:
    """In every form, by the names that the two reports are given."""
    other = with_result(replace(conformant, revision="qoder-2026-08"), "list-order", verdict=Verdict.FAILED)
    comparison = compare(conformant, other, ("A", "B"))
    figures = f"Differences: verdicts 1 of {comparison.judged}, observations 0 of 1, shapes of answers 0."
    shown = StringIO()
    Console(file=shown, width=300).print(terminal(comparison))
    lines = shown.getvalue().splitlines()

    assert lines[0].startswith(f"A:      {conformant.base_url}, revision qoder-2026-06, seed {conformant.seed}, ")
    assert lines[2].startswith(f"B:      {conformant.base_url}, revision qoder-2026-08, ")
    assert lines[4].strip() == figures
    assert f"**{figures}**" in markdown_page(comparison)
    assert "| B | " in markdown_page(comparison)
    page = html.render_comparison(comparison, ["a/report.html", "b c/report.html"])
    assert figures in page
    assert 'href="b%20c/report.html"' in page


def test_what_only_one_observed_is_told(conformant: Report) -> None:
    """An observation that only one edition makes was not answered otherwise; one that nobody asked for is none."""
    fewer = replace(conformant, observations=())
    unasked = replace(conformant, observations=(replace(conformant.observations[0], answer=None),))

    assert compare(fewer, conformant).observations_added == (conformant.observations[0].id,)
    assert compare(conformant, fewer).observations_removed == (conformant.observations[0].id,)
    assert compare(fewer, unasked).is_empty
    comparison = compare(fewer, conformant)
    told = (markdown(comparison), html.render_comparison(comparison), comparison.sentence)
    assert all("bservations added" in text for text in told)


def test_what_nobody_selected_neither_came_nor_went(conformant: Report) -> None:
    """Of two editions, say, of which a part was asked."""
    name = conformant.results[0].id

    assert compare(shard(conformant, name), replace(shard(conformant, name), results=())).removed[0].id == name
    assert len(compare(shard(conformant, name), replace(conformant, results=())).removed) == 1


def test_another_level_is_told(conformant: Report) -> None:
    """It may be why a verdict is another."""
    should = with_result(conformant, "list-order", level=SHOULD, verdict=Verdict.WARNED)
    must = with_result(conformant, "list-order", level=MUST, verdict=Verdict.FAILED)
    (change,) = compare(should, must).regressed

    assert change.verdicts == "warned → failed (SHOULD → MUST)"
    assert "SHOULD → MUST" in html.render_comparison(compare(should, must))


def test_what_could_not_be_judged_is_counted(conformant: Report) -> None:
    """Also where neither of the two could judge it, which is no difference."""
    unclear = with_result(conformant, "list-order", verdict=Verdict.INCONCLUSIVE, level=MUST)

    assert compare(unclear, unclear).is_empty
    assert compare(unclear, unclear).unclear == {"list-order"}
    assert compare(conformant, unclear).judged == compare(conformant, conformant).judged - 1


def test_different_revisions_are_remarked(conformant: Report) -> None:
    """Reports of two revisions can be compared, but it is said."""
    comparison = compare(conformant, replace(conformant, revision="qoder-2026-08"))

    assert comparison.remarks == ("The revisions differ: qoder-2026-06 before, qoder-2026-08 after.",)


def test_an_accepted_regression_is_told_and_does_not_set_the_exit_status(conformant: Report) -> None:
    """Somebody has accepted it, until a day."""
    waiver = Waiver("list-order", "f", "me", "https://example.com/1", "known", "2030-01-01")
    broken = with_result(conformant, "list-order", verdict=Verdict.FAILED, fingerprint="f", waived=waiver)

    comparison = compare(conformant, broken)

    assert ids(comparison.regressed) == ["list-order"]
    assert comparison.exit_status == 0
    assert "passed → failed (waived)" in markdown(comparison)
    assert "waived" in html.render_comparison(comparison)


def test_reports_of_which_one_asked_less_say_so(conformant: Report) -> None:
    """What vanished may just not have been asked for; and a report without shapes is compared without them."""
    seen = (Shape("GET /deployments", 200),)
    less = shard(conformant, conformant.results[0].id)

    assert (
        "were asked in one of the two only"
        in compare(replace(conformant, seen=seen), replace(less, seen=seen)).remarks[0]
    )
    assert "not compared" in compare(replace(conformant, seen=seen), conformant).remarks[0]


def shard(report: Report, *selected: str, second: int = 0) -> Report:
    """The report of a run that selected these ids only."""
    unselected = {
        "verdict": Verdict.SKIPPED,
        "skip": Skip.NOT_SELECTED,
        "reason": "not selected by --only",
        "requests": 0,
        "trace": (),
    }
    results = tuple(r if r.id in selected else replace(r, **unselected) for r in report.results)  # type: ignore[arg-type]
    return replace(
        report,
        results=results,
        started_at=f"2026-07-01T12:00:{second:02}Z",
        requests_by_status={"200": len(selected)},
    )


def test_shards_make_the_whole(conformant: Report) -> None:
    """What one shard did not select comes from the one that did; requests add up; the time is that of both."""
    names = [result.id for result in conformant.results]
    whole = merge([shard(conformant, *names[:4], second=2), shard(conformant, *names[4:])])

    assert whole.results == conformant.results
    assert whole.outcome is conformant.outcome
    assert whole.requests_by_status == {"200": len(names)}
    assert (whole.started_at, whole.duration_s) == ("2026-07-01T12:00:00Z", 10.25)


def test_the_worst_of_two_verdicts_counts(conformant: Report) -> None:
    """A requirement that two shards selected keeps the worse verdict, in either order."""
    broken = with_result(replace(conformant, seed=42), "list-order", verdict=Verdict.FAILED)

    for reports in ([conformant, broken], [broken, conformant]):
        verdicts = {result.id: result.verdict for result in merge(reports).results}
        assert verdicts["list-order"] is Verdict.FAILED


def test_an_answered_observation_wins(conformant: Report) -> None:
    """An observation that one shard did not make comes from the other."""
    unknown = ObservationResult("list-limit-above-maximum", "list", "list#parameters", "", None, "not selected")
    other = replace(conformant, observations=(unknown,), started_at="2026-07-01T12:00:05Z")

    assert merge([other, conformant]).observations == conformant.observations


@pytest.mark.parametrize(
    "difference",
    [{"seed": 1}, {"revision": "x"}, {"base_url": "https://other.example"}, {"suite_version": "9"}, {"strict": True}],
)
def test_reports_of_other_runs_are_refused(conformant: Report, difference: dict[str, object]) -> None:
    """The setting that differs is named."""
    with pytest.raises(ReportsDiffer, match=next(iter(difference))):
        merge([conformant, replace(conformant, **difference)])  # type: ignore[arg-type]


def test_embedded_servers_on_two_ports_are_one_target(conformant: Report) -> None:
    """The port of the embedded server is another in every run."""
    one, two = (
        replace(conformant, base_url=f"http://127.0.0.1:{port}", command="deployments-conformance run", duration_s=port)
        for port in (4001, 4002)
    )

    assert merge([one, two]).counts == conformant.counts
    assert not compare(one, two).remarks


def test_the_same_report_twice_is_refused(conformant: Report) -> None:
    """Its requests would be counted twice."""
    with pytest.raises(ReportsDiffer, match="given twice"):
        merge([conformant, conformant])


def test_results_keep_their_order(mixed: Report) -> None:
    """The documents' order is that of the first shard."""
    names = [result.id for result in mixed.results]

    assert [r.id for r in merge([shard(mixed, names[0]), shard(mixed, names[-1])]).results] == names


def test_a_result_is_its_own_kind(mixed: Report) -> None:
    """A change knows its newer side."""
    change = compare(mixed, replace(mixed, results=())).removed[0]

    assert isinstance(change.result, Result)
    assert change.verdicts == "passed"

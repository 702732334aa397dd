"""What a soak measures, and how it is shown: percentiles, slices of time, drifts, plots."""

from __future__ import annotations

import json
import re

import pytest

from conformance.load import Drift, Load, Timing, Window, bucket, percentile
from conformance.report import load_text
from conformance.report.load_views import HEIGHT, WIDTH, shown
from conformance.soak import clock
from conformance.soak.clock import Clock

TIMES = {1.0: 50, 2.0: 40, 9.0: 5, 100.0: 4, 400.0: 1}


@pytest.mark.parametrize(("share", "value"), [(50, 1), (51, 2), (90, 2), (95, 9), (99, 100), (100, 400)])
def test_a_percentile_is_the_least_time_that_so_many_took_at_most(share: float, value: float) -> None:
    assert percentile(TIMES, share) == value


def test_of_nothing_there_is_no_percentile() -> None:
    assert percentile({}, 50) == 0


@pytest.mark.parametrize(("ms", "kept"), [(0.123, 0.1), (9.96, 10), (45.4, 45), (123.4, 120), (2345.0, 2300)])
def test_times_are_kept_to_two_digits(ms: float, kept: float) -> None:
    assert bucket(ms) == kept


def _clock(times: list[tuple[float, str, float, int]]) -> Clock:
    made = Clock(slice_s=1.0, began=0.0)
    for at_s, operation, ms, status in times:
        place = int(at_s), operation
        made.times[place][ms] += 1
        made.errors[place] += status >= 500 or not status
        made.statuses.update([str(status)] if status else [])
    return made


def test_processes_are_counted_together() -> None:
    """Also after they went through JSON, as between processes."""
    one = _clock([(0, "GET /a", 1.0, 200), (1, "GET /a", 3.0, 500)])
    other = _clock([(0, "GET /a", 2.0, 200), (0, "POST /b", 5.0, 0)])
    one.add(json.loads(json.dumps(other.dump())))

    a, b = clock.timings(one)
    assert (a.operation, a.requests, a.errors, a.p50, a.longest) == ("GET /a", 3, 1, 2.0, 3.0)
    assert (b.operation, b.requests, b.errors, b.p99) == ("POST /b", 1, 1, 5.0)
    first, second = clock.windows(one, 1.5)
    assert (first.requests, first.errors, first.rate) == (3, 1, 3.0)
    assert (second.requests, second.seconds, second.rate) == (1, 0.5, 2.0)
    assert one.statuses == {"200": 2, "500": 1}


def test_what_came_when_the_load_was_over_is_in_no_slice() -> None:
    assert len([*clock.windows(_clock([(0, "a", 1.0, 200), (7, "a", 1.0, 200)]), 5.0)]) == 1


def test_the_last_third_is_compared_with_the_first() -> None:
    early = [(second, "a", 10.0, 200) for second in range(1, 5) for _ in range(10)]
    late = [(second, "a", 30.0, 200) for second in range(5, 10) for _ in range(10)]
    seldom = [(second, "b", 10.0, 200) for second in range(10)]

    assert [*clock.drifts(_clock([*early, *late, *seldom]), 0.5, 10.0)] == [Drift("a", 10.0, 30.0, 10.0, 30.0)]


def test_of_a_short_load_no_thirds_are_compared() -> None:
    assert [*clock.drifts(_clock([(0, "a", 1.0, 200)] * 99), 0.5, 2.0)] == []


def _load(rates: list[int]) -> Load:
    windows = tuple(Window(float(n), 1.0, rate, 0, 10.0, 20.0 + n) for n, rate in enumerate(rates))
    return Load(5, 1, 10, float(len(rates)), (Timing("GET /a", 3, 0, 1, 2, 3, 4, 5),), windows)


def test_plots_stay_in_their_frame_and_tell_in_words_what_they_show() -> None:
    throughput, times = shown(_load([0, 130, 70])).plots

    assert throughput.heights == ("150", "112.5", "75", "37.5", "0")
    assert throughput.times == ("0 s", "0.75 s", "1.5 s", "2.25 s", "3 s")
    assert throughput.told == "Between 0 and 130 requests a second."
    assert [line.name for line in times.lines] == ["median", "95 % within"]
    for line in (*throughput.lines, *times.lines):
        points = [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", line.path)]
        assert len(points) == 3
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
        assert points == sorted(points)


def test_of_less_than_two_slices_nothing_is_drawn() -> None:
    assert shown(_load([1])).plots == ()


def test_the_measurements_can_be_read_by_programs() -> None:
    read = json.loads(load_text.dump(_load([1, 2])))

    assert (read["schema_version"], read["requests"], read["users"]) == (1, 3, 5)
    assert read["timings"][0]["p95"] == 3
    assert len(read["windows"]) == 2

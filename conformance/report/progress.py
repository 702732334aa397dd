"""What a run shows while it goes on: live in a terminal, a line each tenth of the way elsewhere, or nothing."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TextIO, TypeAlias

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from conformance.model import ObservationResult, Result, Verdict
from conformance.report.signs import STYLES, WAIVED_STYLE
from conformance.report.visible import one_line
from conformance.report.waiving import cover

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType

    from conformance.waiver import Waiver

Done: TypeAlias = Result | ObservationResult

TENTHS = 10
"""So often a log is told how far a run has come."""

_LOUD = {Verdict.FAILED: "FAIL", Verdict.WARNED: "WARN", Verdict.INCONCLUSIVE: "UNKNOWN"}


class Progress(Protocol):
    """Told of a run as it goes on."""

    def start(self, total: int) -> None:
        """The run begins; so many cases are to come."""

    def case_done(self, done: Done) -> None:
        """A case came to its end."""

    def note(self, text: str) -> None:
        """Something that a reader should know now."""

    def close(self) -> None:
        """The run is over, however it ended. May be called twice."""


class Silent:
    """Shows nothing."""

    def start(self, total: int) -> None:
        """Nothing is shown."""

    def case_done(self, done: Done) -> None:
        """Nothing is shown."""

    def note(self, text: str) -> None:
        """Nothing is shown."""

    def close(self) -> None:
        """Nothing is shown."""


class Plain:
    """A line each tenth of the cases, and failures as they appear, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        """Lines go to this console."""
        self._console = console
        self._total = self._done = self._requests = 0
        self._began = time.monotonic()

    def start(self, total: int) -> None:
        """Say how much is to come."""
        self._total, self._began = total, time.monotonic()
        self._print(Text(f"{total} cases"))

    def case_done(self, done: Done) -> None:
        """Count it, and tell of it at once where it is bad."""
        for line in loud(done):
            self._print(line)
        before, self._done = self._tenth, self._done + 1
        self._requests += done.requests
        if self._tenth > before:
            seconds = time.monotonic() - self._began
            self._print(Text(f"{self._done} of {self._total} cases, {self._requests:,} requests, {seconds:.0f} s"))

    def note(self, text: str) -> None:
        """Print it."""
        self._print(Text(one_line(text)))

    def close(self) -> None:
        """Nothing is left to be shown: the summary has all areas."""

    @property
    def _tenth(self) -> int:
        return self._done * TENTHS // max(self._total, 1)

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True, highlight=False)


class LiveDisplay:
    """A display that stays at the bottom of the terminal: area, bar, counts by verdict, requests and their rate."""

    def __init__(self, console: Console) -> None:
        """The display is drawn on this console."""
        self._total = self._done = self._requests = 0
        self._counts: Counter[str] = Counter()
        self._area = ""
        self._began = time.monotonic()
        self._live = Live(
            console=console,
            get_renderable=self._picture,
            refresh_per_second=8,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def start(self, total: int) -> None:
        """Begin to draw."""
        self._total, self._began = total, time.monotonic()
        self._live.start()

    def case_done(self, done: Done) -> None:
        """Count it, and leave two lines above the display where it is bad."""
        self._done += 1
        self._area = done.area
        self._requests += done.requests
        self._counts[_word(done)] += 1
        for line in loud(done):
            self._live.console.print(line, highlight=False)

    def note(self, text: str) -> None:
        """Leave a line above the display."""
        self._live.console.print(Text(one_line(text)), highlight=False)

    def close(self) -> None:
        """Take the display away."""
        self._live.stop()

    def _picture(self) -> RenderableType:
        elapsed = max(time.monotonic() - self._began, 0.001)
        bar = Table.grid(padding=(0, 1))
        bar.add_row(
            ProgressBar(self._total or None, self._done, 30, complete_style="cyan", finished_style="green"),
            Text(f"{self._done}/{self._total}"),
            Text(one_line(self._area, 40), style="bold"),
        )
        rate = f"{self._requests:,} requests, {self._requests / elapsed:.0f}/s, {elapsed:.0f} s"
        return Group(bar, Text.assemble(*self._tallies(), (rate, "dim")))

    def _tallies(self) -> Iterator[tuple[str, str]]:
        for verdict in Verdict:
            if self._counts[verdict]:
                yield f"{self._counts[verdict]} {verdict.value}  ", STYLES[verdict]
        if self._counts["observed"]:
            yield f"{self._counts['observed']} observed  ", "cyan"


class Waiving:
    """Tells another display of a run, with the failures that are accepted today marked as waived."""

    def __init__(self, shown: Progress, waivers: Iterable[Waiver]) -> None:
        """`shown` is the display that is told."""
        self._shown = shown
        self._waivers = {waiver.id: waiver for waiver in waivers}
        self._day = datetime.now(UTC).date().isoformat()
        self.start, self.note, self.close = shown.start, shown.note, shown.close

    def case_done(self, done: Done) -> None:
        """A case came to its end."""
        self._shown.case_done(done if isinstance(done, ObservationResult) else self._cover(done))

    def tolerated(self, result: Result) -> bool:
        """Whether a failure is accepted today."""
        return self._cover(result).waived is not None

    def _cover(self, result: Result) -> Result:
        return cover(result, self._waivers.get(result.id), self._day)


def progress(file: TextIO, *, quiet: bool = False) -> Progress:
    """The display that fits this stream."""
    if quiet:
        return Silent()
    console = Console(file=file, highlight=False)
    return LiveDisplay(console) if console.is_terminal and not console.is_dumb_terminal else Plain(console)


def loud(done: Done) -> Iterator[Text]:
    """The two lines that tell of a case that did not pass; none of others."""
    if isinstance(done, ObservationResult) or done.verdict not in _LOUD:
        return
    word, style = ("WAIVED", WAIVED_STYLE) if done.waived else (_LOUD[done.verdict], STYLES[done.verdict])
    yield Text.assemble((f"{word:<8}", style), (one_line(done.id), "bold"))
    yield Text(f"        {one_line(done.statement, 150)} {one_line(done.reason, 200)}")


def _word(done: Done) -> str:
    return "observed" if isinstance(done, ObservationResult) else done.verdict.value

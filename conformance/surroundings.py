"""What a run or a soak stands in: settings, a target that can be reached, a journal, and files that processes share."""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from conformance import revisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.machines import Machines
    from conformance.model import Options, Target
    from conformance.recording import Record
    from conformance.settings import Settings


class UsageError(ValueError):
    """What was asked for makes no sense; the message says what to change."""


def settings_of(target: Target, options: Options, selected: frozenset[str] | None) -> Settings:
    """The settings of a run that begins now, with an id of its own."""
    from conformance.settings import Settings

    path = Path(options.report_dir) / "journal.jsonl" if options.report_dir is not None else None
    seconds = min(target.max_duration_s or float("inf"), options.time_budget_s or float("inf"))
    settings = Settings(target, options, secrets.token_hex(3), str(path) if path else None, selected)
    begun_at = datetime.now(UTC).isoformat(timespec="seconds")
    return dataclasses.replace(settings, deadline=time.monotonic() + seconds, begun_at=begun_at)


@contextlib.contextmanager
def elsewhere(target: Target, options: Options) -> Iterator[Machines]:
    """The machines that ask, too, once all are known to be there and to be able to."""
    from conformance import machines
    from conformance.settings import Settings

    try:
        far = [text for text in options.remote if not machines.is_here(machines.parse(text))]
        if far and (target.base_url is None or Settings(target, options, run_id="").loopback):
            where = target.base_url or "the embedded server"
            raise UsageError(f"--remote {far[0]}: {where} is not to be reached from there; give a --base-url that is")
        with contextlib.ExitStack() as stack:
            yield stack.enter_context(machines.opened(options.remote))
    except machines.NotUsable as error:
        raise UsageError(f"--remote {error}") from None


@contextlib.contextmanager
def reachable(target: Target, meanwhile: Callable[[], object] = lambda: None) -> Iterator[Target]:
    """The target itself, or the embedded reference server with its tokens and ids where none was given.

    `meanwhile` is done before there is one, while that server starts.
    """
    if target.base_url is not None:
        meanwhile()
        yield target
        return
    from conformance.reference import process

    revision = revisions.QODER_JUNE if target.revision == revisions.AUTO else target.revision

    def prepare() -> None:
        meanwhile()
        _get_ready()

    with process.start(revision=revision, meanwhile=prepare) as running:
        yield dataclasses.replace(
            target,
            base_url=running.base_url,
            token=running.tokens["full"],
            other_token=running.tokens["other"],
            expired_token=running.tokens["expired"],
            unscoped_token=running.tokens["unscoped"],
        )


def _get_ready() -> None:
    """Import what every run needs: it takes as long as the server to start."""
    from conformance import cases, collector, plugin  # noqa: F401

    cases.load()


@contextlib.contextmanager
def journalled(settings: Settings) -> Iterator[list[str]]:
    """The journal of this run in its place, begun and held until the block ends; what is to be told of an earlier one.

    It is held so that nobody cleans up what is still at work, and no other run begins in the same place.
    """
    from conformance.failures import JournalNotWritable
    from conformance.file_lock import InUse
    from conformance.journal import Journal

    path, target = settings.journal_path, settings.target
    journal = Journal(Path(path) if path is not None else None)
    facts = {"base_url": settings.base_url, "run_id": settings.run_id, "revision": target.revision}
    try:
        told = _make_room(Path(path)) if path is not None else []
        journal.begin(**facts, begun_at=settings.begun_at)
    except InUse:
        raise UsageError(
            f"--report-dir {settings.options.report_dir}: another run is at work there; name another folder"
        ) from None
    except JournalNotWritable as error:
        raise UsageError(f"--report-dir {settings.options.report_dir}: {error}; name another folder") from None
    with contextlib.closing(journal):
        yield told


def _make_room(path: Path) -> list[str]:
    """Remove the journal of an earlier run; one that still has something to put away is kept under another name."""
    from conformance import file_lock, journal

    if not path.is_file():
        path.unlink(missing_ok=True)
        return []
    with file_lock.alone(path):
        try:
            facts, earlier = journal.read(path)
        except journal.JournalUnreadable:
            facts, earlier = {}, journal.Journal()
        if not earlier.unfinished():
            path.unlink()
            return []
        kept = path.with_name(f"journal-{''.join(filter(str.isalnum, facts.get('run_id', '')))}.jsonl")
        path.rename(kept)
    return [f"an earlier run left something behind: deployments-conformance clean {kept}"]


@contextlib.contextmanager
def recording(path: str | None) -> Iterator[Record]:
    """Every request of the run in a file, if one was named."""
    from conformance.recording import Record, RecordNotWritable

    record = Record(Path(path) if path is not None else None)
    try:
        record.begin()
    except RecordNotWritable as error:
        raise UsageError(f"--har {path}: {error}; name another file") from None
    try:
        yield record
    finally:
        record.finish()


@contextlib.contextmanager
def one_budget(target: Target, options: Options) -> Iterator[str | None]:
    """A file in which workers count their writes together; none where there is nothing to count, or no other."""
    from conformance.settings import Settings

    if target.max_writes is None or Settings(target, options, run_id="").processes == 1:
        yield None
        return
    with tempfile.NamedTemporaryFile(prefix="conformance-writes-") as file:
        yield file.name


@contextlib.contextmanager
def halting(options: Options) -> Iterator[str | None]:
    """A file in which the controller tells all workers that a failure was found; none where they go on all the same."""
    if not options.fail_fast:
        yield None
        return
    with tempfile.NamedTemporaryFile(prefix="conformance-halt-") as file:
        yield file.name

"""`--waivers` and `--write-waivers`: the files of accepted failures, checked before anything is sent."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from conformance.cli_values import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from conformance.model import Report
    from conformance.report.waiver_file import WaiverFile
    from conformance.waiver import Waiver


def read_waivers(path: Path, revision: str) -> WaiverFile:
    """The waivers of a file that the user named, all of requirements that this revision has; any, where it is open."""
    from conformance.report import waiver_file

    try:
        found = waiver_file.read(path)
    except waiver_file.WaiversUnreadable as error:
        raise InputError(f"--waivers {error}") from None
    _check_known(found.waivers, revision)
    return found


def _check_known(waivers: Iterable[Waiver], revision: str) -> None:
    from conformance import revisions, runner
    from conformance.report.waiver_file import header

    names = revisions.ALL if revision == revisions.AUTO else (revision,)
    declared = {each.id: each for name in names for each in runner.catalogue(name)}
    judged = [id_ for id_, each in declared.items() if not (each.is_observation or each.unobservable)]
    for waiver in waivers:
        if waiver.id not in judged:
            why = "is never judged" if waiver.id in declared else f"is no requirement of {revision}"
            near = get_close_matches(waiver.id, judged, n=1)
            advice = f"did you mean {near[0]}?" if near else "`list` shows them all; correct the id or remove it"
            line = waiver.line + header(waiver.lines)
            raise InputError(f"--waivers {waiver.file}, line {line}: {waiver.id} {why}; {advice}")


def read_draft(path: Path) -> WaiverFile:
    """What an earlier proposal left in the file for a new one; a file of any other origin is not touched."""
    from conformance.report import ReportNotWritable, ensure_writable, waiver_draft, waiver_file

    try:
        ensure_writable(path.parent)
        if not path.exists():
            return waiver_file.WaiverFile()
        found = waiver_file.read(path, draft=True)
        ours = waiver_draft.is_ours(path.read_text(encoding="utf-8"))
    except (ReportNotWritable, waiver_file.WaiversUnreadable) as error:
        raise InputError(f"--write-waivers {error}; or name another file") from None
    if not ours:
        raise InputError(f"--write-waivers {path}: another hand than --write-waivers began this file; name another one")
    return found


def write_draft(report: Report, path: Path, earlier: WaiverFile, applied: WaiverFile | None) -> None:
    """Propose the file of waivers that would let this report pass, and say what is left to do."""
    from conformance.report import ReportNotWritable, files, waiver_draft
    from conformance.report.waiver_file import WaiverFile

    if report.unreachable or report.invalid:
        print(f"Waivers: {path} stays as it was, because the run says nothing of the service.")
        return
    waivers = {waiver.id: waiver for waiver in (*(applied.waivers if applied else ()), *earlier.waivers)}
    draft = waiver_draft.propose(report, WaiverFile(tuple(waivers.values()), earlier.preamble))
    try:
        files.write(path, draft.text)
    except ReportNotWritable as error:
        raise InputError(f"--write-waivers: {error}; name another file") from None
    todo = "; fill in owner and link of the new ones" if draft.new else ""
    print(f"Waivers: {path}: {draft.new} new, {draft.kept} kept, {draft.dropped} dropped{todo}")

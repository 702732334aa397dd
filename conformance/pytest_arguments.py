"""How pytest is called for a run: with settings of ours, and no more plugins than are needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conformance import cases

if TYPE_CHECKING:
    from conformance.settings import Settings

CASES = Path(cases.__path__[0])
RESTARTS = 4
"""So many times each worker is replaced at most, as pytest-xdist has it where it knows their number."""

UNNEEDED = (
    *("cacheprovider", "terminal", "warnings", "faulthandler", "logging", "doctest", "junitxml", "pastebin"),
    *("skipping", "tmpdir", "unittest"),
    *("unraisableexception", "threadexception"),  # they collect garbage at the end, which takes longer than many a case
)


def arguments(settings: Settings) -> list[str]:
    """The command line of pytest; nothing of it is secret."""
    options = settings.options
    told = elsewhere(settings, str(CASES))
    if options.remote:  # `remote_workers` starts them all
        told += ["--dist", "load", "--max-worker-restart", str(settings.processes * RESTARTS)]
    elif settings.processes > 1:
        told += ["-n", str(settings.processes)]
    if options.report_dir is not None:
        log = Path(options.report_dir) / "cases.html"
        told += [f"--html={log}", "--self-contained-html"]
    return told


def elsewhere(settings: Settings, folder: str) -> list[str]:
    """The same for a worker on another machine, where the cases are in this folder."""
    chosen = [Path(file).name for file in cases.files(settings.selected or ())]
    told = [f"{folder}/{name}" for name in chosen] or [folder]  # else pytest would look around where it was started
    told += ["-c", f"{folder}/pytest.toml", "--rootdir", folder]
    told += ["--disable-plugin-autoload", "--assert=plain", "--capture=no", "--import-mode=importlib"]
    told += [part for name in UNNEEDED for part in ("-p", f"no:{name}")]
    told += ["-p", "conformance.plugin"]
    told += ["-p", "xdist.plugin"] * (settings.processes > 1)
    logged = ["-p", "pytest_metadata.plugin", "-p", "pytest_html.plugin", "-p", "conformance.html_log"]
    return told + logged * (settings.options.report_dir is not None)

"""How pytest is called for a run: with settings of ours, and no more plugins than are needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conformance import cases

if TYPE_CHECKING:
    from conformance.settings import Settings

CASES = Path(cases.__path__[0])
UNNEEDED = (
    *("cacheprovider", "terminal", "warnings", "faulthandler", "logging", "doctest", "junitxml", "pastebin"),
    *("skipping", "tmpdir", "unittest"),
    *("unraisableexception", "threadexception"),  # they collect garbage at the end, which takes longer than many a case
)


def arguments(settings: Settings) -> list[str]:
    """The command line of pytest; nothing of it is secret."""
    chosen, options = settings.selected, settings.options
    told = cases.files(chosen or ()) or [str(CASES)]  # without a file pytest would look around where it was started
    told += ["-c", str(CASES / "pytest.toml"), "--rootdir", str(CASES)]
    told += ["--disable-plugin-autoload", "--assert=plain", "--capture=no", "--import-mode=importlib"]
    told += [part for name in UNNEEDED for part in ("-p", f"no:{name}")]
    told += ["-p", "conformance.plugin"]
    if settings.processes > 1:
        told += ["-p", "xdist.plugin", "-n", str(settings.processes)]
    if options.report_dir is not None:
        log = Path(options.report_dir) / "cases.html"
        told += ["-p", "pytest_metadata.plugin", "-p", "pytest_html.plugin", "-p", "conformance.html_log"]
        told += [f"--html={log}", "--self-contained-html"]
    return told

"""The promise of the command line, fault by fault: `run` against `serve --fault X` in another process tells on it.

By hand: `python tests/matrix/over_http.py [FAULT]...` runs the areas that a fault names, over HTTP, and checks the exit
status, the sentence on the terminal, and that the script or the curl line of each story, pasted into a shell while the
service still runs, is answered as the report says. Without a fault it goes through all of them.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.cli import main as command
from conformance.expect import resolve, show
from conformance.model import MUST, Verdict
from conformance.reference.faults import all_faults, find
from conformance.report import json_format
from conformance.report.stories import stories
from conformance.runner import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.report.stories import Story

DECLARED = {each.id: each for each in catalogue("qoder-2026-06")}
SERVE = [sys.executable, "-m", "conformance.cli", "serve"]
STATUS = re.compile(r"^HTTP/[\d.]+ (\d{3})", re.MULTILINE)
VARIES = re.compile(r"conformance-[\w-]+|_[0-9a-f]{12,}|[0-9a-f-]{32,36}|\d{4}-\d\d-\d\dT[\d:.%A-Z+]+|\d{9,}")
AGAIN = frozenset({"concurrent", "sequence", "generated"})
"""Areas whose failures depend on chance, on what came before or on simultaneous requests."""


def examine(fault: str) -> list[str]:
    """What is wrong with how the suite tells on this fault, a line each."""
    named = [DECLARED[id_] for id_ in sorted(find(fault).breaks)]
    areas = sorted({each.area for each in named})
    strict = not any(each.level is MUST for each in named)
    with serve(fault) as environment, tempfile.TemporaryDirectory() as folder:
        arguments = ["run", "--report-dir", folder, *(word for area in areas for word in ("--only", area))]
        arguments += (
            ["--base-url", environment["DEPLOYMENTS_BASE_URL"]] + ["--strict"] * strict + ["--slow"] * find(fault).slow
        )
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            status = told(arguments, environment)
        report = json_format.read(Path(folder) / "report.json")
        wrong = [] if status == 1 else [f"exit status {status}"]
        broken = {each.id for each in report.results if each.verdict in {Verdict.FAILED, Verdict.WARNED}}
        wrong += [f"{each.id} is not broken" for each in named if each.id not in broken]
        told_of = [each for each in stories(report) if each.verdict is not Verdict.INCONCLUSIVE]
        wrong += [f"the terminal does not tell: {s.head.statement}" for s in told_of[:12] if not shown(s, printed)]
        for story in told_of[:12]:
            if story.head.area not in AGAIN and (why := differs_again(story, environment)):
                wrong.append(f"{story.head.id} is not reproduced: {why}")
    return wrong


def shown(story: Story, printed: io.StringIO) -> bool:
    """Whether the terminal says in one sentence what is broken."""
    return story.head.statement in " ".join(printed.getvalue().split())


def told(arguments: list[str], environment: dict[str, str]) -> int:
    """Run the command with the tokens of the service in its environment."""
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        return command(arguments)
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def serve(fault: str) -> Iterator[dict[str, str]]:
    """The reference server in a process of its own; gives what it prints as `export` lines."""
    with subprocess.Popen(
        [*SERVE, "--fault", fault], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        exported: dict[str, str] = {}
        while "DEPLOYMENTS_ARCHIVED_ENVIRONMENT_ID" not in exported:
            exported |= dict(re.findall(r"^export (\w+)=(\S+)", process.stdout.readline()))
        secrets = {name: value for name, value in exported.items() if name.endswith("TOKEN")}
        base_url = exported["DEPLOYMENTS_BASE_URL"]
        try:
            yield secrets | {"TOKEN": secrets["DEPLOYMENTS_TOKEN"], "DEPLOYMENTS_BASE_URL": base_url}
        finally:
            process.terminate()


def differs_again(story: Story, environment: dict[str, str]) -> str:
    """Paste it: "" if the decisive answer has the status that the report says."""
    step = story.differing
    if step is None:
        return ""
    text = story.script.partition("\n# put away")[0] or story.curl
    done = subprocess.run(
        ["sh"],
        input=text.encode("utf-8", "surrogateescape"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment},
        check=False,
    )
    answer = done.stdout.decode("utf-8", "replace")
    statuses = STATUS.findall(answer)
    if not statuses or statuses[-1] != step.status:
        return f"{statuses[-1:]} instead of {step.status}"
    came, comes = (at(body, story.place) for body in (step.record.response_body or "", body_of(answer)))
    told = VARIES.sub("*", story.actual)  # all that is left where the answer was too long for the report
    return "" if not story.place or comes in {came, told} else f"at {story.place} {comes[:80]} instead of {came[:80]}"


def body_of(answer: str) -> str:
    """The body of the last answer that curl has shown."""
    return re.split(r"\r?\n\r?\n", answer[answer.rindex("HTTP/") :], maxsplit=1)[-1]


def at(body: str, pointer: str) -> str:
    """What is at a place in a body, but for ids, names and dates."""
    try:
        return VARIES.sub("*", show(resolve(json.loads(body), pointer)))
    except ValueError:
        return VARIES.sub("*", body)


def main() -> int:
    """Go through the faults and print what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fault", nargs="*")
    parser.add_argument("--part", default="0/1", help="I/N: every Nth fault, beginning with the Ith")
    given = parser.parse_args()
    first, step = (int(number) for number in given.part.split("/"))
    faults = given.fault or [name for name, fault in all_faults().items() if fault.breaks][first::step]
    count = 0
    with ProcessPoolExecutor(2) as pool:
        for number, (fault, wrong) in enumerate(zip(faults, pool.map(examine, faults), strict=True), 1):
            count += bool(wrong)
            print(f"{number}/{len(faults)} {fault}: {'; '.join(wrong) or 'told'}", flush=True)
    print(f"{len(faults) - count} of {len(faults)} faults told and reproduced")
    return min(count, 1)


if __name__ == "__main__":
    sys.exit(main())

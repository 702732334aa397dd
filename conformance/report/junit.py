"""A report as JUnit XML, for the test views of CI servers: requirement id as name, area as class, story as message."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from conformance.model import Blame, Report, Result, Verdict
from conformance.report.bounds import bounded
from conformance.report.prose import plain_story, trouble
from conformance.report.stories import story
from conformance.report.tallies import by_area, whole
from conformance.report.visible import clip, one_line, visible
from conformance.report.waiver_text import accepted, plain

if TYPE_CHECKING:
    from conformance.report.tallies import Tally
    from conformance.waiver import StaleWaiver

RUN = "the-run"
"""No area has this name; Jenkins would take two suites of one name for one."""

_MESSAGE = 300
_ORDER = re.compile(r"\[\[(?=\s*\w+\s*\|)")


def render(report: Report) -> str:
    """The report as a JUnit document; a SHOULD that is not kept fails only a strict run, what is waived none."""
    report = bounded(report)
    root = ET.Element("testsuites", name=visible(report.suite_name), time=_seconds(report.duration_s))
    root.append(_run_suite(report))
    for tally in by_area(report):
        root.append(_area_suite(report, tally))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _run_suite(report: Report) -> ET.Element:
    """What is true of the whole run; a case of its own where the run itself went wrong, so that it is never green."""
    wrong, stale = trouble(report), len(report.stale_waivers)
    tests = bool(wrong) + stale
    suite = _suite(RUN, report.duration_s if wrong else 0.0, tests=tests, errors=bool(wrong), failures=stale)
    properties = ET.SubElement(suite, "properties")
    for name, value in _facts(report).items():
        ET.SubElement(properties, "property", name=visible(name), value=one_line(value))
    if wrong:
        case = ET.SubElement(suite, "testcase", name="the-run-itself", classname=RUN, time="0")
        ET.SubElement(case, "error", message=one_line(wrong, _MESSAGE), type=report.outcome.value)
    suite.extend(_stale_case(stale) for stale in report.stale_waivers)
    return suite


def _stale_case(stale: StaleWaiver) -> ET.Element:
    case = ET.Element("testcase", name=visible(f"waiver of {stale.id}"), classname=RUN, time="0")
    message = _inert(one_line(stale.why, _MESSAGE))
    said = ET.SubElement(case, "failure", message=message, type=f"waiver {stale.kind}")
    said.text = _inert(clip(plain(stale), 4000))
    return case


def _facts(report: Report) -> dict[str, str]:
    facts = {
        "target": report.base_url,
        "revision": report.revision,
        "suite_version": report.suite_version,
        "seed": str(report.seed),
        "started_at": report.started_at,
        "outcome": report.outcome.value,
        "exit_status": str(report.exit_status),
        "sentence": report.sentence,
        "requests": str(report.requests_total),
    }
    facts |= {"waived": accepted(report)} if accepted(report) else {}
    facts |= {f"count.{verdict.value}": str(number) for verdict, number in whole(report).counts.items()}
    return facts | {f"observation.{o.id}": o.answer or f"unknown: {o.reason}" for o in report.observations}


def _area_suite(report: Report, tally: Tally) -> ET.Element:
    results = [result for result in report.results if result.area == tally.name]
    tags = Counter(_tag(result, strict=report.strict) for result in results)
    suite = _suite(
        tally.name,
        sum(result.duration_s for result in results),
        tests=tally.total,
        failures=tags["failure"],
        errors=tags["error"],
        skipped=tags["skipped"],
    )
    suite.extend(_case(result, report) for result in results)
    return suite


def _suite(name: str, seconds: float, **numbers: int) -> ET.Element:
    counted = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0} | numbers
    return ET.Element(
        "testsuite", {"name": visible(name), "time": _seconds(seconds)} | {k: str(int(v)) for k, v in counted.items()}
    )


def _case(result: Result, report: Report) -> ET.Element:
    case = ET.Element(
        "testcase", name=visible(result.id), classname=visible(result.area), time=_seconds(result.duration_s)
    )
    properties = ET.SubElement(case, "properties")
    for name in ("verdict", "level", "source"):
        ET.SubElement(properties, "property", name=name, value=visible(str(getattr(result, name))))
    if result.waived:
        ET.SubElement(properties, "property", name="waived", value=one_line(result.waived.summary))
    tag = _tag(result, strict=report.strict)
    if tag:
        _say(case, tag, result, report.revision)
    return case


def _tag(result: Result, *, strict: bool) -> str:
    if result.waived:
        return "skipped"
    tags = {Verdict.FAILED: "failure", Verdict.INCONCLUSIVE: "error", Verdict.SKIPPED: "skipped"}
    tags[Verdict.WARNED] = "failure" if strict else "skipped"
    return tags.get(result.verdict, "")


def _say(case: ET.Element, tag: str, result: Result, revision: str) -> None:
    """Both as attribute and as text: Jenkins heads a case with the first, GitLab shows the second alone."""
    statement = f"{result.statement} {result.reason}" if result.verdict is not Verdict.SKIPPED else result.reason
    note = "SHOULD, not kept: " if result.verdict is Verdict.WARNED else ""
    note = f"{result.waived.summary}: " if result.waived else note
    message = _inert(one_line(note + statement, _MESSAGE))
    said = ET.SubElement(case, tag, message=message)
    skipped = result.verdict is Verdict.SKIPPED
    said.text = message if skipped else _inert(plain_story(story([result], revision)))
    if tag != "skipped":
        said.set("type", f"inconclusive-{result.blame or Blame.TARGET}" if tag == "error" else result.verdict.value)
    elif result.is_broken:
        ET.SubElement(case, "system-out").text = said.text


def _inert(text: str) -> str:
    """The text without what CI servers take for an order to attach a file: `[[ATTACHMENT|/etc/passwd]]`."""
    return _ORDER.sub("[ [", text)


def _seconds(duration: float) -> str:
    return f"{duration:.3f}"

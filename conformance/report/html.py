"""A report as one HTML file that needs nothing else: no network, no script to be read, no file beside it."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from conformance.model import Level, Report, Verdict
from conformance.report import comparison_head, html_views, json_format, load_views, signs, waiver_text
from conformance.report.bounds import bounded
from conformance.report.links import documentation, page
from conformance.report.marking import around_mark
from conformance.report.operations import matrix
from conformance.report.stories import stories
from conformance.report.tallies import areas, by_area, whole
from conformance.report.visible import clip, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.load import Load
    from conformance.report.diff import Comparison
    from conformance.report.marking import Line

_CODE = re.compile(r"`(?P<quoted>[^`\n]{1,80})`|(?<!\S)(?P<option>--[a-z]+(?:-[a-z]+)*)")

EMBEDDED_LIMIT = 8_000_000
"""Characters of JSON that a page may carry; of a larger report the requests are in report.json only."""


def render(
    report: Report,
    comparison: Comparison | None = None,
    *,
    catches: Mapping[str, Sequence[str]] | None = None,
    dumped: str | None = None,
    load: Load | None = None,
) -> str:
    """The page. `catches` maps a requirement id to the faults that it has been seen to catch.

    `dumped` is the report as JSON, where somebody has it already; `load` is what a soak measured.
    """
    embedded = _embedded(report, dumped or json_format.dump(report))
    report = bounded(report)
    told = stories(report)
    return _page(
        "report.html.j2",
        report=report,
        comparison=comparison,
        stories=told,
        whole=whole(report),
        waived_of=waiver_text.accepted(report),
        tallies=by_area(report),
        matrix=matrix(report),
        areas=areas(report),
        cases=html_views.cases(report, told, catches or {}),
        load=load_views.shown(load) if load is not None else None,
        json=embedded,
    )


def render_comparison(comparison: Comparison, reports: Sequence[str] = ()) -> str:
    """The page that shows what changed between two reports; `reports` is where the pages of both are, if anywhere."""
    comparison = bounded(comparison)
    head = {"sides": comparison_head.sides(comparison), "figures": comparison_head.figures(comparison)}
    return _page("comparison.html.j2", comparison=comparison, reports=[quote(path) for path in reports], **head)


def _page(template: str, **values: object) -> str:
    styles, script = _asset("report.css"), _asset("report.js")
    return _environment().get_template(template).render(styles=styles, script=script, policy=_policy(), **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("conformance.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "Verdict": Verdict,
        "Level": Level,
        "SYMBOLS": signs.SYMBOLS,
        "OUTCOMES": signs.OUTCOME_SYMBOLS,
        "WAIVED": signs.WAIVED,
    }
    environment.filters |= {
        "documentation": documentation,
        "page": page,
        "body": body,
        "clip": clip,
        "reading": reading,
        "worded": worded,
        "advice": waiver_text.advice,
        "changes": waiver_text.changes,
        "around": around_mark,
    }
    environment.tests["address"] = is_address
    return environment


def is_address(text: str) -> bool:
    """Whether a link may lead there: what a report says may have been written by anyone."""
    return text.startswith(("https://", "http://"))


def _shown(value: object) -> object:
    """Every text that a template writes goes through here: what cannot be seen is spelled out."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def reading(text: str) -> str:
    """A sentence with a capital letter."""
    return text[:1].upper() + text[1:]


def worded(text: str) -> Markup:
    """A sentence in which what stands in backticks, and options of the command, are set as code."""
    return Markup(_CODE.sub(_set_as_code, str(escape(visible(text)))))  # noqa: S704 - escaped before


def _set_as_code(match: re.Match[str]) -> str:
    return f"<code>{match['quoted'] or match['option']}</code>"


def body(lines: Iterable[Line]) -> Markup:
    """The lines of a body for a `pre`, the differing one marked by more than colour."""
    return Markup("\n").join(_line(line) for line in lines)


def _line(line: Line) -> Markup:
    if not line.marked:
        return escape(line.text)
    text = line.text.lstrip(" ")
    indent = " " * (len(line.text) - len(text))
    return Markup('{}<mark>{}</mark><span class="here"> ◀ {}</span>').format(indent, text, line.note)


@cache
def _asset(name: str) -> Markup:
    """A style sheet or script of ours, to stand in the page as it is."""
    loader = _environment().loader
    assert loader is not None
    text, _, _ = loader.get_source(_environment(), name)
    return Markup(text)  # noqa: S704 - a file of this package


@cache
def _policy() -> str:
    """The page may run our script and apply our styles, and nothing else: not even what slipped through unescaped."""
    script, styles = _digest(_asset("report.js")), _digest(_asset("report.css"))
    return f"default-src 'none'; script-src {script}; style-src {styles}; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _embedded(report: Report, text: str) -> Markup:
    """The report as JSON that cannot end the element it stands in."""
    if len(text) > EMBEDDED_LIMIT:
        cut = bounded(report)
        bare = tuple(dataclasses.replace(result, exchanges=(), trace=()) for result in cut.results)
        text = json_format.dump(dataclasses.replace(cut, results=bare))
    return Markup(re.sub("[<>&]", lambda match: f"\\u{ord(match.group()):04x}", text))  # noqa: S704 - escaped here

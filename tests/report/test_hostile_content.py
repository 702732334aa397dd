"""What a target sends stays text in every format."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from conformance.report import badge, compare, console, github, har, html, json_format, junit, markdown
from conformance.report.inline import block, code, inline
from conformance.report.links import documentation
from conformance.report.progress import LiveDisplay, Plain
from conformance.revisions import REVISIONS

if TYPE_CHECKING:
    from conformance.model import Report

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]")
ALLOWED_TAGS = {"script", "style", "meta", "a", "svg", "rect"}

API = REVISIONS["qoder-2026-06"].docs_url


class Elements(HTMLParser):
    """Collects the tags of a page with their attributes."""

    def __init__(self) -> None:
        """Nothing is collected yet."""
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag."""
        self.seen.append((tag, dict(attrs)))


def elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every element of a page."""
    parser = Elements()
    parser.feed(page)
    return parser.seen


def test_html_holds_no_element_of_the_target(hostile: Report, mixed: Report) -> None:
    """The hostile page has the kinds of elements that the harmless one has, and no handler."""
    found = elements(html.render(hostile, compare(mixed, hostile)))

    assert "img" not in {tag for tag, _ in found}
    assert not [name for _, attributes in found for name in attributes if name.startswith("on") or name == "style"]
    assert sum(tag == "script" for tag, _ in found) == 2


def test_html_asks_nothing_of_the_network(any_report: Report) -> None:
    """Links lead to the documentation, to trackers, to cases.html and into the page; nothing is loaded."""
    found = elements(html.render(any_report))

    assert {tag for tag, _ in found}.isdisjoint({"link", "img", "iframe", "object", "embed", "audio", "video", "base"})
    assert not [attributes for _, attributes in found if "src" in attributes or "srcset" in attributes]
    links = [attributes["href"] or "" for tag, attributes in found if tag == "a" and "href" in attributes]
    assert all(link.startswith(("#", API, "https://tracker.example.com/", "cases.html")) for link in links)
    assert "url(" not in html.render(any_report).split("</style>")[0]


def test_html_policy_allows_our_script_and_styles_only(any_report: Report) -> None:
    """The policy names two hashes, and forbids the rest."""
    page = html.render(any_report)

    assert re.search(r"default-src &#39;none&#39;; script-src &#39;sha256-[^;]+&#39;; style-src &#39;sha256-", page)


def test_embedded_json_is_the_report(any_report: Report) -> None:
    """The JSON in the page can be taken out and loaded."""
    page = html.render(any_report)
    embedded = page.split('<script type="application/json" id="report-json">')[1].split("</script>")[0]

    assert json_format.load(embedded) == any_report


def test_a_very_large_report_keeps_the_page_small(hostile: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit the exchanges are left to report.json; the rest is in the page all the same."""
    monkeypatch.setattr(html, "EMBEDDED_LIMIT", 100_000)
    embedded = html.render(hostile).split('id="report-json">')[1].partition("</script>")[0]
    loaded = json_format.load(embedded)

    assert loaded.counts == hostile.counts
    assert not any(result.exchanges for result in loaded.results)


@pytest.mark.parametrize("render", [html.render, junit.render, markdown.render], ids=["html", "junit", "markdown"])
def test_no_control_character_reaches_a_file(hostile: Report, render: object) -> None:
    """Nothing invisible, reordering or invalid is left, so the text is UTF-8 too."""
    assert callable(render)
    text = render(hostile)

    assert not CONTROLS.search(text)
    assert text.encode("utf-8")


def test_terminal_gets_no_escape_of_the_target(hostile: Report) -> None:
    """With colours on, every escape sequence is one of rich's own."""
    file = io.StringIO()
    terminal = Console(file=file, force_terminal=True, width=200, color_system="standard")
    terminal.print(console.render(hostile))
    ours = re.sub(r"\x1b\[[\d;]*m", "", file.getvalue())

    assert not CONTROLS.search(ours)
    assert "[bold]markup[/bold] :smile:" in ours
    assert hostile.sentence in ours


def test_progress_shows_hostile_content_inert(hostile: Report) -> None:
    """Neither display lets a target steer the terminal."""
    for display_type in (Plain, LiveDisplay):
        file = io.StringIO()
        display = display_type(Console(file=file, force_terminal=True, width=200, legacy_windows=False))
        display.start(len(hostile.results))
        for result in hostile.results:
            display.case_done(result)
        display.note("\x1b[2J")
        display.close()
        assert "\x1b[31m" + "red" not in file.getvalue()
        assert "\x1b[2J" not in file.getvalue()
        assert "\\u001b[2J" in file.getvalue()


def test_junit_parses(hostile: Report) -> None:
    """The XML is well formed, and the hostile text is text in it."""
    root = ET.fromstring(junit.render(hostile))  # noqa: S314 - our own

    assert {element.tag for element in root.iter()} == {
        *("testsuites", "testsuite", "properties", "property", "testcase"),
        *("failure", "error", "skipped", "system-out"),
    }


@pytest.mark.parametrize("order", ["[[ATTACHMENT|/etc/passwd]]", "[[[ATTACHMENT|x]]", "[[ attachment |x]]"])
def test_junit_orders_nothing_of_a_ci_server(mixed: Report, order: str) -> None:
    """Jenkins and GitLab attach the file that the output of a case names so."""
    results = tuple(replace(result, reason=order, statement=order) for result in mixed.results)
    text = junit.render(replace(mixed, results=results))

    assert "[ [" in text
    assert not re.search(r"\[\[\s*attachment", text, re.IGNORECASE)


def test_junit_of_a_hostile_target_orders_nothing(hostile: Report) -> None:
    """Nor in the text of a body, or in what is printed beside a case."""
    root = ET.fromstring(junit.render(hostile))  # noqa: S314 - our own
    texts = [text for one in root.iter() if one.tag != "property" for text in (one.text, *one.attrib.values()) if text]

    assert any("[ [ATTACHMENT|" in text for text in texts)
    assert not any("[[ATTACHMENT|" in text for text in texts)


def test_har_is_ascii_that_any_reader_takes(hostile: Report) -> None:
    """Nothing that steers a terminal or ends a script is in the file, and no half of a surrogate pair in its texts."""
    text = har.render(hostile)

    assert text.isascii()
    assert not CONTROLS.search(text)
    assert json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")
    assert "\\u001b[31mred" in text


def test_har_of_a_very_large_answer_is_small(hostile: Report) -> None:
    """A text is cut as everywhere but in report.json."""
    assert len(har.render(hostile)) < 1_000_000


def test_badge_says_nothing_of_the_target(hostile: Report, mixed: Report) -> None:
    """It is the badge of the harmless report."""
    assert badge.render(hostile) == badge.render(mixed)


def test_annotations_hold_nothing_unseen(hostile: Report) -> None:
    """One line each, and no character in it that steers."""
    for line in github.render(hostile):
        assert not CONTROLS.search(line)
        assert "\n" not in line
        assert "##[" not in line


@pytest.mark.parametrize(
    "text",
    [
        "<b>",
        "[a](http://e)",
        "**x**",
        "`x`",
        "@team",
        "#12",
        "http://e",
        "www.e.com",
        "a | b",
        "# head",
        "- item",
        "1. item",
        "~~x~~",
        "_x_",
        "![i](u)",
        "&lt;",
    ],
)
def test_markdown_inline_text_has_no_meaning(text: str) -> None:
    """Every sign that would format, link or mention is written as a character reference."""
    shown = inline(text)

    assert not re.search(r"<|\[|\*|`|@|(?<!&)#|://|www\.|\||~|^- |^1\. |^_", shown)
    assert html_unescaped(shown) == text


def html_unescaped(text: str) -> str:
    """The text as a reader of the Markdown sees it."""
    import html as standard

    return standard.unescape(text)


def test_markdown_code_cannot_be_ended() -> None:
    """The fence is always longer than any run of backticks inside."""
    assert code("a ``` b") == "```` a ``` b ````"
    assert block("```\nx", "json") == "````json\n```\nx\n````"
    assert "|" not in code("a | b")


@pytest.mark.parametrize("source", ["javascript:alert(1)", "../../x", "create#a b", "//evil.example", "", "a?b"])
def test_a_source_that_is_none_is_not_linked(source: str) -> None:
    """Only a page and heading of the documentation become a link."""
    assert documentation(source, "qoder-2026-06") is None


def test_an_edition_has_pages_of_its_own() -> None:
    """Whose headings are others, and some of whose pages have other names."""
    docs = "https://platform.claude.com/docs/en/api"
    assert documentation("create#request-body", "cma-2026-04-01") == f"{docs}/beta/deployments/create"
    assert documentation("conventions/errors#envelope", "cma-2026-04-01") == f"{docs}/errors"
    assert documentation("list-runs#response", "cma-2026-04-01") == f"{docs}/beta/deployment_runs/list"


def test_sources_are_linked() -> None:
    """Pages of operations lie under deployments, others under the API."""
    assert documentation("create#request-body", "qoder-2026-06") == f"{API}deployments/create#request-body"
    assert documentation("conventions/errors#envelope", "qoder-2026-06") == f"{API}conventions/errors#envelope"

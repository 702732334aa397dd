"""What axe-core finds; https://dequeuniversity.com/rules/axe tells what each finding means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from report.browser.test_layout import open_everything

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from report.browser.conftest import Visits

pytestmark = pytest.mark.matrix

# Lists of a thousand alike are cut to five, so that everything can be opened: axe looks at each element.
SHORTENED = """() => { for (const list of document.querySelectorAll(".list, tbody, .changes, .index ol, #stories"))
    [...list.children].slice(5).forEach((one) => one.remove()); }"""
OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


def findings(page: Page) -> list[str]:
    """Each finding with the elements that it is about."""
    axe: Any = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page, options=OPTIONS).response
    assert found["testEngine"]["name"] == "axe-core"
    return [
        f"{one['impact']} {one['id']}: {one['help']} {[node['target'] for node in one['nodes']][:5]}"
        for one in found["violations"]
    ]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["conformant", "faulty", "large", "waived", "diff"])
def test_axe_finds_nothing(visits: Visits, name: str, dark: bool, width: int) -> None:  # noqa: FBT001 - a theme
    """Nothing at all, however light, with every fold open."""
    page = visits.open(name, width=width, dark=dark)
    page.evaluate(SHORTENED)
    open_everything(page)

    assert findings(page) == []


def test_axe_would_find_something(visits: Visits) -> None:
    """A button without a name and text that is hardly there."""
    page = visits.open("waived")
    page.evaluate("document.querySelector('.copy').textContent = ''")
    page.evaluate("document.querySelector('.copy').removeAttribute('aria-label')")
    page.evaluate("document.querySelector('.rest').style.color = '#ddd'")

    assert {one.split(":")[0] for one in findings(page)} >= {"critical button-name", "serious color-contrast"}

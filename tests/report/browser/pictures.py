"""The pictures of the README, of a run against twenty defects.

By hand: `PYTHONPATH=.:tests python tests/report/browser/pictures.py`, in an environment with `--group browser`.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from report.browser.chromium import started
from report.browser.reports_of_runs import write_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parents[3] / "docs" / "pictures"
STORY = "article.story:has(.tags a[href='#req-error-param-names-the-name'])"
COLOURS = 128


def main() -> None:
    """Take them all."""
    with tempfile.TemporaryDirectory() as folder, started() as browser:
        write_report("faulty", Path(folder))
        for theme in ("light", "dark"):
            take(browser, Path(folder) / "report.html", theme)


def take(browser: Browser, path: Path, theme: str) -> None:
    """The verdict and one story in a theme."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(path.as_uri())
    keep(page.screenshot(clip={"x": 0, "y": 0, "width": 1280, "height": bottom(page)}), f"verdict-{theme}")
    page.evaluate("(story) => { document.querySelector(story).style.contentVisibility = 'visible'; }", STORY)
    keep(page.locator(STORY).screenshot(), f"story-{theme}")
    page.close()


def bottom(page: Page) -> float:
    """Where the facts about the run end."""
    box = page.locator(".facts").bounding_box()
    assert box is not None
    return box["y"] + box["height"] + 16


def keep(picture: bytes, name: str) -> None:
    """Write it with few colours, which is enough for text."""
    from PIL import Image

    small = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS)
    small.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()

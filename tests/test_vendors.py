"""The vendor that docs/vendors.md invents: what stands there is enough for it, and no more is needed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.cli import main
from conformance.reference.editions.qoder_2026_09 import Qoder202609
from conformance.reference.thread import serve_in_thread

if TYPE_CHECKING:
    from conformance.reference.call import Call, Request
    from conformance.reference.records import Deployment

SETTINGS, WAIVER = re.findall(
    r"```toml\n(.*?)```", (Path(__file__).parents[1] / "docs/vendors.md").read_text(encoding="utf-8"), re.DOTALL
)
KEY = "acme-key-5f21"


class Acme(Qoder202609):
    """Follows the edition behind a gateway of its own, with the habits that the page tells."""

    NAME_MAX = 200

    def arrive(self, request: Request) -> float:
        """Let the gateway look at the headers."""
        known = request.headers.get("x-acme-key") == KEY and request.headers.get("x-acme-team") == "conformance"
        self.known = known
        return super().arrive(request)

    def segments(self, path: str) -> list[str]:
        """Lead nowhere whoever the gateway does not know."""
        return super().segments(path) if self.known else []

    def archived_name(self, deployment: Deployment) -> str:
        """Keep the name."""
        return deployment.name

    def open(self, request: Request) -> Call:
        """Name each request anew, whatever its caller calls it."""
        call = super().open(request)
        call.request_id = self.make_request_id()
        return call


@pytest.mark.matrix
@pytest.mark.parametrize(
    "only",
    [
        pytest.param(("create", "update", "archive", "error", "agent"), id="its habits"),
        pytest.param((), id="everything", marks=pytest.mark.full),
    ],
)
def test_what_the_page_says_is_enough(only: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some = [word for area in only for word in ("--only", area)] + ["--allow-partial"] * bool(only)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACME_KEY", KEY)
    with serve_in_thread(Acme()) as running:
        monkeypatch.setenv("DEPLOYMENTS_TOKEN", running.tokens["full"])
        told = re.sub(r'base-url = ".*"', f'base-url = "{running.base_url}"', SETTINGS)
        Path("acme.toml").write_text(told.replace('waivers = "acme-waivers.toml"\n', ""), encoding="utf-8")
        assert main(["run", "--settings", "acme.toml", *some, "--write-waivers", "draft.toml"]) == 1
        report = json.loads(Path("reports/report.json").read_text(encoding="utf-8"))
        failed = {each["id"] for each in report["results"] if each["verdict"] in {"failed", "warned"}}
        assert failed == {*re.findall(r'id = "(.*)"', WAIVER)}
        assert KEY not in json.dumps(report)
        Path("acme-waivers.toml").write_text(_accepted(Path("draft.toml").read_text(encoding="utf-8")))
        Path("acme.toml").write_text(told, encoding="utf-8")
        assert main(["run", "--settings", "acme.toml", *some]) == 0


def _accepted(draft: str) -> str:
    """The waiver of the page, with the fingerprint that was proposed."""
    proposed = re.search(r'fingerprint = "(\w+)"', draft)
    assert proposed
    return re.sub(r'fingerprint = "\w+"', proposed[0], WAIVER)

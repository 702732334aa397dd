"""`--waivers` and `--write-waivers`: refused before anything is sent, applied, proposed, and what the run ends with."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from conformance import runner
from conformance.cli import main
from conformance.model import MUST, SHOULD, Options, Report, Result, Skip, Target, Verdict
from conformance.reference import process
from conformance.report import json_format

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ID, OTHER, RECOMMENDED = "create-name-over-maximum", "create-starts-active", "create-name-over-maximum-is-400"
TODAY = datetime.now(UTC).date()
VALUES = {
    "id": f'"{ID}"',
    "fingerprint": '"f-name"',
    "owner": '"team-a"',
    "link": '"https://tracker.example.com/DEP-1"',
    "reason": '"Known since June."',
    "expires": TODAY.isoformat(),
}


def entry(**changes: str) -> str:
    """A waiver as a file has it, that expires today."""
    return "\n".join(["[[waiver]]", *(f"{key} = {value}" for key, value in (VALUES | changes).items()), ""])


def result(id_: str, verdict: Verdict, fingerprint: str = "") -> Result:
    """A result with nothing in it but the verdict."""
    level = SHOULD if id_ == RECOMMENDED else MUST
    return Result(id_, level, "create", "create#x", "It holds.", verdict, reason="got 200", fingerprint=fingerprint)


HELD = result(OTHER, Verdict.PASSED)
BROKEN = result(ID, Verdict.FAILED, "f-name")
WARNED = result(RECOMMENDED, Verdict.WARNED, "f-code")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the next runs find these results, as if a service had been asked."""

    def find(*results: Result) -> None:
        started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        plain = Report("0.1.0", "http://h/v1", "qoder-2026-06", started, 1.0, 0, results)

        def run(_target: Target, options: Options, progress: object, **_: object) -> Report:
            assert progress
            return replace(plain, strict=options.strict, allow_partial=options.allow_partial, command=options.command)

        monkeypatch.setattr(runner, "run", run)

    return find


@pytest.fixture
def nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that gets as far as the service fails the test."""

    def run(*_arguments: object, **_: object) -> Report:
        pytest.fail("the service was asked")

    monkeypatch.setattr(runner, "run", run)


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The single line that the command printed as it refused these arguments."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.count("\n") == 1
    return err


@pytest.mark.usefixtures("nothing_is_sent")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "--waivers w.toml: No such file"),
        ("[[waiver]", "--waivers w.toml: not TOML"),
        (entry(owner='""'), rf"--waivers w.toml, line 1: waiver 1 \({ID}\): owner is not filled in yet; write who"),
        (entry(id='"create-name-over-maximun"'), rf"w.toml, line 1: create-name-over-maximun is no .*mean {ID}\?"),
        (entry(id='"zzz"'), "w.toml, line 1: zzz is no requirement of qoder-2026-06; `list` shows them all"),
        ("\n# a\n" + entry(id='"zzz"'), "w.toml, line 3: zzz is no requirement"),
        (entry() + entry(), "waiver 2 is the second"),
        (entry(expires='"soon"'), "expires is 'soon', no day"),
    ],
)
def test_waivers_that_cannot_be_used_are_refused(
    text: str | None, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line, before anything is sent."""
    if text is not None:
        (tmp_path / "w.toml").write_text(text, encoding="utf-8")

    assert re.search(told, refusal(capsys, "run", "--waivers", "w.toml"))


@pytest.mark.usefixtures("nothing_is_sent")
@pytest.mark.parametrize("kind", ["observation", "unobservable"])
def test_what_is_never_judged_cannot_be_waived(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of an observation or of what cannot be seen a failure never comes."""
    declared = runner.catalogue("qoder-2026-06")
    id_ = next(each.id for each in declared if (each.is_observation if kind == "observation" else each.unobservable))
    (tmp_path / "w.toml").write_text(entry(id=f'"{id_}"'), encoding="utf-8")

    assert f"{id_} is never judged" in refusal(capsys, "run", "--waivers", "w.toml")


@pytest.mark.parametrize(
    ("results", "changes", "status"),
    [
        ((HELD, BROKEN), {}, 0),
        ((HELD, replace(BROKEN, verdict=Verdict.PASSED)), {}, 5),
        ((HELD, replace(BROKEN, fingerprint="f-new")), {}, 5),
        ((HELD, BROKEN), {"expires": (TODAY - timedelta(1)).isoformat()}, 5),
        ((HELD, replace(BROKEN, verdict=Verdict.INCONCLUSIVE)), {}, 3),
        ((HELD, replace(BROKEN, verdict=Verdict.SKIPPED, skip=Skip.NOT_SELECTED)), {}, 3),
        ((HELD, BROKEN, result("create-again", Verdict.FAILED, "f-2")), {}, 1),
        ((result(OTHER, Verdict.FAILED, "f-3"), replace(BROKEN, verdict=Verdict.PASSED)), {}, 1),
    ],
)
def test_a_run_ends_as_its_waivers_say(
    results: tuple[Result, ...], changes: dict[str, str], status: int, found: Callable[..., None], tmp_path: Path
) -> None:
    """0 for what is accepted, 5 for a waiver that does not hold, 1 for a MUST that nobody waives."""
    (tmp_path / "w.toml").write_text(entry(**changes), encoding="utf-8")
    found(*results)

    assert main(["run", "--waivers", "w.toml"]) == status
    report = json_format.read(tmp_path / "reports" / "report.json")
    assert report.exit_status == status
    assert bool(report.stale_waivers) is (status == 5 or results[0].is_broken)


def test_the_lines_to_change_are_printed(
    found: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They can be copied into the file, which then holds."""
    (tmp_path / "w.toml").write_text(entry(), encoding="utf-8")
    found(HELD, replace(BROKEN, fingerprint="f-new"))
    assert main(["run", "--waivers", "w.toml"]) == 5
    out = capsys.readouterr().out

    assert "If it is still accepted, change in w.toml:" in out
    assert '-    3  fingerprint = "f-name"' in out
    new = re.search(r"\+    3  (.*)\n", out)
    assert new
    (tmp_path / "w.toml").write_text(entry().replace('fingerprint = "f-name"', new[1]), encoding="utf-8")
    assert main(["run", "--waivers", "w.toml"]) == 0


def test_a_strict_run_accepts_a_waived_should(found: Callable[..., None], tmp_path: Path) -> None:
    """Without the waiver it is nonconformant."""
    (tmp_path / "w.toml").write_text(entry(id=f'"{RECOMMENDED}"', fingerprint='"f-code"'), encoding="utf-8")
    found(HELD, WARNED)

    assert main(["run", "--strict"]) == 1
    assert main(["run", "--strict", "--waivers", "w.toml"]) == 0


@pytest.mark.parametrize("arguments", [[], ["--strict"]])
def test_a_proposal_filled_in_lets_the_run_pass(
    arguments: list[str], found: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unfilled it is refused; proposed again, with what people wrote, it stays as it is."""
    path, proposing = tmp_path / "w.toml", ["run", *arguments, "--write-waivers", "w.toml"]
    found(HELD, BROKEN, WARNED)

    assert main(proposing) == 1
    number = 2 if arguments else 1
    assert f"Waivers: w.toml: {number} new, 0 kept, 0 dropped; fill in owner and link" in capsys.readouterr().out
    assert "owner is not filled in yet" in refusal(capsys, "run", "--waivers", "w.toml")
    text = path.read_text(encoding="utf-8")
    assert f"expires = {TODAY + timedelta(90)}" in text
    text = text.replace('owner = ""', 'owner = "team-a"').replace('link = ""', 'link = "https://t.example/1"')
    path.write_text(text, encoding="utf-8")

    assert main(["run", *arguments, "--waivers", "w.toml"]) == 0
    assert main([*proposing, "--waivers", "w.toml"]) == 0
    assert path.read_text(encoding="utf-8") == text
    assert f"0 new, {number} kept, 0 dropped\n" in capsys.readouterr().out


def test_a_proposal_takes_over_from_other_waivers(found: Callable[..., None], tmp_path: Path) -> None:
    """What holds in the file that was applied goes into the new one, word for word."""
    (tmp_path / "by-hand.toml").write_text("# Ours.\n" + entry() + entry(id=f'"{OTHER}"'), encoding="utf-8")
    found(HELD, BROKEN, result("create-again", Verdict.FAILED, "f-2"))

    assert main(["run", "--waivers", "by-hand.toml", "--write-waivers", "new.toml"]) == 1
    text = (tmp_path / "new.toml").read_text(encoding="utf-8")
    assert f"# Ours.\n{entry()}" in text
    assert re.findall(r'^id = "(.*)"', text, re.MULTILINE) == [ID, "create-again"]


@pytest.mark.usefixtures("nothing_is_sent")
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("by-hand.toml", "another hand than --write-waivers began this file; name another one"),
        ("image.png", "not UTF-8"),
        ("report.json", "not TOML"),
        ("folder", "Is a directory"),
        ("report.json/w.toml", "cannot write to report.json"),
    ],
)
def test_a_file_of_another_hand_is_not_overwritten(
    name: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That is said before anything is sent, and the file stays as it is."""
    (tmp_path / "by-hand.toml").write_text(entry(), encoding="utf-8")
    (tmp_path / "image.png").write_bytes(b"\xff\xd8")
    (tmp_path / "report.json").write_text("{}", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}

    said = refusal(capsys, "run", "--write-waivers", name)

    assert f"--write-waivers {name}" in said or "cannot write to report.json" in said
    assert told in said
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_nothing_is_proposed_where_nothing_was_asked(
    found: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unreachable target does not empty the file."""
    found(HELD, BROKEN)
    assert main(["run", "--write-waivers", "w.toml"]) == 1
    before = (tmp_path / "w.toml").read_bytes()
    asked = runner.run
    monkeypatch.setattr(
        runner, "run", lambda *all_, **more: replace(asked(*all_, **more), results=(), unreachable="no connection")
    )

    assert main(["run", "--write-waivers", "w.toml"]) == 4
    assert "w.toml stays as it was" in capsys.readouterr().out
    assert (tmp_path / "w.toml").read_bytes() == before


def test_shards_are_judged_by_waivers_as_one_run(found: Callable[..., None], tmp_path: Path) -> None:
    """`merge --waivers` applies them to the whole, and tells those that match nothing in it."""
    for name, one in (("a", HELD), ("b", BROKEN)):
        found(one)
        main(["run", "--report-dir", name])
    reports = ["merge", "a/report.json", "b/report.json"]
    (tmp_path / "w.toml").write_text(entry(), encoding="utf-8")

    assert main(reports) == 1
    assert main([*reports, "--waivers", "w.toml"]) == 0
    (tmp_path / "w.toml").write_text(entry() + entry(id=f'"{RECOMMENDED}"'), encoding="utf-8")
    assert main([*reports, "--waivers", "w.toml"]) == 5
    merged = json.loads((tmp_path / "reports" / "report.json").read_text(encoding="utf-8"))
    assert [stale["kind"] for stale in merged["stale_waivers"]] == ["matches nothing"]


def test_a_service_with_a_defect_passes_until_it_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole way with the reference server: proposed, filled in, accepted, and stale once the defect is gone."""
    path, asked = tmp_path / "w.toml", ["--only", ID, "--allow-partial"]
    with process.start(("TakesLongNames",)) as server:
        monkeypatch.setenv("DEPLOYMENTS_TOKEN", server.tokens["full"])
        broken = ["run", "--base-url", server.base_url, *asked]
        assert main([*broken, "--write-waivers", "w.toml"]) == 1
        text = path.read_text(encoding="utf-8").replace('owner = ""', 'owner = "team-a"')
        path.write_text(text.replace('link = ""', 'link = "https://t.example/1"'), encoding="utf-8")
        assert main([*broken, "--waivers", "w.toml"]) == 0
        out, err = capsys.readouterr()
    assert main(["run", *asked, "--waivers", "w.toml"]) == 5

    assert "as accepted" in out
    assert f"WAIVED  {ID}" in err
    assert "Remove from w.toml:" in capsys.readouterr().out

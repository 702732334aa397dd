"""`compare` asks two services the same, and tells what differs: verdicts, observations, and what answers look like."""

from __future__ import annotations

import json
import re
import shlex
import signal
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from report.conftest import conformant_report
from test_cli_github import commands
from test_cli_process import serving, start, wait_for

from conformance import runner
from conformance.arguments import parser
from conformance.cli import main
from conformance.cli_run import target_of
from conformance.cli_values import TOKENS
from conformance.model import Leftover, Options, Outcome, Report, Target, Verdict
from conformance.reference.faults import all_faults, combine
from conformance.reference.service import Service
from conformance.reference.thread import serve_in_thread
from conformance.report import json_format
from conformance.revisions import QODER_JUNE, QODER_SEPTEMBER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.reference import Running

A, B = "http://127.0.0.1:1/v1", "http://127.0.0.1:2/v1"
README = Path(__file__).parent.parent / "README.md"
ELSEWHERE = "https://api.example.invalid/v1"
NAMED = {"full": "TOKEN", "other": "OTHER_TOKEN", "expired": "EXPIRED_TOKEN", "unscoped": "UNSCOPED_TOKEN"}
VARIES = re.compile(r"conformance-[0-9a-f]+|_[0-9a-f]{20,}|[0-9a-f-]{32,36}|\d{4}-\d\d-\d\dT[\d:.%A-Z+]+")
"""Run ids, the ids that a target gives, and dates."""

Asked = list[tuple[Target, Options]]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in, and one token."""
    monkeypatch.chdir(tmp_path)
    for name in TOKENS.values():
        monkeypatch.delenv(f"{name}_B", raising=False)
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DEPLOYMENTS_TOKEN", "of-both-of-them")


# --- two services that answer ------------------------------------------------------------------------------------


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[str, ...]]]:
    """Serve two, each with tokens of its own in the environment; returns the options that name them."""
    with ExitStack() as stack:

        def serve(*services: Service) -> tuple[str, ...]:
            running = [stack.enter_context(serve_in_thread(each)) for each in services]
            for each, ending in zip(running, ("", "_B"), strict=True):
                _tokens(each, ending)
            return tuple(word for each in running for word in ("--base-url", each.base_url))

        def _tokens(running: Running, ending: str) -> None:
            for kind, name in NAMED.items():
                monkeypatch.setenv(f"DEPLOYMENTS_{name}{ending}", running.tokens[kind])

        yield serve


def _report(side: str, folder: str = "reports") -> Report:
    return json_format.read(Path(folder, side, "report.json"))


def _requests(side: str) -> dict[str, list[tuple[str, str]]]:
    return {
        result.id: [(method, VARIES.sub("*", path)) for method, path, _, _ in result.trace]
        for result in _report(side).results
    }


def test_two_equal_services_are_sent_the_same_and_do_not_differ(
    served: Callable[..., tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Two reports, each whole, and the comparison beside them."""
    two = served(Service(), Service())

    assert (
        main(
            [
                "compare",
                *two,
                "--only",
                "get",
                "--only",
                "vault",
                "--only",
                "sequence",
                "--seed",
                "3",
                "--examples",
                "3",
            ]
        )
        == 0
    )
    out = capsys.readouterr().out
    first, second = two[1], two[3]
    assert re.match(f"A: +{first}, revision {QODER_JUNE}, seed 3, .*\n.*\nB: +{second}, revision {QODER_JUNE}, ", out)
    assert re.search(
        r"^No difference: verdicts 0 of \d\d, observations 0 of 1, shapes of answers 0\.$", out, re.MULTILINE
    )
    assert _requests("a") == _requests("b")
    names = {"report.json", "report.html", "cases.html", "junit.xml", "summary.md", "journal.jsonl"}
    assert all(names <= {path.name for path in Path("reports", side).iterdir()} for side in "ab")
    assert "There is none." in Path("reports/comparison.html").read_text(encoding="utf-8")
    assert "No difference" in Path("reports/comparison.md").read_text(encoding="utf-8")


@pytest.mark.full
def test_all_that_is_asked_of_two_equal_services_is_the_same(served: Callable[..., tuple[str, ...]]) -> None:
    """But for what several clients do at once, whose order is theirs; plain tox sees it of two runs in process."""
    assert main(["compare", *served(Service(), Service())]) == 0
    one, other = (
        {name: sent for name, sent in _requests(side).items() if not name.startswith("concurrent-")} for side in "ab"
    )
    assert one == other


def test_a_fault_is_what_regressed_and_the_other_way_round_what_is_fixed(
    served: Callable[..., tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exactly what the fault breaks, with its reasons, in the terminal and on the page."""
    faulty, only = all_faults()["TakesOneVaultMore"], ("--only", "vault")

    assert main(["compare", *served(Service(), combine([faulty.__name__])()), *only, "--html", "page.html"]) == 1
    out = capsys.readouterr().out
    assert {line.split()[1] for line in out.splitlines() if line.startswith("  ✗ ")} == set(faulty.breaks)
    assert f"verdicts {len(faulty.breaks)} of " in out
    page = Path("page.html").read_text(encoding="utf-8")
    assert all(name in page for name in faulty.breaks)
    assert 'href="reports/a/report.html"' in page
    assert not Path("reports/comparison.html").exists()

    assert main(["compare", *served(combine([faulty.__name__])(), Service()), *only]) == 0
    assert f"Fixed: {len(faulty.breaks)}" in capsys.readouterr().out


def test_what_answers_look_like_differently_is_told(
    served: Callable[..., tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where the promise that is broken does not say so."""
    only = ("--only", "resource")

    main(["compare", *served(Service(), combine(["MasksSecretsElsewhere"])()), *only])
    line = "resources[].credentials appeared: array"
    out = capsys.readouterr().out
    assert "shapes of answers 1;" in out or "shapes of answers 1." in out
    assert line in out
    for name in ("comparison.html", "comparison.md"):
        assert "credentials appeared: array" in Path("reports", name).read_text(encoding="utf-8")


def test_what_can_be_asked_of_one_only_is_told_and_is_no_regression(
    served: Callable[..., tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """B has a token of its own, so that the second account of A is none of B's."""
    two = served(Service(), Service())
    monkeypatch.delenv("DEPLOYMENTS_OTHER_TOKEN_B")

    assert main(["compare", *two, "--only", "auth"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"Judged in one of the two only: \d+\n  \* auth-\S+ \(passed → skipped\)", out)


@pytest.mark.matrix
@pytest.mark.parametrize(
    "only", [("object", "page", "run"), pytest.param((), marks=pytest.mark.full)], ids=["some areas", "as it stands"]
)
def test_the_worked_example_of_the_readme_is_true(only: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """But for its figures, which grow; these areas show all that it tells."""
    example = README.read_text(encoding="utf-8").partition("## Compare two services")[2].partition("\n## ")[0]
    (command,) = re.findall(r"deployments-conformance (compare --revision .*)", example)
    shown = re.findall(r"^  \* (.*?)(?: \(.*)?$", example, re.MULTILINE)

    assert main([*command.split(), *(word for area in only for word in ("--only", area))]) == 0
    out = capsys.readouterr().out
    assert len(shown) == 6
    assert [line for line in shown if f"  * {line}" not in out] == []
    assert "Differences: verdicts 0 of " in out
    assert [_report(side).outcome for side in "ab"] == [Outcome.PARTIAL if only else Outcome.CONFORMANT] * 2


# --- services that do not ----------------------------------------------------------------------------------------


def test_a_token_that_b_refuses_ends_with_4_and_the_report_of_a_is_kept(
    served: Callable[..., tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An earlier comparison is not left there for this one."""
    two = served(Service(), Service())
    Path("reports").mkdir()
    Path("reports/comparison.html").touch()
    monkeypatch.setenv("DEPLOYMENTS_TOKEN_B", "nobodys-token")

    assert main(["compare", *two, "--only", "get"]) == 4
    out, err = capsys.readouterr()
    assert "the token was refused" in out
    assert "B could not be compared; the report of A is reports/a/report.html" in err
    assert "DEPLOYMENTS_TOKEN_B" in out
    assert "nobodys-token" not in out + err
    assert _report("a").unreachable is None
    assert _report("b").unreachable
    assert not Path("reports/comparison.html").exists()


def test_if_a_cannot_be_examined_b_is_not_asked(
    served: Callable[..., tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    """There would be nothing to compare it with."""
    two = served(Service(), Service())

    assert main(["compare", "--base-url", A, *two[2:]]) == 4
    assert "A could not be compared; B was not asked" in capsys.readouterr().err
    assert not Path("reports/b/report.json").exists()


def _two_processes(stack: ExitStack, folder: Path, latency_ms: int) -> tuple[list[Any], dict[str, str], list[str]]:
    """Two mocks; their processes, the variables with their tokens, and the options that name them."""
    exports, processes = zip(
        *(stack.enter_context(serving(folder, "--latency", str(latency_ms))) for _ in range(2)), strict=True
    )
    tokens = {
        f"{name}{ending}": value
        for each, ending in zip(exports, ("", "_B"), strict=True)
        for name, value in each.items()
        if name.endswith("TOKEN")
    }
    urls = [word for each in exports for word in ("--base-url", each["DEPLOYMENTS_BASE_URL"])]
    return list(processes), tokens, urls


@pytest.mark.matrix
def test_a_service_that_dies_is_not_equal(tmp_path: Path) -> None:
    """What could not be judged is told and counted, and is never green."""
    with ExitStack() as stack:
        (_, second), tokens, urls = _two_processes(stack, tmp_path, 30)
        process = start("compare", *urls, "--only", "vault", cwd=tmp_path, **tokens)
        wait_for(tmp_path / "reports/b/journal.jsonl", '"made"')
        second.kill()
        out, err = process.communicate(timeout=300)

    assert process.returncode == 6, "what it had made is left behind"
    assert re.search(r"; judged in one of the two only \d+; MUSTs that could not be judged \d+\.$", out, re.MULTILINE)
    assert "clean reports/b/journal.jsonl" in out
    assert "Traceback" not in err
    assert _report("a", str(tmp_path / "reports")).counts["inconclusive"] == 0


@pytest.mark.matrix
def test_ctrl_c_in_the_second_run_keeps_the_first_report(tmp_path: Path) -> None:
    """And writes the second as far as it came; a comparison of the two would mislead."""
    with ExitStack() as stack:
        _, tokens, urls = _two_processes(stack, tmp_path, 30)
        process = start("compare", *urls, "--only", "vault", cwd=tmp_path, **tokens)
        wait_for(tmp_path / "reports/b/journal.jsonl", '"made"')
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=300)

    assert process.returncode == 130
    assert "B could not be compared; the report of A is reports/a/report.html" in err
    assert "Traceback" not in err
    first, second = (_report(side, str(tmp_path / "reports")) for side in "ab")
    assert (first.interrupted, second.interrupted) == (False, True)
    assert second.leftovers == ()
    assert not (tmp_path / "reports/comparison.html").exists()


# --- what is asked of whom ---------------------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What the runner was asked to do, which it then did not do."""
    calls: Asked = []

    def run(target: Target, options: Options, _progress: object, **_: object) -> Report:
        calls.append((target, options))
        url = target.base_url or "http://127.0.0.1:9/v1"
        return replace(conformant_report(), base_url=url, revision=target.revision, command=options.command)

    monkeypatch.setattr(runner, "run", run)
    return calls


def test_each_run_is_one_that_could_have_been_asked_for_alone(asked: Asked) -> None:
    """An option that is given once holds for both, and one that is given twice for each; so says each report."""
    line = f"--base-url {A} --base-url {B} --revision {QODER_JUNE} --revision {QODER_SEPTEMBER} --agent-id agent_1"
    line += " --only get --seed 5 --examples 3 --no-allow-runs --timeout 2.5 --evidence all --report-dir out"

    assert main(["compare", *line.split()]) == 0
    for (target, options), side, url, revision in zip(asked, "ab", (A, B), (QODER_JUNE, QODER_SEPTEMBER), strict=True):
        assert (target.base_url, target.revision, target.agent_id) == (url, revision, "agent_1")
        assert (target.allow_writes, target.allow_runs, target.timeout_s) == (None, False, 2.5)
        assert (options.only, options.seed, options.examples, options.evidence) == (("get",), 5, 3, "all")
        assert options.report_dir == f"out/{side}"
        again = parser().parse_args(shlex.split(options.command)[1:])
        assert replace(target_of(again), hidden=target.hidden) == target
        assert (again.only, again.seed, again.report_dir) == (["get"], 5, Path("out", side))


def test_two_editions_of_the_embedded_server_need_no_address(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor a token."""
    assert main(["compare", "--revision", QODER_JUNE, "--revision", QODER_SEPTEMBER]) == 0
    assert [(target.base_url, target.token, target.revision) for target, _ in asked] == [
        (None, None, QODER_JUNE),
        (None, None, QODER_SEPTEMBER),
    ]
    assert f"A:      the embedded server, revision {QODER_JUNE}, " in capsys.readouterr().out


def test_an_edition_is_asked_what_it_has_of_a_selection(asked: Asked) -> None:
    """What only one of the two has is asked of that one."""
    own = {each.id for each in runner.catalogue(QODER_JUNE)} - {each.id for each in runner.catalogue(QODER_SEPTEMBER)}
    name = min(own)
    both = ("--revision", QODER_JUNE, "--revision", QODER_SEPTEMBER)

    assert main(["compare", *both, "--only", name, "--only", "get"]) == 0
    assert [options.only for _, options in asked] == [(name, "get"), ("get",)]


def test_one_service_elsewhere_lets_nothing_be_written_to_either(asked: Asked) -> None:
    """What one of them is not asked cannot be compared."""
    main(["compare", "--base-url", A, "--base-url", ELSEWHERE])
    main(["compare", "--base-url", A, "--base-url", ELSEWHERE, "--allow-writes"])

    assert [target.allow_writes for target, _ in asked] == [False, False, True, True]
    assert [target.allow_runs for target, _ in asked] == [False] * 4


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("one", "two", None, None)),
        ({"TOKEN_B": "b"}, ("b", None, None, None)),
        ({"TOKEN_B": "b", "UNSCOPED_TOKEN_B": "u"}, ("b", None, None, "u")),
        ({"OTHER_TOKEN_B": "b"}, ("one", "b", None, None)),
    ],
)
def test_tokens_of_b(
    given: dict[str, str],
    expected: tuple[str | None, ...],
    asked: Asked,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those of both, unless it has its own; with a main one of its own, none of A's is sent there."""
    for name, value in ({"TOKEN": "one", "OTHER_TOKEN": "two"} | given).items():
        monkeypatch.setenv(f"DEPLOYMENTS_{name}", value)

    main(["compare", "--base-url", A, "--base-url", B])
    assert [target.tokens for target, _ in asked] == [("one", "two", None, None), expected]


def test_a_settings_file_can_say_it(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    """In a table of its own, and with one text where both are meant."""
    text = f'only = ["get"]\nrevision = "{QODER_SEPTEMBER}"\n[compare]\nbase-url = ["{A}", "{B}"]\nagent-id = "a_1"\n'
    Path("deployments-conformance.toml").write_text(text, encoding="utf-8")

    assert main(["compare"]) == 0
    assert [(target.base_url, target.revision, target.agent_id) for target, _ in asked] == [
        (A, QODER_SEPTEMBER, "a_1"),
        (B, QODER_SEPTEMBER, "a_1"),
    ]
    assert "base-url = " in capsys.readouterr().err


def test_what_a_file_says_of_one_service_does_not_hold_for_two_others(asked: Asked) -> None:
    """Neither consents nor ids, as for `run`."""
    text = f'base-url = "{ELSEWHERE}"\nallow-writes = true\nagent-id = "a_1"\n'
    Path("deployments-conformance.toml").write_text(text, encoding="utf-8")

    assert main(["compare", "--base-url", f"{ELSEWHERE}/a", "--base-url", f"{ELSEWHERE}/b"]) == 0
    assert {(target.agent_id, target.allow_writes) for target, _ in asked} == {(None, None)}


# --- exit statuses, and what is told ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 0),
        ({"leftovers": (Leftover("deployment", "dep_1", "curl"),)}, 6),
        ({"invalid": "broken"}, 70),
        ({"results": ()}, 3),
        ({"results": (replace(conformant_report().results[0], verdict=Verdict.INCONCLUSIVE),)}, 3),
    ],
)
def test_the_exit_status(change: dict[str, Any], status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `run` has it for what is wrong with a run; what nobody could judge is not equal."""
    report = replace(conformant_report(), **change)
    monkeypatch.setattr(runner, "run", lambda *_, **__: report)

    assert main(["compare", "--base-url", A, "--base-url", B]) == status


def test_what_is_left_behind_is_told_with_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which looks for the token in the variable of A."""
    report = replace(conformant_report(), leftovers=(Leftover("deployment", "dep_1", "curl"),))
    monkeypatch.setattr(runner, "run", lambda *_, **__: report)
    monkeypatch.setenv("DEPLOYMENTS_TOKEN_B", "another-token")

    assert main(["compare", "--base-url", A, "--base-url", B]) == 6
    out = capsys.readouterr().out
    assert "Left behind in A: 1; deployments-conformance clean reports/a/journal.jsonl" in out
    clean = 'DEPLOYMENTS_TOKEN="$DEPLOYMENTS_TOKEN_B" deployments-conformance clean reports/b/journal.jsonl'
    assert f"Left behind in B: 1; {clean}" in out


def test_on_github_regressions_are_annotated_and_the_summary_is_the_comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is broken on both sides is none of it."""
    held = conformant_report()
    evil = "::error::owned ##[error]owned"
    broken = [replace(each, verdict=Verdict.FAILED, reason=evil, fingerprint="f") for each in held.results[:2]]
    reports = iter(
        [replace(held, results=(broken[0], *held.results[1:])), replace(held, results=(*broken, *held.results[2:]))]
    )
    monkeypatch.setattr(runner, "run", lambda *_, **__: next(reports))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "step.md"))

    assert main(["compare", "--base-url", A, "--base-url", B]) == 1
    out = capsys.readouterr().out
    assert commands(out) == ["error"]
    assert f"title=Regressed%3A {broken[1].id}::" in out
    assert "## Comparison of two runs" in (tmp_path / "step.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "there is nothing to compare; give two --base-url, or two --revision"),
        (f"--revision {QODER_JUNE}", "there is nothing to compare"),
        (f"--base-url {A}", "one --base-url is one service"),
        (f"--base-url {A} --revision {QODER_JUNE} --revision {QODER_SEPTEMBER}", "the same once more"),
        (f"--base-url {A} --base-url {B} --base-url {B}", "--base-url: given 3 times"),
        ("--revision auto --revision auto", "name two editions"),
        ("--base-url h --base-url g", "no http:// or https://"),
        (f"--base-url {A} --base-url {B} --only nothing-of-it", "--only nothing-of-it: no such requirement or area"),
        (f"--base-url {A} --base-url {B} --read-only --allow-runs", "exclude each other"),
        (f"--base-url {A} --base-url {ELSEWHERE} --allow-runs", "add --allow-writes"),
        (f"--base-url {A} --base-url {B} --ca-file missing.pem", "--ca-file missing.pem"),
        (f"--base-url {A} --base-url {B} --report-dir file", "--report-dir file"),
        (f"--base-url {A} --base-url {B} --html file/page.html", "--html file/page.html"),
        (f"--base-url {A} --base-url {B} --html reports/a/report.html", "the report of one of the two"),
        (f"--base-url {A} --base-url {B}/of-both-of-them", "holds a token"),
        (f"--revision {QODER_JUNE} --revision {QODER_SEPTEMBER} --agent-id a_1", "no --base-url"),
        (f"--base-url {A} --base-url {B} --allow-partial", "--allow-partial"),
    ],
)
def test_bad_input_is_refused_in_one_line_before_anything_is_sent(
    line: str, told: str, asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each says what is wrong, and what to do."""
    Path("file").touch()

    assert main(["compare", *line.split()]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert told in err
    assert err.count("\n") == 1
    assert asked == []


def test_one_address_of_a_settings_file_is_told_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    """What `run` uses is no pair."""
    Path("deployments-conformance.toml").write_text(f'base-url = "{A}"\n', encoding="utf-8")

    assert main(["compare", "--revision", QODER_JUNE, "--revision", QODER_SEPTEMBER]) == 2
    assert "(base-url stands in deployments-conformance.toml, line 1)" in capsys.readouterr().err


def test_the_token_of_b_has_to_fit_into_a_header(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names the variable, never the value."""
    monkeypatch.setenv("DEPLOYMENTS_TOKEN_B", "two words")

    assert main(["compare", "--base-url", A, "--base-url", B]) == 2
    err = capsys.readouterr().err
    assert "DEPLOYMENTS_TOKEN_B holds" in err
    assert "two words" not in err


def test_the_report_says_that_its_token_is_that_of_b(
    served: Callable[..., tuple[str, ...]],
) -> None:
    """For whoever uses its scripts."""
    main(["compare", *served(Service(), Service()), "--only", "get-by-id-returns-it"])
    notes = [json.loads(Path("reports", side, "report.json").read_text(encoding="utf-8"))["notes"] for side in "ab"]

    assert ["DEPLOYMENTS_TOKEN_B" in " ".join(each) for each in notes] == [False, True]

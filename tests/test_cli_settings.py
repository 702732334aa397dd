"""A settings file stands in for options: found or named, checked alike, weaker than the command line, and told."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance import runner
from conformance.cli import main
from conformance.model import MUST, Options, Report, Result, Target, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

OWN, SHARED = "deployments-conformance.toml", "pyproject.toml"
URL, OTHER = "https://staging.example.com/v1", "https://prod.example.com/v1"
DOCUMENTATION = Path(__file__).parent.parent / "docs" / "settings.md"
CANARY = "canary-7f3a"
ALL = """\
base-url = "https://staging.example.com/v1/"
allow-writes = true
allow-runs = false
agent-id = "agent_1"
only = ["create", "list"]
timeout = 2.5
max-rate = 7
max-writes = 100
seed = 3
examples = 2
shuffle = 9
workers = 2
slow = true
strict = true
allow-partial = true
report-dir = "out/reports"
"""

Asked = tuple[Target, Options]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in, and a token."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEPLOYMENTS_TOKEN", CANARY)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """What the runner was asked to do, which it then did not do."""
    held = Result("create-x", MUST, "create", "create#x", "It holds.", Verdict.PASSED)
    plain = Report("0.1.0", URL, "qoder-2026-06", "2026-06-14T08:53:32Z", 1.0, 0, (held,))
    calls: list[Asked] = []

    def run(target: Target, options: Options, _progress: object, **_: object) -> Report:
        calls.append((target, options))
        return replace(plain, command=options.command)

    monkeypatch.setattr(runner, "run", run)
    return calls


@pytest.fixture
def ask(asked: list[Asked]) -> Callable[..., Asked]:
    """Ask with these arguments, and see what arrives at the runner."""

    def arrive(*arguments: str) -> Asked:
        assert main(["run", *arguments]) == 0
        return asked[-1]

    return arrive


def write(text: str, name: str = OWN) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The last line that the command printed as it refused these arguments."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert not out
    assert "Traceback" not in err
    assert all(line.startswith("deployments-conformance: ") for line in err.splitlines())
    return err.splitlines()[-1]


@pytest.mark.parametrize("name", [OWN, SHARED, "elsewhere/ci.toml", "elsewhere/pyproject.toml"])
def test_every_kind_of_option_is_taken_over(name: str, ask: Callable[..., Asked]) -> None:
    """Found or named, alone or as a table, with paths relative to the file."""
    write(f"[tool.deployments-conformance]\n{ALL}" if name.endswith(SHARED) else ALL, name)
    target, options = ask(*(("--settings", name) if "/" in name else ()))

    assert (target.base_url, target.agent_id, target.timeout_s) == (URL, "agent_1", 2.5)
    assert (target.allow_writes, target.allow_runs, target.allow_schedules) == (True, False, None)
    assert (target.max_rate, target.max_writes, target.token) == (7.0, 100, CANARY)
    assert options.only == ("create", "list")
    assert (options.seed, options.examples, options.shuffle, options.workers) == (3, 2, 9, 2)
    assert (options.slow, options.strict, options.allow_partial) == (True, True, True)
    assert options.report_dir == str(Path(name).parent / "out/reports")


def test_the_command_line_wins(ask: Callable[..., Asked]) -> None:
    """Over each kind of option, lists included."""
    write(ALL)
    target, options = ask(
        "--only", "get", "--seed", "4", "--no-strict", "--no-slow", "--report-dir", "r", "--allow-runs"
    )

    assert options.only == ("get",)
    assert (options.seed, options.strict, options.slow, options.allow_partial) == (4, False, False, True)
    assert (options.report_dir, target.allow_runs) == ("r", True)


@pytest.mark.parametrize(
    ("arguments", "consents"),
    [
        ((), (True, True, True)),
        (("--read-only",), (False, False, False)),
        (("--no-allow-writes",), (False, None, None)),
        (("--no-allow-runs",), (True, False, True)),
        (("--base-url", URL), (True, True, True)),
        (("--base-url", OTHER), (None, None, None)),
        (("--base-url", OTHER, "--allow-writes"), (True, None, None)),
    ],
)
def test_consents_of_a_file_can_be_withdrawn(
    arguments: tuple[str, ...], consents: tuple[bool | None, ...], ask: Callable[..., Asked]
) -> None:
    """And they are for the service that the file names, not for another one of the command line."""
    write(f'base-url = "{URL}"\nallow-writes = true\nallow-runs = true\nallow-schedules = true\nagent-id = "a_1"\n')
    target, _ = ask(*arguments)

    assert (target.allow_writes, target.allow_runs, target.allow_schedules) == consents
    assert target.agent_id == (None if OTHER in arguments else "a_1")


def test_a_consent_wins_over_read_only_of_a_file(ask: Callable[..., Asked]) -> None:
    """As flags win over it; the consent to start runs alone does not."""
    write(f'base-url = "{URL}"\nread-only = true\n')

    assert ask("--allow-writes")[0].allow_writes is True
    assert ask()[0].allow_writes is False
    assert main(["run", "--allow-runs"]) == 2


def test_what_was_taken_is_told_and_can_be_repeated(
    ask: Callable[..., Asked], capsys: pytest.CaptureFixture[str]
) -> None:
    """On one line before the run, and in its report, whose command does the same without the file."""
    write(f"seed = 5\nstrict = false\n{ALL.replace('seed = 3', '').replace('strict = true', '')}")
    first = ask("--only", "get")
    told = capsys.readouterr().err.splitlines()[0]
    report = json.loads(Path("out/reports/report.json").read_text(encoding="utf-8"))
    program, *command = shlex.split(report["command"])
    Path(OWN).unlink()

    assert told.startswith(f'{program}: settings of {OWN}: base-url = "{URL}/", seed = 5, strict = false')
    assert "only" not in told
    assert report["notes"] == [told.removeprefix(f"{program}: ")]
    again = ask(*command[1:])
    assert (again[0], replace(again[1], command="")) == (first[0], replace(first[1], command=""))
    assert CANARY not in told + json.dumps(report)


def test_a_table_is_for_its_command_alone(capsys: pytest.CaptureFixture[str], ask: Callable[..., Asked]) -> None:
    """It wins over what stands above for all; the other commands see nothing of it, and say nothing."""
    write("seed = 1\nexamples = 4\n[run]\nseed = 2\n[list]\njson = true\n[serve]\nport = 8700\n")

    assert ask()[1].seed == 2
    capsys.readouterr()
    assert main(["list"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["requirements"]
    assert err == f"deployments-conformance: settings of {OWN}: json = true\n"
    assert main(["list", "--no-json"]) == 0
    out, err = capsys.readouterr()
    assert not out.startswith("{")
    assert not err


def test_our_own_file_goes_before_pyproject(ask: Callable[..., Asked], capsys: pytest.CaptureFixture[str]) -> None:
    """Which is said in the same line; a pyproject.toml without our table is not mentioned."""
    write("seed = 1\n")
    write("[tool.deployments-conformance]\nseed = 2\n", SHARED)

    assert ask()[1].seed == 1
    assert f"{OWN} (pyproject.toml has settings, too, which are not read): seed = 1" in capsys.readouterr().err
    write('[project]\nname = "deployments-conformance"\n', SHARED)
    ask()
    assert "pyproject" not in capsys.readouterr().err


@pytest.mark.parametrize("text", ["not TOML", '[project]\nname = "x"\n', "\xff", "[tool.ruff]\nline-length = 3\n"])
def test_a_pyproject_of_others_is_left_alone(
    text: str, ask: Callable[..., Asked], capsys: pytest.CaptureFixture[str]
) -> None:
    """Even if it is broken: it says nothing to us."""
    Path(SHARED).write_bytes(text.encode("latin-1"))

    assert ask()[1].seed == 0
    assert "settings" not in capsys.readouterr().err


def test_a_file_can_be_ignored_whole_or_in_part(ask: Callable[..., Asked]) -> None:
    """`--no-settings` and `--without`."""
    write("seed = 1\nmax-rate = 5\n")

    assert ask("--no-settings")[1].seed == 0
    target, options = ask("--without", "max-rate")
    assert (target.max_rate, options.seed) == (None, 1)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('\nonyl = ["x"]', "line 2: there is no option onyl; did you mean only?"),
        ("base_url = 1", "did you mean base-url?"),
        ("zzz = 1", "`deployments-conformance run --help` shows what there is"),
        ("[zzz]\nx = 1", "there is no option zzz"),
        ("[serve]\nseed = 1", "line 2: there is no option seed"),
        ("settings = 'x'", "there is no option settings"),
        ("no-strict = true", "did you mean strict?"),
        ("run = 3", "line 1: run is a command; write [run]"),
        (f'token = "{CANARY}"', "line 1: token is a secret, which does not belong into a file; set DEPLOYMENTS_TOKEN"),
        (f'Authorization = "{CANARY}"', "Authorization is a secret"),
        (f'[run]\nother-token = "{CANARY}"', "line 2: other-token is a secret"),
        (f'[run]\nother-token = "{CANARY}"', "set DEPLOYMENTS_OTHER_TOKEN instead"),
        ('agent-id = "Bearer swordfish"', "agent-id: this looks like a secret"),
        ('base-url = "https://u:swordfish@h/"', "base-url: a user or password inside the URL is refused"),
        ('base-url = "h"', "base-url: 'h' has no http:// or https://"),
        ("workers = 0", "workers: 0 is below 1"),
        ('workers = "2"', "workers: it takes a number, without quotes"),
        ("workers = true", "workers: it takes a number, without quotes"),
        ("max-rate = inf", "max-rate: 'inf' is not a number"),
        ("seed = 1.5", "seed: '1.5' is not a whole number"),
        ('strict = "yes"', "strict: it takes true or false"),
        ("strict = 1", "strict: it takes true or false"),
        ('only = "create"', "only: it takes a list of texts"),
        ("only = [1]", "only: it takes a text, in quotes, in its list"),
        ('only = ["nope"]', "--only nope: no such requirement or area"),
        ("agent-id = 5", "agent-id: it takes a text, in quotes"),
        ("revision = 2026-06-01", "revision: it takes a text, in quotes"),
        ('revision = "r"', "revision: unknown revision 'r'"),
        ('waivers = ""', "waivers: '' is no path"),
        ('waivers = "w\\u0000"', "is no path"),
        ('\nwaivers = "w.toml"', "--waivers w.toml: No such file or directory; name the file that holds"),
        ('\nwaivers = "w.toml"', f"(waivers stands in {OWN}, line 2)"),
        ('report-dir = "../x"', "report-dir: ../x is outside of this folder"),
        ('report-dir = "/tmp/x"', "report-dir: /tmp/x is outside of this folder"),
        ('write-waivers = "a/../../x"', "is outside of this folder"),
        ('[diff]\nhtml = "x"\n[run]\nallow-writes = true\nread-only = true', f"(allow-writes stands in {OWN}, line 4)"),
        ('agent-id = "a_1"', f"no --base-url says of which (agent-id stands in {OWN}, line 1)"),
        ("x =", f"{OWN}: not TOML: Invalid value"),
        pytest.param("a = " + "[" * 5000, f"{OWN}: not TOML", id="deep"),
        pytest.param("a = " + "1" * 5000, f"{OWN}: not TOML", id="long"),
        pytest.param("#" * (1024**2 + 1), f"{OWN}: more than 1 MiB", id="large"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_in_one_line(
    text: str, told: str, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    """With file, line and key, before anything is sent, and without the secret."""
    if "nope" in text:  # the runner itself looks for it
        request.getfixturevalue("monkeypatch").undo()
        request.getfixturevalue("monkeypatch").chdir(request.getfixturevalue("tmp_path"))
    write(text)
    said = refusal(capsys, "run")

    assert told in said
    assert OWN in said
    assert CANARY not in said
    assert "swordfish" not in said


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--settings", "none.toml"), "cannot read the settings in none.toml: No such file"),
        (("--settings", "."), "cannot read the settings in .: Is a directory"),
        (("--settings", SHARED), "--settings pyproject.toml: it has no table [tool.deployments-conformance]"),
        (("--settings", "bytes.toml"), "bytes.toml: not UTF-8"),
        (("--settings", "bytes.toml", "--no-settings"), "not allowed with argument"),
        (("--without", "seed"), "--without seed: no settings file says anything of it"),
    ],
)
def test_a_file_that_was_named_has_to_be_there(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """And has to have settings."""
    write('[project]\nname = "x"\n', SHARED)
    Path("bytes.toml").write_bytes(b"seed = 1 # \xff")

    assert told in refusal(capsys, "run", *arguments)


def test_a_named_file_may_write_anywhere(ask: Callable[..., Asked]) -> None:
    """Whoever names it has looked into it."""
    write('report-dir = "../reports"\n', "a/b.toml")

    assert ask("--settings", "a/b.toml")[1].report_dir == "a/../reports"


def test_nothing_in_a_file_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Keys and values are shown spelled out, on one line."""
    write('"a\\u001b[31m\\n::error::" = 1')
    said = refusal(capsys, "run")
    write('waivers = "\\u001b[31m\\nx"')

    assert "a\\x1b[31m ::error::" in said
    assert "\x1b" not in refusal(capsys, "run")


def test_dotted_and_inline_tables_are_read_too(ask: Callable[..., Asked], capsys: pytest.CaptureFixture[str]) -> None:
    """The number of the line is only an aid."""
    write("run.seed = 7\n")
    assert ask()[1].seed == 7
    capsys.readouterr()
    write("run = { seed = 8, workers = 0 }\n")

    assert f"{OWN}: workers: 0 is below 1" in refusal(capsys, "run")


def test_the_example_of_the_documentation_works(ask: Callable[..., Asked]) -> None:
    """As it stands there, but for the waivers."""
    text = DOCUMENTATION.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    write(text.replace('waivers = "waivers.toml"\n', ""))
    target, options = ask()

    assert (target.allow_writes, options.only) == (True, ("create", "list", "get"))


@pytest.mark.parametrize("arguments", [(), ("--base-url", URL)])
def test_an_address_that_is_not_read_is_told(
    ask: Callable[..., Asked], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """`serve` prints it for the shell; without --base-url the embedded server is examined all the same."""
    monkeypatch.setenv("DEPLOYMENTS_BASE_URL", URL)
    ask(*arguments)
    notes = json.loads(next(Path().rglob("report.json")).read_text(encoding="utf-8"))["notes"]

    assert [note for note in notes if "DEPLOYMENTS_BASE_URL" in note] == notes
    assert bool(notes) is not bool(arguments)

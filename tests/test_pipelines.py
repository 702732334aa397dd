"""The action and the examples for pipelines are what they say: they parse, and every name in them exists."""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conformance.arguments import PROG, parser

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
RUN_STEP = next(step for step in STEPS if step.get("id") == "run")
PAGES = ("docs/pipelines.md", "README.md", "docs/scaling.md")
TOKEN = "canary-7f3a"  # noqa: S105 - not a real one


def blocks(page: str, *languages: str) -> list[str]:
    """The fenced blocks of a page in one of these languages; in any without them."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for language, block in found if not languages or language in languages]


def options(command: str) -> set[str]:
    """The options that a command of ours knows."""
    actions = parser()._actions  # noqa: SLF001 - argparse has no public way to ask
    commands = next(a for a in actions if isinstance(a, argparse._SubParsersAction)).choices  # noqa: SLF001
    return set(commands[command]._option_string_actions)  # noqa: SLF001


def dicts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a parsed YAML document."""
    if isinstance(value, dict):
        yield value
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for member in members:
        yield from dicts(member)


def uses_of_ours() -> list[dict[str, Any]]:
    """Every step of the examples that uses our action."""
    parsed = [yaml.safe_load(block) for page in PAGES for block in blocks(page, "yaml")]
    return [one for one in dicts(parsed) if re.fullmatch(rf"OWNER/{PROG}@\w+", str(one.get("uses", "")))]


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_parse(page: str) -> None:
    """As YAML, and as INI."""
    import configparser

    assert all(yaml.safe_load(block) for block in blocks(page, "yaml"))
    for block in blocks(page, "ini"):
        configparser.ConfigParser().read_string(block)


@pytest.mark.parametrize("page", PAGES)
def test_every_option_in_the_examples_is_known(page: str) -> None:
    """To the command that it is given to; and no option stands alone."""
    for block in blocks(page):
        for command, rest in re.findall(rf"{PROG} (run|serve|list|diff|merge|clean)\b([^\n'#]*)", block):
            used = {word.partition("=")[0] for word in shlex.split(rest) if word.startswith("--")}
            assert used <= options(command), block
    inputs = " ".join(step["with"].get("args", "") for step in uses_of_ours())
    assert {word for word in inputs.split() if word.startswith("--")} <= options("run")
    assert inputs


@pytest.mark.parametrize("page", PAGES)
def test_every_option_in_the_text_is_known(page: str) -> None:
    """Those between backticks, too."""
    text = (ROOT / page).read_text(encoding="utf-8")
    known = set().union(*(options(command) for command in ("run", "serve", "list", "diff", "merge")))

    assert set(re.findall(r"`(--[a-z-]+)", text)) <= known


def test_the_examples_name_inputs_and_outputs_of_the_action() -> None:
    """And give it what it requires."""
    required = {name for name, one in ACTION["inputs"].items() if one.get("required")}
    text = (ROOT / PAGES[0]).read_text(encoding="utf-8")

    assert len(uses_of_ours()) == 4
    assert all(required <= set(step["with"]) <= set(ACTION["inputs"]) for step in uses_of_ours())
    assert set(re.findall(r"steps\.conformance\.outputs\.([\w-]+)", text)) <= set(ACTION["outputs"])


def test_links_of_the_page_lead_somewhere() -> None:
    """Files, and headings in them."""
    text = (ROOT / PAGES[0]).read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https://)([^)#]+)(?:#([^)]*))?\)", text):
        linked = (ROOT / "docs" / link[0]).read_text(encoding="utf-8")
        headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", linked, re.MULTILINE)}
        assert not link[1] or link[1] in headings


def test_no_example_has_a_token_in_a_command() -> None:
    """It comes from a store of secrets, into the environment."""
    for page in PAGES:
        for block in blocks(page, "yaml", "groovy", "ini"):
            assert not re.search(r"(run|script|sh|commands)\b.*\$.*TOKEN", block)


def test_the_action_refers_to_what_it_has() -> None:
    """Inputs that are declared, all of them used, and steps by their ids."""
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    ids = {step["id"] for step in STEPS if "id" in step}

    assert ACTION["runs"]["using"] == "composite"
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    assert set(re.findall(r"steps\.([\w-]+)\.", text)) <= ids
    assert all(one["description"] for one in (*ACTION["inputs"].values(), *ACTION["outputs"].values()))


def test_no_input_of_the_action_can_be_code() -> None:
    """A script gets them as variables, never as text in it; each script names its shell."""
    scripts = [step for step in STEPS if "run" in step]

    assert all("${{" not in step["run"] and step["shell"] == "bash" for step in scripts)
    assert set(re.findall(r"--[a-z][a-z-]+", RUN_STEP["run"])) <= options("run")


def ran(
    folder: Path, inputs: dict[str, str], status: int = 0, **more: str
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """What became of the step that runs the suite, and the words with which it started a stand-in for the command."""
    command = folder / "conformance" / "bin" / PROG
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nprintf "%s\\n" "$DEPLOYMENTS_TOKEN" "$@" > {folder}/words\nexit {status}\n')
    command.chmod(0o755)
    given = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()} | inputs
    names = {variable: re.findall(r"inputs\.([\w-]+)", value)[0] for variable, value in RUN_STEP["env"].items()}
    env = {variable: given[name] for variable, name in names.items()}
    env |= {"PATH": "/usr/bin:/bin", "RUNNER_TEMP": str(folder), "GITHUB_OUTPUT": str(folder / "output")}
    env |= more
    asked = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", RUN_STEP["run"]]
    done = subprocess.run(asked, cwd=folder, env=env, capture_output=True, text=True, check=False)
    words = folder / "words"
    return done, words.read_text(encoding="utf-8").splitlines() if words.exists() else []


def test_the_action_starts_the_command(tmp_path: Path) -> None:
    """With the words of `args` as they are, the token in the environment, and its status as an output."""
    args = "--allow-writes --only * \n --only $(touch${IFS}owned);`id`"
    done, (token, *words) = ran(tmp_path, {"base-url": "http://h/v1", "token": TOKEN, "args": args}, status=3)

    assert done.returncode == 0
    assert token == TOKEN
    expected = ["run", "--base-url", "http://h/v1", "--allow-writes", "--only", "*", "--only"]
    assert words == [*expected, "$(touch${IFS}owned);`id`", "--report-dir", "reports"]
    assert (tmp_path / "output").read_text(encoding="utf-8") == "exit-status=3\n"
    assert TOKEN not in done.stdout + done.stderr


def test_the_action_takes_the_token_of_the_job(tmp_path: Path) -> None:
    """An input that is empty does not hide it; the revision is handed on."""
    inputs = {"base-url": "http://h/v1", "revision": "qoder-2026-06"}
    _, (token, *words) = ran(tmp_path, inputs, DEPLOYMENTS_TOKEN=TOKEN)

    assert token == TOKEN
    assert words[-2:] == ["--revision", "qoder-2026-06"]


def test_the_action_does_not_examine_nothing(tmp_path: Path) -> None:
    """GitHub does not insist on an input that is required; without a base URL the reference server would be green."""
    done, words = ran(tmp_path, {})

    assert done.returncode != 0
    assert "base-url is empty" in done.stderr
    assert not words

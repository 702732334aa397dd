"""Scripts that show what a report says at another time, and with bodies of any length."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from conformance.curl import curl
from conformance.exchange import EVIDENCE_LIMIT, Exchange, Redactor
from conformance.model import ExchangeRecord
from conformance.report.scripts import script

NOW = "2026-11-28T02:00:00.500000Z"
"""When everything is triggered by the service that stands in here."""


def ran(id_: str, triggered_at: str) -> ExchangeRecord:
    """A run that was asked for."""
    body = json.dumps({"id": id_, "triggered_at": triggered_at})
    return ExchangeRecord("POST", "http://h/deployments/dep_1/run", "/run", 200, 1.0, response_body=body)


def asked(query: str) -> ExchangeRecord:
    """A list of runs."""
    return ExchangeRecord("GET", f"http://h/deployment_runs?{query}", f"/deployment_runs?{query}", 200, 1.0)


def shell(text: str) -> str:
    """What a shell makes of it, with each call of curl told by its arguments."""
    called = 'curl() { echo "$*" >&2; printf \'{"id": "drun_7", "triggered_at": "%s"}\' "$NOW"; }\n'
    environment = {"TOKEN": "t", "NOW": NOW, "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["sh"], input=called + text, env=environment, capture_output=True, text=True, check=True)
    return done.stderr


@pytest.mark.parametrize(
    ("asked_for", "told"),
    [
        ("2026-01-02T03:04:05.25Z", NOW),
        ("2026-01-02T03%3A04%3A05Z", "2026-11-28T02:00:00Z"),
        ("2026-01-02T03:04:07Z", "2026-11-28T02:00:02Z"),
        ("2026-01-01T03:04:05Z", "2026-11-27T02:00:00Z"),
        ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05", "2026-01-02T03:04:05"),
        ("2026-13-02T03:04:05Z", "2026-13-02T03:04:05Z"),
    ],
)
def test_a_moment_is_told_by_what_the_script_makes(asked_for: str, told: str) -> None:
    """The same as long after it as in the run; what is long ago, or malformed on purpose, stays."""
    text = script([ran("drun_1", "2026-01-02T03:04:05.25Z"), asked(f"triggered_after={asked_for}&limit=2")], "x")

    assert f"triggered_after={told}&limit=2" in shell(text)


def test_time_goes_by_where_the_moment_parts_what_was_made() -> None:
    """And nowhere else."""
    runs = [ran("drun_1", "2026-01-02T03:04:05.1Z"), ran("drun_2", "2026-01-02T03:04:05.9Z")]
    runs += [ran("drun_3", "2026-01-02T03:04:06.1Z"), ran("drun_4", "2026-01-02T03:04:09Z")]

    def waits(query: str) -> list[str]:
        return re.findall(r"sleep \d", script([*runs, asked(query)], "x"))

    assert waits("after_id=drun_1") == []
    assert waits("triggered_before=2026-01-02T03:04:06Z") == ["sleep 1", "sleep 3"]
    assert waits("triggered_before=2026-01-02T03:04:05Z") == ["sleep 1"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"text": "' + b"x" * 70_000 + b'.", "rest": "-"}',
        ("{" + "two words " * 20_000 + "\N{GRINNING FACE}" * 20_000 + "%'}").encode(),
        b"{" + b" " * 5_000_000 + b"}",
        ("-" + "\u6f22" * 60_000).encode(),
    ],
    ids=["one character", "many bytes", "blanks", "below the limit"],
)
def test_a_body_of_any_length_can_be_pasted(body: bytes) -> None:
    """What repeats itself is told shortly; no argument of a command is longer than Linux takes."""
    sent = Exchange("POST", "http://h/x", "/x", (), body, 400, (), b"", 1.0)
    record = Redactor({}).record(sent)
    line = curl(record)

    done = subprocess.run(["sh", "-c", line.replace("curl ", "cat; true ")], capture_output=True, check=True)
    assert done.stdout == body
    assert len(line) < 2 * EVIDENCE_LIMIT


def test_what_was_made_is_put_away_though_the_answer_was_cut() -> None:
    """The id stands at its beginning."""
    made = ExchangeRecord(
        "POST", "http://h/deployments", "/deployments", 200, 1.0, response_body='{"id":"dep_1","x":"yyy… (cut: 9 bytes)'
    )

    assert 'http://h/deployments/"$ID1"/archive' in script([made], "x")


@pytest.mark.parametrize("made", ["dep_7", "dep_0191f3a2-7c1e-4b5d-9a61-5b1f2c3d4e5f", "dep_eu_7-Q"])
def test_an_id_of_any_form_is_not_sent_again_but_that_of_now(made: str) -> None:
    """Only the prefix of an id is promised, and one that the run has seen belongs to what it has archived."""
    create = ExchangeRecord(
        "POST", "http://h/deployments", "/deployments", 200, 1.0, response_body=f'{{"id":"{made}"}}'
    )
    get = ExchangeRecord("GET", f"http://h/deployments/{made}", f"/deployments/{made}", 200, 1.0)
    answers = f'curl() {{ echo "$*" >&2; printf \'{{"name": "x", "id": "{made}-new", "y": "z"}}\'; }}\n'

    told = shell(answers + script([create, get], "x"))

    assert f"http://h/deployments/{made}-new" in told
    assert not re.search(f"{made}(?!-new)", told)


def test_a_script_says_what_it_cannot_send() -> None:
    """A long body in which nothing repeats is cut, and the script is not the request then."""
    body = "".join(str(number) for number in range(30_000)).encode()
    records = [
        Redactor({}).record(Exchange("POST", "http://h/x", "/x", (), body[:n], 400, (), b"", 1.0)) for n in (9, -1)
    ]

    assert re.findall("answered 400(.*)", script(records, "x")) == [
        "",
        "; the body was too long to be kept, and is cut",
    ]

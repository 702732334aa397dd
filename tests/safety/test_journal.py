"""The journal: written ahead, readable whatever became of the process, and without it nothing is created."""

from __future__ import annotations

import contextlib
import json
import resource
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from matrix.kill import Carrier
from matrix.kill import target as in_process

from conformance import file_lock, journal
from conformance.failures import JournalNotWritable
from conformance.journal import Journal, JournalUnreadable
from conformance.model import Options
from conformance.reference.service import Service
from conformance.settings import Settings
from conformance.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

FACTS = {"base_url": "http://127.0.0.1/v1", "run_id": "abc", "revision": "qoder-2026-06"}


def _begun(folder: Path) -> Journal:
    made = Journal(folder / "journal.jsonl")
    made.begin(**FACTS)
    return made


@contextlib.contextmanager
def _room_for(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes, as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# --- written ahead ----------------------------------------------------------------------------------------------


class Watched(Carrier):
    """Reads the journal whenever a create arrives, and notes which writes do."""

    def __init__(self, service: Service, path: Path) -> None:
        super().__init__(service)
        self._path = path
        self.writes: list[str] = []
        self.written_ahead: list[bool] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            self.writes.append(request.url.path.rpartition("/")[2])
        if request.content:
            name = json.loads(request.content)["name"]
            self.written_ahead.append(json.dumps(name) in self._path.read_text(encoding="utf-8"))
        return super().handle_request(request)


def _suite(path: Path, carrier: Carrier, service: Service) -> Suite:
    return Suite(Settings(in_process(service), Options(), "abc", str(path)), carrier=carrier)


def _bodies(service: Service) -> Callable[[str], dict[str, Any]]:
    agent, environment = next(iter(service.accounts[0].agents)), next(iter(service.accounts[0].environments))
    events = [{"type": "user.message", "content": "x"}]
    return lambda name: {"name": name, "agent": agent, "environment_id": environment, "initial_events": events}


def test_a_create_is_in_the_file_before_it_is_sent(tmp_path: Path) -> None:
    service = Service()
    path = tmp_path / "journal.jsonl"
    with contextlib.closing(_begun(tmp_path)):
        carrier = Watched(service, path)
        suite = _suite(path, carrier, service)
        suite.provision_agent()
        suite.provision_environment()
        suite.client.create(_bodies(service)("conformance-abc-1"))
        assert carrier.written_ahead == [True, True, True]
        assert suite.finish() == []

    assert not journal.read(path)[1].unfinished()


@pytest.mark.parametrize("room", [0, 20], ids=["no room", "room for half a line"])
def test_what_cannot_be_written_down_is_not_created(tmp_path: Path, room: int) -> None:
    """Nor has the next create a line that is glued to half of one; what was made before is put away all the same."""
    service = Service()
    path = tmp_path / "journal.jsonl"
    with contextlib.closing(_begun(tmp_path)):
        carrier = Watched(service, path)
        suite, body = _suite(path, carrier, service), _bodies(service)
        suite.client.create(body("conformance-abc-1"))
        with _room_for(path.stat().st_size + room):
            with pytest.raises(JournalNotWritable, match="so nothing is created"):
                suite.client.create(body("conformance-abc-2"))
            assert carrier.writes == ["deployments"]
            suite.put_away_after_case()
            assert carrier.writes == ["deployments", "archive"]
        suite.client.create(body("conformance-abc-3"))
        left = [item.name for item in journal.read(path)[1].unfinished()]
        assert left == ["conformance-abc-3", "conformance-abc-1"]  # that the first is gone could not be written down
        assert suite.finish() == []


# --- what became of the file ------------------------------------------------------------------------------------


def test_a_journal_that_was_removed_is_none(tmp_path: Path) -> None:
    with contextlib.closing(_begun(tmp_path)) as made:
        made.intend("deployment", "one")
        (tmp_path / "journal.jsonl").unlink()
        with pytest.raises(JournalNotWritable, match="removed"):
            made.intend("deployment", "two")


def test_a_journal_goes_on_under_another_name(tmp_path: Path) -> None:
    with contextlib.closing(_begun(tmp_path)) as made:
        kept = (tmp_path / "journal.jsonl").rename(tmp_path / "kept.jsonl")
        made.intend("deployment", "one")

    assert [item.name for item in journal.read(kept)[1].unfinished()] == ["one"]


def test_a_journal_is_begun_once(tmp_path: Path) -> None:
    with contextlib.closing(_begun(tmp_path)), pytest.raises(JournalNotWritable, match="exists"):
        _begun(tmp_path)


def test_whoever_writes_holds_the_file_until_it_is_closed(tmp_path: Path) -> None:
    made, path = _begun(tmp_path), tmp_path / "journal.jsonl"
    worker = Journal(path, "gw0")
    worker.intend("deployment", "one")
    for each in (made, worker):
        with pytest.raises(file_lock.InUse), file_lock.alone(path):
            pass
        each.close()
    with file_lock.alone(path), pytest.raises(JournalNotWritable):
        Journal(path, "gw1").intend("deployment", "two")


# --- reading ----------------------------------------------------------------------------------------------------


HEAD = json.dumps({"journal": 1, **FACTS})
ONE = '{"intend": "main-0", "kind": "deployment", "name": "one"}'
TWO = '{"intend": "gw1-0", "kind": "agent", "name": "two", "by": "DEPLOYMENTS_OTHER_TOKEN"}'


@pytest.mark.parametrize("cut", range(1, len(TWO)))
def test_half_a_line_hides_no_other(tmp_path: Path, cut: int) -> None:
    """A process is killed while it writes; another one writes on behind it, and so does `clean`."""
    path = tmp_path / "journal.jsonl"
    path.write_text(f"{HEAD}\n{TWO[:cut]}{ONE}\n{TWO[:cut]}", encoding="utf-8")

    read = journal.read(path)[1]
    with contextlib.closing(read):
        read.intend("deployment", "three")

    assert [item.name for item in journal.read(path)[1].unfinished()] == ["three", "one"]


def test_everything_that_is_noted_is_read_back(tmp_path: Path) -> None:
    with contextlib.closing(_begun(tmp_path)) as made:
        items = [
            made.intend("deployment", name, by) for name, by in [("a", ""), ("b", ""), ("c", "T"), ("d", ""), ("e", "")]
        ]
        made.made(items[1], "dep_1")
        made.gone(items[1])
        made.refused(items[2])
        made.unsure(items[3])
        made.made(items[4], "dep_2")

    read = journal.read(tmp_path / "journal.jsonl")[1]
    assert list(read.items.values()) == items
    assert [item.name for item in read.unfinished()] == ["e", "d", "a"]
    assert read.find("dep_2") == items[4]


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/full", "/"])
def test_what_is_no_file_is_not_read(path: str) -> None:
    with pytest.raises(JournalUnreadable, match="not a file"):
        journal.read(Path(path))

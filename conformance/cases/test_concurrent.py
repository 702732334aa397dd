"""Concurrent clients that change one deployment: nothing that was accepted is lost, and states have an order."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from conformance.cases.concurrency import (
    accepted,
    act,
    ending,
    expect_kept,
    expect_matching,
    matching,
    series,
    successes,
    until,
    update,
)
from conformance.expect import (
    Object,
    expect_equal,
    expect_status,
    expect_true,
    fail,
    need,
    need_object,
    need_page,
    user_metadata,
)
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import QODER

if TYPE_CHECKING:
    from conformance.cases.concurrency import Answer, Call, Crew
    from conformance.cases.conftest import Deployments
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.revisions import Revision


# --- updates ----------------------------------------------------------------------------------------------------


def _edits(crew: Crew, deployment: Object, tag: str) -> list[Object]:
    """Updates that each change another field."""
    return [{field: value} for field, value in matching(crew.api.session.revision, deployment["name"], tag).items()]


@requirement("concurrent-updates-keep-each-other", MUST, source="update#request-body", covers="UPD-002")
def test_updates_of_different_fields_at_once_are_all_kept(crew: Crew, api: Client, deployment: Object) -> None:
    """Of updates at once that each change another field of a deployment, every one that was accepted is kept."""
    for number in crew.rounds():
        edits = _edits(crew, deployment, str(number))
        answers = crew.at_once(*(update(deployment, edit) for edit in edits))

        expect_kept(api.get(deployment["id"]), accepted(edits, answers))


@requirement("concurrent-metadata-patches-add-up", MUST, source="update#request-body", covers="MET-011 MET-012")
def test_patches_of_different_keys_at_once_are_all_kept(crew: Crew, api: Client, deployments: Deployments) -> None:
    """Of metadata patches at once that each set or delete another key, every one that was accepted is kept."""
    deployment = deployments(metadata={"set": "0", "deleted": "0"})
    for number in crew.rounds():
        patches: list[Object] = [{f"key {place}": str(number)} for place in range(6)]
        patches += [{"set": str(number)}, {"deleted": None if number % 2 else "again"}]
        edits: list[Object] = [{"metadata": patch} for patch in patches]
        answers = crew.at_once(*(update(deployment, edit) for edit in edits))

        expect_kept(api.get(deployment["id"]), accepted(edits, answers))


@requirement("concurrent-metadata-limit-holds", SHOULD, source="create#metadata", covers="MET-015")
def test_patches_at_once_do_not_pass_the_limit(
    crew: Crew, api: Client, deployments: Deployments, revision: Revision
) -> None:
    """Metadata patches at once never leave more keys than a deployment may have."""
    for _ in crew.rounds():
        room = 3
        full = {f"key {number}": "stored" for number in range(revision.metadata_keys_max - room)}
        deployment = deployments(metadata=full)
        answers = crew.at_once(*(update(deployment, {"metadata": {f"new {n}": "sent"}}) for n in range(8)))
        need(bool(successes(answers)), "one of eight patches at once had to be accepted")

        exchange = api.get(deployment["id"])

        count, most = len(user_metadata(need_object(exchange)) or {}), revision.metadata_keys_max
        message = f"{count} metadata keys, where {most} may be"
        expect_true(count <= most, message, expected=f"{most} keys", actual=count, at=exchange, pointer="/metadata")


@requirement("concurrent-updates-do-not-mix", SHOULD, source="update#response", covers="UPD-001 UPD-020")
def test_updates_of_the_same_fields_at_once_do_not_mix(crew: Crew, api: Client, deployment: Object) -> None:
    """After updates at once of the same fields a deployment shows one of them whole, and no mixture."""
    for number in crew.rounds():
        edits = [matching(crew.api.session.revision, deployment["name"], f"{number}-{place}") for place in range(8)]
        accepted(edits, crew.at_once(*(update(deployment, edit) for edit in edits)))

        exchange = api.get(deployment["id"])

        expect_matching(need_object(exchange), exchange)


@requirement("concurrent-reads-see-whole-updates", SHOULD, source="update#response", covers="UPD-020 OBJ-015")
def test_reads_during_updates_see_them_whole(crew: Crew, deployments: Deployments) -> None:
    """A deployment that is read or listed while it is updated shows each update as a whole or not at all."""
    name = deployments.bodies()["name"]
    deployment = deployments(**matching(crew.api.session.revision, name, "first"))
    listed: Call = lambda client: client.list({"agent_id": deployments.bodies.agent_id, "limit": 5})  # noqa: E731
    for number in crew.rounds(4):
        done = threading.Event()
        writer = ending(
            done,
            series(*(update(deployment, matching(crew.api.session.revision, name, f"{number}-{n}")) for n in range(3))),
        )
        readers = [until(done, act("get", deployment))] * 4 + [until(done, listed)] * 2

        answers = crew.at_once(writer, *readers)

        for exchange in (each for reads in answers[1:5] for each in successes(list(reads or ()))):
            expect_matching(need_object(exchange), exchange)
        for page in (need_page(each) for reads in answers[5:] for each in successes(list(reads or ()))):
            for place in (place for place, id_ in enumerate(page.ids) if id_ == deployment["id"]):
                expect_matching(page.items[place], page.exchange, f"/data/{place}")


@requirement("concurrent-answers-are-not-mixed-up", MUST, source="get#response", covers="GET-001 UPD-001")
def test_every_answer_belongs_to_its_request(crew: Crew, deployments: Deployments) -> None:
    """Clients that update and read deployments of their own at once are each answered with their own."""
    own = [deployments() for _ in crew.clients]
    for number in crew.rounds():
        edits = [{"description": f"{number} {each['id']}"} for each in own]
        updated = crew.at_once(*map(update, own, edits))
        read = crew.at_once(*(act("get", each) for each in own))

        for deployment, edit, changed, seen in zip(own, edits, updated, read, strict=True):
            _expect_own(changed, deployment["id"], edit["description"])
            _expect_own(seen, deployment["id"], edit["description"] if changed and changed.ok else None)


def _expect_own(answer: Answer, id_: str, description: str | None) -> None:
    """An answer shows the deployment that was asked for; what it says is not looked at where nobody can know it."""
    __tracebackhide__ = True
    for exchange in successes([answer]):
        shown = need_object(exchange)
        expect_equal(shown["id"], id_, "the id in the answer", at=exchange, pointer="/id")
        told = shown.get("description")
        wanted = told if description is None else description
        expect_equal(told, wanted, "description in the answer", at=exchange, pointer="/description")


# --- states -----------------------------------------------------------------------------------------------------


def _expect_one(answers: list[Answer]) -> None:
    """One of several equal changes of state was accepted, and the others were answered with 409."""
    __tracebackhide__ = True
    done = successes(answers)
    need(bool(done) or None in answers, f"one of {len(answers)} at once had to be accepted")
    for exchange in done[1:]:
        message = f"{exchange.operation}: {len(done)} of {len(answers)} at once succeeded"
        fail(message, expected="one success", actual=f"{len(done)} successes", at=exchange)
    for exchange in (answer for answer in answers if answer is not None and not answer.ok and answer.status < 500):
        expect_status(exchange, 409)


@requirement("concurrent-pause-succeeds-once", MUST, source="pause#errors", covers="PAU-002", revisions=QODER)
def test_of_pauses_at_once_one_succeeds(crew: Crew, api: Client, deployment: Object) -> None:
    """Of several pauses at once one succeeds, and the others are answered with 409."""
    for _ in crew.rounds():
        answers = crew.at_once(*[act("pause", deployment)] * 6)

        _expect_one(answers)
        api.unpause(deployment["id"])


@requirement("concurrent-unpause-succeeds-once", MUST, source="unpause#errors", covers="UNP-002", revisions=QODER)
def test_of_unpauses_at_once_one_succeeds(crew: Crew, api: Client, deployment: Object) -> None:
    """Of several unpauses at once one succeeds, and the others are answered with 409."""
    for _ in crew.rounds():
        need_object(api.pause(deployment["id"]))
        answers = crew.at_once(*[act("unpause", deployment)] * 6)

        _expect_one(answers)


@requirement("concurrent-archive-succeeds-once", MUST, source="archive#errors", covers="ARC-008", revisions=QODER)
def test_of_archives_at_once_one_succeeds(crew: Crew, deployments: Deployments) -> None:
    """Of several archives at once one succeeds, and the others are answered with 409."""
    for _ in crew.rounds(4):
        answers = crew.at_once(*[act("archive", deployments())] * 6)

        _expect_one(answers)


@requirement(
    "concurrent-pauses-and-unpauses-have-an-order",
    MUST,
    source="unpause#errors",
    covers="PAU-001 UNP-001",
    revisions=QODER,
)
def test_pauses_and_unpauses_at_once_have_an_order(crew: Crew, api: Client, deployment: Object) -> None:
    """Pauses and unpauses at once succeed in turn, and the deployment ends in the state of the last one."""
    paused = 0
    for _ in crew.rounds():
        answers = crew.at_once(*[act("pause", deployment), act("unpause", deployment)] * 4)
        exchange = api.get(deployment["id"])
        now = int(need_object(exchange).get("status") == "paused")
        unknown = any(answer is None or answer.status >= 500 for answer in answers)

        after = now if unknown else paused + _pauses(answers) - _unpauses(answers)

        message = f"{_pauses(answers)} pauses and {_unpauses(answers)} unpauses at once cannot all have succeeded"
        expect_true(after in {0, 1}, message, expected="successes in turn", actual=after, at=exchange)
        expect_equal(now, after, "whether it is paused after them (1: it is)", at=exchange, pointer="/status")
        paused = now


def _pauses(answers: list[Answer]) -> int:
    return len(successes(answers[::2]))


def _unpauses(answers: list[Answer]) -> int:
    return len(successes(answers[1::2]))


@requirement("concurrent-pauses-and-updates-are-kept", MUST, source="pause#", covers="PAU-001 UNP-001 UPD-002")
def test_a_pause_and_updates_at_once_are_all_kept(crew: Crew, api: Client, deployment: Object) -> None:
    """Of updates and a pause or an unpause at once, each that was accepted is kept."""
    for number in crew.rounds():
        action, status = ("pause", "paused") if number % 2 else ("unpause", "active")
        edits = _edits(crew, deployment, str(number))
        changes: list[Object] = [*edits, {"status": status}]
        calls = [*(update(deployment, edit) for edit in edits), act(action, deployment)]
        answers = crew.at_once(*calls, last_behind=number % 4 > 1)

        expect_kept(api.get(deployment["id"]), accepted(changes, answers))


# --- archiving --------------------------------------------------------------------------------------------------


def _archived_meanwhile(crew: Crew, deployment: Object) -> tuple[list[Object], Exchange]:
    """Archive a deployment while it is changed: the updates that were accepted, and what a GET then says.

    That the archive succeeds, at the latest when nothing else goes on, is a control; so is that it can be read then.
    """
    edits = _edits(crew, deployment, "late")
    others = [act("archive", deployment), act("pause", deployment), act("unpause", deployment)]
    answers = crew.at_once(*(update(deployment, edit) for edit in edits), *others)
    if not successes([answers[len(edits)]]):
        need(crew.api.archive(deployment["id"]).status in {200, 409}, "an archive had to succeed")
    kept = [edit for edit, answer in zip(edits, answers, strict=False) if successes([answer])]
    exchange = crew.api.get(deployment["id"])
    need_object(exchange)
    return kept, exchange


@requirement("concurrent-archive-is-final", MUST, source="archive#", covers="ARC-001 ARC-011")
def test_what_is_archived_during_changes_stays_so(crew: Crew, deployments: Deployments) -> None:
    """A deployment that was archived while it was updated, paused and unpaused is and stays archived."""
    for _ in crew.rounds():
        _, exchange = _archived_meanwhile(crew, deployments())

        told = need_object(exchange).get("archived_at")
        message = "not archived, though an archive had succeeded"
        expect_true(bool(told), message, expected="a time", actual=told, at=exchange, pointer="/archived_at")


@requirement("concurrent-archive-keeps-updates", SHOULD, source="archive#", covers="ARC-001 UPD-020")
def test_updates_accepted_during_an_archive_are_kept(crew: Crew, deployments: Deployments) -> None:
    """An update that was accepted while the deployment was being archived is kept."""
    for _ in crew.rounds():
        kept, exchange = _archived_meanwhile(crew, deployments())

        expect_kept(exchange, kept)

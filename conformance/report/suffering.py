"""What a client of the service would notice of a broken promise, told from the kind of difference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.model import Verdict

if TYPE_CHECKING:
    from conformance.model import Result

_STATUS = re.compile(r"\b([1-5])(\d\d|xx)\b")
_WALK = "A client that walks the list may miss {}, see some twice, or never reach the end."
_BY_AREA = (
    (r"schedule \S*-(upcoming|fires)|.*/upcoming_runs_at", "A schedule fires at another time than its owner is told."),
    (
        r"(list|page|runs) \S*(filter|status|archived|triggered|unknown-agent)",
        "A client that asks for a selection gets more than that, or not all of it.",
    ),
    (r"(list|page) ", _WALK.format("deployments")),
    (r"runs \S*(page|list|walk|order)", _WALK.format("runs")),
    (r"runs? ", "A client that waits for a run, or looks one up, acts on something untrue."),
    (r"auth ", "A client cannot rely on who may see and change what."),
    (r"(update|metadata) ", "A client that changes one thing may lose or alter another."),
    (
        r"(pause|unpause|archive|method|sequence) ",
        "A client finds a deployment in another state than its calls led to.",
    ),
    (r"concurrent ", "Two clients at work at once undo what the other has done, or are told what never was."),
)


def suffering(result: Result) -> str:
    """One sentence on what a client would notice; "" where nothing is known to be wrong."""
    if result.verdict is Verdict.INCONCLUSIVE or not result.difference:
        return ""
    wanted, came = _status_class(result.difference.expected), _status_class(result.difference.actual)
    return _of_status(wanted, came) or _of_value(result)


def _status_class(text: str) -> str:
    found = _STATUS.search(text) if "status" in text.lower() else _STATUS.fullmatch(text.strip())
    return found.group(1) if found else ""


def _of_status(wanted: str, came: str) -> str:
    if not came or not wanted:
        return ""
    if came == "5":
        return "A client is told of a fault of the server: it retries in vain, and cannot see its own mistake."
    if wanted == "4" and came == "2":
        return "A client's mistake passes unnoticed and takes effect, and the caller is told that all is well."
    if wanted == "2" and came == "4":
        return "A client that keeps to the documents is refused."
    return "A client that branches on the status takes a wrong turn."


def _of_value(result: Result) -> str:
    place = result.difference.pointer if result.difference else ""
    about = f"{result.area} {result.id} {place}"
    told = next((sentence for pattern, sentence in _BY_AREA if re.match(pattern, about)), "")
    return told or _of_member(result)


def _of_member(result: Result) -> str:
    pointer = result.difference.pointer if result.difference else ""
    member = next((step for step in reversed(pointer.split("/")) if step and not step.isdecimal()), "")
    if not member or member == "data":
        return "A client that reads this answer, or decodes it strictly, fails or acts on something untrue."
    return f"A client that reads {member} here, or decodes the answer strictly, fails or acts on something untrue."

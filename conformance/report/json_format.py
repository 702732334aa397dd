"""A report as JSON, and back again without a loss."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from conformance.model import SCHEMA_VERSION, Report, to_json
from conformance.report.reading import ReportUnreadable, read_as

if TYPE_CHECKING:
    from pathlib import Path

_SAME_NAME = (
    "started_at",
    "duration_s",
    "seed",
    "results",
    "observations",
    "unobservable",
    "seen",
    "leftovers",
    "notes",
)
_SETTINGS = ("command", "strict", "allow_partial", "interrupted", "unreachable", "invalid", "stale_waivers", "shard")


def dump(report: Report) -> str:
    """The report as JSON text, ASCII only, so that no character of a target can harm the file or its reader."""
    document = as_document(report)
    document["checksum"] = _checksum(document)
    members = (f" {_encoded(name)}: {_laid_out(value)}" for name, value in document.items())
    return "{\n" + ",\n".join(members) + "\n}\n"


def _laid_out(value: Any) -> str:
    """A member of the report; of a list each item has its line, so that two reports can be compared by line."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"  {_encoded(item)}" for item in value) + "\n ]"
    return _encoded(value)


_encoded = json.JSONEncoder(ensure_ascii=True, allow_nan=False).encode


def as_document(report: Report) -> dict[str, Any]:
    """The members of report.json but for the checksum."""
    values = to_json(report)
    return {
        "schema_version": SCHEMA_VERSION,
        "suite": {"name": report.suite_name, "version": report.suite_version},
        "target": {"base_url": report.base_url, "revision": report.revision},
        "outcome": report.outcome.value,
        "exit_status": report.exit_status,
        "sentence": report.sentence,
        "counts": report.counts,
        "requests": {"total": report.requests_total, "by_status": dict(report.requests_by_status)},
        **{name: values[name] for name in (*_SAME_NAME, *_SETTINGS)},
    }


def read(path: Path) -> Report:
    """The report in this file; `ReportUnreadable` names the file, what is wrong with it, and where."""
    try:
        return load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportUnreadable(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ReportUnreadable(f"{path}: not UTF-8 text at byte {error.start}") from error
    except ReportUnreadable as error:
        raise ReportUnreadable(f"{path}: {error}") from error


def load(text: str) -> Report:
    """The report that `dump` wrote; a truncated, edited or foreign text raises `ReportUnreadable`."""
    document = _parse(text)
    _check_kind(document)
    _check_counts(document)
    _check_seal(document)
    return _report(document)


def _parse(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        cut = "; it seems cut off" if error.pos >= len(text.rstrip()) - 1 else ""
        raise ReportUnreadable(f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}{cut}") from error
    except (ValueError, RecursionError) as error:
        raise ReportUnreadable(f"not JSON that can be read: {type(error).__name__}") from error
    if not isinstance(document, dict):
        raise ReportUnreadable("not a report: its top level is no object")
    return document


def _check_kind(document: dict[str, Any]) -> None:
    version = document.get("schema_version")
    if version is None or "results" not in document:
        raise ReportUnreadable("not a report of deployments-conformance: schema_version or results is missing")
    if version != SCHEMA_VERSION:
        raise ReportUnreadable(
            f"at /schema_version: this suite reads version {SCHEMA_VERSION}, the file has {version!r}"
        )


def _check_counts(document: dict[str, Any]) -> None:
    results = document["results"]
    if not isinstance(results, list) or not all(isinstance(r, dict) for r in results):
        raise ReportUnreadable("at /results: expected an array of objects")
    seen = Counter(str(r.get("verdict")) for r in results)
    counts = document.get("counts")
    if not isinstance(counts, dict):
        raise ReportUnreadable("at /counts: expected an object")
    for verdict in dict.fromkeys([*counts, *seen]):
        if counts.get(verdict) != seen[verdict]:
            raise ReportUnreadable(
                f"at /counts/{verdict}: says {counts.get(verdict)}, the results hold {seen[verdict]}"
            )


def _check_seal(document: dict[str, Any]) -> None:
    written = document.get("checksum")
    if written != _checksum(document):
        raise ReportUnreadable("at /checksum: the file was changed after it was written")


def _checksum(document: dict[str, Any]) -> str:
    sealed = {name: value for name, value in document.items() if name != "checksum"}
    canonical = json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return "sha256:" + hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _report(document: dict[str, Any]) -> Report:
    for name in ("suite", "target", "requests"):
        if not isinstance(document.get(name), dict):
            raise ReportUnreadable(f"at /{name}: expected an object")
    flat = {name: document[name] for name in (*_SAME_NAME, *_SETTINGS) if name in document}
    flat |= {"base_url": document["target"].get("base_url"), "revision": document["target"].get("revision")}
    flat |= {"suite_name": document["suite"].get("name"), "suite_version": document["suite"].get("version")}
    flat |= {"requests_by_status": document["requests"].get("by_status")}
    return read_as(Report, flat, "")

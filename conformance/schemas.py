"""Whether a payload keeps a JSON Schema of the contract, and if not, the one place that says why."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance import json_pointer, resources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import jsonschema
    import jsonschema_rs

LONGEST_MESSAGE = 200
LONGEST_VALUE = 60
UNREADABLE = (ValueError, OverflowError, RecursionError)
"""What a validator raises on values that JSON can write and it cannot take: half a surrogate pair, endless digits."""


@dataclass(frozen=True)
class SchemaProblem:
    """What a schema refuses: what is wrong, where in the payload and by which rule, as RFC 6901 pointers."""

    pointer: str
    message: str
    schema_path: str


@dataclass(frozen=True)
class Validator:
    """One schema for two validators: `quick` decides, `slow` explains, and decides on what `quick` cannot take."""

    quick: jsonschema_rs.Draft202012Validator
    schema: dict[str, Any]
    documents: list[dict[str, Any]]

    @functools.cached_property
    def slow(self) -> Callable[[object], Iterator[jsonschema.ValidationError]]:
        """Made when something is to be explained: the library takes a second to come, most of it for formats."""
        return _slow(self.schema, self.documents)

    def explain(self, instance: object) -> SchemaProblem | None:
        """None for a payload that keeps the schema, else its most telling problem."""
        try:
            if self.quick.is_valid(instance):
                return None
        except UNREADABLE:
            return self._explain_slowly(instance)
        return self._explain_slowly(instance) or self._explain_quickly(instance)

    def _explain_slowly(self, instance: object) -> SchemaProblem | None:
        from jsonschema.exceptions import best_match

        try:
            error = best_match(self.slow(instance))
        except UNREADABLE as reason:
            return SchemaProblem("", f"cannot be examined: {_printable(str(reason))}"[:LONGEST_MESSAGE], "")
        return None if error is None else _problem(error.absolute_path, _message(error), error.absolute_schema_path)

    def _explain_quickly(self, instance: object) -> SchemaProblem | None:
        error = next(self.quick.iter_errors(instance), None)
        return None if error is None else _problem(error.instance_path, error.message, error.schema_path)


def explain(revision: str, name: str, instance: object) -> SchemaProblem | None:
    """None if `instance` keeps the schema `name` of the revision, else its most telling problem."""
    return validator(revision, name).explain(instance)


@functools.cache
def validator(revision: str, name: str) -> Validator:
    """The compiled schema `name` ("deployment", "deployment-list", "error", ...) of a revision."""
    import jsonschema_rs

    schema = json.loads(resources.schema_path(revision, name).read_text("utf-8"))
    documents = [json.loads(path.read_text("utf-8")) for path in resources.schema_paths(revision)]
    registry = jsonschema_rs.Registry([(document["$id"], document) for document in documents])
    quick = jsonschema_rs.Draft202012Validator(schema, registry=registry, validate_formats=True)
    return Validator(quick, schema, documents)


def _slow(
    schema: dict[str, Any], documents: list[dict[str, Any]]
) -> Callable[[object], Iterator[jsonschema.ValidationError]]:
    from jsonschema import Draft202012Validator, validators
    from referencing import Registry, Resource

    contents = [(document["$id"], Resource.from_contents(document)) for document in documents]
    registry: Registry[Any] = Registry().with_resources(contents)
    kind: Any = validators.extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    compiled: Draft202012Validator = kind(schema, registry=registry, format_checker=kind.FORMAT_CHECKER)
    return compiled.iter_errors


def _pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[jsonschema.ValidationError]:
    """As JSON Schema has it, where `$` is the very end; Python's also stands before a last line feed."""
    from jsonschema import ValidationError

    anchored = re.sub(r"\$$", r"\\Z", pattern)
    if isinstance(instance, str) and not re.search(anchored, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _message(error: jsonschema.ValidationError) -> str:
    shown = repr(error.instance)
    short = shown if len(shown) <= LONGEST_VALUE else f"{shown[: LONGEST_VALUE - 3]}..."
    title = error.schema.get("title") if isinstance(error.schema, dict) else None
    if error.validator in {"pattern", "format"} and title:
        return f"{short} is not a {title}"
    return error.message.replace(shown, short, 1)


def _problem(path: Iterable[str | int], message: str, schema_path: Iterable[str | int]) -> SchemaProblem:
    return SchemaProblem(_pointer(path), _printable(message)[:LONGEST_MESSAGE], _pointer(schema_path))


def _pointer(path: Iterable[str | int]) -> str:
    return _printable("".join(json_pointer.step(each) for each in path))


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")

"""Where the data files are: beside the package in a checkout, inside it once it is installed."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


class MissingResourceError(FileNotFoundError):
    """A data file of the suite is not where it should be; the message says what there is instead."""


def schemas_dir() -> Path:
    """The folder that holds one folder of schemas for each revision, and `report.schema.json`."""
    return _folder("schemas")


def fixtures_dir() -> Path:
    """The folder that holds one folder of example payloads for each revision."""
    return _folder("fixtures")


def schema_path(revision: str, name: str) -> Path:
    """The JSON Schema `name` ("deployment", "error", ...) of a revision."""
    return _present(_revision(schemas_dir(), revision) / f"{name}.json")


def schema_paths(revision: str) -> tuple[Path, ...]:
    """Every JSON Schema of a revision, in the order of their names."""
    return tuple(sorted(_revision(schemas_dir(), revision).glob("*.json")))


def openapi_path(revision: str) -> Path:
    """The OpenAPI document of a revision; its relative `$ref`s lead to the schemas beside it."""
    return _present(_revision(schemas_dir(), revision) / "openapi.yaml")


def report_schema_path() -> Path:
    """The JSON Schema of `report.json`."""
    return _present(schemas_dir() / "report.schema.json")


def fixture_path(revision: str, relative: str) -> Path:
    """An example payload of a revision, as `index.json` names it ("answers/create.json")."""
    return _present(_revision(fixtures_dir(), revision) / relative)


def _folder(kind: str) -> Path:
    places = (PACKAGE / "_data" / kind, PACKAGE.parent / kind)
    for place in places:
        if place.is_dir():
            return place
    raise MissingResourceError(f"no folder of {kind}: looked for {places[0]} and {places[1]}")


def _revision(folder: Path, revision: str) -> Path:
    known = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
    if revision not in known:
        raise MissingResourceError(f"no revision {revision!r} in {folder}: there are {', '.join(known) or 'none'}")
    return folder / revision


def _present(path: Path) -> Path:
    if not path.is_file():
        known = sorted(entry.name for entry in path.parent.glob("*") if entry.is_file())
        raise MissingResourceError(f"no file {path}: its folder holds {', '.join(known) or 'none'}")
    return path

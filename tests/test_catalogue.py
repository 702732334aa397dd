"""The catalogue against the contract and against the faults: nothing forgotten, nothing without proof."""

from __future__ import annotations

import json
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from conformance.cases import AREAS
from conformance.model import DEFAULT_REVISION, Requirement
from conformance.reference.faults import all_faults
from conformance.report.kills import PATH
from conformance.runner import catalogue

ROWS = tomllib.loads((Path(__file__).parent / "contract_rows.toml").read_text())
FINISHED = (DEFAULT_REVISION,)
"""The revisions whose cases are complete."""

CATALOGUE = catalogue(DEFAULT_REVISION)
REQUIREMENTS = [each for each in CATALOGUE if not each.is_observation and not each.unobservable]


def _kind(declared: Requirement) -> str:
    return declared.level.value if declared.level else "MAY"


@pytest.mark.parametrize("revision", FINISHED)
def test_every_row_of_the_contract_is_covered(revision: str) -> None:
    covered: dict[str, set[str]] = defaultdict(set)
    for declared in catalogue(revision):
        for row in declared.covers:
            covered[row].add(_kind(declared))
    missing = {row: {*kinds} - covered[row] for row, kinds in ROWS[revision].items()}
    assert {row: kinds for row, kinds in missing.items() if kinds} == {}


@pytest.mark.parametrize("revision", FINISHED)
def test_no_case_covers_a_row_that_does_not_apply(revision: str) -> None:
    """A case that covers several rows is for the revisions in which one of them applies."""
    idle = [each.id for each in catalogue(revision) if not {*each.covers} & {*ROWS[revision]}]
    assert idle == []
    assert {row for declared in catalogue(revision) for row in declared.covers} <= {
        row for rows in ROWS.values() for row in rows
    }


@pytest.mark.parametrize("declared", CATALOGUE, ids=lambda declared: declared.id)
def test_everything_declared_is_well_formed(declared: Requirement) -> None:
    assert declared.area in AREAS
    assert declared.id == declared.id.lower()
    assert declared.statement.endswith(".")
    assert declared.covers


def test_no_promise_is_stated_twice() -> None:
    statements = [declared.statement for declared in CATALOGUE]
    assert sorted({text for text in statements if statements.count(text) > 1}) == []


def test_every_requirement_is_broken_by_a_fault() -> None:
    broken = {id_ for fault in all_faults().values() for id_ in fault.breaks}
    assert sorted({each.id for each in REQUIREMENTS} - broken) == []


def test_every_fault_names_requirements_that_exist() -> None:
    known = {each.id for each in REQUIREMENTS}
    wrong = {name: sorted(fault.breaks - known) for name, fault in all_faults().items() if fault.breaks - known}
    assert wrong == {}
    assert [name for name, fault in all_faults().items() if not fault.breaks] == []


def test_the_kill_matrix_of_the_package_is_current() -> None:
    """`python tests/matrix/write.py` writes it anew."""
    killed: dict[str, list[str]] = {each.id: [] for each in REQUIREMENTS}
    for name, fault in all_faults().items():
        for id_ in fault.breaks:
            killed[id_].append(name)
    assert json.loads(PATH.read_text()) == {id_: sorted(names) for id_, names in killed.items()}

"""The catalogue against the contract and against the faults: nothing forgotten, nothing without proof."""

from __future__ import annotations

import json
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from matrix.kill import judged
from matrix.write import rows

from conformance.cases import AREAS
from conformance.reference.faults import all_faults
from conformance.report.kills import PATH
from conformance.revisions import ALL
from conformance.runner import catalogue

if TYPE_CHECKING:
    from conformance.model import Requirement

ROWS = tomllib.loads((Path(__file__).parent / "contract_rows.toml").read_text())
CATALOGUE = list({declared.id: declared for revision in ALL for declared in catalogue(revision)}.values())
"""What is declared for any revision, once."""

JUDGED = {revision: judged(revision) for revision in ALL}


def _kind(declared: Requirement) -> str:
    return declared.level.value if declared.level else "MAY"


@pytest.mark.parametrize("revision", ALL)
def test_every_row_of_the_contract_is_covered(revision: str) -> None:
    covered: dict[str, set[str]] = defaultdict(set)
    for declared in catalogue(revision):
        for row in declared.covers:
            covered[row].add(_kind(declared))
    missing = {row: {*kinds} - covered[row] for row, kinds in ROWS[revision].items()}
    assert {row: kinds for row, kinds in missing.items() if kinds} == {}


@pytest.mark.parametrize("revision", ALL)
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


@pytest.mark.parametrize("revision", ALL)
def test_no_promise_is_stated_twice(revision: str) -> None:
    statements = [declared.statement for declared in catalogue(revision)]
    assert sorted({text for text in statements if statements.count(text) > 1}) == []


def test_every_requirement_is_broken_by_a_fault() -> None:
    """In some revision; which one is for the matrix to show."""
    assert [id_ for id_, names in rows().items() if not names] == []


def test_every_fault_names_requirements_that_exist() -> None:
    known = {id_ for judged in JUDGED.values() for id_ in judged}
    faults = all_faults().items()
    named = {name: {*fault.breaks, *(id_ for ids in fault.breaks_in.values() for id_ in ids)} for name, fault in faults}
    assert {name: sorted(ids - known) for name, ids in named.items() if ids - known} == {}
    assert [name for name, fault in faults if not any(fault.broken_in(each) & JUDGED[each] for each in ALL)] == []


def test_the_kill_matrix_of_the_package_is_current() -> None:
    """`python tests/matrix/write.py` writes it anew."""
    assert json.loads(PATH.read_text()) == rows()

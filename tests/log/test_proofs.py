from dataclasses import replace

import pytest

from kg.errors import NotFound
from kg.log import Record, check_proof


def test_the_proof_of_every_unit_holds_against_the_hash_of_its_entry(record):
    for each in record.log.iter_units(include_sealed=True):
        proof = record.log.inclusion_proof(each.unit.subject, include_sealed=True)
        assert check_proof(proof, each.unit, commit_hash=record.log.head)


def test_a_proof_holds_for_no_other_unit_and_no_other_entry(record, operations):
    unit = record.log.find_unit(f"{operations.BASE}claim/03").unit
    other = record.log.find_unit(f"{operations.BASE}claim/04").unit
    proof = record.log.inclusion_proof(unit.subject)
    assert not check_proof(proof, other, commit_hash=record.log.head)
    assert not check_proof(proof, unit, commit_hash="0" * 64)


@pytest.mark.parametrize(
    "change",
    [
        {"leaf": 0}, {"size": 4}, {"path": ()}, {"salt": "00" * 16}, {"tree": "00000001-0002"},
        {"commit": "{}"}, {"salt": "not hexadecimal"},
    ],
)  # fmt: skip
def test_a_proof_that_was_changed_holds_no_more(record, operations, change):
    unit = record.log.find_unit(f"{operations.BASE}claim/03").unit
    proof = replace(record.log.inclusion_proof(unit.subject), **change)
    assert not check_proof(proof, unit, commit_hash=record.log.head)


def test_a_proof_still_holds_after_its_neighbour_was_withdrawn(record, operations):
    hash_before = record.log.head
    operations.withdraw_both(record.layout.root)
    log = Record.open(record.layout.root).log
    found = log.find_unit(f"{operations.BASE}claim/10")
    assert check_proof(log.inclusion_proof(found.unit.subject), found.unit, commit_hash=hash_before)


def test_there_is_no_proof_for_what_is_not_in_the_log(record):
    with pytest.raises(NotFound, match="nothing in the log is called x:y"):
        record.log.inclusion_proof("x:y")

"""The log: the truth of the record, of which every store is a projection. `docs/log.md` tells its form."""

from kg.log.chain import WITHDRAWAL, Entry, Tree, Withdrawn
from kg.log.damage import Damage
from kg.log.disk import Disk
from kg.log.log import Log
from kg.log.proofs import Proof, check_proof
from kg.log.reading import LoggedUnit
from kg.log.record import Record
from kg.log.sealing import Access
from kg.log.staging import Staging

__all__ = [
    "WITHDRAWAL",
    "Access",
    "Damage",
    "Disk",
    "Entry",
    "Log",
    "LoggedUnit",
    "Proof",
    "Record",
    "Staging",
    "Tree",
    "Withdrawn",
    "check_proof",
]

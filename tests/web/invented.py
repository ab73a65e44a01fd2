"""An invented town with every trouble a page must bear: hostile names, overlapping passages, relays of relays."""

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

from kg.intake import read_case
from kg.model import Text
from kg.pipeline import record_batch
from kg.record import OpenRecord
from tests.town import ARTICLE, BASE, WHEN, Town, case, killed

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
BIDI = "Vane\u202egnp.exe"
LONG = "An office of a very long name " * 40
RENAMED = {f"{BASE}agent/long": (Text(LONG, "en"),), f"{BASE}agent/vane": (Text(BIDI, "en"),)}
ARABIC = "طاحونة أورين"


def span(words: str) -> dict[str, object]:
    """The passage of some words of the article."""
    start = ARTICLE.index(words)
    return {"start": start, "end": start + len(words), "sha256": hashlib.sha256(words.encode()).hexdigest()}


def town_case() -> dict[str, object]:
    """Two numbers over different groups, a revision, a denial, a relay of a relay, and names that attack."""
    whole, inner, late = span("nine people were killed"), span("nine people"), span("were killed at the mill")
    nine = killed(
        "more than 9", id="nine", said="2031-05-02", who="town-hall", speaker="vane", passage=whole, over="dead"
    )
    nine["wording"] = {"en": "nine people"}
    seven = killed("7", id="seven", who="evil", passage=inner, over="named")
    denied = killed("9", id="denied", who="long", stance="denies", passage=late, said="../2031-05-04")
    later = killed("11", id="eleven", who="town-hall", said="2031-05-03", over="dead")
    later["via"] = [{"who": "hall-of-evil", "on": "crier"}, "post"]
    later["revises"] = ["nine"]
    return case(
        nine,
        seven,
        denied,
        later,
        agents={
            "evil": {"kind": "organisation", "name": {"en": EVIL}},
            "long": {"kind": "organisation", "name": {"en": "to be LONG"}},
            "vane": {"kind": "person", "name": {"en": "to be BIDI"}},
            "hall-of-evil": {"kind": "actor-class", "name": {"en": "=cmd|' /C calc'!A0"}},
        },
        events={"mill": {"kind": "incident", "name": {"en": "Mill of Orrin", "ar": ARABIC}}},
        occasions={"crier": {"kind": "remark", "speaker": "hall-of-evil", "document": "post"}},
        sets={"named": {"of": "victim", "within": "mill", "name": {"en": "those whose names are known"}}},
    )


@cache
def claim_key(record: OpenRecord, number: int) -> str:
    """The key of the claim that so many were killed."""
    reader = record.reader()
    for claim in reader.claims_of("event", f"{BASE}event/mill"):
        if getattr(claim.proposition, "at_least", None) == number and claim.step.stance == "asserts":
            return claim.iri.rsplit("/", 1)[1]
    raise LookupError(number)


def make(folder: Path, *, with_capture: bool = True) -> OpenRecord:
    """The town's record in a folder."""
    town = Town(folder)
    captures = [town.article] if with_capture else []
    batch = read_case(town.write(town_case()), base=BASE, captures=captures, recorded=WHEN, software="averment test")
    # Case files refuse such names; what comes in by another way need not.
    entities = tuple(replace(e, names=RENAMED[e.iri]) if e.iri in RENAMED else e for e in batch.entities)
    record_batch(town.root, town.record, replace(batch, entities=entities))
    return town.open()

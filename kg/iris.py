"""Deterministic names: the same content always bears the same IRI, whichever file, row or day it came from.

Content is named by SHA-256 over its canonical JSON (the subset of RFC 8785 that strings, integers and lists need),
cut to 160 bits and written in base32. Text is never joined with a separator first: that is how names collide.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from kg.model import (
    Claim,
    Correction,
    Decision,
    Proposition,
    Recording,
    Relay,
    Sorted,
    Viewpoint,
    Withheld,
    slots_of,
    values_of,
)
from kg.terms import Iri

_KEY = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*")
_KEY_LIMIT = 120
# For what orjson does not take: integers of more than 64 bits.
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = tuple(one + other for one in _DIGITS for other in _DIGITS)
_SHIFTS = tuple(range(150, -1, -10))


def canonical_json(content: Mapping[str, Any]) -> bytes:
    """The canonical JSON of content made of strings, integers, lists and mappings, in UTF-8.

    >>> canonical_json({"b": ["é"], "a": 1}).decode()
    '{"a":1,"b":["é"]}'
    """
    try:
        return orjson.dumps(content, default=_to_list, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        return _ENCODER.encode(content).encode()


def _to_list(value: object) -> list[Any]:
    """A named tuple, such as a text with its language, as a list."""
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"not canonical: {value!r}")


def hash_key(content: Mapping[str, Any]) -> str:
    """The 32-character key of some content: 160 bits of SHA-256 in lower-case base32.

    >>> hash_key({"a": 1})
    'afnl2724yv5c3wklowipaswybbbhhec6'
    """
    number = int.from_bytes(hashlib.sha256(canonical_json(content)).digest()[:20], "big")
    # Two letters of base32 (RFC 4648) at a time: the library's own way takes longer than the hashing.
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def is_key(text: str) -> bool:
    """Whether a hand-written key can stand in an IRI: lower-case letters and digits, with `. _ -` between them.

    >>> is_key("raqqa-2017"), is_key("Raqqa 2017")
    (True, False)
    """
    return len(text) <= _KEY_LIMIT and _KEY.fullmatch(text) is not None


def slot_content(thing: Sorted, *, question: bool = False) -> dict[str, Any]:
    """The coded slots of a model object by field name; with `question`, its answers are left out."""
    slots = slots_of(type(thing))
    found = {
        name: value for name, value in zip(slots, values_of(thing), strict=True) if value is not None and value != ()
    }
    return {name: value for name, value in found.items() if not slots[name].answer} if question else found


def named_iri(base: str, kind: str, key: str) -> Iri:
    """The IRI of something a person named, such as `event/raqqa-2017`. Raises ValueError where it is not a key."""
    if not is_key(key):
        raise ValueError(f"not a key: {key!r}")
    return Iri(f"{base}{kind}/{key}")


def proposition_iri(base: str, proposition: Proposition) -> Iri:
    """The IRI of a proposition, from its kind and coded slots only."""
    content = {"kind": type(proposition).__name__, **slot_content(proposition)}
    return Iri(f"{base}proposition/{hash_key(content)}")


def question_iri(base: str, proposition: Proposition) -> Iri:
    """The IRI of the question a proposition answers: its slots without the answers and without `over`."""
    content = {"question": type(proposition).__name__, **slot_content(proposition, question=True)}
    return Iri(f"{base}question/{hash_key(content)}")


def claim_iri(base: str, claim: Claim) -> Iri:
    """The IRI of a claim, from everything it says; it knows neither file nor row nor time of recording."""
    content = {"kind": "Claim", "stance": claim.stance.value, **slot_content(claim)}
    return Iri(f"{base}claim/{hash_key(content)}")


def relay_iri(base: str, relay: Relay) -> Iri:
    """The IRI of a relay, from everything it says."""
    return Iri(f"{base}relay/{hash_key({'kind': 'Relay', **slot_content(relay)})}")


def recording_iri(base: str, recording: Recording) -> Iri:
    """The IRI of a recording: which ingestion took what from where."""
    return Iri(f"{base}recording/{hash_key({'kind': 'Recording', **slot_content(recording)})}")


def correction_iri(base: str, correction: Correction) -> Iri:
    """The IRI of a correction, from everything it says."""
    return Iri(f"{base}correction/{hash_key({'kind': 'Correction', **slot_content(correction)})}")


def decision_iri(base: str, decision: Decision) -> Iri:
    """The IRI of a decision on access, from everything it says, which is nothing of what it withholds."""
    return Iri(f"{base}decision/{hash_key({'kind': 'Decision', **slot_content(decision)})}")


def withheld_iri(base: str, withheld: Withheld) -> Iri:
    """The IRI of what is withheld; a name could be tried against it, so that it is sealed with what it names."""
    return Iri(f"{base}withheld/{hash_key({'kind': 'Withheld', **slot_content(withheld)})}")


def viewpoint_iri(base: str, viewpoint: Viewpoint) -> Iri:
    """The IRI of a viewpoint, from all its choices: two files that choose the same are one viewpoint."""
    return Iri(f"{base}viewpoint/{hash_key({'kind': 'Viewpoint', **slot_content(viewpoint)})}")


def capture_iri(base: str, sha256: str) -> Iri:
    """The IRI of a capture, which is its hash: the same bytes are the same capture."""
    return Iri(f"{base}capture/{sha256}")


def file_iri(base: str, sha256: str) -> Iri:
    """The IRI of a file that was read, which is its hash."""
    return Iri(f"{base}file/{sha256}")


def passage_iri(base: str, capture: str, start: int, end: int) -> Iri:
    """The IRI of a span of a capture."""
    return Iri(f"{base}passage/{hash_key({'capture': capture, 'start': start, 'end': end})}")


def occasion_iri(base: str, *, document: str | None, speaker: str | None, kind: str, ordinal: int) -> Iri:
    """The IRI of an act of saying, from document, speaker, kind and ordinal; a date found later does not rename it."""
    content = {"document": document or "", "speaker": speaker or "", "kind": kind, "ordinal": ordinal}
    return Iri(f"{base}occasion/{hash_key(content)}")


def ingestion_iri(base: str, files: Sequence[str], *, mapping: str = "") -> Iri:
    """The IRI of an ingestion, from the hashes of the files read and of the mapping used; never from the time."""
    return Iri(f"{base}ingestion/{hash_key({'files': sorted(files), 'mapping': mapping})}")

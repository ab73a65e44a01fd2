"""Sealed units: each encrypted in a file of its own, under a key and a salt of its own, outside the log."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kg.iris import canonical_json
from kg.log.layout import SALT_BYTES
from kg.log.segments import commit_to, salt_of
from kg.terms import Iri
from kg.units import Unit

_KEY_BYTES = 32
# A key encrypts one message in its life, so that the nonce need not vary.
_NONCE = bytes(12)


class Access(StrEnum):
    """Who may see a unit; only public ones lie in a segment."""

    PUBLIC = "public"
    RESTRICTED = "restricted"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Box:
    """A sealed unit as it lies on disk: its commitment, the encrypted bytes, and key and salt (32 and 16 bytes)."""

    commitment: bytes
    data: bytes
    key: bytes


def seal(unit: Unit, access: Access, *, seed: bytes) -> Box:
    """Encrypt a unit (AES-256-GCM, NIST SP 800-38D) under a key that the seed of its batch and its content give."""
    content = {"access": access.value, "graph": unit.graph, "lines": list(unit.lines), "subject": unit.subject}
    plain = canonical_json(content)
    digest = bytes.fromhex(unit.digest())
    salt = salt_of(seed, b"sealed" + digest)
    key = hmac.digest(seed, b"key" + hashlib.sha256(plain).digest(), "sha256")
    commitment = commit_to(salt, digest)
    return Box(commitment, AESGCM(key).encrypt(_NONCE, plain, commitment), key + salt)


def unseal(box: Box) -> tuple[Unit, Access]:
    """The unit in a box and its access. Raises ValueError where box, key and commitment do not belong together."""
    if len(box.key) != _KEY_BYTES + SALT_BYTES:
        raise ValueError(f"its key file has {len(box.key)} bytes, not {_KEY_BYTES + SALT_BYTES}")
    key, salt = box.key[:_KEY_BYTES], box.key[_KEY_BYTES:]
    try:
        content = json.loads(AESGCM(key).decrypt(_NONCE, box.data, box.commitment))
    except InvalidTag as error:
        raise ValueError("it cannot be decrypted: its bytes or its key have changed") from error
    unit = Unit(Iri(content["subject"]), Iri(content["graph"]), tuple(content["lines"]))
    if commit_to(salt, bytes.fromhex(unit.digest())) != box.commitment:
        raise ValueError("its content and salt do not give its commitment")
    return unit, Access(content["access"])

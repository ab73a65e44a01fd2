"""Signatures of publications: Ed25519 (RFC 8032), by a key that the publisher makes and keeps."""

import hashlib
import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from kg.errors import Unusable
from kg.iris import canonical_json

SIGNATURE = "manifest.json.sig"
# A signature of this program cannot be taken for one of another, or for one of something else.
_CONTEXT = b"averment publication 1\n"


class Signer:
    """A private key in use."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public(self) -> str:
        """The public key, 32 bytes in hexadecimal."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, manifest: bytes) -> bytes:
        """The signature file of a manifest; Ed25519 gives the same signature every time."""
        signature = self._key.sign(_CONTEXT + hashlib.sha256(manifest).digest()).hex()
        return canonical_json({"algorithm": "Ed25519", "key": self.public, "signature": signature}) + b"\n"

    @classmethod
    def make(cls, path: Path) -> "Signer":
        """Make a key and keep it in a new file that only its owner may read. Raises Unusable where there is one."""
        signer = cls(Ed25519PrivateKey.generate())
        data = signer._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise Unusable(f"{path}: exists already. Remedy: use it with --key, or name another file.") from None
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return signer

    @classmethod
    def load(cls, path: Path) -> "Signer":
        """The key of a file that `make` wrote. Raises Unusable."""
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except FileNotFoundError:
            raise Unusable(f"{path}: there is no such key. Remedy: make one with --new-key {path}.") from None
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise Unusable(f"{path}: cannot be read as a key ({error}). Remedy: make one with --new-key.") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise Unusable(f"{path}: is no Ed25519 key. Remedy: make one with --new-key.")
        return cls(key)


def check_signature(data: bytes, manifest: bytes) -> str:
    """The public key, in hexadecimal, that signed a manifest. Raises ValueError where the file is not its signature."""
    try:
        content = json.loads(data)
        key, signature = bytes.fromhex(content["key"]), bytes.fromhex(content["signature"])
        if canonical_json({"algorithm": "Ed25519", "key": key.hex(), "signature": signature.hex()}) + b"\n" != data:
            raise ValueError("its bytes are not those this program writes")
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _CONTEXT + hashlib.sha256(manifest).digest())
    except InvalidSignature:
        raise ValueError("it is not the signature of this manifest by the key it names") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it is no signature ({type(error).__name__}: {error})") from error
    return key.hex()

"""What record.json says; its hash is what the first entry of the log follows."""

import hashlib
import json
from dataclasses import dataclass

from kg.iris import canonical_json
from kg.log.chain import FORMAT, hash_content


@dataclass(frozen=True, slots=True)
class About:
    """What record.json says: the base of its IRIs, when it was made (an instant in UTC), and its own hash."""

    base: str
    created: str
    key_check: str
    hash: str

    def to_bytes(self) -> bytes:
        """The bytes of record.json."""
        return canonical_json(self._content() | {"hash": self.hash}) + b"\n"

    def _content(self) -> dict[str, str | int]:
        return {"base": self.base, "created": self.created, "format": FORMAT, "key_check": self.key_check}

    @classmethod
    def of(cls, *, base: str, created: str, secret: bytes) -> "About":
        """What record.json says of a new record."""
        about = cls(base, created, check_of(secret), "")
        return cls(base, created, about.key_check, hash_content(about._content()))

    @classmethod
    def from_bytes(cls, data: bytes) -> "About":
        """Raises ValueError where a single byte is not as it was written."""
        try:
            content = json.loads(data)
            if (found := content.pop("format")) != FORMAT:
                raise ValueError(f"the record has format {found!r}, this program reads format {FORMAT}")
            about = cls(**content)
            same = about.to_bytes() == data and about.hash == hash_content(about._content())
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"it does not describe a record ({type(error).__name__}: {error})") from error
        if not same:
            raise ValueError("its hash is not the hash of its content")
        return about


def check_of(secret: bytes) -> str:
    """What record.json holds to recognise the record's key by; it does not tell the key."""
    return hashlib.sha256(b"averment record key" + secret).hexdigest()

"""Keys of one length, of which millions are kept: close together, as a set would take three times the memory."""

from collections.abc import Iterable

_HEAD = 2


class Keys:
    """Hashes by which things are recognised: whether one is there, and adding one; made of `keys`.

    >>> keys = Keys([b"0123456789abcdef"])
    >>> keys.add(b"0123456789abcdef"), keys.add(b"0123456789abcdeg"), b"0123456789abcdeg" in keys
    (False, True, True)
    """

    def __init__(self, keys: Iterable[bytes] = ()) -> None:
        # By their first bytes: some dozen in one row when there are millions, which is searched in a microsecond.
        self._rows: dict[bytes, bytearray] = {}
        for key in keys:
            self.add(key)

    def add(self, key: bytes) -> bool:
        """Put a key to the others; False where it is there already."""
        row = self._rows.setdefault(key[:_HEAD], bytearray())
        if _holds(row, key[_HEAD:]):
            return False
        row += key[_HEAD:]
        return True

    def __contains__(self, key: bytes) -> bool:
        return _holds(self._rows.get(key[:_HEAD], b""), key[_HEAD:])

    def __bool__(self) -> bool:
        return bool(self._rows)


def _holds(row: bytes | bytearray, rest: bytes) -> bool:
    at = row.find(rest)
    # What lies across two keys is none.
    while at >= 0 and at % len(rest):
        at = row.find(rest, at + 1)
    return at >= 0

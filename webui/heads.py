"""The heads of requests: that of a query as most programs send it is read in one step, any other by waitress."""

import re
from functools import lru_cache

from waitress.parser import HTTPRequestParser

# No escapes, no folded lines, nothing that is not ASCII, and an address that is nothing but a path and what follows it.
_ORDINARY = re.compile(rb"GET /sparql\?([!$-~]*) HTTP/1\.1\r\n((?:[A-Za-z-]+: [ -~]*\r\n)+)\r\n")
# What says how a request goes on, or what becomes of its connection.
_OTHERWISE = frozenset({"CONNECTION", "CONTENT_LENGTH", "EXPECT", "TRANSFER_ENCODING"})


# Bytes of the fields of a head that are remembered; what many long heads would hold is memory.
_REMEMBERED = 2 << 10


class Parser(HTTPRequestParser):
    """waitress's reader of requests, quicker with what there are thousands of a second; it reads the same."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read a head. Raises ParsingError, TransferEncodingNotImplemented."""
        found = _ORDINARY.fullmatch(header_plus)
        headers = _read_headers(found[2]) if found and len(found[2]) <= _REMEMBERED else None
        if found is None or headers is None:
            super().parse_header(header_plus)
            return
        query = found[1].decode("ascii")
        # The stubs take the first line for text and the command for bytes; it is the other way round.
        self.first_line = header_plus[: header_plus.index(b"\r\n")]  # type: ignore[assignment]
        self.headers = dict(headers)
        self.request_uri = f"/sparql?{query}"
        self.command, self.version, self.url_scheme = "GET", "1.1", self.adj.url_scheme  # type: ignore[assignment]
        self.path, self.query, self.fragment = "/sparql", query, ""
        self.proxy_scheme = self.proxy_netloc = ""
        self.expect_continue, self.content_length = False, 0


# A program says the same of itself with each request.
@lru_cache(maxsize=256)
def _read_headers(lines: bytes) -> dict[str, str] | None:
    """The fields of a head, None where one of them decides more than what is answered, or stands there twice."""
    pairs = [line.partition(":") for line in lines.decode("ascii").split("\r\n") if line]
    headers = {name.upper().replace("-", "_"): value.strip(" \t") for name, _, value in pairs}
    return headers if len(headers) == len(pairs) and _OTHERWISE.isdisjoint(headers) else None

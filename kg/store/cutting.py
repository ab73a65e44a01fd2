"""Cutting an answer short after a whole row, and saying so inside it in every format.

Where a format has no room for a remark (CSV, TSV), its last row is the remark.
"""

import json
import re

# A string that the cut has left open reaches to the end.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[{}]', re.DOTALL)
_FIELD = re.compile(rb'"(?:[^"]|"")*(?:"|\Z)|\r\n')
_ROWS = b'"bindings":['


class Enough(Exception):
    """An answer is as long as it may be."""


def cut_solutions(body: bytes, media_type: str, *, rows: int) -> tuple[bytes, int]:
    """The beginning of an answer up to its last whole row, at most so many; how many there are.

    >>> cut_solutions(b"n\\r\\n1\\r\\n2\\r\\n3", "text/csv", rows=9)
    (b'n\\r\\n1\\r\\n2\\r\\n', 2)
    """
    ends = {
        "application/sparql-results+json": _json_ends,
        "application/sparql-results+xml": _xml_ends,
        "text/csv": _csv_ends,
        "text/tab-separated-values": _tsv_ends,
    }[media_type](body)
    start, ends = ends[0], ends[1:][:rows]
    return body[: ends[-1] if ends else start], len(ends)


def mark_solutions(body: bytes, media_type: str, notice: str) -> bytes:
    """Close an answer that was cut, with a notice in it."""
    text = notice.encode()
    if media_type == "application/sparql-results+json":
        start = b'{"cut":' + json.dumps(notice, ensure_ascii=False).encode() + b","
        return start + body.removeprefix(b"{") + b"]}}"
    if media_type == "application/sparql-results+xml":
        head, end, rest = body.partition(b"?>")
        return head + end + _xml_comment(text) + rest + _xml_comment(text) + b"</results></sparql>"
    if media_type == "text/csv":
        commas = b"," * body.partition(b"\r\n")[0].count(b",")
        return body + b'"CUT: ' + text.replace(b'"', b'""') + b'"' + commas + b"\r\n"
    tabs = b"\t" * body.partition(b"\n")[0].count(b"\t")
    return body + json.dumps(f"CUT: {notice}", ensure_ascii=False).encode() + tabs + b"\n"


def mark_triples(body: bytes, media_type: str, notice: str) -> bytes:
    """Put a notice into triples that were cut, at the beginning and, where there may be comments, at the end."""
    if media_type == "application/ld+json":
        # A key that is no term: it is there to be read, and makes no triple.
        start = b'[{"cut":' + json.dumps(notice, ensure_ascii=False).encode() + b"}"
        rest = body.removeprefix(b"[")
        return start + (b"" if rest.startswith(b"]") else b",") + rest
    if media_type == "application/rdf+xml":
        head, end, rest = body.partition(b"?>")
        return head + end + b"\n" + _xml_comment(notice.encode()) + rest + _xml_comment(notice.encode())
    line = f"# CUT: {notice}\n".encode()
    return line + body + line


def _xml_comment(text: bytes) -> bytes:
    return b"<!-- CUT: " + text.replace(b"--", b"- -") + b" -->"


def _xml_ends(body: bytes) -> list[int]:
    start = body.find(b"<results>") + len(b"<results>")
    return [start, *(found.end() for found in re.finditer(b"</result>", body))]


def _tsv_ends(body: bytes) -> list[int]:
    return [found.end() for found in re.finditer(b"\n", body)]


def _csv_ends(body: bytes) -> list[int]:
    return [found.end() for found in _FIELD.finditer(body) if found[0] == b"\r\n"]


def _json_ends(body: bytes) -> list[int]:
    start = body.find(_ROWS) + len(_ROWS)
    ends, depth = [start], 0
    for found in _TOKEN.finditer(body, start):
        sign = body[found.start()]
        if sign == 0x7B:
            depth += 1
        elif sign == 0x7D:
            depth -= 1
            if depth == 0:
                ends.append(found.end())
            elif depth < 0:
                break
    return ends

"""Strangers' queries handed on to another SPARQL server, as it stands: its engine answers, and sets its own limits.

What is added here: no SERVICE leaves (`kg.store.guard`), an answer is cut where it grows too long, and says so.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from http.client import HTTPException, HTTPResponse
from pathlib import Path

from kg.errors import Unusable
from kg.serving.jobs import Answered, Ended, Job, Limits
from kg.serving.source import Standing
from kg.store.answering import NotGiven
from kg.store.http import media_type
from kg.store.ledger import read_state
from kg.store.remote import RemoteReader

_JSON = "application/sparql-results+json"
_PART = 1 << 16


class LiveStandings:
    """Where the server stands, in place of snapshots: there is only the newest."""

    def __init__(self, server: RemoteReader) -> None:
        self.server = server

    def newest(self) -> Standing:
        """Where the server stands now. Raises Unusable."""
        state = read_state(self.server)
        if state is None:
            raise Unusable(f"{self.server.where}: no record is shown there.")
        told = [self.server.address, state.record, state.entry, state.loaded, state.built]
        return Standing(Path(), state.entry, hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24])


class Live:
    """Has the face of a pool of workers."""

    sandbox = "none"

    def __init__(self, server: RemoteReader, limits: Limits | None = None) -> None:
        self.server, self.limits = server, limits or Limits()

    def ask(self, job: Job, *, gone: Callable[[], bool] | None = None) -> tuple[Answered, bytes]:
        """The head of an answer, and its bytes. Raises QueryRefused, Ended, Unusable."""
        response, kind = self._begin(job)
        try:
            body = response.read(job.size + 1)
        except (OSError, HTTPException) as error:
            raise Unusable(f"{self.server.where}: the connection was dropped before its answer was whole.") from error
        finally:
            response.close()
        if len(body) > job.size:
            raise Ended(
                "memory",
                f"the answer is longer than {job.size >> 20} MB, which /sparql/export gives with the same query",
            )
        if kind == _JSON:
            return _cut_rows(body, job.rows)
        return Answered(kind), body

    def ask_apart(self, job: Job) -> tuple[Answered, bytes]:
        """The same."""
        return self.ask(job)

    def stream(self, job: Job, *, gone: Callable[[], bool] | None = None) -> tuple[Answered, Iterator[bytes]]:
        """The head of a whole answer, and its bytes as they come. Raises QueryRefused, Unusable."""
        response, kind = self._begin(job)
        return Answered(kind), _iter_parts(response)

    def state(self) -> dict[str, int]:
        """There are no workers."""
        return {"workers": 0, "idle": 0, "waiting": 0}

    def close(self) -> None:
        """Nothing is held."""

    def _begin(self, job: Job) -> tuple[HTTPResponse, str]:
        wanted = [kind for kind in (job.solutions, job.triples) if kind]
        graphs = {"default-graph-uri": job.default_graphs or (), "named-graph-uri": job.named_graphs or ()}
        response = self.server.open_answer(job.query, ", ".join(wanted), graphs=graphs)
        kind = media_type(response)
        if kind not in wanted:
            response.close()
            raise NotGiven(f"this answer is not given as {' or '.join(wanted)}, but as {kind or 'nothing'}")
        return response, kind


def _cut_rows(body: bytes, most: int) -> tuple[Answered, bytes]:
    content = json.loads(body)
    rows = content.get("results", {}).get("bindings", [])
    if not most or len(rows) <= most:
        return Answered(_JSON), body
    content["results"]["bindings"] = rows[:most]
    return Answered(_JSON, cut=True, rows=most), json.dumps(content, ensure_ascii=False).encode()


def _iter_parts(response: HTTPResponse) -> Iterator[bytes]:
    try:
        while part := response.read(_PART):
            yield part
    finally:
        response.close()

"""Recording over HTTP: off unless there is a file of writers; each case sent is an ingestion with its author."""

import hashlib
import hmac
import json
import re
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, NotFound, Unauthorized, UnsupportedMediaType

from kg import __version__
from kg.errors import Problem, Refused, Unusable
from kg.intake import read_with_notices
from kg.log import Record
from kg.pipeline import Outcome, record_batch
from webui.errors import tell_problem
from webui.source import get_record

pages = Blueprint("writing", __name__)
EXTENSION = "averment-writers"
_TYPES = ("application/yaml", "application/x-yaml", "text/yaml")
_LINE = re.compile(r"([0-9a-f]{64})[ \t]+(\S.*?)\s*")
ONE_AT_A_TIME = threading.Lock()


def read_writers(path: Path) -> dict[str, str]:
    """SHA-256 of a token → the name it records under; a line each. Raises Refused, telling every wrong line."""
    writers: dict[str, str] = {}
    problems = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            remedy = "write the SHA-256 of the token in 64 hexadecimal digits, a space, and the name of the author"
            problems.append(Problem(file=str(path), line=number, reason="this is no writer", remedy=remedy))
        else:
            writers[found[1]] = found[2]
    if problems:
        raise Refused(problems)
    return writers


def allow(app: Flask, writers: Mapping[str, str]) -> None:
    """Let these record."""
    app.extensions[EXTENSION] = dict(writers)


@pages.post("/record/cases")
def record_case() -> Response:
    """Record the case file that is sent, all of it or nothing."""
    author = _authenticate()
    if request.mimetype not in _TYPES:
        raise UnsupportedMediaType(f"Send a case file as {_TYPES[0]}.")
    root = get_record().root
    with tempfile.TemporaryDirectory() as folder, ONE_AT_A_TIME:
        path = Path(folder) / "case.yaml"
        path.write_bytes(request.get_data())
        try:
            outcome = _record(root, path, author)
        except Refused as error:
            problems = [asdict(problem) | {"file": Path(problem.file).name} for problem in error.problems]
            return tell_problem(422, f"Nothing is recorded; {len(problems)} things are wrong.", problems=problems)
        except Unusable as error:
            response = tell_problem(503, str(error))
            response.headers["Retry-After"] = "10"
            return response
    told = {name: getattr(outcome, name) for name in ("entry", "claims", "relays", "units", "withheld")}
    told["notices"] = [str(problem).replace(f"{path.parent}/", "") for _, problem in outcome.notices]
    status = 201 if outcome.entry is not None else 200
    return Response(json.dumps(told, ensure_ascii=False), status, content_type="application/json")


def _authenticate() -> str:
    """The author that the token of a request stands for. Raises NotFound where nobody may write, Unauthorized."""
    writers: dict[str, str] = current_app.extensions.get(EXTENSION, {})
    if not writers:
        raise NotFound("Nothing is recorded over HTTP here.")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    digest = hashlib.sha256(token.strip().encode()).hexdigest()
    names = [name for known, name in writers.items() if hmac.compare_digest(known, digest)]
    if scheme.lower() != "bearer" or not names:
        raise Unauthorized("A token is needed that this server knows.", www_authenticate=WWWAuthenticate("bearer"))
    return names[0]


def _record(root: Path, path: Path, author: str) -> Outcome:
    record = Record.open(root)
    when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    reading = read_with_notices(path, base=record.base, captures=[], recorded=when, software=f"averment {__version__}")
    require_author(reading.batch.ingestion.recorder, author)
    return record_batch(root, record, reading.batch, tell_held=False)


def require_author(named: str, author: str) -> None:
    """Refuse a case that names another as its recorder than the author of whose token it comes. Raises Forbidden."""
    if named != author:
        raise Forbidden(f"The case names {named!r} as its recorder; this token records under {author!r}.")

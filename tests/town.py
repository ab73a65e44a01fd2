"""Invented towns and voices: small case files, and a record to put them into."""

import copy
import hashlib
import io
import shutil
from collections.abc import Iterator
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML

from kg.cli.telling import tell
from kg.errors import Refused
from kg.intake import read_case
from kg.keeping import export_record, verify_record
from kg.log import Record
from kg.pipeline import Outcome, record_batch
from kg.projections import Projections
from kg.record import OpenRecord

BASE = "https://town.example/id/"
WHEN = "2031-06-01T12:00:00Z"
ARTICLE = "The Orrin Post, 4 May 2031\n\nMayor Ketta Vane says nine people were killed at the mill of Orrin.\n"
SHA256 = hashlib.sha256(ARTICLE.encode()).hexdigest()

CASE: dict[str, Any] = {
    "averment": 1,
    "recorder": "A. Coder",
    "documents": {
        "post": {
            "title": {"en": "Nine killed at the mill"},
            "publisher": "post",
            "published": "2031-05-04",
            "language": "en",
            "captures": [{"sha256": SHA256, "length": len(ARTICLE.encode())}],
        }
    },
    "agents": {
        "post": {"kind": "organisation", "name": {"en": "The Orrin Post"}},
        "town-hall": {"kind": "organisation", "name": {"en": "Orrin Town Hall"}},
        "vane": {"kind": "person", "name": {"en": "Ketta Vane"}},
    },
    "events": {"mill": {"kind": "incident", "name": {"en": "Mill of Orrin"}}},
    "sets": {"dead": {"of": "victim", "within": "mill", "name": {"en": "the dead of the mill"}}},
    "defaults": {"said": "2031-05-04", "via": ["post"], "grounds": ["not-stated"], "as": "indirect-speech"},
    "claims": [],
}


def case(*claims: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A case with these claims, sections merged with those given."""
    made = copy.deepcopy(CASE)
    made["claims"] = [{"who": "town-hall", **claim} for claim in claims]
    for name, value in changes.items():
        made[name] = {**made.get(name, {}), **value} if isinstance(value, dict) else value
    return made


def withheld(level: str, reason: str = "safety", **more: Any) -> dict[str, Any]:
    """Who may see it, and why, as a case file says it."""
    return {"level": level, "reason": reason, **more}


def killed(number: str, *, about: str = "mill", over: str = "", stance: str = "asserts", **more: Any) -> dict[str, Any]:
    """A claim that so many were killed."""
    count = {"about": about, "measure": "killed", "number": number, **({"over": over} if over else {})}
    return {stance: {"count": count}, "wording": {"en": f"{number} killed"}, **more}


def occurred(*, stance: str = "asserts", about: str = "mill", **more: Any) -> dict[str, Any]:
    """A claim that it took place."""
    return {stance: {"occurrence": {"about": about}}, **more}


def dump(content: Any) -> str:
    """Content as YAML."""
    stream = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.sort_base_mapping_type_on_output = False
    yaml.representer.ignore_aliases = lambda *_: True
    yaml.dump(content, stream)
    return stream.getvalue()


@cache
def begin() -> TemporaryDirectory[str]:
    """An empty record with its projections, of which every town begins with a copy."""
    folder = TemporaryDirectory()
    root = Path(folder.name) / "data"
    with Projections(root, Record.create(root, base=BASE, created=WHEN, secret=b"s" * 32)) as projections:
        projections.catch_up()
    return folder


class Town:
    """A record under test; every case is written to a file of its own beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "data"
        shutil.copytree(Path(begin().name) / "data", self.root)
        self.record = Record.open(self.root)
        self.article = folder / "kept.txt"
        self.article.write_text(ARTICLE, encoding="utf-8")
        self._files = 0

    def copy(self, folder: Path) -> "Town":
        """The same record and files in another folder, to be changed without changing this one."""
        made = copy.copy(self)
        made.folder, made.root, made.article = folder, folder / "data", folder / "kept.txt"
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        made.record = Record.open(made.root)
        return made

    def write(self, content: Any, name: str = "") -> Path:
        """A case file with this content."""
        self._files += 1
        path = self.folder / (name or f"case-{self._files}.yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(content if isinstance(content, str) else dump(content), encoding="utf-8")
        return path

    def add(self, content: Any, *, capture: bool = False, as_stated: bool = False, name: str = "") -> Outcome:
        """Record a case."""
        path = content if isinstance(content, Path) else self.write(content, name)
        captures = [self.article] if capture else []
        batch = read_case(path, base=BASE, captures=captures, recorded=WHEN, software="averment test")
        return record_batch(self.root, self.record, batch, as_stated=as_stated)

    def refused(self, content: Any, **options: Any) -> list[str]:
        """The problems a case is refused with, the folder left out; nothing where it is recorded."""
        try:
            self.add(content, **options)
        except Refused as error:
            return [str(problem).replace(f"{self.folder}/", "") for problem in error.problems]
        return []

    def open(self) -> OpenRecord:
        """The record as a reader sees it."""
        return OpenRecord.open(self.root)

    def lines(self, *, sealed: bool = False) -> list[str]:
        """Every N-Quads line of the log."""
        return [line for found in self.record.log.iter_units(include_sealed=sealed) for line in found.unit.lines]

    def graph(self) -> set[str]:
        """Every line of the graph projection, the vocabulary left out."""
        answer = (
            self.open()
            ._reader()
            .query(
                "SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), '" + BASE + "')) }",
                default_graph_union=False,
            )
        )
        return {" ".join(str(term) for term in row) for row in answer.rows}

    def tables(self) -> dict[str, list[str]]:
        """Every row of every table, in order."""
        from kg.store.tables.columns import TABLES

        view = self.open().view()
        return {
            name: sorted(map(repr, view.rows(f"SELECT {table.listed} FROM {name}"))) for name, table in TABLES.items()
        }

    def ask(self, sparql: str) -> list[tuple[str | None, ...]]:
        """The rows of a SPARQL query as plain values, sorted."""
        prefixes = (
            "PREFIX av: <https://w3id.org/averment/ns#> PREFIX prov: <http://www.w3.org/ns/prov#> "
            "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        )
        answer = self.open().query(prefixes + sparql)
        return sorted(tuple(term.value if term else None for term in row) for row in answer.rows)

    def claim(self, wording: str) -> str:
        """The IRI of the claim with this wording."""
        rows = self.open().view().rows("SELECT iri FROM claims WHERE kind = 'claim' AND wording = ?", [wording])
        assert len(rows) == 1, rows
        return str(rows[0][0])

    def told(self, iri: str) -> str:
        """What `averment show` says of a thing."""
        return "\n".join(tell(self.open(), iri))

    def export(self, form: str, *, derived: bool = False) -> bytes:
        """The record in a form."""
        output = io.BytesIO()
        export_record(self.root, form, output, derived=derived)
        return output.getvalue()

    def verify(self) -> tuple[str, ...]:
        """What verification finds."""
        with redirect_stdout(io.StringIO()):
            return verify_record(self.root).findings

    def files(self) -> Iterator[Path]:
        """Every file of the data folder."""
        return (path for path in sorted(self.root.rglob("*")) if path.is_file())

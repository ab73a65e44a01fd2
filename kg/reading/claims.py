"""Claims with their chains of relays, every name resolved: few from the graph, many from the tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from kg.errors import NotFound
from kg.model import File, Proposition, Stance, slots_of
from kg.reading.labels import Labels
from kg.reading.points import Graph, Points
from kg.reading.rows import Read, Row, TableRows, View, read_proposition
from kg.reading.views import ClaimView, PassageView, Placed, Slot, Step
from kg.sentences import claim_sentence, clause_head, scope_words

__all__ = ["ClaimReader", "read_proposition"]

_CLAIMS_OF = {
    "event": "c.kind = 'claim' AND c.iri IN (SELECT claim FROM concerns WHERE event = ?)",
    "voice": "c.kind = 'claim' AND c.voice = ?",
    "document": "c.kind = 'claim' AND c.iri IN (SELECT root FROM claims WHERE document = ? UNION "
    "SELECT iri FROM claims WHERE document = ? AND kind = 'claim')",
    "question": "c.kind = 'claim' AND c.question = ?",
    "proposition": "c.kind = 'claim' AND c.proposition = ?",
}
_RECORDINGS = "SELECT ingestion, file, fragment FROM recordings WHERE records = ?"
_INGESTIONS = "SELECT iri, recorder, CAST(recorded AS VARCHAR), entry, files FROM ingestions"
_FILES = "SELECT iri, name, sha256 FROM files WHERE iri IN (SELECT unnest(?::VARCHAR[]))"
FEW = 400
"""Up to so many things are looked up one by one in the graph, where there is one; more are read from the tables."""


@dataclass(frozen=True, slots=True)
class _Act:
    """An ingestion: its recorder, its instant, its entry of the log, and the files that were read."""

    recorder: str
    recorded: str
    entry: int
    files: tuple[str, ...]


_ACTS: WeakKeyDictionary[View, dict[str, _Act]] = WeakKeyDictionary()


class ClaimReader:
    """Typed reads of claims; `base` is the record's base IRI, `graph` where few things are looked up, if given."""

    def __init__(self, view: View, base: str, *, graph: Graph | None = None) -> None:
        self.view = view
        self.base = base
        self.table = TableRows(view)
        self.points = Points(graph, base) if graph is not None else None
        self.labels = Labels(self._source, base)

    def _source(self, count: int) -> TableRows | Points:
        """Where so many things are read with the least work."""
        return self.points if self.points is not None and count <= FEW else self.table

    # --- claims -----------------------------------------------------------------------------------------------------

    def claims_of(self, kind: str, iri: str) -> list[ClaimView]:
        """The claims of an `event`, `voice`, `document`, `question` or `proposition`, by date and then by voice."""
        if kind == "event" and self.points is not None:
            return self.get_claims(self.points.claims_of(iri))
        condition = _CLAIMS_OF[kind]
        return self._claims(self.table.select(condition, [iri] * condition.count("?")))

    def get_claims(self, iris: Iterable[str], *, places: bool = True) -> list[ClaimView]:
        """The claims with these IRIs; those the record does not hold are absent.

        Without `places` it is left out where each was said and read: document, passages, the name of the occasion.
        """
        wanted = list(dict.fromkeys(iris))
        return self._claims(self._source(len(wanted)).sayings(wanted, places=places), places=places) if wanted else []

    def get_claim(self, iri: str) -> ClaimView:
        """One claim. Raises NotFound."""
        found = self.get_claims([iri])
        if not found:
            raise NotFound(f"no claim {iri} in this record")
        return found[0]

    def find_root(self, relay: str) -> str | None:
        """The claim at the end of a relay's chain, None where the record does not hold it."""
        rows = self.view.rows("SELECT root FROM claims WHERE iri = ?", [relay])
        return str(rows[0][0]) if rows and rows[0][0] else None

    def get_recordings(self, iri: str) -> list[Placed]:
        """Every time a saying was recorded: from which file and place, by whom, when."""
        places = self.points.recordings_of(iri) if self.points is not None else self.view.rows(_RECORDINGS, [iri])
        if not places:
            return []
        acts = self._acts()
        files = {str(file) for _, file, _ in places} | {file for each, _, _ in places for file in acts[each].files}
        named = self._files(files)
        found = [
            Placed(
                ingestion=ingestion,
                recorder=(act := acts[ingestion]).recorder,
                recorded=act.recorded,
                file=named[file][0],
                file_sha256=named[file][1],
                fragment=fragment,
                entry=act.entry,
                others=tuple(sorted(named[other] for other in act.files if other != file)),
            )
            for ingestion, file, fragment in places
        ]
        return sorted(found, key=lambda placed: (placed.entry, placed.fragment))

    def _acts(self) -> Mapping[str, "_Act"]:
        """Every ingestion, read once for each version of the tables: they are few beside what they brought."""
        if self.view not in _ACTS:
            rows = self.view.rows(_INGESTIONS)
            _ACTS[self.view] = {
                iri: _Act(who, at, int(entry), tuple(files or ())) for iri, who, at, entry, files in rows
            }
        return _ACTS[self.view]

    def _files(self, files: Iterable[str]) -> dict[str, tuple[str, str]]:
        if self.points is not None:
            found = ((iri, self.points.entity(File, iri)) for iri in files)
            return {iri: (row["name"], row["sha256"]) for iri, row in found if row is not None}
        rows = self.view.rows(_FILES, [sorted(files)])
        return {str(iri): (str(name), str(sha256 or "")) for iri, name, sha256 in rows}

    def _claims(self, rows: list[Row], *, places: bool = True) -> list[ClaimView]:
        iris = [row["iri"] for row in rows]
        source = self._source(len(rows))
        relays = source.relays(iris, places=places)
        wanted = {row["proposition"] for row in rows} | {row["renders"] for row in relays if row["renders"]}
        propositions = self._propositions(wanted)
        steps = self._steps([*rows, *relays], propositions, places=places)
        after = source.successors(iris)
        children: dict[str, list[Row]] = {}
        for row in relays:
            children.setdefault(row["relays"], []).append(row)
        views = [self._claim(row, propositions, steps, children, after.get(row["iri"], ((), ()))) for row in rows]
        return sorted(views, key=lambda view: (view.step.latest or "9999", view.step.voice.label, view.iri))

    def _claim(
        self,
        row: Row,
        propositions: dict[str, Read],
        steps: dict[str, Step],
        children: dict[str, list[Row]],
        after: tuple[tuple[str, ...], tuple[str, ...]],
    ) -> ClaimView:
        kind, question, proposition = propositions[row["proposition"]]
        step = steps[row["iri"]]
        speaker = step.speaker.label if step.speaker else None
        stance = Stance(row["stance"])
        return ClaimView(
            step=step,
            proposition_iri=row["proposition"],
            proposition_kind=kind,
            question=question,
            proposition=proposition,
            head=clause_head(proposition, self.labels.text),
            scope=scope_words(proposition, self.labels.text),
            sentence=claim_sentence(stance, proposition, self.labels.text, voice=step.voice.label, speaker=speaker),
            slots=self._slots(proposition),
            chains=tuple(self._chains(row["iri"], steps, children)),
            revises=tuple(row["revises"] or ()),
            superseded_by=after[0],
            withdraws=tuple(row["withdraws"] or ()),
            withdrawn_by=after[1],
        )

    def _chains(self, iri: str, steps: dict[str, Step], children: dict[str, list[Row]]) -> list[tuple[Step, ...]]:
        chains: list[tuple[Step, ...]] = []
        pending: list[tuple[Step, ...]] = [(steps[row["iri"]],) for row in children.get(iri, [])]
        while pending:
            chain = pending.pop()
            further = children.get(chain[-1].iri, [])
            pending.extend((*chain, steps[row["iri"]]) for row in further)
            if not further:
                chains.append(chain)
        return sorted(chains, key=lambda chain: [(step.latest, step.voice.label, step.iri) for step in chain])

    def _propositions(self, wanted: set[str]) -> dict[str, Read]:
        found = self._source(len(wanted)).propositions(sorted(wanted))
        self.labels.learn(
            text for _, _, proposition in found.values() for slot in _texts(proposition) for text in slot[1]
        )
        return found

    def _slots(self, proposition: Proposition) -> tuple[Slot, ...]:
        return tuple(
            Slot(name, tuple(self.labels.ref(text) if "://" in text else text for text in texts))
            for name, texts in _texts(proposition)
        )

    # --- the steps of a chain ---------------------------------------------------------------------------------------

    def _steps(self, rows: list[Row], propositions: dict[str, Read], *, places: bool) -> dict[str, Step]:
        named = ("voice", "speaker", "occasion", "document") if places else ("voice", "speaker")
        names = [row[field] for row in rows for field in named]
        self.labels.learn(
            [*names, *(iri for row in rows for name in ("consulted", "grounds") for iri in row[name] or ())]
        )
        passages = self.passages(iri for row in rows for iri in row["passages"] or ()) if places else {}
        return {row["iri"]: self._step(row, propositions, passages) for row in rows}

    def _step(self, row: Row, propositions: dict[str, Read], passages: dict[str, PassageView]) -> Step:
        ref = self.labels.ref
        renders = propositions.get(row["renders"] or "")
        return Step(
            iri=row["iri"],
            kind=row["kind"],
            stance=Stance(row["stance"]) if row["stance"] else None,
            voice=ref(row["voice"]),
            speaker=self.labels.find(row["speaker"]),
            occasion=ref(row["occasion"]),
            occasion_kind=ref(row["occasion_kind"]),
            document=self.labels.find(row["document"]),
            said=row["said"] or "",
            earliest=row["earliest"] or "",
            latest=row["latest"] or "",
            wording=row["wording"] or "",
            wording_language=row["wording_language"] or "",
            worded_as=ref(row["worded_as"]),
            consulted=tuple(ref(iri) for iri in row["consulted"] or ()),
            grounds=tuple(ref(iri) for iri in row["grounds"] or ()),
            passages=tuple(passages[iri] for iri in row["passages"] or () if iri in passages),
            relays=row["relays"] or "",
            renders=clause_head(renders[2], self.labels.text) if renders else "",
            renders_scope=scope_words(renders[2], self.labels.text) if renders else "",
        )

    def passages(self, iris: Iterable[str]) -> dict[str, PassageView]:
        """The passages with these IRIs, by IRI."""
        wanted = sorted(set(iris))
        rows = self._source(len(wanted)).passages(wanted) if wanted else []
        self.labels.learn(row[-1] for row in rows)
        return {row[0]: PassageView(*row[:-1], self.labels.ref(row[-1])) for row in rows}


def _texts(proposition: Proposition) -> list[tuple[str, tuple[str, ...]]]:
    """The filled slots of a proposition, each value as text."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for name in slots_of(type(proposition)):
        value = getattr(proposition, name)
        if value not in (None, ()):
            found.append((name, tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)))
    return found

"""Claims out of the tables, with their chains of relays, every name resolved, in few queries."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from kg.errors import NotFound
from kg.model import PROPOSITIONS, Proposition, Stance, slots_of
from kg.reading.labels import Labels, View
from kg.reading.views import ClaimView, PassageView, Placed, Slot, Step
from kg.sentences import claim_sentence, proposition_clause

_KINDS = {cls.__name__: cls for cls in PROPOSITIONS}
_SAYING = """
    SELECT c.iri, c.kind, c.stance, c.proposition, c.voice, c.speaker, c.occasion, c.document, c.relays, c.root,
           c.worded_as, c.wording, c.wording_language, c.said, CAST(c.earliest AS VARCHAR) AS earliest,
           CAST(c.latest AS VARCHAR) AS latest, c.revises, c.withdraws, c.consulted, c.grounds, c.passages, c.renders,
           c.depth, o.kind AS occasion_kind
    FROM claims c LEFT JOIN occasions o ON o.iri = c.occasion"""
_COLUMNS = (
    "iri",
    "kind",
    "stance",
    "proposition",
    "voice",
    "speaker",
    "occasion",
    "document",
    "relays",
    "root",
    "worded_as",
    "wording",
    "wording_language",
    "said",
    "earliest",
    "latest",
    "revises",
    "withdraws",
    "consulted",
    "grounds",
    "passages",
    "renders",
    "depth",
    "occasion_kind",
)
_CLAIMS_OF = {
    "event": "c.kind = 'claim' AND c.iri IN (SELECT claim FROM concerns WHERE event = ?)",
    "voice": "c.kind = 'claim' AND c.voice = ?",
    "document": "c.kind = 'claim' AND c.iri IN (SELECT root FROM claims WHERE document = ? UNION "
    "SELECT iri FROM claims WHERE document = ? AND kind = 'claim')",
    "question": "c.kind = 'claim' AND c.question = ?",
    "proposition": "c.kind = 'claim' AND c.proposition = ?",
}
Row = dict[str, Any]


class ClaimReader:
    """Typed reads of claims; `base` is the record's base IRI."""

    def __init__(self, view: View, base: str) -> None:
        self.view = view
        self.base = base
        self.labels = Labels(view, base)

    # --- claims -----------------------------------------------------------------------------------------------------

    def claims_of(self, kind: str, iri: str) -> list[ClaimView]:
        """The claims of an `event`, `voice`, `document`, `question` or `proposition`, by date and then by voice."""
        condition = _CLAIMS_OF[kind]
        rows = self._rows(f"{_SAYING} WHERE {condition}", [iri] * condition.count("?"))
        return self._claims(rows)

    def get_claims(self, iris: Iterable[str]) -> list[ClaimView]:
        """The claims with these IRIs; those the record does not hold are absent."""
        rows = self._rows(f"{_SAYING} WHERE c.kind = 'claim' AND c.iri IN (SELECT unnest(?::VARCHAR[]))", [list(iris)])
        return self._claims(rows)

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
        rows = self.view.rows(
            """SELECT r.ingestion, i.recorder, CAST(i.recorded AS VARCHAR), f.name, f.sha256, r.fragment, i.entry
               FROM recordings r JOIN ingestions i ON i.iri = r.ingestion JOIN files f ON f.iri = r.file
               WHERE r.records = ? ORDER BY i.entry, r.fragment""",
            [iri],
        )
        return [Placed(str(a), str(b), str(c), str(d), str(e), str(f), int(str(g))) for a, b, c, d, e, f, g in rows]

    def _rows(self, sql: str, params: Sequence[object]) -> list[Row]:
        return [dict(zip(_COLUMNS, row, strict=True)) for row in self.view.rows(sql, params)]

    def _claims(self, rows: list[Row]) -> list[ClaimView]:
        iris = [row["iri"] for row in rows]
        relays = self._rows(f"{_SAYING} WHERE c.kind = 'relay' AND c.root IN (SELECT unnest(?::VARCHAR[]))", [iris])
        wanted = {row["proposition"] for row in rows} | {row["renders"] for row in relays}
        propositions = self._propositions(wanted)
        steps = self._steps([*rows, *relays], propositions)
        after = self._successors(iris)
        children: dict[str, list[Row]] = {}
        for row in relays:
            children.setdefault(row["relays"], []).append(row)
        views = [self._claim(row, propositions, steps, children, after.get(row["iri"], ((), ()))) for row in rows]
        return sorted(views, key=lambda view: (view.step.latest or "9999", view.step.voice.label, view.iri))

    def _claim(
        self,
        row: Row,
        propositions: dict[str, tuple[str, str, Proposition]],
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
            clause=proposition_clause(proposition, self.labels.text),
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

    def _successors(self, iris: list[str]) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        sql = """
            SELECT old, iri, 'revises' FROM (SELECT unnest(revises) AS old, iri FROM claims) WHERE old IN (FROM given)
            UNION SELECT old, iri, 'withdraws' FROM (SELECT unnest(withdraws) AS old, iri FROM claims)
            WHERE old IN (FROM given)"""
        found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        for old, new, how in self.view.rows(f"WITH given AS (SELECT unnest(?::VARCHAR[])) {sql} ORDER BY ALL", [iris]):
            revised, withdrawn = found.get(str(old), ((), ()))
            if how == "revises":
                revised = (*revised, str(new))
            else:
                withdrawn = (*withdrawn, str(new))
            found[str(old)] = (revised, withdrawn)
        return found

    def _propositions(self, iris: Iterable[str | None]) -> dict[str, tuple[str, str, Proposition]]:
        wanted = sorted({iri for iri in iris if iri})
        rows = self.view.rows(
            "SELECT iri, kind, question, about, slots FROM propositions WHERE iri IN (SELECT unnest(?::VARCHAR[]))",
            [wanted],
        )
        found = {str(i): (str(k), str(q), read_proposition(str(k), about, str(s))) for i, k, q, about, s in rows}
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

    def _steps(self, rows: list[Row], propositions: dict[str, tuple[str, str, Proposition]]) -> dict[str, Step]:
        for field in ("voice", "speaker", "occasion", "document"):
            self.labels.learn(row[field] for row in rows)
        self.labels.learn(iri for row in rows for field in ("consulted", "grounds") for iri in row[field] or ())
        passages = self.passages(iri for row in rows for iri in row["passages"] or ())
        return {row["iri"]: self._step(row, propositions, passages) for row in rows}

    def _step(
        self, row: Row, propositions: dict[str, tuple[str, str, Proposition]], passages: dict[str, PassageView]
    ) -> Step:
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
            renders=proposition_clause(renders[2], self.labels.text) if renders else "",
        )

    def passages(self, iris: Iterable[str]) -> dict[str, PassageView]:
        """The passages with these IRIs, by IRI."""
        rows = self.view.rows(
            """SELECT p.iri, p.start, p."end", p.sha256, p.capture, c.sha256, c.document
               FROM passages p JOIN captures c ON c.iri = p.capture WHERE p.iri IN (SELECT unnest(?::VARCHAR[]))""",
            [sorted(set(iris))],
        )
        self.labels.learn(str(row[6]) for row in rows)
        return {
            str(iri): PassageView(
                str(iri), int(str(a)), int(str(b)), str(h), str(capture), str(ch), self.labels.ref(str(document))
            )
            for iri, a, b, h, capture, ch, document in rows
        }


def read_proposition(kind: str, about: Any, slots: str) -> Proposition:
    """A proposition from its kind, what it is about, and the JSON of its other slots by field name."""
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in json.loads(slots).items()}
    return _KINDS[kind](about=tuple(about or ()), **values)


def _texts(proposition: Proposition) -> list[tuple[str, tuple[str, ...]]]:
    """The filled slots of a proposition, each value as text."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for name in slots_of(type(proposition)):
        value = getattr(proposition, name)
        if value not in (None, ()):
            found.append((name, tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)))
    return found

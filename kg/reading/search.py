"""Search by name in any script: over events, agents, sets, victims, documents, occasions, places and codes.

A name is found by its key, blind to case, accents and letter variants, and after that by its sound, in which an Arabic
name meets its Latin spellings. The keys are made once for each version of the tables and go with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from kg.codes import load_codes, load_schemes
from kg.reading.labels import Labels
from kg.reading.views import Ref
from kg.values.refused import ValueRefused
from kg.values.search_keys import search_key, sound_key

PLACE = "place"
_NAMED = {"event": "events", "agent": "agents", "set": "sets", "victim": "victims", "occasion": "occasions"}
_NAMES = " UNION ALL ".join(
    (
        *(f"SELECT '{kind}' AS kind, iri, unnest(names).text AS name FROM {table}" for kind, table in _NAMED.items()),
        "SELECT 'event', iri, unnest(identifiers) FROM events",
        "SELECT 'victim', iri, unnest(identifiers) FROM victims",
        "SELECT 'document', iri, title FROM documents",
        f"""SELECT '{PLACE}', slots ->> '$.place', slots ->> '$.place' FROM propositions
            WHERE kind IN ('Location', 'Count')""",
    )
)
LABELLED = 50
"""So many of the nearest hits have their label; those after them only serve to narrow claims."""
_KINDS = ("event", "agent", PLACE, "set", "document", "victim", "occasion")
# The best way in which any of its names fits is that of a thing; a shorter name before a longer one.
_FIND = """
    WITH fit AS (
        SELECT kind, iri, name, length(name) AS size,
               CASE WHEN key = $key THEN 0 WHEN starts_with(key, $key) THEN 1
                    WHEN contains(' ' || key, ' ' || $key) THEN 2 WHEN {words} THEN 3 ELSE 4 END AS rank
        FROM searched WHERE ({words}) OR ({sounds})),
    best AS (SELECT kind, iri, min(rank) AS rank, min_by(name, (rank, size, name)) AS name FROM fit GROUP BY kind, iri)
    SELECT kind, iri, name, rank, count(*) OVER () FROM best
    ORDER BY rank, list_position($kinds::VARCHAR[], kind), length(name), name, iri LIMIT $most"""


class View(Protocol):
    """Read access to the tables, as `kg.store.tables.view` gives it."""

    def rows(self, sql: str, params: Sequence[object] | Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """The rows an SQL query yields."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that bears the name sought, and the name by which it was found; `alike` where only the sound agrees.

    A place is a name that some voice gives: its `ref` has that name in place of an IRI.
    """

    ref: Ref
    name: str
    alike: bool


@dataclass(frozen=True, slots=True)
class Hits:
    """The first hits, the nearest first, and how many there are."""

    hits: tuple[Hit, ...]
    total: int


def build_names(view: View) -> None:
    """Make the keys by which names are sought."""
    view.rows("DROP TABLE IF EXISTS searched")
    texts = [str(row[0]) for row in view.rows(f"SELECT DISTINCT name FROM ({_NAMES}) WHERE name IS NOT NULL")]
    keys = {"texts": texts, "keys": [_key(text) for text in texts], "sounds": [f" {_sound(text)} " for text in texts]}
    view.rows(
        f"""CREATE TABLE searched AS
            WITH keyed AS (SELECT unnest($texts::VARCHAR[]) AS name, unnest($keys::VARCHAR[]) AS key,
                                  unnest($sounds::VARCHAR[]) AS sound)
            SELECT DISTINCT n.kind, n.iri, n.name, k.key, k.sound FROM ({_NAMES}) n JOIN keyed k USING (name)""",
        keys,
    )
    _list_codes()  # whoever searches first need not wait for it


def find_named(view: View, labels: Labels, text: str, *, most: int) -> Hits:
    """What bears every word of a text in one of its names, or sounds like it; codes too. Needs `build_names`."""
    key = _key(text)
    if not key:
        return Hits((), 0)
    params: dict[str, object] = {"key": key, "kinds": list(_KINDS), "most": most}
    words = [f"contains(key, $w{place})" for place, _ in enumerate(key.split())]
    params |= {f"w{place}": word for place, word in enumerate(key.split())}
    sounds = [sound for sound in _sound(text).split() if len(sound.lstrip("a")) > 1]
    heard = [f"contains(sound, $s{place})" for place, _ in enumerate(sounds)]
    params |= {f"s{place}": f" {sound} " for place, sound in enumerate(sounds)}
    sql = _FIND.format(words=" AND ".join(words), sounds=" AND ".join(heard) or "false")
    rows = view.rows(sql, params)
    labels.learn(iri for kind, iri, *_ in rows[:LABELLED] if kind != PLACE)
    hits = [
        Hit(Ref(iri, name, PLACE) if kind == PLACE else labels.ref(iri), name, rank == 4)
        for kind, iri, name, rank, _ in rows
    ]
    codes = _find_codes(key)
    return Hits((*hits, *codes), (rows[0][4] if rows else 0) + len(codes))


def _find_codes(key: str) -> list[Hit]:
    """The codes and schemes with every word in their label, notation or name."""
    words = key.split()
    found = [(iri, label) for iri, label, known in _list_codes() if all(word in known for word in words)]
    return [Hit(Ref(iri, label, "code"), label, False) for iri, label in sorted(found, key=lambda pair: pair[1])]


@cache
def _list_codes() -> tuple[tuple[str, str, str], ...]:
    """Every code and scheme with its label and the key by which it is sought."""
    named = [(iri, code.label, f"{code.label} {code.slug} {code.notation}") for iri, code in load_codes().items()]
    named += [(iri, scheme.label, scheme.label) for iri, scheme in load_schemes().items()]
    return tuple((str(iri), label, _key(text)) for iri, label, text in named)


def _key(text: str) -> str:
    try:
        return search_key(text[:1000])
    except ValueRefused:
        return ""


def _sound(text: str) -> str:
    try:
        return sound_key(text[:1000])
    except ValueRefused:
        return ""

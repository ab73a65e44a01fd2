"""What a row of an answer rests on: the claims it names, else the claims on all the things it names together."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.reading import ClaimView, Reader

SHOWN = 100
_ON = """(c.voice = {name} OR c.speaker = {name} OR c.document = {name} OR c.occasion = {name} OR c.proposition = {name}
    OR c.question = {name} OR c.proposition IN (SELECT iri FROM propositions
    WHERE list_contains(about, {name}) OR contains(slots, '"' || {name} || '"')))"""


@dataclass(frozen=True, slots=True)
class Resting:
    """The first of the claims, how many there are, and how they were found: `named`, `together`, `any` or `none`."""

    claims: Sequence[ClaimView]
    total: int
    how: str


def find_resting(reader: Reader, things: Sequence[str], base: str) -> Resting:
    """The claims that some things of one row rest on."""
    named = [iri for iri in things if iri.startswith(f"{base}claim/")]
    if claims := reader.get_claims(named):
        return Resting(claims[:SHOWN], len(claims), "named")
    params = {f"t{number}": iri for number, iri in enumerate(things)}
    conditions = [_ON.format(name=f"${name}") for name in params]
    for how, word in (("together", " AND "), ("any", " OR ")) if conditions else ():
        rows = reader.view.rows(
            "SELECT c.iri, count(*) OVER () FROM claims c WHERE c.kind = 'claim' AND "
            f"({word.join(conditions)}) ORDER BY c.latest, c.iri LIMIT {SHOWN}",
            params,
        )
        if rows:
            return Resting(reader.get_claims(str(row[0]) for row in rows), int(str(rows[0][1])), how)
    return Resting((), 0, "none")

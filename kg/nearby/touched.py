"""What may be derived differently once some subjects are new, as `kg.derive` and `kg.analysis` find it in tables."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from kg.nearby.rows import Row, Rows, other_of


def find_touched(rows: Rows, subjects: Iterable[str]) -> set[str]:
    """The subjects, questions, events and claims whose derived lines may differ; of rows that hold the subjects."""
    given = set(subjects)
    mine = [row for row in rows["claims"] if row["iri"] in given]
    return {*given, *_by_rule(rows, given, mine), *_questions(rows, given, mine), *_events(rows, given, mine)}


def _by_rule(rows: Rows, given: set[str], mine: list[Row]) -> Iterator[str]:
    for row in mine:
        yield from (*row["passages"], *row["revises"], *row["withdraws"])
        if row["root"] is not None:
            yield row["root"]
    asked = {(row["question"], row["voice"]) for row in mine if row["question"] is not None}
    voices = _close(_of(rows, "agents", given), lambda found: _naming(rows, "agents", "members", found))
    for row in rows["claims"]:
        if (row["question"], row["voice"]) in asked or row["voice"] in voices:
            yield row["iri"]
    inside = _inner_sets(rows, given)
    yield from _close(inside, lambda found: _resting(rows, found))


def _inner_sets(rows: Rows, given: set[str]) -> set[str]:
    """New sets and all that lie within them."""
    return _close(
        _of(rows, "sets", given), lambda found: (row["iri"] for row in rows["sets"] if row["within"] in found)
    )


def _resting(rows: Rows, found: set[str]) -> Iterator[str]:
    """The sayings about some things, and relays of them."""
    for row in rows["claims"]:
        if (row["root"] != row["iri"] and row["root"] in found) or not found.isdisjoint(_things(rows, row)):
            yield row["iri"]


def _things(rows: Rows, claim: Row) -> Iterator[str]:
    proposition = rows.find("propositions", claim["proposition"])
    if proposition is not None:
        yield from proposition["about"]
        if (other := other_of(proposition)) is not None:
            yield other


def _questions(rows: Rows, given: set[str], mine: list[Row]) -> Iterator[str]:
    """The questions whose groups may come out differently."""
    wrong = [row for iri in _corrected(rows, given) if (row := rows.find("claims", iri)) is not None]
    ended = (row for claim in (*mine, *wrong) for iri in _ended(claim) if (row := rows.find("claims", iri)) is not None)
    yield from (row["question"] for row in chain(mine, wrong, ended) if row["question"] is not None)
    yield from _turned(rows, mine)
    inside = _inner_sets(rows, given)
    if inside:
        yield from (row["question"] for row in rows["counts"] if row["over"] in inside)
        yield from (row["question"] for row in rows["propositions"] if not inside.isdisjoint(row["about"]))
    if _of(rows, "agents", given):
        yield from _voiced(rows, given)


def _turned(rows: Rows, mine: list[Row]) -> Iterator[str]:
    """Of an identity, the same one turned round."""
    said = (rows.find("propositions", row["proposition"]) for row in mine if row["proposition_kind"] == "Identity")
    others = {other_of(proposition) for proposition in said if proposition is not None}
    for row in rows["propositions"] if others else ():
        if row["kind"] == "Identity" and row["about"][0] in others:
            yield row["question"]


def _voiced(rows: Rows, given: set[str]) -> Iterator[str]:
    """What a new voice, perhaps a part of a joint one, ended or had ended."""
    for row in rows["claims"]:
        for iri in _ended(row):
            old = rows.find("claims", iri)
            if old is not None and old["question"] is not None and not given.isdisjoint((row["voice"], old["voice"])):
                yield old["question"]


def _events(rows: Rows, given: set[str], mine: list[Row]) -> Iterator[str]:
    """The events of what is new, of what it ends or corrects, of what rests on it or lies within it."""
    wrong = _corrected(rows, given)
    claims = given | wrong
    claims |= {iri for name in wrong | {row["iri"] for row in mine} for iri in _ended(rows.find("claims", name))}
    if _of(rows, "agents", given) or _of(rows, "documents", given):
        claims |= _behind(rows, given)
    if inside := _inner_sets(rows, given):
        claims |= _within(rows, inside)
    return (row["event"] for row in rows["concerns"] if row["claim"] in claims)


def _behind(rows: Rows, given: set[str]) -> set[str]:
    """What is said by or rests on a party or document, what it owns or is a member of, publishes or is copied from."""
    parties = _close(
        set(given),
        lambda found: chain(
            _naming(rows, "agents", "members", found),
            (row["iri"] for row in rows["agents"] if row["owner"] in found),
        ),
    )
    published = {row["iri"] for row in rows["documents"] if row["publisher"] in parties}
    texts = _close(parties | published, lambda found: _naming(rows, "documents", "copies", found))
    said = [
        row
        for row in rows["claims"]
        if row["voice"] in texts or row["document"] in texts or not texts.isdisjoint(row["consulted"])
    ]
    return {iri for row in said for iri in (row["iri"], *_ended(row))}


def _within(rows: Rows, inside: set[str]) -> set[str]:
    """What is said of sets, and what rests on that."""
    about = {
        row["iri"]
        for row in rows["propositions"]
        if not inside.isdisjoint([*row["about"], other_of(row), _over(rows, row)])
    }
    said = {row["iri"] for row in rows["claims"] if row["proposition"] in about}
    return _close(said, lambda found: _leaning(rows, found))


def _leaning(rows: Rows, found: set[str]) -> Iterator[str]:
    for row in rows["claims"]:
        proposition = rows.find("propositions", row["proposition"])
        if row["relays"] in found or (proposition is not None and not found.isdisjoint(proposition["about"])):
            yield row["iri"]


def _over(rows: Rows, proposition: Row) -> str | None:
    count = rows.find("counts", proposition["iri"])
    return count["over"] if count is not None else None


def _corrected(rows: Rows, given: set[str]) -> set[str]:
    return {row["corrects"] for row in rows["corrections"] if row["iri"] in given}


def _ended(claim: Row | None) -> Iterable[str]:
    return (*claim["revises"], *claim["withdraws"]) if claim is not None else ()


def _of(rows: Rows, name: str, given: set[str]) -> set[str]:
    return {row["iri"] for row in rows[name] if row["iri"] in given}


def _naming(rows: Rows, name: str, column: str, found: set[str]) -> Iterator[str]:
    return (row["iri"] for row in rows[name] if not found.isdisjoint(row[column]))


def _close(start: set[str], onward: Callable[[set[str]], Iterable[str]]) -> set[str]:
    """What is reached from `start`, step by step."""
    found = set(start)
    new = found
    while new:
        new = set(onward(new)) - found
        found |= new
    return found

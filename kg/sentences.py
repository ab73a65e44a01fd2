"""Propositions and claims in sentences, neutral and exact: what is not stated is said to be not stated."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote

from kg.model import (
    Assessment,
    Characterisation,
    Comparison,
    Count,
    Identity,
    Location,
    Method,
    Occurrence,
    Partition,
    Proposition,
    Request,
    Responsibility,
    Stance,
    Statement,
    Timing,
)
from kg.terms import NOT_STATED, avc
from kg.values.dates_in_words import date_words, when_words

Label = Callable[[str], str]

_POINT = re.compile(r"POINT\s*\((-?)([\d.]+) (-?)([\d.]+)\)")
# What happens to people, of which it is odd to say that it took place.
_SUFFERED = {avc(name): name for name in ("killed", "injured", "missing", "detained", "displaced", "rescued")}
_VERBS = {
    Stance.ASSERTS: "asserted",
    Stance.DENIES: "denied",
    Stance.CANNOT_CONFIRM: "could not confirm",
    Stance.ASKS: "asked",
}


def number_words(at_least: int | None, at_most: int | None, approximately: int | None = None) -> str:
    """A number with its bounds in words; an open bound stays open.

    >>> number_words(1601, None), number_words(318, 318), number_words(3, 7), number_words(None, None, 40)
    ('at least 1,601', '318', '3 to 7', 'about 40')
    """
    if at_least is not None and at_most is not None:
        return f"{at_least:,}" if at_least == at_most else f"{at_least:,} to {at_most:,}"
    bounds = [f"at least {at_least:,}"] if at_least is not None else []
    bounds += [f"at most {at_most:,}"] if at_most is not None else []
    bounds += [f"about {approximately:,}"] if approximately is not None else []
    return ", ".join(bounds) or "an unstated number"


def measure_words(measure: str, at_least: int | None, at_most: int | None) -> str:
    """What a number measures, by its label, for one as for many.

    >>> measure_words("people killed", 1, 1), measure_words("people killed", 1, 3)
    ('person killed', 'people killed')
    >>> measure_words("artillery rounds fired", 1, 1)
    'artillery round fired'
    """
    if not at_least == at_most == 1:
        return measure
    return re.sub(r"people\b|(\w+)s\b", lambda found: found[1] or "person", measure, count=1)


def list_words(items: Iterable[str], last: str = "and") -> str:
    """Items as a list in words.

    >>> list_words(["a", "b", "c"]), list_words(["a", "b"], "or")
    ('a, b and c', 'a or b')
    """
    *head, tail = list(items) or ["nothing stated"]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def place_words(fragment: str) -> str:
    """A place in a file in words: rows and columns of a table (RFC 7111), a line; any other as it is.

    >>> place_words("sheet=Town%20A&cell=2,1;2,3-2,5"), place_words("line=42&column=killed"), place_words("/rows/0")
    ('sheet Town A, row 2, columns 1, 3–5', 'line 42, column killed', '/rows/0')
    """
    words, columns = [], []
    for part in fragment.split("&"):
        name, equals, value = part.partition("=")
        if name == "cell":
            words.append(f"row {value.partition(',')[0]}")
            spans = [[cell.split(",")[-1] for cell in span.split("-")] for span in value.split(";")]
            columns += ["–".join(span) for span in spans]
        elif name == "column":
            columns.append(unquote(value))
        else:
            words.append(f"{name} {unquote(value)}" if equals and name in ("sheet", "line", "row") else part)
    several = "s" if len(columns) > 1 or "–" in "".join(columns) else ""
    return ", ".join([*words, f"column{several} {', '.join(columns)}"] if columns else words)


def point_words(point: str) -> str:
    """A point of WKT as a reader has it, north first, in the very digits; what is no such point as it stands.

    >>> point_words("POINT(36.8183 -6.5)"), point_words("somewhere")
    ('6.5° S 36.8183° E', 'somewhere')
    """
    found = _POINT.fullmatch(point)
    if found is None:
        return point
    west, longitude, south, latitude = found.groups()
    return f"{latitude}° {'S' if south else 'N'} {longitude}° {'W' if west else 'E'}"


def claim_sentence(
    stance: Stance, proposition: Proposition, label: Label, *, voice: str, speaker: str | None = None
) -> str:
    """One claim as one sentence: the voice, through whom it spoke, its stance, and what it is about."""
    through = f", through {speaker}," if speaker and speaker != voice else ""
    if isinstance(proposition, Request):
        joint = "" if stance is Stance.ASKS else " asking"
    elif isinstance(proposition, Characterisation | Statement | Comparison):
        joint = ","
    else:
        joint = " whether" if stance is Stance.ASKS else " that"
    return f"{voice}{through} {_VERBS[stance]}{joint} {proposition_clause(proposition, label)}."


def proposition_clause(proposition: Proposition, label: Label) -> str:
    """What a proposition says, as a clause. Raises TypeError for a kind without words, which a test forbids."""
    return with_scope(clause_head(proposition, label), scope_words(proposition, label))


def with_scope(head: str, scope: str) -> str:
    """A clause in full.

    >>> with_scope("the mill took place at Orrin", "accuracy: town"), with_scope("the mill took place", "")
    ('the mill took place at Orrin (accuracy: town)', 'the mill took place')
    """
    return f"{head} ({scope})" if scope else head


def clause_head(proposition: Proposition, label: Label) -> str:
    """The clause without its scope. Raises TypeError for a kind without words."""
    for kind, words in _CLAUSES.items():
        if isinstance(proposition, kind):
            return str(words(proposition, label))
    raise TypeError(f"no words for {type(proposition).__name__}")


def scope_words(proposition: Proposition, label: Label) -> str:
    """Over what, of whom, by which scheme or how exactly it is said: the brackets at the end of a clause, or ""."""
    words = _SCOPES.get(type(proposition))
    return str(words(proposition, label)) if words else ""


def _about(proposition: Proposition, label: Label) -> str:
    return list_words(label(iri) for iri in proposition.about)


def _happening(proposition: Proposition, label: Label) -> str:
    """What took place: the event, or what befell a victim."""
    befell = "what befell " if any(iri.rsplit("/", 2)[-2:-1] == ["victim"] for iri in proposition.about) else ""
    return befell + _about(proposition, label)


def _period(period: str | None) -> str:
    return "not stated" if period in (None, NOT_STATED) else date_words(str(period))


def _count(p: Count, label: Label) -> str:
    measure = label(p.measure) if p.measure != NOT_STATED else "of an unstated measure"
    measure = measure_words(measure, p.at_least, p.at_most)
    where = f"{number_words(p.at_least, p.at_most, p.approximately)} {measure} in {_about(p, label)}"
    return f"there {'was' if where.startswith('1 ') else 'were'} {where}"


def _count_scope(p: Count, label: Label) -> str:
    scope = [f"counted over {label(p.over)}"] if p.over else []
    scope += [f"{name}: {label(value)}" for name, value in _coded_scope(p)]
    scope += [f"period: {_period(p.period)}"] + ([f"place: {p.place}"] if p.place else [])
    scope += [f"read under the convention “{label(p.convention)}”"] if p.convention else []
    return "; ".join(scope)


def _coded_scope(p: Count) -> list[tuple[str, str]]:
    return [("population", p.population), ("basis", p.basis), ("attributed to", p.actor)]


def _responsibility(p: Responsibility, label: Label) -> str:
    means = f", by {list_words(label(iri) for iri in p.means)}" if p.means else ""
    who = "a party that is not stated" if p.actor == NOT_STATED else label(p.actor)
    return f"responsibility for {_about(p, label)} lies with {who}{means}"


def _degree(p: Responsibility, label: Label) -> str:
    return label(p.degree) if p.degree else ""


def _location(p: Location, label: Label) -> str:
    point = point_words(p.point) if p.point else ""
    places = [text for text in (p.place, point, p.mgrs and f"MGRS {p.mgrs}") if text]
    return f"{_happening(p, label)} took place at {list_words(places, 'or')}"


def _accuracy(p: Location, label: Label) -> str:
    return f"accuracy: {label(p.accuracy)}" + (f", radius {p.radius} m" if p.radius else "")


def _timing(p: Timing, label: Label) -> str:
    when = "at a time that is not stated" if p.time == NOT_STATED else when_words(p.time)
    return f"{_happening(p, label)} took place {when}"


def _occurrence(p: Occurrence, label: Label) -> str:
    done = _SUFFERED.get(p.what)
    victims = [iri for iri in p.about if "/victim/" in iri]
    if done and victims:
        where = [label(iri) for iri in p.about if iri not in victims]
        were = "was" if len(victims) == 1 else "were"
        return f"{list_words(map(label, victims))} {were} {done}{f' in {list_words(where)}' if where else ''}"
    if done:
        return f"people were {done} in {_about(p, label)}"
    what = "" if p.what == NOT_STATED else f"{label(p.what)} in "
    return f"{what}{_about(p, label)} took place"


def _characterisation(p: Characterisation, label: Label) -> str:
    when = f" {when_words(p.period)}" if p.period else ""
    whose = "" if p.actor == NOT_STATED else f"of {label(p.actor)}, "
    return f"{whose}on {_about(p, label)}{when}: “{label(p.character)}”"


def _assessment(p: Assessment, label: Label) -> str:
    status = list_words((f"“{label(iri)}”" for iri in ((p.status,) if p.status else p.any_of)), "or")
    unsaid = ", the source does not say which" if p.any_of else ""
    return f"the status of {_about(p, label)} is {status}{unsaid}"


def _scheme(p: Assessment, label: Label) -> str:
    reasons = f", for the reason: {list_words(label(iri) for iri in p.reasons)}" if p.reasons else ""
    standard = "" if p.standard == NOT_STATED else f", standard of proof: {label(p.standard)}"
    method = f", methodology: {p.methodology}" if p.methodology else ""
    return f"{label(p.scheme)}{reasons}{standard}{method}"


def _partition(p: Partition, label: Label) -> str:
    return f"the parts of {_about(p, label)} are: {'; '.join(label(iri) for iri in p.parts)}"


def _identity(p: Identity, label: Label) -> str:
    return f"{_about(p, label)} and {label(p.other)} are: {label(p.relation)}"


def _method(p: Method, label: Label) -> str:
    when = f" {when_words(p.period)}" if p.period else ""
    sources = list_words(label(iri) for iri in p.uses)
    return f"the sources of {label(p.actor)} on {_about(p, label)}{when} are: {sources}"


def _comparison(p: Comparison, label: Label) -> str:
    other = f" {label(p.other)}" if p.other else ""
    return f"of {label(p.actor)}, on {_about(p, label)}: {label(p.measure)}, {label(p.relation)}{other}"


def _request(p: Request, label: Label) -> str:
    return f"{label(p.addressee)} to {label(p.requested)}, on {_about(p, label)}"


def _statement(p: Statement, label: Label) -> str:
    actor = f"of {label(p.actor)}, " if p.actor else ""
    value = f" — {p.value}" if p.value else ""
    when = f" {when_words(p.period)}" if p.period else ""
    return f"{actor}on {_about(p, label)}: {label(p.code)}{value}{when}"


_CLAUSES: dict[type[Proposition], Callable[..., str]] = {
    Count: _count,
    Responsibility: _responsibility,
    Location: _location,
    Timing: _timing,
    Occurrence: _occurrence,
    Characterisation: _characterisation,
    Assessment: _assessment,
    Partition: _partition,
    Identity: _identity,
    Method: _method,
    Comparison: _comparison,
    Request: _request,
    Statement: _statement,
}
_SCOPES: dict[type[Proposition], Callable[..., str]] = {
    Count: _count_scope,
    Responsibility: _degree,
    Location: _accuracy,
    Assessment: _scheme,
}

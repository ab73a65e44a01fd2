r"""Puts a reader's values into a question: never as pasted text, always as one escaped literal or one checked IRI.

A parameter is written `$name` in the query. Each is replaced, outside strings, IRIs and comments, by its value; a line
that names an optional parameter which was not given is left out whole, so that the query still reads plainly. What
results is SPARQL 1.1 for any server.
"""

import re
from collections.abc import Callable, Mapping

from kg import codes, iris
from kg.errors import Problem, Refused
from kg.nearest import list_nearest, suggest
from kg.questions.header import Param, Question
from kg.rdf import write_iri
from kg.terms import AVC, Iri
from kg.values.dates import parse_edtf
from kg.values.refused import ValueRefused

LONGEST = 2_000
_TOKEN = re.compile(r"""<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\#[^\n]*|\$(?P<name>\w+)""")
# The characters of RFC 3987, ASCII and beyond; brackets stand in numeric addresses only, which name nothing here.
_UCS = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14)
)
_REST = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?{_UCS}]|%[0-9A-Fa-f]{{2}})*"
_TAIL = re.compile(rf"{_REST}(?:\#{_REST})?")
_HOST = r"https?://[A-Za-z0-9.\-]+(?::[0-9]{1,5})?(?=[/?\#]|$)"
_FULL = re.compile(rf"(?:{_HOST}|urn:[a-z0-9][a-z0-9\-]+:){_REST}(?:\#{_REST})?")
_ESCAPED = re.compile(r'\\[uU]?|["\x00-\x1f\x7f]')
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_INTEGER = re.compile(r"-?[0-9]{1,18}")


class _Unfit(ValueError):
    """A value that its type does not fit: the reason, and the remedy."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason, remedy)
        self.reason, self.remedy = reason, remedy


def bind_question(question: Question, params: Mapping[str, str], *, base: str) -> str:
    """The SPARQL of a question with these values in it; raises Refused with everything wrong with them."""
    return fill(question.sparql, write_values(question, params, base=base), {each.name for each in question.params})


def write_values(question: Question, params: Mapping[str, str], *, base: str) -> dict[str, str]:
    """Each given or default value as a SPARQL term, by name; raises Refused with everything wrong with them."""
    known = {param.name: param for param in question.params}
    problems = [_unknown(question, name, value) for name, value in params.items() if name not in known]
    terms: dict[str, str] = {}
    for name, param in known.items():
        value = params.get(name, param.default)
        if value is None:
            if param.required:
                remedy = f"give {name}: {param.meaning}"
                problems.append(_problem(question, name, "", "this question needs it", remedy))
            continue
        try:
            terms[name] = to_term(param, value, base=base)
        except _Unfit as error:
            problems.append(_problem(question, name, value, error.reason, error.remedy))
    if problems:
        raise Refused(problems)
    return terms


def to_term(param: Param, value: str, *, base: str) -> str:
    """One value as a SPARQL term."""
    if not value.strip():
        raise _Unfit("it is empty", f"give {param.meaning}" if param.required else "give a value, or leave it out")
    if len(value) > LONGEST:
        raise _Unfit(f"it is {len(value)} characters long", f"give at most {LONGEST}")
    if not value.isprintable() and param.type != "text":
        raise _Unfit("it holds characters that cannot be seen", "type it again")
    return _WRITERS[param.type](param, value, base)


def fill(sparql: str, terms: Mapping[str, str], names: set[str]) -> str:
    """The query with its parameters replaced, without the lines of parameters that have no term.

    >>> fill("SELECT * {\\n  ?s ?p $o .\\n  ?s ?q $r .\\n}", {"o": "<http://a.example/>"}, {"o", "r"})
    'SELECT * {\\n  ?s ?p <http://a.example/> .\\n}'
    """
    kept = [line for line in sparql.split("\n") if not (_named(line) & names) - terms.keys()]
    return _TOKEN.sub(lambda found: terms.get(found["name"], found[0]) if found["name"] else found[0], "\n".join(kept))


def _named(line: str) -> set[str]:
    return {found["name"] for found in _TOKEN.finditer(line) if found["name"]}


def list_named(sparql: str) -> set[str]:
    """The names of the parameters a query mentions."""
    return _named(sparql)


def expand_iri(value: str, *, kind: str, base: str) -> Iri:
    """The IRI a reader means: a full one, `kind/key`, or a bare key of that kind. Raises ValueError with the remedy."""
    text = value.strip()
    if text.startswith(base):
        if _TAIL.fullmatch(text[len(base) :]):
            return Iri(text)
    elif _FULL.fullmatch(text):
        return Iri(text)
    elif ":" not in text:
        prefix, slash, key = text.rpartition("/")
        if prefix in ("", kind) and bool(prefix) == bool(slash) and iris.is_key(key):
            return iris.named_iri(base, kind, key)
        if prefix not in ("", kind) and iris.is_key(key):
            raise _Unfit(f"{kind} is asked for, not {prefix}", f"write {kind}/ and its key")
    remedy = f"write a key such as {kind}/some-key (lower-case letters, digits, . _ -) or a full IRI"
    raise _Unfit(f"this names no {kind}", remedy)


def _iri(param: Param, value: str, base: str) -> str:
    return write_iri(expand_iri(value, kind=param.options["kind"], base=base))


def _code(param: Param, value: str, base: str) -> str:
    scheme = param.options.get("scheme", "")
    wanted = f"{AVC}scheme-{scheme}"
    known = {code.slug for code in codes.load_codes().values() if not scheme or wanted in code.schemes}
    slug = value.strip().removeprefix(AVC).removeprefix("avc:")
    if slug in known:
        return write_iri(AVC + slug)
    reason = f"not a code of the scheme {scheme}" if scheme else "not a code"
    raise _Unfit(reason, suggest(slug, known, what="code"))


def _scheme(param: Param, value: str, base: str) -> str:
    known = {scheme.removeprefix(f"{AVC}scheme-") for scheme in codes.load_schemes()}
    slug = value.strip().removeprefix(AVC).removeprefix("avc:").removeprefix("scheme-")
    if slug in known:
        return write_iri(f"{AVC}scheme-{slug}")
    raise _Unfit("not a scheme of codes", suggest(slug, known, what="scheme"))


def _date(param: Param, value: str, base: str) -> str:
    try:
        read = parse_edtf(value)
    except ValueRefused as error:
        raise _Unfit(error.reason, error.remedy or "write it like 2019-04-25, 2019-04 or 2019") from error
    day = read.latest if param.options["bound"] == "latest" else read.earliest
    if day is None:
        end = "last" if param.options["bound"] == "latest" else "first"
        raise _Unfit(f"this date has no certain {end} day", "give a date that is closed and without ? or ~")
    return f'"{day.isoformat()}"^^xsd:date'


def _integer(param: Param, value: str, base: str) -> str:
    if not _INTEGER.fullmatch(value.strip()):
        raise _Unfit("not a whole number", "write digits only, such as 40")
    return str(int(value))


def _text(param: Param, value: str, base: str) -> str:
    if any(0xD800 <= ord(sign) <= 0xDFFF for sign in value) or "\0" in value:
        raise _Unfit("it holds what is not a character", "type it again")
    return write_text(value)


def write_text(text: str) -> str:
    r"""A text as a SPARQL string that means the same to an engine that decodes escapes before it reads strings.

    Such an engine sees an escape in a backslash that stands before a u, and some take eight digits after a small u.

    >>> print(write_text('say "\\u0022"'))
    "say \"\\\U000000750022\""
    """
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    return "".join(_SHORT.get(sign) or f"\\U{ord(sign):08X}" for sign in found[0])


_WRITERS: dict[str, Callable[[Param, str, str], str]] = {
    "iri": _iri,
    "code": _code,
    "scheme": _scheme,
    "date": _date,
    "integer": _integer,
    "text": _text,
}


def _unknown(question: Question, name: str, value: str) -> Problem:
    names = [param.name for param in question.params]
    near = list_nearest(name, names)
    listed = f"this question takes {', '.join(names)}" if names else "this question takes no parameters"
    remedy = f"did you mean {' or '.join(near)}? {listed[0].upper()}{listed[1:]}" if near else listed
    return _problem(question, name, value, "this question does not know it", remedy)


def _problem(question: Question, name: str, value: str, reason: str, remedy: str) -> Problem:
    return Problem(file=question.name, field=name, value=value, reason=reason, remedy=remedy)

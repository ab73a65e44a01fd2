"""What the columns of a table look like, from their names and first rows: for a mapping to begin with."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from kg.codes import load_schemes
from kg.intake.tables.expressions import Expression, Misfit, parse_template
from kg.intake.tables.rows import Row
from kg.values import ValueRefused
from kg.values.quantities import parse_quantity

_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y%m%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%Y/%m/%d")
_DAYS_WITH_DASHES = ("%d-%m-%Y", "%d-%b-%Y")
_INSTANTS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ")
DATES = (*_DAYS, *_DAYS_WITH_DASHES, *_INSTANTS)
"""The forms of dates that are tried, in this order."""
_VAGUE = ("%B %Y", "%b %Y", "%Y-%m", "%m/%Y", "%Y")

_MOST = 0.7

BLANKS = frozenset({"-", "–", "—", ".", "?", "n/a", "na", "none", "nil", "null", "unknown", "unk"})
BLANKS |= {"n/d", "nd", "s/d", "inconnu", "inconnue", "desconocido", "desconocida", "غير معروف", "مجهول"}
"""What stands in cells that say no more than empty ones, in lower case."""

FEW = 12
"""A column with no more different values than this may hold codes, which are listed."""

_WORDS = {
    "killed": "killed|kill|dead|death|deaths|died|fatalities|fatal|mort|morts|tue|tues|muertos|muertes|قتلى|شهداء",
    "injured": "injured|injuries|injury|wounded|wounds|blesse|blesses|heridos|جرحى",
    "missing": "missing|disparus|desaparecidos|مفقودون|مفقودين",
    "place": "place|location|site|village|town|city|district|area|address|neighbourhood|neighborhood|camp|province"
    "|governorate|region|county|municipality|lieu|ville|commune|localite|quartier|lugar|ciudad|pueblo|municipio"
    "|مكان|مدينة|بلدة|قرية|منطقة|محافظة",
    "latitude": "lat|latitude",
    "longitude": "lon|lng|long|longitude",
    "person": "name|fullname|victim|patient|person|nom|nombre|اسم",
    "age": "age|dob|birth|sex|gender|sexe|genre|edad|sexo|عمر|جنس|سن",
    "voice": "voice|speaker|claimant|asserter",
    "fact": "variable|measure|indicator|metric|attribute|field|predicate|fact|indicateur|indicador",
    "figure": "value|amount|figure|count|valeur|valor|قيمة",
    "quote": "quote|quotation|wording|verbatim|citation|cita|اقتباس",
    "event": "incident|event|strike|attack|massacre|allegation|evenement|attaque|incidente|ataque|حادث|حادثة",
    "actor": "perpetrator|attacker|actor|belligerent|attributed|culprit|suspected|alleged|presume|responsible"
    "|responsable|perpetrador",
    "death": "death|died|killed|deces|mort|muerte|وفاة|استشهاد|مقتل",
    "children": "child|children|minors|kids|boys|girls|18|enfants|ninos|أطفال|اطفال",
    "women": "women|woman|female|females|f|femmes|mujeres|نساء",
    "men": "men|man|male|males|m|hommes|hombres|رجال",
    "civilians": "civ|civs|civilian|civilians|civil|civils|civiles|مدنيون|مدنيين",
    "number": "id|ref|reference|no|nr|number|code|key|case|uuid|numero|num|م|رقم",
    "told": "reported|report|published|posted|entered|entry|updated|recorded|statement|reply|response|said|retrieved"
    "|verified|modified|created|added|logged|publie|publication|publicado",
    "word": "says|said|claims|claim|statement|reply|response|position|according|denies|denial|comment",
}


def _fold(word: str) -> str:
    """A word without case, accents and other marks."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", word))).lower()


_ROLES = {role: frozenset(map(_fold, words.split("|"))) for role, words in _WORDS.items()}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: how many rows fill it, how often each value stands there, the forms of its dates, its codes.

    Most dates have each of the forms in `dates`; `forms` are the first of them and those that the others have.
    """

    name: str
    filled: int
    rows: int
    values: Counter[str]
    dates: tuple[str, ...]
    forms: tuple[str, ...]
    schemes: tuple[str, ...]

    @property
    def is_key(self) -> bool:
        """Whether every row looked at fills it, no two alike."""
        return 0 < self.filled == self.rows == len(self.values)

    @property
    def is_number(self) -> bool:
        """Whether most cells that say something can be read as a number, or as words for one."""
        said = [value for value in self.values if value.lower() not in BLANKS]
        return bool(said) and not self.dates and sum(map(is_quantity, said)) >= _MOST * len(said)

    @property
    def is_counting(self) -> bool:
        """Whether most cells that say something hold digits, though perhaps among words that are not read."""
        said = [value for value in self.values if value.lower() not in BLANKS]
        return self.is_number or (not self.dates and 2 * sum(map(_has_digits, said)) > len(said))

    @property
    def blanks(self) -> list[str]:
        """What stands in it for nothing."""
        return sorted(value for value in self.values if value.lower() in BLANKS)

    @property
    def repeated(self) -> list[str]:
        """The values that stand in several rows."""
        return [value for value, count in self.values.items() if count > 1]

    @property
    def is_numbering(self) -> bool:
        """Whether it is a column for what rows are called by, though a few may bear one number by mistake."""
        return self.plays("number") and self.filled == self.rows and len(self.values) >= _MOST * self.rows

    @property
    def is_few(self) -> bool:
        """Whether it holds few values that come again: codes, perhaps."""
        return 0 < len(self.values) <= FEW and len(self.values) < self.filled and not self.is_number and not self.dates

    def plays(self, role: str) -> bool:
        """Whether its name says that it holds killed, injured, a place, a person …"""
        return plays(self.name, role)

    def is_named_only(self, *roles: str) -> bool:
        """Whether its name holds nothing but words of these roles, and one of the first."""
        words = frozenset[str]().union(*(_ROLES[role] for role in roles))
        return self.plays(roles[0]) and words.issuperset(_parts(self.name))

    def describe(self) -> str:
        """In words, for the person who edits the mapping; the values of a column that may name people are not shown."""
        if not self.values:
            return "empty in the rows looked at"
        told = "filled in every row" if self.filled == self.rows else f"filled in {self.filled} of {self.rows} rows"
        if self.is_key:
            told += ", no two alike"
        if self.dates:
            odd = [value for value in self.values if not any(_is_date(value, form) for form in self.forms)]
            beside = f"; of no such form: {', '.join(odd[:3])}{' …' if odd[3:] else ''}" if odd else ""
            return f"{told}; dates ({' or '.join([*self.dates, *self.forms[1:]])}){beside}"
        if self.is_number:
            return f"{told}; numbers"
        if self.is_few and not self.plays("person"):
            listed = ", ".join(f"{value} ({count})" for value, count in self.values.most_common())
            return f"{told}; {listed}"
        return f"{told}; {len(self.values)} different values"


def plays(words: str, role: str) -> bool:
    """Whether a text holds a word of a role: killed, a place, a person …"""
    return not _ROLES[role].isdisjoint(_parts(words))


def _parts(text: str) -> list[str]:
    """The words of a name, without case, accents and the Arabic article."""
    parts = re.split(r"[^\w]+|_|(?<=[a-z])(?=[A-Z])", text)
    return [_fold(part).removeprefix("ال") for part in parts if part]


def look_at(names: Sequence[str], rows: Sequence[Row]) -> list[Column]:
    """The columns of some rows."""
    return [_look_at(name, [row.cells.get(name, "").strip() for row in rows]) for name in names]


def find_key(columns: Sequence[Column], rows: Sequence[Row]) -> tuple[str, ...]:
    """The numbers that rows bear, else the fewest columns, one to three, that tell every row looked at apart.

    None where there are none. A day or a count tells rows apart by chance at most.
    """
    numbering = sorted((each for each in columns if each.is_numbering), key=lambda each: len(each.repeated))
    if numbering:
        return (numbering[0].name,)
    for column in columns:
        if column.is_key and not column.dates and not any(map(column.plays, ("killed", "injured", "missing"))):
            return (column.name,)
    full = [column.name for column in columns if column.filled == column.rows and not column.is_number]
    for size in (2, 3):
        for names in combinations(full[:8], size):
            if len({tuple(row.cells.get(name, "").strip() for name in names) for row in rows}) == len(rows):
                return names
    return ()


def _look_at(name: str, cells: Sequence[str]) -> Column:
    values = Counter(cell for cell in cells if cell)
    dates = _dates(values)
    return Column(name, values.total(), len(cells), values, dates, _forms(values, dates), _schemes(values))


def _dates(values: Counter[str]) -> tuple[str, ...]:
    fitting = {form: sum(count for text, count in values.items() if _is_date(text, form)) for form in DATES}
    best = max(fitting.values())
    # Most will do: a day that cannot be is told when the row is read.
    return tuple(form for form, count in fitting.items() if count == best >= max(1, _MOST * values.total()))


def _forms(values: Counter[str], dates: tuple[str, ...]) -> tuple[str, ...]:
    """The first form of most dates, and those of the others, as far as each can be read in one way only."""
    found = dict.fromkeys(dates[:1])
    for text in values if dates else ():
        if any(_is_date(text, form) for form in found):
            continue
        fitting = [form for form in (*DATES, *_VAGUE) if _is_date(text, form)]
        if len({_read_date(text, form) for form in fitting}) == 1:
            found[fitting[0]] = None
    return tuple(found)


def _is_date(text: str, form: str) -> bool:
    return _read_date(text, form) is not None


def _read_date(text: str, form: str) -> str | None:
    try:
        return Expression(parse_template("{d}"), date=(form,)).evaluate({"d": text})[0]
    except Misfit:
        return None


def _has_digits(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def is_quantity(text: str) -> bool:
    """Whether a text is read as a number, or as English words for one."""
    try:
        parse_quantity(text, language="en")
    except ValueRefused:
        return False
    return True


def _schemes(values: Counter[str]) -> tuple[str, ...]:
    """The schemes of codes of which every value is a term."""
    return tuple(
        scheme.iri.rpartition("scheme-")[2]
        for scheme in load_schemes().values()
        if values and set(values) <= {code.notation for code in scheme.codes if code.notation}
    )

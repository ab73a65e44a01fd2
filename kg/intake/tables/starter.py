"""The text of a mapping to begin with: valid as it stands, explained line by line, <…> where a person must choose."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.intake.tables.looking import BLANKS, Column, find_key, plays
from kg.intake.tables.number_forms import list_number_lines, show
from kg.intake.tables.rows import Row

_PLAIN = re.compile(r"[A-Za-z_][\w-]*( [\w-]+)*")
_DIED = re.compile(
    r"(?i)\b(died|dead|killed|deceased|death|martyr|expired|décédée?s?|tuée?s?|morte?s?|muert[oa]s?|fallecid[oa]s?)\b"
    "|متوفى|متوفاة|شهيد|قتيل|وفاة|استشهاد"
)
_HURT = re.compile(
    r"(?i)\b(injured|wounded|hurt|discharged|admitted|survived|blessée?s?|herid[oa]s?)\b|جريح|مصاب|إصابة"
)
_MEASURES = ("killed", "injured", "missing")
_PEOPLE = ("children", "women", "men", "civilians")
_HEAD = """\
# A beginning, made from {file}. What stands after a # is explained to you and not read.
#   1. Put your own words for every <…>.
#   2. Keep the claims the table makes; change or delete the others.
#   3. averment import THIS.yaml --dry-run    tells in sentences what would be recorded, and each row refused.
#   4. averment import THIS.yaml              records it.
# Every word is explained in docs/mappings.md.
averment-mapping: 1
recorder: <your name>
language: {language}

# Who speaks. A row is somebody's word, never simply a fact.
agents:
  publisher:
    kind: organisation         # or person, unnamed-person, actor-class, joint-voice
    name: <who published the table>

# The table as a work, with its date: a claim is dated by the document it was read in.
documents:
  table:
    title: {title}
    publisher: publisher
    published: <when it was published, such as 2024-05-01 or 2024-05 or 2024>
    published_as: dataset

# What every claim takes where it does not say otherwise.
defaults:
  document: table
  as: table-cell

tables:
  {table}:
    file: {name}"""


@dataclass(frozen=True, slots=True)
class Starter:
    """What is known of a table: how its file is read, what there is to say of that, its columns and first rows."""

    file: str
    given: Mapping[str, str]
    told: Mapping[str, str]
    columns: Sequence[Column]
    rows: Sequence[Row]

    def lines(self) -> Iterator[str]:
        """The lines of the mapping."""
        file = _quote(self.file)
        yield _HEAD.format(file=self.file, title=file, name=file, table=self.table, language=self._language())
        for name, said in self.given.items():
            shown = said if said.isdecimal() else _quote(said)
            yield f"    {name}: {shown}" + (f"   # {self.told[name]}" if name in self.told else "")
        yield from self._key_lines()
        yield f"    # The columns, as the first {len(self.rows)} rows have them:"
        for column in self.columns:
            told = f"; the terms of {column.schemes[0]}" if column.schemes else ""
            shown = f"{column.name}: {column.describe()}{told}"
            yield f"    #   {show(shown)}"
        made = list(self._person_lines() if self.is_of_people else self._event_lines())
        yield from self._voice_agent_lines()
        yield from made
        yield from self._test_lines("\n".join(made))

    @property
    def usable(self) -> list[Column]:
        """The columns whose names can stand in a template."""
        return [column for column in self.columns if column.name.isprintable() and not set('{}|"\\') & set(column.name)]

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that tell rows apart."""
        return find_key(self.usable, self.rows)

    @property
    def table(self) -> str:
        """A name for the table."""
        return re.sub("[^a-z0-9]+", "-", self.file.split(".")[0].lower()).strip("-") or "rows"

    @property
    def is_of_people(self) -> bool:
        """Whether each row seems to be a person: it has a name, and an age or a sex."""
        return self._find("person") is not None and self._find("age") is not None

    @property
    def name(self) -> str:
        """The template that names what a row is about."""
        return f"{self.table}-" + ("-".join(f"{{{key}|key}}" for key in self.keys) or "{#}")

    @property
    def event(self) -> str:
        """The template that names the event of a row: by the column that several rows of one event share, if any."""
        shared = self._find_shared()
        return f"{self.table}-{{{shared.name}|key}}" if shared else self.name

    def _find_shared(self) -> Column | None:
        """The column that names events, several rows speaking of one."""
        events = (each for each in self.usable if each.is_named_only("event", "number", "person") and not each.dates)
        return next((each for each in events if each.repeated and each.filled == each.rows), None)

    def _language(self) -> str:
        """The language of the table, where its script tells it; else to be filled in, but for plain English."""
        text = "".join([*(each.name for each in self.columns), *(v for each in self.columns for v in each.values)])
        letters = [sign for sign in text if sign.isalpha() and not sign.isascii()]
        arabic = sum("\u0600" <= sign < "\u0700" for sign in letters)
        if 2 * arabic > sum(map(str.isalpha, text)):
            return "ar                   # the language of names and words in the table"
        if letters:
            return "<the language of names and words in the table: ar, en, es, fr …>"
        return "en                   # the language of names and words in the table: en, ar, fr …"

    def _find(self, role: str) -> Column | None:
        return next((column for column in self.usable if column.values and column.plays(role)), None)

    @property
    def _day(self) -> Column | None:
        """The column for when it happened."""
        return next((column for column in self.usable if column.dates and not column.plays("told")), None)

    @property
    def _said(self) -> Column | None:
        """The column for when the row was written, if any says so, else for when it happened."""
        return next((column for column in self.usable if column.dates and column.plays("told")), self._day)

    def _key_lines(self) -> Iterator[str]:
        keys = self.keys
        if keys:
            shown = _quote(keys[0]) if len(keys) == 1 else f"[{', '.join(map(_quote, keys))}]"
            again = [value for each in self.usable if keys == (each.name,) for value in each.repeated]
            so = f", as those of {', '.join(again[:3])} would be" if again and len(self.rows) > 1 else ""
            yield f"    key: {shown}   # what tells rows apart: two rows alike in it are refused{so}"
        else:
            yield "    # No few columns tell every row apart, so {#}, the number of the row, stands for it below."
            yield "    # A key: is better, since rows of a later version may stand elsewhere."

    def _event_lines(self) -> Iterator[str]:
        day, place, shared = self._day, self._find("place"), self._find_shared()
        named = (shared,) if shared else (place, day or self._said)
        words = [f"{{{each.name}|maybe}}" for each in named if each]
        yield "    # What the rows speak of. {column} is the cell of a row; {column|key} makes a key of it."
        yield "    events:"
        yield f'      "{self.event}":'
        yield "        kind: incident         # or strike, strike-report, allegation, campaign"
        yield f"        name: {json.dumps(' '.join([self.table, *words]), ensure_ascii=False)}"
        yield "    # What each row claims. where: says which rows make the claim."
        yield "    claims:"
        about = f"event/{self.event}"
        made = [*self._fact_lines()]
        if not made:
            made = [*self._count_lines(), *self._timing_lines(about, day), *self._location_lines(about, place)]
        yield from made or self._claim("", [f'occurrence: {{about: "{about}"}}'])
        yield from self._actor_lines()
        yield from self._voice_lines()

    def _claim(self, where: str, slots: Sequence[str], *, wording: str = "") -> Iterator[str]:
        voice = self._voice
        yield f'      - who: "agent/{voice}"' if voice else "      - who: publisher"
        if voice:
            yield "        via: [publisher]   # the table only passes on what that party says"
        if where:
            yield f"        where: {{{where}}}"
        if wording:
            yield "        # The words it was read from; {column|maybe} may be empty."
            yield f"        wording: {json.dumps(wording, ensure_ascii=False)}"
        day = self._said
        if day is not None:
            said = f"{{column: {_quote(day.name)}, date: {_forms(day)}}}"
            if voice and day.plays("told"):
                yield f"        said: {said}"
            else:
                yield f"        # said: {said}   # if the row was written that day"
        yield "        asserts:"
        yield from (f"          {slot}" for slot in slots)

    def _count_lines(self) -> Iterator[str]:
        names = {column.name: column for column in self.usable}
        highs = set()
        for column in self.usable:
            measure = next((each for each in _MEASURES if column.plays(each)), "")
            if not column.is_counting or not measure or column.name in highs:
                continue
            high = names.get(re.sub(r"(?i)min(imum)?|low(est)?", lambda found: _OTHER[found[0].lower()], column.name))
            yield from self._count(column, high if high is not column else None, measure)
            highs |= {high.name} if high else set()

    def _count(self, column: Column, high: Column | None, measure: str) -> Iterator[str]:
        low = column.name
        population = next((code for code in _PEOPLE if column.plays(code)), "")
        slots = ["count:", f'  about: "event/{self.event}"', f"  measure: {measure}"]
        slots.append(
            f"  population: {population}" if population else "  # population: civilians   # if the table says so"
        )
        if high:
            slots.append(f"  number: {{at_least: {{column: {_quote(low)}}}, at_most: {{column: {_quote(high.name)}}}}}")
            wording, asked = f"{low}: {{{low}|maybe}}, {high.name}: {{{high.name}}}", high
        else:
            slots += list_number_lines(column, name=_quote(column.name))
            wording, asked = f"{low}: {{{low}}}", column
        blanks = ", ".join(json.dumps(value, ensure_ascii=False) for value in ["", *asked.blanks])
        where = f"{{not: [{blanks}]}}" if asked.blanks else "filled"
        yield from self._claim(f"{_quote(asked.name)}: {where}", slots, wording=wording)

    @property
    def _voice(self) -> str:
        """The key of the agent who speaks in a row, where a column names one in every row; "" where none does."""
        column = next((each for each in self.usable if each.plays("voice") and each.filled == each.rows), None)
        return f"{self.table}-{{{column.name}|key}}" if column else ""

    def _voice_agent_lines(self) -> Iterator[str]:
        if self._voice:
            column = next(each for each in self.usable if each.plays("voice"))
            yield "    # Who speaks in the rows."
            yield "    agents:"
            yield f'      "{self._voice}":'
            yield "        kind: organisation     # or person, actor-class …"
            yield f'        name: "{{{column.name}}}"'

    def _fact_lines(self) -> Iterator[str]:
        """Claims of a table in which one column says what is told, and another what is said of it."""
        fact, figure, quote = self._find("fact"), self._find("figure"), self._find("quote")
        if fact is None or figure is None or not fact.is_few:
            return
        counted = {value: measure for measure in _MEASURES for value in fact.values if plays(value, measure)}
        if not counted:
            return
        yield f"      # {show(fact.name)} says what a row tells; here are the rows that give numbers."
        where = f"{_quote(fact.name)}: [{', '.join(map(_quote, counted))}]"
        words = ", ".join(f"{_quote(value)}: {measure}" for value, measure in counted.items())
        slots = ["count:", f'  about: "event/{self.event}"']
        slots += [f"  measure: {{column: {_quote(fact.name)}, map: {{{words}}}}}", f'  number: "{{{figure.name}}}"']
        said = f"{{{quote.name}}}" if quote else f"{{{fact.name}}}: {{{figure.name}}}"
        yield from self._claim(where, slots, wording=said)
        others = [value for value in fact.values if value not in counted]
        if others:
            told = ", ".join(map(show, others))
            voice = f'"agent/{self._voice}"' if self._voice else "publisher"
            yield f"      # Rows that make no claim yet, of which each kind is claimed in its own way: {told}."
            yield f"      # - who: {voice}"
            yield f"      #   where: {{{_quote(fact.name)}: {_quote(others[0])}}}"
            yield f"      #   wording: {json.dumps(said, ensure_ascii=False)}"
            yield "      #   asserts:"
            yield f'      #     occurrence: {{about: "event/{self.event}"}}'

    def _actor_lines(self) -> Iterator[str]:
        """How to claim who did it, as a comment: a person has to describe the parties."""
        column = next((each for each in self.usable if each.plays("actor") and each.is_few), None)
        if column is not None:
            known = [value for value in column.values if value.lower() not in BLANKS]
            words = ", ".join(f"{_quote(value)}: agent/…" for value in known)
            blanks = ", ".join(_quote(value) for value in ["", *column.blanks])
            yield "      # Who is said to have done it. Describe each party under agents: above, and put its key for …"
            yield "      # - who: publisher"
            yield f"      #   where: {{{_quote(column.name)}: {{not: [{blanks}]}}}}"
            yield f"      #   wording: {json.dumps(f'{{{column.name}}}', ensure_ascii=False)}"
            yield "      #   asserts:"
            yield "      #     responsibility:"
            yield f'      #       about: "event/{self.event}"'
            yield f"      #       actor: {{column: {_quote(column.name)}, map: {{{words}}}}}"

    def _timing_lines(self, about: str, day: Column | None) -> Iterator[str]:
        if day is None:
            return
        others = f"   # or {', '.join(day.dates[1:])}: every date looked at fits these too" if day.dates[1:] else ""
        time = f"{{column: {_quote(day.name)}, date: {_forms(day)}}}{others}"
        slots = ["timing:", f'  about: "{about}"', f"  time: {time}"]
        yield from self._claim(f"{_quote(day.name)}: filled", slots)

    def _location_lines(self, about: str, place: Column | None) -> Iterator[str]:
        latitude, longitude = self._find("latitude"), self._find("longitude")
        if place is not None:
            slots = ["location:", f'  about: "{about}"', f"  place: {{column: {_quote(place.name)}}}"]
            if latitude and longitude:
                point = f"[{{column: {_quote(latitude.name)}}}, {{column: {_quote(longitude.name)}}}]"
                slots += [
                    f"  # point: {point}",
                    "  # radius: 500           # a point needs how far off it may be, in metres",
                ]
            yield from self._claim(f"{_quote(place.name)}: filled", slots)

    def _voice_lines(self) -> Iterator[str]:
        """How to claim what a column tells of somebody else's word, as a comment: only a person knows whose it is."""
        others = [
            each for each in self.usable if each.plays("word") and each.values and "date" not in each.name.lower()
        ]
        if others:
            shown = _quote(others[0].name)
            yield f"      # Perhaps somebody else's word: {', '.join(each.name for each in others)}."
            yield "      # That party is an agent of its own; the table only passes on what it says:"
            yield "      # - who: army               # described under agents: above"
            yield "      #   via: [publisher]"
            yield f"      #   where: {{{shown}: filled}}"
            yield f"      #   wording: {json.dumps(f'{{{others[0].name}}}', ensure_ascii=False)}"
            yield "      #   denies:"
            yield f'      #     responsibility: {{about: "event/{self.event}", actor: army}}'

    def _person_lines(self) -> Iterator[str]:
        person = self._find("person")
        assert person is not None
        yield "    # The people in the rows, as this table records them. {column} is the cell of a row;"
        yield "    # {column|key} makes a key of it."
        yield "    victims:"
        yield f'      "{self.name}":'
        yield f"        name: {{column: {_quote(person.name)}}}"
        keys = self.keys
        if keys:
            yield f'        identifiers: "{" ".join(f"{{{key}}}" for key in keys)}"'
        yield "        listed_in: table"
        yield "    # What each row claims. where: says which rows make the claim."
        yield "    claims:"
        shown = [person, *(each for each in self.usable if each is not person and (each.plays("age") or each.is_few))]
        wording = "; ".join(f"{{{each.name}|maybe}}" for each in shown[:6])
        found = dict(self._outcomes()) or {"killed": ""}
        for what, where in found.items():
            slots = [f'occurrence: {{about: "victim/{self.name}", what: {what}}}']
            yield from self._claim(where, slots, wording=wording)
        day = next((each for each in self.usable if each.dates and each.plays("death")), None)
        yield from self._timing_lines(f"victim/{self.name}", day)
        yield from self._location_lines(f"victim/{self.name}", self._find("place") if day else None)

    def _outcomes(self) -> Iterator[tuple[str, str]]:
        """What happened to people, and the condition that says so, from columns of a few values."""
        for what, words in (("killed", _DIED), ("injured", _HURT)):
            for column in self.usable:
                values = [_quote(value) for value in column.values if words.search(value)] if column.is_few else []
                if values:
                    yield what, f"{_quote(column.name)}: [{', '.join(values)}]"
                    break

    def _test_lines(self, made: str) -> Iterator[str]:
        """A test to be filled in, with columns that the mapping uses but none of the table's own cells."""
        told = re.sub("#.*", "", made)
        used = [each.name for each in self.usable if _is_used(each.name, told)]
        yield "# A row beside what it must say, which averment check THIS.yaml tries. Take the # away and invent a row."
        yield "# tests:"
        yield f"#   - table: {self.table}"
        yield f"#     row: {{{', '.join(f'{_quote(name)}: …' for name in used[:4])}}}"
        yield "#     says:"
        yield '#       - "… asserted that …"'


def _is_used(name: str, lines: str) -> bool:
    """Whether lines of a mapping draw on a column."""
    ways = (f"{{{name}}}", f"{{{name}|", f"column: {_quote(name)}", f"{{{_quote(name)}:")
    return any(way in lines for way in ways)


def _forms(day: Column) -> str:
    """The forms of a column of dates, as a mapping gives them."""
    return json.dumps(day.forms[0] if len(day.forms) == 1 else list(day.forms))


_OTHER = {"min": "max", "minimum": "maximum", "low": "high", "lowest": "highest"}


def _quote(text: str) -> str:
    return (
        text
        if _PLAIN.fullmatch(text) and text.lower() not in ("true", "false", "null")
        else json.dumps(text, ensure_ascii=False)
    )

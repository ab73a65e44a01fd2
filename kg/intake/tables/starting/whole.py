"""The text of a mapping to begin with: valid as it stands, explained line by line, <…> where a person must choose."""

from collections.abc import Iterator

from kg.intake.tables.starting.events import list_event_lines
from kg.intake.tables.starting.people import list_people_lines
from kg.intake.tables.starting.quoting import quote, show
from kg.intake.tables.starting.seen import Seen

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


def list_lines(seen: Seen) -> Iterator[str]:
    """The lines of the mapping."""
    file = quote(seen.file)
    yield _HEAD.format(file=seen.file, title=file, name=file, table=seen.table, language=_guess_language(seen))
    for name, said in seen.given.items():
        shown = said if said.isdecimal() else quote(said)
        yield f"    {name}: {shown}" + (f"   # {seen.told[name]}" if name in seen.told else "")
    yield from _list_key_lines(seen)
    yield f"    # The columns, as the first {len(seen.rows)} rows have them:"
    for column in seen.columns:
        told = f"; the terms of {column.schemes[0]}" if column.schemes else ""
        yield f"    #   {show(f'{column.name}: {column.describe()}{told}')}"
    yield from _list_voice_lines(seen)
    made = list(list_people_lines(seen) if seen.is_of_people else list_event_lines(seen))
    yield from made
    yield from _list_test_lines(seen, made)


def _guess_language(seen: Seen) -> str:
    """The language of the table, where its script tells it; else to be filled in, but for plain English."""
    text = "".join([*(each.name for each in seen.columns), *(v for each in seen.columns for v in each.values)])
    letters = [sign for sign in text if sign.isalpha() and not sign.isascii()]
    arabic = sum("\u0600" <= sign < "\u0700" for sign in letters)
    if 2 * arabic > sum(map(str.isalpha, text)):
        return "ar                   # the language of names and words in the table"
    if letters:
        return "<the language of names and words in the table: ar, en, es, fr …>"
    return "en                   # the language of names and words in the table: en, ar, fr …"


def _list_key_lines(seen: Seen) -> Iterator[str]:
    keys = seen.keys
    if keys:
        shown = quote(keys[0]) if len(keys) == 1 else f"[{', '.join(map(quote, keys))}]"
        again = [value for each in seen.usable if keys == (each.name,) for value in each.repeated]
        so = f", as those of {', '.join(again[:3])} would be" if again and len(seen.rows) > 1 else ""
        yield f"    key: {shown}   # what tells rows apart: two rows alike in it are refused{so}"
    else:
        yield "    # No few columns tell every row apart, so {#}, the number of the row, stands for it below."
        yield "    # A key: is better, since rows of a later version may stand elsewhere."


def _list_voice_lines(seen: Seen) -> Iterator[str]:
    if seen.speaker:
        yield "    # Who speaks in the rows."
        yield "    agents:"
        yield f'      "{seen.voice}":'
        yield "        kind: organisation     # or person, actor-class …"
        yield f'        name: "{{{seen.speaker.name}}}"'


def _list_test_lines(seen: Seen, made: list[str]) -> Iterator[str]:
    """A test to be filled in, with columns that the mapping uses but none of the table's own cells."""
    told = "\n".join(line.partition("#")[0] for line in made)
    used = [each.name for each in seen.usable if _is_used(each.name, told)]
    yield "# A row beside what it must say, which averment check THIS.yaml tries. Take the # away and invent a row."
    yield "# tests:"
    yield f"#   - table: {seen.table}"
    yield f"#     row: {{{', '.join(f'{quote(name)}: …' for name in used[:4])}}}"
    yield "#     says:"
    yield '#       - "… asserted that …"'


def _is_used(name: str, lines: str) -> bool:
    """Whether lines of a mapping draw on a column."""
    ways = (f"{{{name}}}", f"{{{name}|", f"column: {quote(name)}", f"{{{quote(name)}:")
    return any(way in lines for way in ways)

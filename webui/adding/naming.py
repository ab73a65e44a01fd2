"""Names, as people type them, to what they stand for: something of the case, of the record, or new in this case."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from kg import iris
from kg.intake.references import SECTIONS
from kg.nearest import list_nearest
from kg.reading import Reader
from kg.sentences import list_words
from webui.adding.fields import list_codes

Content = dict[str, Any]
SECTION_OF = {kind: section for section, kind in SECTIONS.items()}
# What a name may stand for where a thing of this kind belongs, the likeliest first.
_MEANT = {"event": ("event", "set", "victim", "agent"), "agent": ("agent",), "set": ("set",), "document": ("document",)}
_TABLES = {"event": "events", "agent": "agents", "set": "sets", "victim": "victims", "document": "documents"}
_KEYED = re.compile(r"(.+?) ?\(([a-z0-9][a-z0-9._-]*)\)")
_FIRST = {"agent": {"kind": "organisation"}, "event": {"kind": "incident"}, "set": {"of": "victim"}}
_ORDER = ("averment", "recorder", "uses", *SECTIONS, "defaults", "claims")
OFFERED = 300


@dataclass(frozen=True, slots=True)
class New:
    """A name that nothing bears yet, in the field of that name; `nearest` are names that are borne."""

    input: str
    kind: str
    key: str
    name: str
    nearest: tuple[str, ...]


@dataclass(slots=True)
class Names:
    """The names of a case and of the record around it; what is read may be described or noted as used in `content`."""

    content: Content
    reader: Reader
    new: list[New] = field(default_factory=list)
    several: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)

    def read(self, text: str, kind: str, *, name: str) -> str:
        """What to write in the case file for a name typed into the field `name`; what is new is described."""
        text = " ".join(text.split())
        if not text or text.startswith(("claim/", "avc:")):
            return text
        if text.startswith(self.reader.base):
            text = text.removeprefix(self.reader.base)
        if text.startswith(("http://", "https://", "urn:")):
            return text
        for found in (self._find_here(text, _MEANT[kind]), self._find_recorded(text, _MEANT[kind], name)):
            if found:
                return found
        if any(each[:2] == (name, text) for each in self.several):
            return text
        return self._describe(text, kind, name)

    def read_source(self, text: str, *, name: str) -> str:
        """As `read`, for what may also be a code of the kind of source it is."""
        typed = text.strip().casefold()
        codes = list_codes("consulted-source")
        return next((slug for slug, label in codes if typed in (slug, label.casefold())), "") or self.read(
            text, "agent", name=name
        )

    def show(self, reference: str) -> str:
        """The name to show in a form for what a case file writes; read again, it means the same."""
        kind, _, key = reference.rpartition("/")
        for each in (kind,) if kind in SECTION_OF else SECTION_OF:
            described = self.content.get(SECTION_OF[each], {}).get(key)
            if described:
                name = first_name(described)
                if not name:
                    return key
                return name if list(self._keys_named(name)) == [key] else f"{name} ({key})"
        if kind in _TABLES:
            iri = f"{self.reader.base}{kind}/{key}"
            self.reader.labels.learn([iri])
            label = self.reader.labels.ref(iri).label
            return label if self._look_up(label, (kind,)) == [(kind, key)] else f"{label} ({key})"
        return next((label for slug, label in list_codes("consulted-source") if slug == reference), reference)

    def offer(self, kind: str) -> list[str]:
        """Names that there are of a kind, those of the case first, at most `OFFERED` of the record (see `count`)."""
        here = [first_name(each) for each in self.content.get(SECTION_OF[kind], {}).values()]
        rows = self.reader.view.rows(f"SELECT DISTINCT iri FROM {_TABLES[kind]} ORDER BY iri LIMIT {OFFERED}")
        self.reader.labels.learn(str(row[0]) for row in rows)
        return list(dict.fromkeys([*here, *(self.reader.labels.ref(str(row[0])).label for row in rows)]))

    def count(self, kind: str) -> int:
        """How many of a kind the record has."""
        return int(self.reader.view.rows(f"SELECT count(DISTINCT iri) FROM {_TABLES[kind]}")[0][0])

    def tell_unoffered(self, *kinds: str) -> str:
        """What to say where the record has more of some kinds than `offer` gives, "" where it gives all."""
        counted = [(kind, self.count(kind)) for kind in kinds]
        cut = [f"{OFFERED} of {many:,} {kind}s" for kind, many in counted if many > OFFERED]
        if not cut:
            return ""
        return (
            f"As you type, only {list_words(cut)} of the record are offered, and only these are looked through for a "
            "name like a new one. Any other is known too, by its whole name or its key: find it under Explore."
        )

    def is_recorded(self, kind: str, key: str) -> bool:
        """Whether the record has something of this kind and key."""
        found = self.reader.view.rows(
            f"SELECT 1 FROM {_TABLES[kind]} WHERE iri = ?", [f"{self.reader.base}{kind}/{key}"]
        )
        return bool(found)

    def make_key(self, kind: str, name: str) -> str:
        """A key for something new, which nothing in the case and nothing of the kind in the record has."""
        stem = to_key(name) or kind
        taken = {key for section in SECTIONS for key in self.content.get(section, {})}
        tries = (stem if number == 1 else f"{stem}-{number}" for number in range(1, 10_000))
        return next(key for key in tries if key not in taken and not (kind in _TABLES and self.is_recorded(kind, key)))

    def _keys_named(self, name: str) -> Iterator[str]:
        for section in SECTIONS:
            for key, described in self.content.get(section, {}).items():
                if section != "occasions" and fold(name) in map(fold, all_names(described)):
                    yield key

    def _find_here(self, text: str, kinds: Iterable[str]) -> str:
        keyed = _KEYED.fullmatch(text)
        for kind in kinds:
            described = self.content.get(SECTION_OF[kind], {})
            for key, each in described.items():
                if text in (key, f"{kind}/{key}") or fold(text) in map(fold, all_names(each)):
                    return str(key)
            if keyed and keyed[2] in described:
                return keyed[2]
        return ""

    def _find_recorded(self, text: str, kinds: tuple[str, ...], name: str) -> str:
        kind, _, key = text.rpartition("/")
        found = [(kind, key)] if kind in kinds and iris.is_key(key) and self.is_recorded(kind, key) else []
        found = found or self._look_up(text, kinds)
        keyed = _KEYED.fullmatch(text)
        if not found:
            key = keyed[2] if keyed else text
            found = [(each, key) for each in kinds if iris.is_key(key) and self.is_recorded(each, key)][:1]
        if len(found) > 1:
            self.several.append((name, text, tuple(f"{text} ({key})" for _, key in found)))
        if len(found) != 1:
            return ""
        used = "/".join(found[0])
        uses = self.content.setdefault("uses", [])
        if used not in uses:
            uses.append(used)
        return used

    def _look_up(self, text: str, kinds: Iterable[str]) -> list[tuple[str, str]]:
        """The kinds and keys of what bears a name in the record, of the first kind that has any."""
        for kind in kinds:
            name = "title" if kind == "document" else "unnest(names).text"
            rows = self.reader.view.rows(
                f"SELECT DISTINCT iri FROM (SELECT iri, {name} AS name FROM {_TABLES[kind]}) WHERE lower(name) = ? "
                "ORDER BY iri LIMIT 9",
                [text.lower()],
            )
            start = f"{self.reader.base}{kind}/"
            found = [(kind, str(row[0]).removeprefix(start)) for row in rows if str(row[0]).startswith(start)]
            if found:
                return found
        return []

    def _describe(self, text: str, kind: str, name: str) -> str:
        key = self.make_key(kind, text)
        described = {**_FIRST.get(kind, {}), "name": text}
        self.content.setdefault(SECTION_OF[kind], {})[key] = described
        nearest = list_nearest(text, self.offer(kind))
        self.new.append(New(name, kind, key, text, tuple(each for each in nearest if each != text)))
        return key


def first_name(described: dict[str, Any]) -> str:
    """The first name of what a case file describes, the title of a document."""
    return next(iter(all_names(described)), "")


def all_names(described: dict[str, Any]) -> list[str]:
    """Every name of what a case file describes."""
    written = described.get("name", described.get("title", ""))
    values = written.values() if isinstance(written, dict) else [written]
    return [str(name) for value in values for name in (value if isinstance(value, list) else [value]) if name != ""]


def fold(text: str) -> str:
    """A name without what people type differently each time: capitals and white space."""
    return " ".join(text.casefold().split())


def to_key(text: str) -> str:
    """A key from a name, "" where it has no Latin letter or digit.

    >>> to_key("The Ñandú's Post, 4 May"), to_key("طاحونة")
    ('the-nandu-s-post-4-may', '')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:50].strip("-")


def prune(content: Content) -> None:
    """Put the sections in order, without what is described or used and nothing refers to.

    Documents, victims and claims stay, as nobody but the editor takes them out.
    """
    while True:
        written = set(_scalars(content))
        unused = [
            (section, key)
            for section, kind in SECTIONS.items()
            if section not in ("documents", "victims")
            for key in content.get(section, {})
            if not {key, f"{kind}/{key}"} & written
        ]
        for section, key in unused:
            del content[section][key]
            if not content[section]:
                del content[section]
        if not unused:
            break
    content["uses"] = [each for each in content.get("uses", ()) if each in written]
    tidy = {name: content[name] for name in _ORDER if content.get(name) or name == "claims"}
    content.clear()
    content.update(tidy)


def _scalars(value: object, *, top: bool = True) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            if not (top and name == "uses"):
                yield from _scalars(each, top=False)
    elif isinstance(value, list):
        for each in value:
            yield from _scalars(each, top=False)
    elif isinstance(value, str):
        yield value

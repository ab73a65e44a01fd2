"""A made-up table of any size, shaped like a monitor's, and its mapping; how many claims it holds is known.

Every row is an incident: what the monitor counts, how it grades, where and when it was; and, for some, the position of
a belligerent, which the monitor relays. A row is the same whatever the others are, so that a new version of a table,
with a share of its rows changed, is the old one but for those.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

MAPPING = """\
averment-mapping: 1
recorder: A made-up recorder
language: en
agents:
  monitor: {kind: organisation, name: A Monitor}
  coalition: {kind: organisation, name: A Coalition}
  army: {kind: organisation, name: An Army}
  militia: {kind: actor-class, name: militias}
documents:
  data: {title: Data of a monitor, publisher: monitor, kind: monitor, published_as: dataset, published: "2026"}
defaults: {document: data, as: table-cell}
tables:
  incidents:
    file: incidents.csv
    key: id
    expect:
      - {column: code, matches: "[A-Z]+[0-9]+", reason: two public codes for one incident}
    events:
      "made-{id}": {kind: incident, name: "{code}", identifiers: {column: code}, recorder: monitor}
    claims:
      - who: monitor
        where: {killed_max: filled}
        said: "../{modified}"
        grounds: open-source
        wording: "civilians killed: {killed_min|maybe}–{killed_max}"
        asserts:
          count:
            about: "event/made-{id}"
            measure: killed
            population: civilians
            basis: {column: grading, codes: airwars-grading}
            number: {at_least: {column: killed_min}, at_most: {column: killed_max}}
      - who: monitor
        where: {injured_max: filled}
        said: "../{modified}"
        grounds: open-source
        wording: "civilians injured: {injured_min|maybe}–{injured_max}"
        asserts:
          count:
            about: "event/made-{id}"
            measure: injured
            population: civilians
            basis: {column: grading, codes: airwars-grading}
            number: {at_least: {column: injured_min}, at_most: {column: injured_max}}
      - who: monitor
        said: "../{modified}"
        asserts:
          assessment:
            of: "event/made-{id}"
            scheme: airwars-grading
            status: {column: grading, codes: airwars-grading}
      - who: monitor
        said: "../{modified}"
        asserts:
          timing:
            about: "event/made-{id}"
            time: {column: day, date: "%Y-%m-%d", not_before: "2011-03", not_after: "2026-12"}
      - who: monitor
        where: {lat: filled}
        said: "../{modified}"
        asserts:
          location:
            about: "event/made-{id}"
            place: {column: place}
            point: [{column: lat}, {column: lon}]
            accuracy: {column: accuracy, codes: geolocation-accuracy}
      - who: monitor
        where: {belligerent: filled}
        said: "../{modified}"
        asserts:
          responsibility:
            about: "event/made-{id}"
            actor: {column: belligerent}
      - who: {column: belligerent}
        where: {position: filled}
        via: [monitor]
        asserts:
          assessment:
            of: "event/made-{id}"
            scheme: airwars-belligerent-position
            status: {column: position, codes: airwars-belligerent-position}
"""
COLUMNS = ("id", "code", "day", "killed_min", "killed_max", "injured_min", "injured_max", "grading", "place", "lat")
COLUMNS += ("lon", "accuracy", "belligerent", "position", "modified")
_GRADES = ("Confirmed", "Fair", "Fair", "Fair", "Weak", "Contested", "Discounted", "No")
_ACCURACY = ("village", "town", "neighbourhood_area", "exact_location", "subdistrict")
_BELLIGERENTS = ("", "coalition", "coalition", "army", "army", "militia")
_POSITIONS = ("", "", "credible", "non_credible", "non_credible", "open_incident")
_PLACES = ("Old Town", "the al-Nour quarter", "حي النور", "North Bridge", 'the "Long" Road', "Tell Amara")


@dataclass(frozen=True, slots=True)
class Held:
    """What a table holds in truth: rows, claims and relays."""

    rows: int
    claims: int
    relays: int

    @property
    def sayings(self) -> int:
        """Claims and relays together."""
        return self.claims + self.relays


def make_row(number: int, *, seed: int = 1) -> list[str]:
    """One incident, the same whatever the others are."""
    dice = random.Random(f"{seed} {number}")
    killed, injured = int(dice.paretovariate(0.9)), int(dice.paretovariate(0.7))
    day = f"20{dice.randint(14, 19)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
    located, harmed = dice.random() < 0.7, dice.random() < 0.5
    belligerent = dice.choice(_BELLIGERENTS)
    return [
        f"{number:07}",
        f"M{number}",
        day,
        str(killed),
        str(killed + dice.randrange(6)) if dice.random() < 0.8 else "",
        str(injured) if harmed and dice.random() < 0.8 else "",
        str(injured + dice.randrange(9)) if harmed else "",
        dice.choice(_GRADES),
        dice.choice(_PLACES),
        f"{33 + 4 * dice.random():.6f}" if located else "",
        f"{36 + 7 * dice.random():.6f}" if located else "",
        dice.choice(_ACCURACY) if located else "",
        belligerent,
        dice.choice(_POSITIONS) if belligerent else "",
        f"20{dice.randint(20, 25)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
    ]


def iter_rows(count: int, *, seed: int = 1, changed: float = 0.0) -> Iterator[list[str]]:
    """So many incidents; a share `changed` of them as a new version has them, one casualty more than before."""
    for number in range(1, count + 1):
        row = make_row(number, seed=seed)
        if changed and random.Random(f"changed {seed} {number}").random() < changed:
            row[COLUMNS.index("killed_max")] = str(int(row[COLUMNS.index("killed_min")]) + 7)
        yield row


def hold(rows: Iterable[list[str]]) -> Held:
    """What some rows hold."""
    count = claims = relays = 0
    for row in rows:
        cells = dict(zip(COLUMNS, row, strict=True))
        count += 1
        filled = [name for name in ("killed_max", "injured_max", "lat", "belligerent", "position") if cells[name]]
        claims += 2 + len(filled)
        relays += bool(cells["position"])
    return Held(count, claims, relays)


def write_table(folder: Path, rows: Iterable[list[str]], *, name: str = "incidents.csv") -> Path:
    """Write the mapping, and some rows as CSV; the path of the mapping."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as stream:
        stream.write(",".join(COLUMNS) + "\n")
        stream.writelines(",".join(map(_quote, row)) + "\n" for row in rows)
    mapping = folder / "mapping.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    return mapping


def _quote(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\n') else cell

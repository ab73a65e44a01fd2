"""A page of what one voice says, out of columns held in memory: what `kg.reading.voices` finds by SQL.

That it finds the same is held by tests. It takes four bytes a claim beside the index of facets, for the day it was
surely made, and eight for each claim that a voice passes on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kg.analysis.facets.held import ArrowView, Held
from kg.reading.voices import Counts, Headed, Spread, Stretch

Days = npt.NDArray[np.int32]
"""Days since 1970-01-01, `_OPEN` for none, which comes before all of them."""

Rows = npt.NDArray[np.integer[Any]]
"""The numbers of some claims, from 0 on."""

_OPEN = -(2**31)
_DAY = f"coalesce({{}} - DATE '1970-01-01', {_OPEN})::INTEGER"
_LATEST = f"SELECT {_DAY.format('c.latest')} AS latest FROM facet_keys k JOIN claims c USING (iri) ORDER BY k.n"
_PASSED = f"""
    SELECT c.voice, k.n - 1 AS claim, {_DAY.format("max(c.latest)")} AS latest
    FROM claims c JOIN facet_keys k ON k.iri = c.root WHERE c.kind = 'relay' GROUP BY c.voice, k.n ORDER BY c.voice"""
_CONSULTED = """
    SELECT voice, source, count(*) FROM (
        SELECT voice, unnest(consulted) AS source FROM claims WHERE kind = 'claim')
    GROUP BY ALL ORDER BY 1, 3 DESC, 2"""
_ASCENDING, _DESCENDING = "ascending", "descending"
_BY_DATE = [("latest", _DESCENDING), ("iri", _ASCENDING)]
_BY_EVENT = [
    *(("alone", _ASCENDING), ("of", _DESCENDING), ("heading", _ASCENDING)),
    *(("latest", _ASCENDING), ("iri", _ASCENDING)),
]
_LAST_PASSED = [("latest", _DESCENDING), ("iri", _DESCENDING)]


@dataclass(frozen=True, slots=True)
class HeldVoices:
    """What voices say, beside a held index of the same tables."""

    held: Held
    latest: Days
    """Of each claim, in the order of the index."""
    passed: Mapping[str, slice]
    """Where in the two columns that follow the claims stand that a voice passes on."""
    passed_claims: npt.NDArray[np.int32]
    passed_latest: Days
    consulted: Mapping[str, Counts]

    def spread(self, agent: str, stretch: Stretch) -> Spread:
        """As `kg.reading.voices.read_spread`."""
        rows = np.flatnonzero(self.held.claims["voice"] == self.held.codes["voice"].get(agent, 0))
        passed = self.passed.get(agent, slice(0, 0))
        relayed = {"latest": self.passed_latest[passed], "iri": self._iris(self.passed_claims[passed])}
        return Spread(
            claims=len(rows),
            passed=passed.stop - passed.start,
            own=tuple(Headed(*row) for row in self._own(rows, stretch)),
            relayed=tuple(row["iri"] for row in _cut(relayed, _LAST_PASSED, stretch.passed, stretch.size)),
            consulted=list(self.consulted.get(agent, ())),
        )

    def _own(self, rows: Rows, stretch: Stretch) -> list[tuple[Any, ...]]:
        latest = self.latest[rows]
        heading = _years(latest) if stretch.by_date else self._events(rows)
        found = heading.dictionary_encode()
        codes = found.indices.to_numpy()
        columns = {
            "iri": self._iris(rows),
            "heading": heading,
            "of": np.bincount(codes)[codes],
            "latest": latest,
            "alone": pc.equal(heading, "").cast(pa.int8()),
        }
        order = _BY_DATE if stretch.by_date else _BY_EVENT
        return [(row["iri"], row["heading"], row["of"]) for row in _cut(columns, order, stretch.first, stretch.size)]

    def _iris(self, rows: Rows) -> pa.StringArray:
        return self.held.iris.take(pa.array(rows))

    def _events(self, rows: Rows) -> pa.StringArray:
        """The event of each of some claims, "" for none."""
        codes = self.held.claims["event"][rows].astype(np.int32)
        return pc.fill_null(self.held.events.take(pa.array(codes - 1, mask=codes == 0)), "").combine_chunks()


def hold_voices(view: ArrowView, held: Held) -> HeldVoices:
    """Read into memory what the pages of voices tell, beside a held index of the same tables."""
    passed, latest = view.arrow(_PASSED), view.arrow(_LATEST)
    consulted: dict[str, Counts] = {}
    for voice, source, claims in view.rows(_CONSULTED):
        consulted.setdefault(str(voice), []).append((str(source), int(claims)))
    return HeldVoices(
        held,
        _copy(latest.column("latest")),
        _stretches(passed.column("voice")),
        _copy(passed.column("claim")),
        _copy(passed.column("latest")),
        consulted,
    )


def _copy(column: pa.ChunkedArray) -> Days:
    """The numbers of a column, which do not keep the table with its other columns in memory."""
    found: Days = column.to_numpy().astype(np.int32)
    return found


def _stretches(column: pa.ChunkedArray) -> dict[str, slice]:
    """Where in a sorted column each value stands."""
    runs = pc.run_end_encode(column.combine_chunks())
    ends = pairwise([0, *runs.run_ends.to_pylist()])
    return {value: slice(*between) for value, between in zip(runs.values.to_pylist(), ends, strict=True)}


def _years(latest: Days) -> pa.StringArray:
    """The year of each of some days, "" for none."""
    years = latest.astype("datetime64[D]").astype("datetime64[Y]").astype(str)
    return pa.array(np.where(latest == _OPEN, "", years))


def _cut(columns: Mapping[str, Any], order: Sequence[tuple[str, str]], first: int, size: int) -> list[dict[str, Any]]:
    """So many rows from the place `first` on, in an order that leaves no two rows alike."""
    table = pa.table(columns)
    last = min(first + size, len(table))
    if first >= last:
        return []
    rows: list[dict[str, Any]] = table.take(pc.select_k_unstable(table, last, order)[first:]).to_pylist()
    return rows

"""The past is what it was: as of an instant, a history is that of a record rebuilt from the log up to there."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import iris, rdf
from kg.analysis.as_of import AsOf, Certainty, find_entry
from kg.analysis.history.changes import changes, positions
from kg.model import Assessment, Claim, Correction, Count, Ingestion, Occurrence, Relay, Stance
from kg.store.tables import Tables
from kg.terms import Iri, avc

pytestmark = pytest.mark.long

BASE = "https://record.example/id/"
EVENT = iris.named_iri(BASE, "event", "mill")
FIRST = datetime(2040, 1, 1, tzinfo=UTC)
STATUSES = ("oir-open", "oir-credible", "oir-not-credible", "oir-reopened", "oir-not-credible-did-not-occur")

counts = st.builds(
    lambda low, width: Count(about=(EVENT,), measure=avc("killed"), at_least=low, at_most=low + width),
    st.integers(0, 5),
    st.integers(0, 3),
)
assessments = st.builds(
    lambda slug: Assessment(about=(EVENT,), scheme=avc("scheme-oir-allegation-status"), status=avc(slug)),
    st.sampled_from(STATUSES),
)
propositions = st.one_of(counts, assessments, st.just(Occurrence(about=(EVENT,))))
spans = st.one_of(st.none(), st.tuples(st.integers(0, 9), st.integers(0, 3)))
sayings = st.tuples(
    propositions,
    st.sampled_from([Stance.ASSERTS, Stance.ASSERTS, Stance.DENIES, Stance.CANNOT_CONFIRM, Stance.ASKS]),
    st.sampled_from(["command", "wren"]),
    spans,
    st.sampled_from(["new", "new", "new", "revises", "withdraws", "corrects", "relays"]),
    st.integers(0, 99),
)
histories = st.lists(st.tuples(st.lists(sayings, min_size=1, max_size=4), st.integers(-2, 3)), min_size=1, max_size=4)


def day(number):
    return (date(2031, 1, 1) + timedelta(days=number)).isoformat()


def units_of(number, batch, hours, claims):
    """The units of one entry; `claims` are those of the entries before, by IRI, and grow."""
    ingestion = Ingestion(
        iri=Iri(f"{BASE}ingestion/{number}"), recorder="a test", software="a test",
        recorded=(FIRST + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )  # fmt: skip
    units = [rdf.entity_unit(ingestion, ingestion.iri)]
    for proposition, stance, voice, span, how, which in batch:
        old = claims[which % len(claims)] if claims else None
        speaks = {
            "voice": iris.named_iri(BASE, "agent", voice),
            "occasion": iris.named_iri(BASE, "occasion", voice),
            "earliest": day(span[0]) if span else None,
            "latest": day(span[0] + span[1]) if span else None,
        }
        if old and how == "relays":
            units.append(rdf.relay_unit(BASE, Relay(relays=old, **speaks)))
        elif old and how == "corrects":
            mended = Correction(corrects=old, reason=avc("corrected-misread"), note="misread")
            units.append(rdf.correction_unit(BASE, mended, ingestion.iri))
        else:
            links = {how: (old,)} if old and how in ("revises", "withdraws") else {}
            claim = Claim(stance=stance, proposition=iris.proposition_iri(BASE, proposition), **speaks, **links)
            units += [rdf.proposition_unit(BASE, proposition), rdf.claim_unit(BASE, claim)]
            claims.append(iris.claim_iri(BASE, claim))
    return list(dict.fromkeys(units))


def append(tables, entries, *, first=1):
    for number, units in enumerate(entries, start=first):
        tables.append(units, entry=number)


@settings(max_examples=20, deadline=None)
@given(histories, st.integers(0, 4), st.sampled_from(Certainty), st.one_of(st.none(), st.integers(0, 12)))
def test_a_history_as_of_an_entry_is_that_of_the_record_up_to_there(history, upto, certainty, said):
    claims, entries, hours = [], [], 0
    for number, (batch, step) in enumerate(history, start=1):
        hours += step
        entries.append(units_of(number, batch, hours, claims))
    upto = min(upto, len(entries))
    said_by = None if said is None else date.fromisoformat(day(said))
    then, now = AsOf(said_by, upto, certainty), AsOf(said_by, None, certainty)
    with TemporaryDirectory() as folder:
        tables = Tables.open(Path(folder))
        append(tables, entries[:upto])
        with tables.connect() as past:  # a version that stays as it is
            append(tables, entries[upto:], first=upto + 1)
            with tables.connect() as whole:
                assert positions(whole, event=EVENT, as_of=then) == positions(past, event=EVENT, as_of=now)
                assert changes(whole, event=EVENT, as_of=then) == changes(past, event=EVENT, as_of=now)
                assert changes(whole, as_of=then) == changes(past, as_of=now)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(-2, 3), max_size=5), st.integers(-5, 12))
def test_nothing_recorded_after_an_instant_is_known_at_it(steps, hour):
    hours, entries = 0, []
    for number, step in enumerate(steps, start=1):
        hours += step
        entries.append((hours, units_of(number, [], hours, [])))
    instant = FIRST + timedelta(hours=hour)
    with TemporaryDirectory() as folder:
        tables = Tables.open(Path(folder))
        append(tables, [units for _, units in entries])
        with tables.connect() as view:
            known = find_entry(view, instant)
    assert all(at <= hour for at, _ in entries[:known])
    assert known == len(entries) or entries[known][0] > hour

"""Facets beside brute force: every count, who contradicts whom, and the bound on origins."""

import pytest

from kg import resources
from kg.analysis.claims_sql import Query
from kg.analysis.compare.contradicted import Standing
from kg.analysis.compare.pairs import find_pairs
from kg.analysis.facets.choice import Choice, Months, Named
from kg.analysis.facets.index import build_index, complete_index
from kg.analysis.facets.narrow import count_facets, find_claims
from kg.analysis.origins.bounds import BOUNDS, MOST
from kg.analysis.origins.trace import find_origins
from kg.intake import read_case
from kg.log import Record
from kg.pipeline import record_batch
from kg.reading.search import build_names, find_named
from kg.record import OpenRecord
from kg.terms import DEFAULT_BASE, avc

WHEN = "2031-06-01T12:00:00Z"


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    root = tmp_path_factory.mktemp("facets") / "data"
    log = Record.create(root, base=DEFAULT_BASE, created=WHEN)
    for case in resources.iter_cases():
        record_batch(
            root, log, read_case(case, base=DEFAULT_BASE, captures=[], recorded=WHEN, software="averment test")
        )
    return OpenRecord.open(root)


@pytest.fixture(scope="module")
def view(record):
    found = record.view()
    build_index(found)
    build_names(found)
    return found


@pytest.fixture(scope="module")
def index(view):
    return complete_index(view)


def claims_where(view, condition):
    return {row[0] for row in view.rows(f"SELECT iri FROM claims WHERE kind = 'claim' AND ({condition})")}


COUNTED = "(SELECT measure FROM counts v WHERE v.proposition = claims.proposition)"


@pytest.mark.parametrize(
    ("name", "column"),
    [("voice", "voice"), ("kind", "proposition_kind"), ("measure", COUNTED), ("stance", "stance")],
)
def test_each_value_is_counted_and_finds_its_claims(view, index, name, column):
    facet = count_facets(view, Choice(), index=index, most=1000).facets[name]
    for value in facet.values:
        found = find_claims(view, Choice(values={name: (value.value,)}), index=index, order="said", most=None)
        assert set(found) == claims_where(view, f"{column} = '{value.value}'")
        assert len(found) == value.claims


@pytest.mark.parametrize("slug", ["killed", "oir-credible", "corrected-wrong-event"])
def test_a_code_finds_the_claims_that_name_it_anywhere(view, index, slug):
    named = Choice(named=Named(codes=(avc(slug),)))
    naming = f"SELECT iri FROM propositions WHERE contains(slots, '\"{avc(slug)}\"')"
    expected = claims_where(view, f"proposition IN ({naming})")
    assert set(find_claims(view, named, index=index, order="happened", most=None)) == expected
    assert count_facets(view, named, index=index).claims == len(expected)
    assert bool(expected) == (slug != "corrected-wrong-event")


def test_a_claim_is_contradicted_where_a_pair_of_it_is(view, index):
    pairs = find_pairs(view, Query(), most=10_000)
    expected = {claim for pair in pairs for claim in (pair.one, pair.other)}
    chosen = Choice(values={"standing": (str(int(Standing.CONTRADICTED)),)})
    assert set(find_claims(view, chosen, index=index, order="happened", most=None)) == expected


def test_the_bound_on_origins_is_never_less_than_what_is_traced(view, index):
    for event, bound in view.rows(BOUNDS):
        assert bound >= min(MOST, find_origins(view, event, kind="event").at_most), event


def test_pages_fit_together_in_every_order(view, index):
    for order in ("happened", "said", "latest"):
        whole = find_claims(view, Choice(), index=index, order=order, most=None)
        cut = [
            claim
            for start in range(0, len(whole), 7)
            for claim in find_claims(view, Choice(), index=index, order=order, most=7, skipped=start)
        ]
        assert cut == whole


def test_a_happening_of_months_is_in_each_of_them_and_once_in_its_year(view, index):
    counted = count_facets(view, Choice(), index=index)
    in_months = [counted.months["happened"].get(2017 * 12 + month, 0) for month in (5, 6, 7, 8, 9)]
    in_year = {value.value: value.claims for value in counted.facets["happened"].values}["2017"]
    assert min(in_months) > 0
    assert max(in_months) <= in_year <= counted.claims
    chosen = Choice(dates={"happened": (Months.of(2017, 8),)})
    assert count_facets(view, chosen, index=index).claims == counted.months["happened"][2017 * 12 + 7]


@pytest.mark.parametrize("text", ["raqqa", "Ar-Raqqah", "Rakka", "الرقة", "Ракка"])
def test_a_place_is_found_under_each_of_its_spellings(record, view, text):
    hits = find_named(view, record.reader().labels, text, most=20)
    assert "raqqa-2017" in {hit.ref.iri.rsplit("/", 1)[-1] for hit in hits.hits}

"""Who says what, on what occasion, when, and through whom; and what cannot be said."""

import pytest

from kg import iris
from kg.model import Occasion, Partition
from kg.terms import NOT_STATED, av, avc
from tests.intake.merrow import BASE, CASE, batch, case, occurrence, only, problems, with_claims


def one_claim(folder, claim, **changes):
    [found] = batch(folder, with_claims(claim, **changes)).claims
    return found


def told(folder, *claims, **changes):
    problem = only(problems(folder, with_claims(*claims, **changes)))
    return problem.field, problem.reason


def occasions(found):
    return {each.iri: each for each in found.entities if isinstance(each, Occasion)}


@pytest.mark.parametrize(
    ("positions", "reason"),
    [
        ({}, "no position is taken"),
        ({**occurrence(), "denies": {"occurrence": {"about": "market"}}}, "2 positions: asserts, denies"),
    ],
)
def test_a_claim_takes_exactly_one_position(tmp_path, positions, reason):
    assert told(tmp_path, positions) == ("claims[0]", reason)


@pytest.mark.parametrize("stance", ["asserts", "denies", "cannot-confirm", "asks"])
def test_each_position_is_read(tmp_path, stance):
    claim = one_claim(tmp_path, {stance: {"occurrence": {"about": "market"}}})
    assert claim.stance.value == {"cannot-confirm": "cannotConfirm"}.get(stance, stance)


def test_a_position_is_on_one_kind_of_proposition(tmp_path):
    both = {"occurrence": {"about": "market"}, "timing": {"about": "market", "time": "2031"}}
    assert told(tmp_path, {"asserts": both})[1] == "it has 2 of at most 1: occurrence, timing"


def test_a_number_without_its_wording_is_refused(tmp_path):
    claim = {"asserts": {"count": {"about": "market", "measure": "killed", "number": 3}}}
    assert told(tmp_path, claim) == (
        "claims[0].wording",
        "missing: no number stands without the words it was read from",
    )


def test_a_number_is_read_from_words_or_bounds(tmp_path):
    numbers = ["more than 1,600", {"at_least": 1601}, 1600, {"about": 40}]
    claims = [
        {"asserts": {"count": {"about": "market", "measure": "killed", "number": each}}, "wording": str(each)}
        for each in numbers
    ]
    found = {
        (each.at_least, each.at_most, each.approximately) for each in batch(tmp_path, with_claims(*claims)).propositions
    }
    assert found == {(1601, None, None), (1600, 1600, None), (None, None, 40)}


def test_a_vague_number_needs_a_named_convention(tmp_path):
    count = {"about": "market", "measure": "killed", "number": "dozens"}
    assert "convention" in told(tmp_path, {"asserts": {"count": count}, "wording": "dozens"})[1]
    under = {"asserts": {"count": {**count, "under": "grammatical-plural"}}, "wording": "dozens"}
    [proposition] = batch(tmp_path, with_claims(under)).propositions
    assert (proposition.at_least, proposition.convention) == (24, avc("grammatical-plural"))


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("2031-05-02", ("2031-05-02", "2031-05-02")),
        ("../2031-05-02", (None, "2031-05-02")),
        ("2031-05", ("2031-05-01", "2031-05-31")),
        ("2031", ("2031-01-01", "2031-12-31")),
    ],
)
def test_the_first_and_last_day_follow_from_what_is_said(tmp_path, said, days):
    claim = one_claim(tmp_path, occurrence(said=said))
    assert (claim.earliest, claim.latest) == days


def test_a_date_is_the_claims_own_then_its_occasions_then_the_defaults(tmp_path):
    remarks = {"remarks": {**CASE["occasions"]["remarks"], "said": "2031-05-01"}}
    for claim, said in [
        (occurrence(on="remarks", said="2031-04"), "2031-04"),
        (occurrence(on="remarks"), "2031-05-01"),
        (occurrence(), "../2031-05-03"),
        ({**occurrence(), "who": "gazette"}, "2031-05-03"),
    ]:
        assert one_claim(tmp_path, claim, occasions=remarks).said == said


def test_a_publisher_speaks_by_publishing_and_is_not_its_own_relay(tmp_path):
    found = batch(tmp_path, with_claims({**occurrence(), "who": "gazette"}))
    [occasion] = [occasions(found)[each.occasion] for each in found.claims]
    assert (occasion.kind, occasion.speaker) == (avc("news-article"), f"{BASE}agent/gazette")
    assert found.relays == ()


def test_another_voice_speaks_on_an_occasion_that_is_not_stated(tmp_path):
    found = batch(tmp_path, with_claims(occurrence(speaker="pell")))
    occasion = occasions(found)[found.claims[0].occasion]
    assert (occasion.kind, occasion.speaker) == (NOT_STATED, f"{BASE}agent/pell")


def test_a_chain_leads_from_the_claim_to_the_reader(tmp_path):
    told_to = {"who": "pell", "on": "remarks", "said": "2031-05-01", "as": "paraphrase"}
    found = batch(tmp_path, with_claims(occurrence(via=[told_to, "gazette"])))
    relays = {each.relays: each for each in found.relays}
    first = relays[iris.claim_iri(BASE, found.claims[0])]
    second = relays[iris.relay_iri(BASE, first)]
    assert (first.voice, first.worded_as, first.latest) == (f"{BASE}agent/pell", avc("paraphrase"), "2031-05-01")
    assert (second.voice, second.said) == (f"{BASE}agent/gazette", "2031-05-03")


def test_a_claim_may_be_known_through_several_chains_that_begin_alike(tmp_path):
    first = {"who": "pell", "on": "remarks"}
    headline = {"who": "gazette", "as": "headline"}
    found = batch(tmp_path, with_claims(occurrence(chains=[[first, "gazette"], [first, headline]])))
    assert len(found.relays) == 3


@pytest.mark.parametrize(
    ("claim", "field", "reason"),
    [
        (occurrence(via=["gazette", "gazette"]), "via[1]", "a voice does not relay itself on the same occasion"),
        (
            occurrence(via=["pell"]),
            "via[0]",
            "document gazette-1, published by gazette, does not tell on what occasion this voice relayed the claim",
        ),
        (occurrence(via=["gazete"]), "via[0]", "no agent of this key is described in the file or named under `uses`"),
        (occurrence(via=[{"on": "remarks"}]), "via[0].who", "missing"),
        (occurrence(chains=[["gazette"], ["gazette"]]), "chains[1]", "the same chain as on line 37"),
        (occurrence(chains=[["gazette"]], via=[]), "chains", "both via and chains are given"),
    ],
)
def test_a_chain_that_cannot_be_is_refused(tmp_path, claim, field, reason):
    assert told(tmp_path, claim) == (f"claims[0].{field}", reason)


def test_a_relay_may_render_its_own_version(tmp_path):
    renders = {"count": {"about": "market", "measure": "killed", "number": 20}}
    relay = {"who": "gazette", "as": "headline", "wording": "20 killed", "renders": renders}
    found = batch(tmp_path, with_claims(occurrence(via=[relay])))
    assert found.relays[0].renders == iris.proposition_iri(BASE, found.propositions[1])
    bare = {key: part for key, part in relay.items() if key != "wording"}
    assert told(tmp_path, occurrence(via=[bare]))[0] == "claims[0].via[0].wording"


def test_a_claim_may_speak_of_one_that_is_written_later(tmp_path):
    assessment = {"of": "claim/later", "scheme": "airwars", "status": "fair"}
    claims = batch(tmp_path, with_claims({"asserts": {"assessment": assessment}}, occurrence(id="later")))
    later = next(each for each in claims.claims if iris.claim_iri(BASE, each) in claims.propositions[1].about)
    assert later.proposition == iris.proposition_iri(BASE, claims.propositions[0])


def test_claims_that_speak_of_each_other_in_a_circle_are_refused(tmp_path):
    claims = [occurrence(id=one, revises=f"claim/{two}") for one, two in ("ab", "bc", "ca")]
    assert told(tmp_path, *claims) == ("claims[0]", "claims speak of each other in a circle: a → b → c → a")
    assert told(tmp_path, occurrence(id="a", withdraws="claim/a"))[1] == "a speaks of itself"


def test_a_long_line_of_revisions_is_read(tmp_path):
    claims = [occurrence(id="c0"), *(occurrence(id=f"c{n}", revises=f"claim/c{n - 1}") for n in range(1, 1200))]
    assert len(batch(tmp_path, with_claims(*reversed(claims))).claims) == 1200


def test_two_entries_that_give_the_same_claim_are_refused_with_both_lines(tmp_path):
    twin = {"asserts": {"occurrence": {"about": "event/market"}}}
    assert told(tmp_path, occurrence(id="a"), twin) == ("claims[1]", "the same claim as on line 33")


def test_an_id_is_given_once(tmp_path):
    later = occurrence(id="a", said="2031")
    assert told(tmp_path, occurrence(id="a"), later) == ("claims[1].id", "the claim on line 33 has this id too")


def test_two_occasions_that_cannot_be_told_apart_are_refused(tmp_path):
    remarks = CASE["occasions"]["remarks"]
    content = case(occasions={"remarks": remarks, "again": remarks})
    assert only(problems(tmp_path, content)).remedy == "count them with ordinal: 1, 2 …, or keep one of the two"
    assert problems(tmp_path, case(occasions={"remarks": remarks, "again": {**remarks, "ordinal": 2}})) == []


def test_a_point_has_longitude_first_and_its_accuracy(tmp_path):
    where = {"about": "market", "point": [35.95, 39.01], "accuracy": "street"}
    [location] = batch(tmp_path, with_claims({"asserts": {"location": where}})).propositions
    assert (location.point, location.accuracy) == ("POINT(39.01 35.95)", avc("airwars-geo-street"))


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ({"point": [35.95, 39.01]}, "a point without its accuracy, which makes it look exact"),
        ({"point": [95, 39.01], "radius": 5}, "a latitude lies between -90 and 90"),
        ({"place": "Merrow", "radius": 0}, "not above 0"),
        ({"mgrs": "37Z EV 1"}, ""),
        ({}, "it says nowhere"),
    ],
)
def test_a_location_that_cannot_be_is_refused(tmp_path, location, reason):
    found = told(tmp_path, {"asserts": {"location": {"about": "market", **location}}})
    assert found[1].startswith(reason)


@pytest.mark.parametrize(
    ("proposition", "reason"),
    [
        ({"partition": {"whole": "dead", "parts": ["buried", "dead"]}}, "the whole is one of its own parts"),
        ({"partition": {"whole": "dead", "parts": ["buried", "buried"]}}, "this part is listed twice"),
        ({"partition": {"whole": "dead", "parts": ["buried"]}}, "it has 1 of at least 2"),
        ({"assessment": {"of": "market", "scheme": "airwars"}}, "neither status nor any_of is given"),
        (
            {"assessment": {"of": "market", "scheme": "oir", "status": "open", "any_of": ["open", "reopened"]}},
            "both status and any_of are given",
        ),
        (
            {"identity": {"one": "market", "other": "event/market", "relation": "same"}},
            "the same record stands on both",
        ),
        (
            {"comparison": {"about": "market", "measure": "killed", "other": "market", "relation": "more-than"}},
            "it is com",
        ),
        ({"timing": {"about": "market", "time": "2031-13"}}, ""),
    ],
)
def test_a_proposition_that_cannot_be_is_refused(tmp_path, proposition, reason):
    assert told(tmp_path, {"asserts": proposition})[1].startswith(reason)


def test_an_identity_has_one_name_whichever_side_is_written_first(tmp_path):
    sides = [("dead", "buried"), ("buried", "dead")]
    found = [
        batch(tmp_path, with_claims({"asserts": {"identity": {"one": a, "other": b, "relation": "overlaps"}}}))
        for a, b in sides
    ]
    assert found[0].propositions == found[1].propositions


def test_every_kind_of_proposition_is_read(tmp_path):
    kinds = {
        "responsibility": {"about": "market", "actor": "coast-guard", "means": "artillery-strikes", "degree": "known"},
        "timing": {"about": "market", "time": "2031-05-01"},
        "characterisation": {"about": "market", "actor": "coast-guard", "character": "war-crime"},
        "partition": {"whole": "dead", "parts": ["buried", "missing"]},
        "method": {"about": "market", "actor": "watch", "uses": ["interviewed", "pell"]},
        "comparison": {"about": "market", "measure": "killed", "relation": "most-ever"},
        "request": {"about": "market", "addressee": "coast-guard", "requested": "compensate"},
        "statement": {"about": "market", "code": "documented-before", "value": "two years ago"},
    }
    found = batch(tmp_path, with_claims(*({"asserts": {kind: part}} for kind, part in kinds.items())))
    assert [type(each).__name__.lower() for each in found.propositions] == list(kinds)


def test_a_ledger_is_four_counts_and_two_partitions_of_one_whole(tmp_path):
    ledger = {"about": "market", "of": "allegation", "scheme": "oir", "carried": 97, "opened": 2, "closed": 20}
    claim = {"ledger": {**ledger, "open": {"number": 79, "wording": "79 open"}}, "wording": "97, 2 and 20"}
    found = batch(tmp_path, with_claims(claim))
    partitions = [each for each in found.propositions if isinstance(each, Partition)]
    assert len(found.claims) == 6
    assert len({each.about for each in partitions}) == 1
    assert {each.wording.text for each in found.claims} == {"97, 2 and 20", "79 open"}
    numbers = {each.basis: each.at_least for each in found.propositions if not isinstance(each, Partition)}
    assert numbers[avc("oir-open")] == 79
    assert numbers[avc("ledger-carried-over")] == 97


def test_a_ledger_needs_words_and_cannot_be_revised_as_one(tmp_path):
    ledger = {"about": "market", "of": "allegation", "scheme": "oir", "carried": 1, "opened": 1, "closed": 1, "open": 1}
    assert told(tmp_path, {"ledger": ledger})[0] == "claims[0].wording"
    claims = {"id": "l", "ledger": ledger, "wording": "1"}, occurrence(revises="claim/l")
    assert told(tmp_path, *claims)[1] == "a ledger stands for several claims"


def test_the_record_says_from_which_line_each_claim_and_relay_came(tmp_path):
    found = batch(tmp_path, CASE)
    lines = {each.records: each.fragment for each in found.recordings}
    assert set(lines) == {iris.claim_iri(BASE, each) for each in found.claims} | {
        iris.relay_iri(BASE, each) for each in found.relays
    }
    for iri, fragment in lines.items():
        assert fragment == f"line={found.origins[iri].line}"


SEALED = {"level": "sealed", "reason": "safety"}


def test_access_is_the_claims_own_or_the_defaults_or_public(tmp_path):
    for claim, default, access in [
        ({}, {}, "public"),
        ({}, {"access": SEALED}, "sealed"),
        ({"access": {"level": "restricted", "reason": "licence"}}, {"access": SEALED}, "restricted"),
    ]:
        found = batch(tmp_path, with_claims(occurrence(**claim), defaults=default))
        assert {each.access for each in found.recordings} == {avc(f"access-{access}")}


def test_a_correction_names_claims_of_the_file_or_of_the_record(tmp_path):
    entry = {"corrects": "https://r.example/claim/1", "replaced_by": "claim/twelve", "reason": "misread", "note": "12"}
    [correction] = batch(tmp_path, case(corrections=[entry])).corrections
    assert correction.reason == avc("corrected-misread")
    assert correction.replaced_by in {iris.claim_iri(BASE, each) for each in batch(tmp_path, CASE).claims}
    same = {**entry, "corrects": "claim/twelve"}
    assert only(problems(tmp_path, case(corrections=[same]))).reason == "a claim does not replace itself"


def test_origins_lead_from_everything_to_where_it_was_written(tmp_path):
    found = batch(tmp_path, CASE)
    named = {each.iri for each in found.entities} | {iris.proposition_iri(BASE, each) for each in found.propositions}
    named |= {each.records for each in found.recordings}
    assert named == set(found.origins)
    assert found.origins[f"{BASE}set/dead"].field == "sets.dead"
    assert [each for each in found.entities if getattr(each, "member_kind", None) == av("Victim")]

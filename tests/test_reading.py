"""Typed reads of the record: every name resolved, chains whole, nothing invented where nothing is."""

from dataclasses import replace

import pytest

from kg import rdf
from kg.errors import NotFound
from kg.model import PROPOSITIONS
from kg.reading import Reader, Ref, voices
from kg.reading.claims import read_proposition
from kg.terms import avc
from tests.town import ARTICLE, BASE, SHA256, Town, case, killed, occurred

_NAMED = ("agents", "events", "sets", "documents", "occasions", "claims", "passages", "captures")


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    town = Town(tmp_path_factory.mktemp("town"))
    call = {"call": {"kind": "remark", "speaker": "vane", "document": "post"}}
    told = [["post"], [{"who": "vane", "on": "call"}, "post"]]
    nine = killed("9", id="nine", speaker="vane", chains=told, passage={"quote": "nine people were killed"})
    eight = killed("8", id="eight", said="2031-05-01", via=[])
    assess = {"assessment": {"of": "claim/eight", "scheme": "oir-allegation-status", "status": "oir-open"}}
    revised = {**nine, "revises": "eight"}
    town.add(case(eight, revised, {"who": "vane", "asserts": assess}, occasions=call), capture=True)
    return town


@pytest.fixture
def reader(town) -> Reader:
    return town.open().reader()


@pytest.mark.parametrize("kind", ["claims_of", "passages", "refs", "document", "recordings"])
def test_the_graph_and_the_tables_yield_the_same_views(town, reader, kind):
    tables = Reader(reader.view, BASE)
    claims = tables.claims_of("event", f"{BASE}event/mill")
    iris = [str(row[0]) for name in _NAMED for row in reader.view.rows(f"SELECT iri FROM {name}")]
    reads = {
        "claims_of": lambda one: one.claims_of("event", f"{BASE}event/mill"),
        "passages": lambda one: one.passages(p.iri for claim in claims for p in claim.step.passages),
        "refs": lambda one: [one.ref(iri) for iri in iris],
        "document": lambda one: one.get_document(f"{BASE}document/post"),
        "recordings": lambda one: [one.get_recordings(claim.iri) for claim in claims],
    }
    assert reads[kind](reader) == reads[kind](tables)
    assert reader.points is not None
    assert len(claims) == 3


def test_what_is_read_without_places_is_the_rest_of_what_is_read_with_them(town, reader):
    whole = reader.claims_of("event", f"{BASE}event/mill")
    bare = town.open().reader().get_claims((claim.iri for claim in whole), places=False)
    assert bare == Reader(reader.view, BASE).get_claims((claim.iri for claim in whole), places=False)
    assert [replace(claim.step, passages=(), document=None) for claim in whole] != [claim.step for claim in whole]
    for claim, other in zip(whole, bare, strict=True):
        assert (other.sentence, other.slots, other.superseded_by) == (claim.sentence, claim.slots, claim.superseded_by)
        steps, others = ([[s.voice for s in chain] for chain in each.chains] for each in (claim, other))
        assert steps == others
        assert not any(step.passages or step.document for step in (other.step, *(s for c in other.chains for s in c)))


def test_who_stands_between_a_voice_and_its_readers_is_the_same_from_graph_and_tables(reader):
    hall, post = f"{BASE}agent/town-hall", f"{BASE}agent/post"
    own = voices.look_up_sayings(reader.points, hall).own
    relayed = voices.look_up_sayings(reader.points, post).relayed
    assert voices.count_heard(reader.points, own) == voices.count_all_heard(reader.view, hall) == [(post, 1)]
    counts = voices.count_relayed(reader.points, relayed)
    assert counts == voices.count_all_relayed(reader.view, post) != []
    assert sum(count for _, count in counts) == len(relayed)


def test_a_claim_has_every_chain_from_the_voice_to_the_reader(town, reader):
    view = reader.get_claim(town.claim("9 killed"))
    assert [[step.voice.label for step in chain] for chain in view.chains] == [
        ["Ketta Vane", "The Orrin Post"],
        ["The Orrin Post"],
    ]
    assert [ref.label for ref in view.known_through] == ["The Orrin Post"]


def test_a_claim_knows_what_it_revised_and_what_revised_it(town, reader):
    new, old = reader.get_claim(town.claim("9 killed")), reader.get_claim(town.claim("8 killed"))
    assert (new.revises, old.superseded_by) == ((old.iri,), (new.iri,))
    assert (new.superseded_by, old.revises, old.withdrawn_by) == ((), (), ())


def test_the_slots_of_a_claim_are_things_and_text_with_labels(town, reader):
    slots = {slot.name: slot.values for slot in reader.get_claim(town.claim("9 killed")).slots}
    assert slots["about"] == (Ref(f"{BASE}event/mill", "Mill of Orrin", "event", "en"),)
    assert slots["measure"] == (Ref(avc("killed"), "people killed", "code"),)
    assert (slots["at_least"], slots["at_most"]) == (("9",), ("9",))
    assert "over" not in slots


def test_a_claim_about_a_claim_names_it_by_its_voice_and_words(town, reader):
    (view,) = reader.claims_of("voice", f"{BASE}agent/vane")
    assert "Orrin Town Hall’s claim “8 killed”" in view.sentence


def test_a_document_lists_its_passages_in_order_each_with_its_claims(town, reader):
    document = reader.get_document(f"{BASE}document/post")
    ((passage, claims),) = document.passages
    assert ARTICLE[passage.start : passage.end] == "nine people were killed"
    assert claims == (town.claim("9 killed"),)
    assert (document.captures[0].sha256, document.publisher.label) == (SHA256, "The Orrin Post")


def test_an_agent_has_what_it_claims_relays_and_speaks_for_others(town, reader):
    vane = reader.get_agent(f"{BASE}agent/vane")
    assert (len(vane.claims), len(vane.relays), len(vane.spoken)) == (1, 1, 1)
    post = reader.get_agent(f"{BASE}agent/post")
    assert (post.claims, len(post.relays)) == ((), 3)


def test_an_event_has_its_sets_and_the_claims_that_concern_it(town, reader):
    event = reader.get_event(f"{BASE}event/mill")
    assert [ref.label for ref in event.sets] == ["the dead of the mill"]
    assert len(event.claims) == len(reader.claims_of("event", f"{BASE}event/mill")) == 3


def test_claims_are_listed_by_question_and_by_proposition_too(town, reader):
    view = reader.get_claim(town.claim("9 killed"))
    assert len(reader.claims_of("question", view.question)) == 2
    assert [each.iri for each in reader.claims_of("proposition", view.proposition_iri)] == [view.iri]
    assert len(reader.claims_of("document", f"{BASE}document/post")) == 3


def test_a_relay_leads_to_its_claim(town, reader):
    relay = reader.get_agent(f"{BASE}agent/vane").relays[0]
    assert reader.find_root(relay) == town.claim("9 killed")
    assert town.told(relay) == town.told(town.claim("9 killed"))


@pytest.mark.parametrize("kind", ["claim", "event", "agent", "document"])
def test_what_the_record_does_not_hold_is_not_found(reader, kind):
    with pytest.raises(NotFound, match=f"no {kind} {BASE}{kind}/none in this record"):
        getattr(reader, f"get_{kind}")(f"{BASE}{kind}/none")


def test_many_claims_are_read_at_once_and_the_unknown_are_absent(town, reader):
    iris = [town.claim("9 killed"), f"{BASE}claim/none"]
    assert [view.iri for view in reader.get_claims(iris)] == iris[:1]
    assert reader.get_claims([]) == []


def test_a_thing_without_a_name_is_called_by_its_kind_and_key(reader):
    assert reader.ref(f"{BASE}passage/abcdefghijkl").label == "passage abcdefgh"
    assert reader.ref("https://elsewhere.example/x").label == "https://elsewhere.example/x"


def test_every_kind_of_proposition_is_read_back_from_the_tables(tmp_path):
    town = Town(tmp_path)
    said = [
        killed("9"),
        occurred(),
        {"asserts": {"responsibility": {"about": "mill", "actor": "vane"}}},
        {"asserts": {"location": {"about": "mill", "point": [1.5, 2.25], "radius": 50}}},
        {"asserts": {"timing": {"about": "mill", "time": "2031-05"}}},
        {"asserts": {"identity": {"one": "mill", "other": "other-mill", "relation": "identity-same"}}},
        {"asserts": {"partition": {"whole": "dead", "parts": ["north", "south"]}}},
        {"asserts": {"method": {"about": "mill", "actor": "vane", "uses": ["visited"]}}},
        {"asserts": {"characterisation": {"about": "mill", "actor": "vane", "character": "genocide"}}},
    ]
    named = {"of": "victim", "within": "dead", "name": {"en": "part"}}
    other = {"other-mill": {"kind": "incident", "name": {"en": "Other Mill"}}}
    town.add(case(*said, sets={"north": named, "south": named}, events=other))
    views = town.open().reader().claims_of("voice", f"{BASE}agent/town-hall")
    recorded = {found.unit.subject: found.unit for found in town.record.log.iter_units()}
    assert len(views) == 9
    for view in views:
        assert view.proposition == rdf.read_unit(recorded[view.proposition_iri].lines)


@pytest.mark.parametrize("kind", [cls.__name__ for cls in PROPOSITIONS])
def test_a_kind_of_proposition_is_known_by_its_name(kind):
    needed = {"Assessment": '{"scheme": "a:b"}', "Identity": '{"other": "a:b"}', "Statement": '{"code": "a:b"}'}
    assert type(read_proposition(kind, [], needed.get(kind, "{}"))).__name__ == kind

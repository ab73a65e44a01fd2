"""From case files to log, graph and tables: all or nothing, each triple once, and nothing withheld anywhere."""

import hashlib
import shutil
from collections import Counter

import pytest
from click.testing import CliRunner

from kg.cli import averment
from kg.errors import NotFound
from kg.iris import ingestion_iri
from kg.keeping import withdraw_units
from kg.log import Record
from kg.projections import Projections, graph_folder, tables_folder
from kg.reading import Reader
from kg.store.base import VOCABULARY_GRAPH, Truth
from kg.store.tables import Tables
from kg.terms import av, avc
from kg.values.places import Place, distance_m
from kg.vocabulary import STAMP, vocabulary_lines
from tests.town import ARTICLE, BASE, SHA256, WHEN, Town, case, killed, occurred, withheld

# Every word by which a sealed claim could be known; none may be met outside the encrypted files.
SECRET_WORDS = ("Ilse", "witness-7", "hidden-mill", "Hidden Mill", "seven whispered", "whisper")
FORMS = ("nquads", "trig", "turtle", "ntriples", "jsonld", "rdfxml", "csv")


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path)


def secret_case(access: str = "sealed", **changes):
    """One public claim, and one of a witness who is withheld with the event only they speak of."""
    witness = {"witness-7": {"kind": "person", "name": {"en": "Ilse"}}}
    hidden = {"hidden-mill": {"kind": "incident", "name": {"en": "Hidden Mill"}}}
    allowed = access if access == "public" else withheld(access)
    whisper = killed("7", about="hidden-mill", who="witness-7", via=[], id="whisper", access=allowed)
    whisper["wording"] = {"en": "seven whispered"}
    return case(killed("9", id="nine"), whisper, agents=witness, events=hidden, **changes)


# The fields of a victim and a place, the words of a claim, and the hash of a passage, by which they could be guessed.
PASSAGE = hashlib.sha256(b"Quilla Ferran").hexdigest()
SECRET_FIELDS = ("Quilla", "Ferran", "ZX-4471", "35.950617", "39.012389", "37SEV0012", "a girl of nine", PASSAGE)


def field_case(level: str = "sealed", **changes):
    """A case with whole claims and with fields that are withheld; where `level` is public, with nothing withheld."""
    made = secret_case(level, **changes)
    fields = {} if level == "public" else {"access": {"name": withheld(level), "identifiers": withheld(level, "child")}}
    made["victims"] = {
        "first": {"name": {"en": "Quilla Ferran"}, "identifiers": "ZX-4471", "listed_in": "post", **fields}
    }
    point = {"point": [35.950617, 39.012389], "mgrs": "37SEV00127848", "radius": 20, "place": "Orrin"}
    place = {"location": {"about": "mill", **point}}
    listed = {**occurred(about="victim/first"), "wording": {"en": "Quilla Ferran, a girl of nine"}}
    listed["passage"] = {"start": 3, "end": 16, "sha256": PASSAGE}
    if level != "public":
        place["location"]["access"] = {"point": withheld(level, "sensitive-site", metres=2000)}
        listed["access"] = {"wording": withheld(level), "passage": withheld(level)}
    made["claims"] += [{"who": "town-hall", **listed}, {"who": "vane", "asserts": place}]
    return made


def where_found(town: Town, words) -> list[str]:
    """Every place outside the encrypted files in which one of the words is met."""
    places = {f"export {form}": town.export(form, derived=True).decode() for form in FORMS}
    places["graph"] = "\n".join(town.graph())
    places["tables"] = repr(town.tables())
    places["verify"] = "\n".join(town.verify())
    record = town.open()
    for kind in ("event/mill", "agent/post", "agent/town-hall", "document/post"):
        places[f"show {kind}"] = town.told(f"{BASE}{kind}")
    places["pages"] = repr([record.reader().claims_of("event", f"{BASE}event/mill"), record.counts()])
    for path in town.files():
        places[str(path.relative_to(town.root))] = path.read_bytes().decode("latin-1")
    return [f"{place}: {word}" for place, text in places.items() for word in words if word in text]


# --- once, twice ------------------------------------------------------------------------------------------------------


def test_recording_says_what_it_recorded(town):
    outcome = town.add(case(killed("9"), killed("8", who="vane")))
    assert (outcome.entry, outcome.claims, outcome.relays, outcome.withheld) == (1, 2, 2, 0)
    assert town.verify() == ()


def test_recording_the_same_file_twice_adds_nothing_and_says_so(town):
    path = town.write(case(killed("9")))
    town.add(path)
    before = {name: name.read_bytes() for name in town.files()}
    again = town.add(path)
    assert (again.entry, again.claims, again.units) == (None, 0, 0)
    assert {name: name.read_bytes() for name in town.files()} == before


def test_the_same_claim_from_two_files_is_one_claim_recorded_twice(town):
    town.add(case(killed("9")))
    second = town.add(case(killed("9"), note="another file"))
    assert second.claims == 0
    assert len(town.open().reader().get_recordings(town.claim("9 killed"))) == 2
    assert town.verify() == ()


def test_a_capture_given_later_is_kept_without_a_new_entry(town):
    path = town.write(case(killed("9", passage={"start": 50, "end": 73, "sha256": _hash(50, 73)})))
    assert town.add(path).captures == 0
    assert town.open().read_capture(SHA256) is None
    again = town.add(path, capture=True)
    assert (again.entry, again.captures) == (None, 1)
    assert town.open().read_capture(SHA256) == ARTICLE.encode()
    assert "nine people were killed" in town.told(town.claim("9 killed"))


def test_one_refused_claim_among_many_leaves_nothing_behind(town):
    many = [killed(str(number), who="vane") for number in range(1, 20)]
    late = occurred(said="2031-06-09")
    assert len(town.refused(case(*many, late), capture=True)) == 2
    assert (town.record.log.number, town.graph(), town.open().counts()["claims"]) == (0, set(), 0)
    assert town.open().read_capture(SHA256) is None
    assert not town.record.log.is_unfinished()
    assert town.add(case(*many)).claims == 19


# --- each triple once -------------------------------------------------------------------------------------------------


def test_a_second_file_with_one_more_name_adds_only_that_triple(town):
    town.add(case(killed("9")))
    more = {"vane": {"kind": "person", "name": {"en": "Ketta Vane", "de": "Ketta Fahne"}}}
    town.add(case(killed("9"), note="more", agents=more))
    second = [found.unit for found in town.record.log.iter_units(after=1)]
    assert [line for unit in second for line in unit.lines if "agent/vane>" in line] == [
        f'<{BASE}agent/vane> <https://w3id.org/averment/ns#name> "Ketta Fahne"@de <{second[0].graph}> .'
    ]
    assert town.open().reader().get_agent(f"{BASE}agent/vane").names == (("Ketta Fahne", "de"), ("Ketta Vane", "en"))


def test_every_triple_of_the_log_is_in_exactly_one_graph(town):
    town.add(case(killed("9"), occurred(who="vane")))
    town.add(case(killed("9"), killed("11", said="2031-05-03", via=[]), note="2"))
    town.add(secret_case(note="3"))
    town.add(secret_case(note="4"))
    town.add(
        case(
            occurred(stance="denies", who="post", via=[]),
            note="5",
            agents={"post": {"kind": "organisation", "name": {"de": "Post"}}},
        )
    )
    triples = Counter(line[: line.rindex(" <")] for line in town.lines(sealed=True))
    assert [triple for triple, times in triples.items() if times > 1] == []


def test_no_triple_of_the_graph_is_in_two_graphs(town):
    town.add(case(killed("9"), occurred(who="vane")))
    town.add(case(killed("9"), killed("11", said="2031-05-03"), note="2"))
    rows = town.ask(
        "SELECT ?s ?p ?o WHERE { { SELECT ?s ?p ?o (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?s ?p ?o }"
        " FILTER(?n > 1) }"
    )
    assert rows == []


# --- sealed and restricted --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("access", ["sealed", "restricted"])
def test_nothing_of_a_withheld_claim_is_met_anywhere(town, access):
    outcome = town.add(secret_case(access))
    assert outcome.claims == 2
    assert outcome.withheld == 8  # claim, proposition, witness, event, occasion, recording, decision, hash of the file
    assert where_found(town, SECRET_WORDS) == []
    assert town.verify() == ()


@pytest.mark.parametrize("access", ["sealed", "restricted"])
def test_nothing_of_a_withheld_field_is_met_anywhere_and_the_rest_is(town, access):
    outcome = town.add(field_case(access))
    assert (outcome.claims, outcome.relays) == (4, 3)  # a claim of which fields are withheld is one claim
    assert where_found(town, (*SECRET_WORDS, *SECRET_FIELDS)) == []
    assert town.verify() == ()
    (victim,) = town.ask("SELECT ?v ?doc { ?v a av:Victim ; av:listedIn ?doc FILTER NOT EXISTS { ?v av:name ?n } }")
    assert victim == (f"{BASE}victim/first", f"{BASE}document/post")
    assert len(town.ask("SELECT ?c { ?c av:asserts/av:about <" + BASE + "victim/first> }")) == 1


def test_the_search_for_fields_finds_each_of_them_where_nothing_is_withheld(town):
    town.add(field_case("public"))
    found = " ".join(where_found(town, SECRET_FIELDS))
    assert [word for word in SECRET_FIELDS if word not in found] == []


def test_a_published_place_states_the_coarser_level_and_holds_the_true_point(town):
    town.add(field_case())
    geo = "http://www.opengis.net/ont/geosparql#asWKT"
    places = f"SELECT ?wkt ?m ?a {{ ?p <{geo}> ?wkt ; av:radius ?m ; av:accuracy ?a }}"
    ((wkt, metres, accuracy),) = town.ask(places)
    longitude, latitude = wkt.removeprefix("POINT(").rstrip(")").split()
    assert distance_m(Place(latitude, longitude), Place("35.950617", "39.012389")) + 20 <= int(metres) == 2020
    assert accuracy.endswith("/not-stated")


def test_each_decision_on_a_field_says_who_when_and_why(town):
    case = field_case()
    case["victims"]["first"]["access"]["name"] |= {"by": "B. Keeper", "on": "2031-05-30"}
    town.add(case)
    asked = """SELECT ?f ?l ?w ?by ?on ?m {
        ?d a av:Decision, prov:Activity ; av:field ?f ; av:access ?l ; av:accessReason ?w ; av:decidedBy ?by ;
           av:decided ?on OPTIONAL { ?d av:coarsenedToMetres ?m } }"""
    told = {(f.rsplit("#")[-1].rsplit("/")[-1], w.rsplit("/")[-1], by, on, m) for f, _, w, by, on, m in town.ask(asked)}
    assert told == {
        ("name", "because-safety", "B. Keeper", "2031-05-30", None),
        ("identifier", "because-child", "A. Coder", "2031-06-01", None),
        ("wording", "because-safety", "A. Coder", "2031-06-01", None),
        ("passage", "because-safety", "A. Coder", "2031-06-01", None),
        ("asWKT", "because-sensitive-site", "A. Coder", "2031-06-01", "2000"),
        ("mgrs", "because-sensitive-site", "A. Coder", "2031-06-01", None),
    }


def test_a_thing_is_told_with_what_is_withheld_of_it_and_why(town):
    town.add(field_case("restricted"))
    told = town.told(f"{BASE}victim/first")
    assert "Its name is withheld (restricted; safety of a person): decided by A. Coder, 1 June 2031." in told
    ((claim,),) = town.ask("SELECT ?c { ?c av:asserts ?p . ?p a av:Location }")
    assert "a place still in use); what is shown is coarsened to 2,000 metres: decided by A. Coder" in town.told(claim)


def test_no_hash_or_name_of_a_file_can_be_tried_against_a_guess(town):
    path = town.write(field_case())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    named = ingestion_iri(BASE, [digest]).rsplit("/", 1)[1]
    outcome = town.add(path)
    assert where_found(town, (digest, named)) == []
    assert any(digest in line for found in town.record.log.iter_sealed() for line in found.unit.lines)
    again = town.add(path)
    assert (again.entry, again.ingestion, town.record.log.number) == (None, outcome.ingestion, 1)
    ((claim,),) = town.ask("SELECT ?c { ?c av:asserts ?p . ?p a av:Location }")
    assert "its hash is withheld with what it holds" in town.told(claim)


def test_a_file_of_which_nothing_is_withheld_is_named_by_its_hash(town):
    path = town.write(case(killed("9")))
    town.add(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert town.ask("SELECT ?h { ?f a av:File ; av:sha256 ?h }") == [(digest,)]


def test_a_capture_in_which_something_withheld_stands_is_not_kept(town):
    vane = {"dead-1": {"name": {"en": "Ketta Vane"}, "listed_in": "post", "access": {"name": withheld("restricted")}}}
    claims = (killed("9", passage={"quote": "nine people were killed"}), occurred(about="victim/dead-1"))
    made = case(*claims, victims=vane)
    del made["agents"]["vane"]
    outcome = town.add(made, capture=True)
    assert (outcome.captures, outcome.captures_withheld) == (0, 1)
    assert where_found(town, ("Ketta",)) == []
    assert town.add(town.folder / "case-1.yaml", capture=True).captures == 0
    assert where_found(town, ("Ketta",)) == []


def test_a_passage_whose_hash_could_be_tried_is_refused(town):
    vane = {"dead-1": {"name": {"en": "Ketta Vane"}, "listed_in": "post", "access": {"name": withheld("restricted")}}}
    made = case(occurred(about="victim/dead-1", passage={"quote": "Mayor Ketta Vane"}), victims=vane)
    del made["agents"]["vane"]
    (problem,) = town.refused(made, capture=True)
    assert "the name that is withheld, or a part of it, stands in the open in claims[0].passage" in problem
    made["claims"][0]["access"] = {"passage": withheld("restricted")}
    assert town.refused(made, capture=True) == []
    assert where_found(town, ("Ketta", hashlib.sha256(b"Mayor Ketta Vane").hexdigest())) == []


def test_all_decisions_are_listed_without_what_they_withhold(town):
    town.add(field_case())
    told = CliRunner().invoke(averment, ["access", "--data", str(town.root), "--format", "csv"])
    rows = told.output.splitlines()
    assert rows[0] == "what,field,level,reason,coarsened to,decided by,on,how many"
    assert "victim/first,identifier,sealed,child,,A. Coder,2031-06-01,1" in rows
    assert "a withheld claim,,sealed,safety,,A. Coder,2031-06-01,1" in rows
    assert sum(',exact point,sealed,sensitive-site,"2,000 metres",' in row for row in rows) == 1
    assert len(rows) == 8
    assert not any(word in told.output for word in (*SECRET_WORDS, *SECRET_FIELDS))


def test_without_keys_the_decisions_that_are_public_are_told(town):
    town.add(field_case())
    shutil.rmtree(town.root / "keys")
    told = CliRunner().invoke(averment, ["access", "--data", str(town.root), "--format", "csv"])
    assert (told.exit_code, "a withheld claim" in told.output, "keys/ is not here" in told.output) == (0, False, True)
    assert "victim/first,name,sealed,safety" in told.output


def test_a_decision_on_a_whole_claim_is_withheld_with_it(town):
    town.add(secret_case())
    assert town.ask("SELECT ?d { ?d a av:Decision }") == []
    assert any("because-safety" in line for found in town.record.log.iter_sealed() for line in found.unit.lines)


@pytest.mark.parametrize("where", ["wording", "key", "file", "other", "point"])
def test_a_withheld_value_left_standing_elsewhere_is_refused_and_named_by_place(town, where):
    case, name = field_case(), ""
    if where == "wording":
        case["claims"][2]["wording"] = {"en": "FERRAN, Quílla"}
        del case["claims"][2]["access"]["wording"]
    elif where == "key":
        case["victims"] = {"v-ferran": case["victims"]["first"]}
        case["claims"][2]["asserts"]["occurrence"]["about"] = "v-ferran"
    elif where == "file":
        name = "quilla-ferran.yaml"
    elif where == "other":
        case["events"]["mill"] = {"kind": "incident", "name": {"en": "Death of Quilla Ferran"}}
    else:
        case["claims"][3]["wording"] = {"en": "at 35.950617"}
    problems = town.refused(case, name=name)
    told = {"wording": "claims[2]", "key": "victims.v-ferran", "file": "the name of the file", "other": "events.mill"}
    assert any(f"stands in the open in {told.get(where, 'claims[3]')}" in each for each in problems)
    assert not any(word in each for each in problems for word in ("Quilla", "35.95"))


def test_a_withheld_claim_can_be_read_back_with_its_keys_alone(town):
    town.add(secret_case())
    words = [line for found in town.record.log.iter_sealed() for line in found.unit.lines]
    assert any('"seven whispered"@en' in line for line in words)


def test_what_a_public_claim_says_too_stays_public(town):
    town.add(secret_case())
    named = {"hidden-mill": {"kind": "incident", "name": {"en": "Upper Mill"}}}
    town.add(case(killed("9"), occurred(about="hidden-mill"), note="2", events=named))
    event = town.open().reader().get_event(f"{BASE}event/hidden-mill")
    assert (len(event.claims), event.names) == (1, (("Upper Mill", "en"),))
    assert where_found(town, ("Ilse", "witness-7", "whisper", "Hidden Mill")) == []


def test_how_much_is_withheld_is_counted(town):
    from kg.keeping import export_record

    town.add(secret_case())
    with (town.folder / "out.nq").open("wb") as output:
        assert export_record(town.root, "nquads", output) == 8


@pytest.mark.parametrize(
    "public",
    [
        occurred(who="witness-7", via=[], revises="whisper"),
        occurred(who="witness-7", via=[], withdraws="whisper"),
        {"asserts": {"assessment": {"of": "claim/whisper", "scheme": "oir-allegation-status", "status": "oir-open"}}},
        {"asserts": {"identity": {"one": "claim/whisper", "other": "claim/nine", "relation": "identity-same"}}},
    ],
    ids=["revises", "withdraws", "assesses", "identifies"],
)
def test_a_public_claim_that_refers_to_a_withheld_one_is_refused_in_plain_words(town, public):
    content = secret_case()
    content["claims"].append({"who": "town-hall", **public})
    problems = town.refused(content)
    assert len(problems) == 1
    assert (
        "claims[2]: 'public': it is public but refers to a claim that is sealed. Remedy: give it the level sealed too"
        in (problems[0])
    )
    assert problems[0].startswith("case-1.yaml:")
    assert town.record.log.number == 0


def test_a_correction_of_a_withheld_claim_is_withheld_with_it(town):
    note = [{"corrects": "claim/whisper", "reason": "misread", "note": "Ilse said seven"}]
    town.add(secret_case(corrections=note))
    assert where_found(town, SECRET_WORDS) == []
    assert any("Ilse said seven" in line for found in town.record.log.iter_sealed() for line in found.unit.lines)


def test_a_capture_that_only_withheld_claims_cite_is_withheld_with_its_bytes(town):
    whisper = killed("9", access=withheld("sealed"), passage={"quote": "nine people were killed"})
    outcome = town.add(case(whisper), capture=True)
    assert (outcome.captures, outcome.captures_withheld) == (0, 1)
    assert where_found_raw(town, ("nine people", SHA256, "Orrin Post", "mill")) == []


def test_a_file_whose_claims_are_all_withheld_gives_away_neither_its_name_nor_what_it_leaves_unused(town):
    town.add(
        case(killed("9", access=withheld("sealed")), agents={"spare": {"kind": "person", "name": {"en": "Ilse"}}}),
        name="ilse.yaml",
    )
    assert where_found_raw(town, ("Ilse", "ilse.yaml", "mill")) == []
    assert town.open().counts() == dict.fromkeys(town.open().counts(), 0)


def test_the_same_withheld_claim_from_a_second_file_is_sealed_once(town):
    town.add(secret_case())
    town.add(secret_case(note="2"))
    claims = [found for found in town.record.log.iter_sealed() if "/claim/" in found.unit.subject]
    assert len(claims) == 1


def where_found_raw(town, words):
    return [f"{path.name}: {word}" for path in town.files() for word in words if word.encode() in path.read_bytes()]


# --- withdrawal -------------------------------------------------------------------------------------------------------


def withdraw(town, *names):
    return withdraw_units(town.root, names, reason="https://w3id.org/averment/codes/x", who="A. Judge", when=WHEN)


def test_a_withdrawn_public_claim_is_in_no_file_any_more(town):
    town.add(case(killed("9"), killed("8", who="vane", wording={"en": "eight, quietly"})))
    entry = withdraw(town, town.claim("eight, quietly"))
    assert entry.number == 2
    assert where_found(town, ("quietly",)) == []
    assert town.open().counts()["claims"] == 1
    assert town.verify() == ()


def test_a_withdrawn_claim_leaves_its_relays_readable(town):
    town.add(case(killed("9")))
    claim = town.claim("9 killed")
    withdraw(town, claim)
    with pytest.raises(NotFound):
        town.told(claim)
    assert "1 relay of others" in town.told(f"{BASE}agent/post")


def test_a_withdrawn_sealed_claim_loses_its_key(town):
    town.add(secret_case())
    claim = next(found.unit.subject for found in town.record.log.iter_sealed() if "/claim/" in found.unit.subject)
    keys = len(list((town.root / "keys").iterdir()))
    withdraw(town, claim)
    assert len(list((town.root / "keys").iterdir())) == keys - 2  # the claim, and the decision on it
    assert claim not in [found.unit.subject for found in Record.open(town.root).log.iter_sealed()]
    assert town.verify() == ()


def test_a_withdrawn_capture_loses_its_bytes(town):
    town.add(case(killed("9", passage={"quote": "nine people were killed"})), capture=True)
    withdraw(town, f"{BASE}capture/{SHA256}")
    assert where_found_raw(town, ("nine people were killed",)) == []


def test_what_was_withdrawn_does_not_come_back_with_its_file(town):
    path = town.write(case(killed("9")))
    town.add(path)
    withdraw(town, town.claim("9 killed"))
    town.record = Record.open(town.root)
    assert town.add(path).entry is None
    assert town.open().counts()["claims"] == 0


# --- catching up ------------------------------------------------------------------------------------------------------


def roll_back(town, *folders):
    """Put projections back to what they were, as if a process had died after its commit."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        kept = folder.with_name(f"{folder.name}.kept")
        if kept.exists():
            shutil.copytree(kept, folder)


@pytest.mark.parametrize("which", ["graph", "tables", "both", "gone"])
def test_a_recording_killed_between_commit_and_projection_is_finished_by_the_next_reader(town, which):
    town.add(case(killed("9")))
    folders = {"graph": [graph_folder(town.root)], "tables": [tables_folder(town.root)]}
    both = [graph_folder(town.root), tables_folder(town.root)]
    if which != "gone":
        for folder in both:
            shutil.copytree(folder, folder.with_name(f"{folder.name}.kept"))
    town.add(case(killed("11"), note="2"))
    graph, tables = town.graph(), town.tables()
    roll_back(town, *folders.get(which, both))
    assert (town.graph(), town.tables()) == (graph, tables)
    assert town.verify() == ()


def test_a_recording_upon_projections_that_lag_behind_brings_them_up_first(town):
    town.add(case(killed("9")))
    shutil.rmtree(graph_folder(town.root))
    shutil.rmtree(tables_folder(town.root))
    assert town.add(case(killed("9"), killed("11"), note="2")).claims == 1
    assert town.verify() == ()


def test_an_open_record_follows_what_is_recorded_later(town):
    town.add(case(killed("9")))
    record = town.open()
    assert record.counts()["claims"] == 1
    town.add(case(killed("11"), note="2"))
    assert record.counts()["claims"] == 2
    assert len(record.query("SELECT * { ?c <https://w3id.org/averment/ns#asserts> ?p }").rows) == 2


def test_a_reader_beside_a_writer_reads_what_was_last_published(town):
    town.add(case(killed("9")))
    with town.record.log.begin(ingestion=f"{BASE}ingestion/x", recorded=WHEN, recorder="A. Coder"):
        assert town.open().standing() == 1
    town.record.log.recover()


def test_a_record_that_was_copied_is_read_and_goes_on(town):
    town.add(case(killed("9")))
    copied = town.folder / "copied"
    shutil.copytree(town.root, copied)
    town.root, town.record = copied, Record.open(copied)
    assert town.open().counts()["claims"] == 1
    assert town.add(case(killed("8"))).entry == 2
    assert town.verify() == ()


def test_another_vocabulary_is_taken_in_by_the_next_reader(town):
    town.add(case(killed("9")))
    (town.root / "vocabulary.sha256").write_text("of an older program")
    assert not Projections(town.root, town.record).is_current()
    town.open()
    assert Projections(town.root, town.record).is_current()


def stand_under(town: Town, vocabulary: list[str]) -> None:
    """Let the graph be as a program with another vocabulary left it."""
    with Projections(town.root, town.record) as projections:
        projections.graph().replace_graph(VOCABULARY_GRAPH, vocabulary)
    stamp = town.root / STAMP
    stamp.write_text(f"of-an-older-program\n{stamp.read_text().split()[1]}")


def test_a_vocabulary_with_more_terms_is_taken_in_without_making_the_graph_anew(town, monkeypatch):
    town.add(case(killed("9")))
    stand_under(town, [line for line in vocabulary_lines() if not line.startswith(f"<{av('Decision')}>")])
    monkeypatch.setattr(Projections, "rebuild_graph", None)
    assert town.open().query(f"ASK {{ <{av('Decision')}> ?p ?o }}") == Truth(True)
    assert Projections(town.root, town.record).is_current()
    assert town.verify() == ()


@pytest.mark.parametrize("change", [lambda line: line.replace("people", "persons"), lambda line: ""])
def test_where_a_known_code_is_told_differently_the_graph_is_made_anew(town, monkeypatch, change):
    town.add(case(killed("9")))
    code = f"<{avc('killed')}> <http://www.w3.org/2004/02/skos/core#prefLabel>"
    earlier = [change(line) if line.startswith(code) else line for line in vocabulary_lines()]
    stand_under(town, list(filter(None, earlier)))
    rebuilt, rebuild = [], Projections.rebuild_graph
    monkeypatch.setattr(Projections, "rebuild_graph", lambda self, **told: (rebuilt.append(1), rebuild(self, **told)))
    town.open()
    assert rebuilt == [1]
    assert town.verify() == ()


def test_a_graph_is_rebuilt_alike_in_this_process_and_beside_it(town, monkeypatch):
    town.add(case(killed("9"), killed("8", who="vane")))
    told = []
    for large in (10**9, 0):
        monkeypatch.setattr("kg.projections._LARGE", large)
        with Projections(town.root, town.record) as projections:
            projections.rebuild_graph(progress=told.append)
        assert town.verify() == ()
        assert [path.name for path in graph_folder(town.root).glob("live-*-*")] == []
    assert len(set(told)) == 1


# --- verification -----------------------------------------------------------------------------------------------------


def test_a_changed_row_of_the_tables_is_found(town):
    town.add(case(killed("9")))
    other = Town(town.folder / "other") if (town.folder / "other").mkdir() is None else None
    other.add(case(killed("8")))
    Tables.open(tables_folder(town.root)).rebuild(other.record.log.iter_units(), entry=1)
    findings = town.verify()
    assert any("tables: counts: in the log but not in the table" in finding for finding in findings)
    assert any("tables: counts: in the table but not in the log" in finding for finding in findings)


def test_a_line_too_many_or_too_few_in_the_graph_is_found(town):
    from kg.store.embedded import EmbeddedStore

    town.add(case(killed("9")))
    line = sorted(line for line in town.lines() if '"9 killed"' in line)[0]
    extra = f"<{BASE}agent/post> <{BASE}says> <{BASE}nothing> <{BASE}graph/x> ."
    with EmbeddedStore(graph_folder(town.root)) as graph:
        graph.apply([extra], [line], entry=1)
    assert town.verify() == (
        f"graph: in the log but not in the graph: {line}",
        f"graph: in the graph but not in the log: {extra}",
    )


def test_projections_that_are_gone_or_behind_are_found(town):
    town.add(case(killed("9")))
    shutil.rmtree(graph_folder(town.root))
    shutil.rmtree(tables_folder(town.root))
    told = "\n".join(town.verify())
    assert "holds no graph to read" in told
    assert "tables: they stand at entry 0, the log at 1" in told


def _hash(start: int, end: int) -> str:
    import hashlib

    return hashlib.sha256(ARTICLE[start:end].encode()).hexdigest()


def test_a_reader_reads_every_label_of_the_record(town):
    town.add(case(killed("9")))
    record = town.open()
    assert Reader(record.view(), BASE).ref(f"{BASE}agent/vane").label == "Ketta Vane"


# --- decided anew -----------------------------------------------------------------------------------------------------


def victim_case(note, **access):
    victims = {
        "first": {"name": {"en": "Quilla Ferran"}, "listed_in": "post", **({"access": access} if access else {})}
    }
    return case(occurred(about="victim/first"), victims=victims, note=note)


def test_a_withheld_name_is_not_let_go_by_the_way(town):
    town.add(victim_case("1", name=withheld("restricted", by="B. Keeper", on="2031-05-30")))
    (problem,) = town.refused(victim_case("2"))
    assert "victims.first: its name is restricted in the record, as B. Keeper decided on 2031-05-30" in problem
    assert town.record.log.number == 1


def test_a_withheld_name_is_let_go_by_a_decision(town):
    town.add(victim_case("1", name=withheld("restricted")))
    town.add(victim_case("2", name=withheld("public", "consent-given")))
    assert town.ask("SELECT ?n { ?v a av:Victim ; av:name ?n }") == [("Quilla Ferran",)]
    assert len(town.ask("SELECT ?d { ?d a av:Decision }")) == 2
    assert town.refused(victim_case("3")) == []
    assert town.verify() == ()


def test_a_public_name_or_claim_is_not_withheld_before_it_is_withdrawn(town):
    town.add(victim_case("1"))
    (problem,) = town.refused(victim_case("2", name=withheld("restricted")))
    assert (
        f"is public in the record already. Remedy: take it out first, with `averment withdraw {BASE}victim/first`"
        in problem
    )
    claim = occurred(about="victim/first", access=withheld("sealed"))
    problems = town.refused(case(claim, victims={"first": {"name": {"en": "Quilla Ferran"}, "listed_in": "post"}}))
    assert all("the claim with all of its fields is public in the record already" in problem for problem in problems)
    assert len(problems) == 2  # the claim and its relay


def test_what_is_withdrawn_takes_what_is_withheld_of_it_and_its_decisions_along(town):
    town.add(field_case())
    ((place,),) = town.ask("SELECT ?c { ?c av:asserts ?p . ?p a av:Location }")
    sealed = {found.unit.subject for found in town.record.log.iter_sealed()}
    entry = withdraw(town, "victim/first", place)
    town.record.log.refresh()
    left = "\n".join(line for found in town.record.log.iter_sealed() for line in found.unit.lines)
    assert '"Quilla Ferran"' not in left
    assert "35.950617" not in left
    assert "seven whispered" in left
    assert len([each for each in entry.withdrawn if "sealed" in each.tree]) < len(sealed)
    assert town.ask("SELECT ?d { ?d av:decides <" + BASE + "victim/first> }") == []
    assert town.verify() == ()


def test_what_was_public_is_withheld_once_it_is_withdrawn(town):
    town.add(victim_case("1"))
    withdraw(town, "victim/first")
    assert town.refused(victim_case("2", name=withheld("restricted"))) == []
    assert where_found(town, ("Quilla",)) == []
    assert town.verify() == ()

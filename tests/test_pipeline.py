"""From case files to log, graph and tables: all or nothing, each triple once, and nothing withheld anywhere."""

import hashlib
import shutil
from collections import Counter

import pytest

from kg.errors import NotFound
from kg.intake import read_case
from kg.keeping import withdraw_units
from kg.log import Record
from kg.pipeline import check_batch
from kg.projections import Projections, graph_folder, tables_folder
from kg.reading import Reader
from kg.store.base import VOCABULARY_GRAPH, Truth
from kg.store.embedded import open_reader
from kg.store.snapshots import find_entries
from kg.store.tables import Tables
from kg.terms import av, avc
from kg.vocabulary import STAMP, vocabulary_lines
from tests.town import ARTICLE, BASE, SHA256, WHEN, Town, case, killed, occurred, withheld

pytestmark = pytest.mark.long

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
    point["accuracy"] = "airwars-geo-exact-location"
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


def test_a_check_opens_the_graph_once_and_leaves_it_closed(town, monkeypatch):
    town.add(case(killed("9")))
    batch = read_case(town.write(case(killed("7"))), base=BASE, captures=[], recorded=WHEN, software="averment test")
    opened = []
    monkeypatch.setattr("kg.projections.open_reader", lambda folder: opened.append(open_reader(folder)) or opened[-1])
    record = Record.open(town.root)
    with Projections(town.root, record) as projections:
        assert [each.claim for each in check_batch(record, batch, projections=projections).planned].count(True) == 2
    (reader,) = opened
    with pytest.raises(ValueError, match="closed"):
        reader.lines_of(f"{BASE}event/mill")


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


def kept_entries(town):
    """The entries of the log at which a version of the tables or of the graph lies in the folder."""
    return {*Tables.open(tables_folder(town.root)).find_entries(), *find_entries(graph_folder(town.root))}


def test_no_version_with_what_was_withdrawn_is_kept_for_whoever_reads_it(town):
    town.add(case(killed("9"), killed("8", who="vane", wording={"en": "eight, quietly"})))
    reading = town.open()
    assert reading.counts()["claims"] == 2
    withdraw(town, town.claim("eight, quietly"))
    assert kept_entries(town) == {2}
    assert reading.counts()["claims"] == 1


def test_a_withdrawal_that_was_killed_before_it_forgot_is_finished_by_who_comes_next(town, monkeypatch):
    town.add(case(killed("9"), killed("8", who="vane", wording={"en": "eight, quietly"})))
    with monkeypatch.context() as patch:
        patch.setattr(Projections, "_lingers", lambda self: False)
        withdraw(town, town.claim("eight, quietly"))
    assert kept_entries(town) == {1, 2}
    assert town.open().counts()["claims"] == 1
    assert kept_entries(town) == {2}


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


def test_other_rules_make_the_tables_anew_as_well_as_the_graph(town):
    town.add(case(killed("9")))
    Tables.open(tables_folder(town.root)).remove([town.claim("9 killed")], entry=1)
    (town.root / STAMP).write_text("of-an-older-program\nunder-other-rules")
    assert town.open().counts()["claims"] == 1
    assert town.verify() == ()


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

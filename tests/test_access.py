"""What is withheld of something in the open: met nowhere, told of, given away by nothing, decided anew aloud."""

import hashlib
import shutil
import unicodedata

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kg.access.giveaway import find_giveaways
from kg.cli import averment
from kg.intake import read_case
from kg.iris import ingestion_iri
from kg.log import Access
from kg.planning import list_units, plan_units
from kg.values.places import Place, distance_m
from tests.test_pipeline import SECRET_FIELDS, SECRET_WORDS, field_case, where_found, where_found_raw, withdraw
from tests.town import BASE, WHEN, Town, case, killed, occurred, withheld

pytestmark = pytest.mark.long

PLACE = "SELECT ?c { ?c av:asserts ?p . ?p a av:Location }"


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path)


@pytest.fixture(scope="module")
def fields(tmp_path_factory):
    """A record with whole claims and fields that are withheld, its file, and what recording it did; never changed."""
    made = Town(tmp_path_factory.mktemp("fields"))
    content = field_case()
    content["victims"]["first"]["access"]["name"] |= {"by": "B. Keeper", "on": "2031-05-30"}
    made.path = made.write(content)
    made.outcome = made.add(made.path)
    return made


def test_nothing_of_a_withheld_field_is_met_anywhere_and_the_rest_is(fields):
    # A claim of which fields are withheld is one claim, though it is kept whole as well.
    assert (fields.outcome.claims, fields.outcome.relays) == (4, 3)
    digest = hashlib.sha256(fields.path.read_bytes()).hexdigest()
    # The file's own hash, and the name made of it, could be tried by who has all of the file but the name.
    traces = (digest, ingestion_iri(BASE, [digest]).rsplit("/", 1)[1])
    assert where_found(fields, (*SECRET_WORDS, *SECRET_FIELDS, *traces)) == []
    assert any(digest in line for found in fields.record.log.iter_sealed() for line in found.unit.lines)
    assert fields.verify() == ()
    (victim,) = fields.ask("SELECT ?v ?doc { ?v a av:Victim ; av:listedIn ?doc FILTER NOT EXISTS { ?v av:name ?n } }")
    assert victim == (f"{BASE}victim/first", f"{BASE}document/post")
    assert len(fields.ask("SELECT ?c { ?c av:asserts/av:about <" + BASE + "victim/first> }")) == 1


def test_the_search_for_fields_finds_each_of_them_where_nothing_is_withheld(town):
    path = town.write(field_case("public"))
    town.add(path)
    found = " ".join(where_found_raw(town, SECRET_FIELDS)) + town.export("nquads").decode()
    assert [word for word in SECRET_FIELDS if word not in found] == []
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert town.ask("SELECT ?h { ?f a av:File ; av:sha256 ?h }") == [(digest,)]


def test_the_same_file_again_adds_nothing(fields):
    again = fields.add(fields.path)
    assert (again.entry, again.ingestion, fields.record.log.number) == (None, fields.outcome.ingestion, 1)


def test_a_published_place_states_the_coarser_level_and_holds_the_true_point(fields):
    geo = "http://www.opengis.net/ont/geosparql#asWKT"
    places = f"SELECT ?wkt ?m ?a {{ ?p <{geo}> ?wkt ; av:radius ?m ; av:accuracy ?a }}"
    ((wkt, metres, accuracy),) = fields.ask(places)
    longitude, latitude = wkt.removeprefix("POINT(").rstrip(")").split()
    assert distance_m(Place(latitude, longitude), Place("35.950617", "39.012389")) + 20 <= int(metres) == 2020
    assert accuracy.endswith("/not-stated")


# --- told -------------------------------------------------------------------------------------------------------------


def test_each_decision_on_a_field_says_who_when_and_why(fields):
    asked = """SELECT ?f ?l ?w ?by ?on ?m {
        ?d a av:Decision, prov:Activity ; av:field ?f ; av:access ?l ; av:accessReason ?w ; av:decidedBy ?by ;
           av:decided ?on OPTIONAL { ?d av:coarsenedToMetres ?m } }"""
    rows = fields.ask(asked)
    told = {(f.rsplit("#")[-1].rsplit("/")[-1], w.rsplit("/")[-1], by, on, m) for f, _, w, by, on, m in rows}
    assert told == {
        ("name", "because-safety", "B. Keeper", "2031-05-30", None),
        ("identifier", "because-child", "A. Coder", "2031-06-01", None),
        ("wording", "because-safety", "A. Coder", "2031-06-01", None),
        ("passage", "because-safety", "A. Coder", "2031-06-01", None),
        ("asWKT", "because-sensitive-site", "A. Coder", "2031-06-01", "2000"),
        ("mgrs", "because-sensitive-site", "A. Coder", "2031-06-01", None),
    }


def test_a_thing_is_told_with_what_is_withheld_of_it_and_why(fields):
    told = fields.told(f"{BASE}victim/first")
    assert "Its name is withheld (sealed; safety of a person): decided by B. Keeper, 30 May 2031." in told
    ((claim,),) = fields.ask(PLACE)
    told = fields.told(claim)
    assert "a place still in use); what is shown is coarsened to 2,000 metres: decided by A. Coder" in told
    assert "its hash is withheld with what it holds" in told


def test_a_decision_on_a_whole_claim_is_withheld_with_it(fields):
    assert fields.ask("SELECT ?d { ?d a av:Decision FILTER NOT EXISTS { ?d av:field ?f } }") == []
    lines = [line for found in fields.record.log.iter_sealed() for line in found.unit.lines]
    assert any("/decision/" in line and "because-safety" in line for line in lines)


def test_all_decisions_are_listed_without_what_they_withhold(fields, tmp_path):
    told = list_access(fields)
    rows = told.output.splitlines()
    assert rows[0] == "what,field,level,reason,coarsened to,decided by,on,how many"
    assert "victim/first,identifier,sealed,child,,A. Coder,2031-06-01,1" in rows
    assert "a withheld claim,,sealed,safety,,A. Coder,2031-06-01,1" in rows
    assert sum(',exact point,sealed,sensitive-site,"2,000 metres",' in row for row in rows) == 1
    assert len(rows) == 8
    assert not any(word in told.output for word in (*SECRET_WORDS, *SECRET_FIELDS))
    keyless = fields.copy(tmp_path)
    shutil.rmtree(keyless.root / "keys")
    told = list_access(keyless)
    assert (told.exit_code, "a withheld claim" in told.output, "keys/ is not here" in told.output) == (0, False, True)
    assert "victim/first,name,sealed,safety" in told.output


def list_access(town):
    return CliRunner().invoke(averment, ["access", "--data", str(town.root), "--format", "csv"])


# --- given away by nothing --------------------------------------------------------------------------------------------


def giveaways(folder, content, *, name="case.yaml"):
    """What a case would give away, in words; nothing is recorded."""
    path = Town.write(_Desk(folder), content, name)
    batch = read_case(path, base=BASE, recorded=WHEN, software="a test")
    planned = plan_units(BASE, batch, list_units(BASE, batch))
    public = [each.unit for each in planned if each.access is Access.PUBLIC]
    return [each.reason for each in find_giveaways(BASE, batch, public)]


class _Desk:
    """Where case files are written without a record."""

    def __init__(self, folder):
        self.folder, self._files = folder, 0


@pytest.mark.parametrize("where", ["nowhere", "wording", "key", "file", "other", "point"])
def test_a_withheld_value_left_standing_elsewhere_is_named_by_place(tmp_path, where):
    content, name = field_case(), "case.yaml"
    if where == "wording":
        content["claims"][2]["wording"] = {"en": "FERRAN, Quílla"}
        del content["claims"][2]["access"]["wording"]
    elif where == "key":
        content["victims"] = {"v-ferran": content["victims"]["first"]}
        content["claims"][2]["asserts"]["occurrence"]["about"] = "v-ferran"
    elif where == "file":
        name = "quilla-ferran.yaml"
    elif where == "other":
        content["events"]["mill"] = {"kind": "incident", "name": {"en": "Death of Quilla Ferran"}}
    elif where == "point":
        content["claims"][3]["wording"] = {"en": "at 35.950617"}
    places = {"wording": "claims[2]", "key": "victims.v-ferran", "file": "the name of the file"}
    places |= {"other": "events.mill", "point": "claims[3]"}
    found = giveaways(tmp_path, content, name=name)
    assert any(f"stands in the open in {places.get(where)}" in each for each in found) == (where != "nowhere")
    assert bool(found) == (where != "nowhere")
    assert not any(word in each for each in found for word in ("Quilla", "35.95"))


@given(
    st.sampled_from([["Ferran"], ["Quilla", "Ferran"], ["Ferran", "Quilla"]]),
    st.sampled_from(["upper", "lower", "title"]),
    st.sampled_from(" ,;-/\n"),
)
def test_no_order_case_accent_or_mark_hides_a_name_in_what_is_said_of_its_bearer(tmp_path_factory, names, form, mark):
    content = field_case()
    accented = unicodedata.normalize("NFD", mark.join(names).replace("a", "á"))
    content["claims"][2]["wording"] = {"en": f"of {getattr(accented, form)()} it is told"}
    del content["claims"][2]["access"]["wording"]
    assert giveaways(tmp_path_factory.mktemp("said"), content) != []


def unnamed(*claims):
    """A case in which the name of a victim who is named in the article is withheld."""
    vane = {"dead-1": {"name": {"en": "Ketta Vane"}, "listed_in": "post", "access": {"name": withheld("restricted")}}}
    made = case(*claims, victims=vane)
    del made["agents"]["vane"]
    return made


def test_a_capture_in_which_something_withheld_stands_is_not_kept(town):
    quoted = killed("9", passage={"quote": "nine people were killed"})
    outcome = town.add(unnamed(quoted, occurred(about="victim/dead-1")), capture=True)
    assert (outcome.captures, outcome.captures_withheld) == (0, 1)
    assert town.add(town.folder / "case-1.yaml", capture=True).captures == 0
    assert where_found_raw(town, ("Ketta",)) == []


def test_a_passage_whose_hash_could_be_tried_is_refused(town):
    made = unnamed(occurred(about="victim/dead-1", passage={"quote": "Mayor Ketta Vane"}))
    (problem,) = town.refused(made, capture=True)
    assert "the name that is withheld, or a part of it, stands in the open in claims[0].passage" in problem
    made["claims"][0]["access"] = {"passage": withheld("restricted")}
    assert town.refused(made, capture=True) == []
    assert hashlib.sha256(b"Mayor Ketta Vane").hexdigest() not in town.export("nquads").decode()


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
    assert where_found_raw(town, ("Quilla",)) == []
    assert town.verify() == ()


def test_a_later_file_does_not_give_away_what_an_earlier_one_withholds(town):
    town.add(victim_case("1", name=withheld("restricted")))
    said = {**occurred(about="victim/first"), "wording": {"en": "Ferran is dead"}}
    (problem,) = town.refused(case(said, uses=["victim/first"], note="2"))
    assert problem.startswith("case-2.yaml:")
    assert "the name that is withheld, or a part of it, stands in the open in claims[0]" in problem
    assert town.refused(case({**said, "wording": {"en": "a child is dead"}}, uses=["victim/first"], note="3")) == []

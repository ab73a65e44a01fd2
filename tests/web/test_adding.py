"""Adding from the browser, without scripts: from a pasted text to the record and back, as a case file by hand would."""

import io

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kg.drafts import list_drafts
from kg.intake import read_case
from kg.intake.writing import read_content, write_case
from kg.keeping import verify_record, withdraw_units
from kg.log import Record
from kg.pipeline import record_batch
from tests.town import BASE, Town, case, killed
from tests.web.adding import DOCUMENT, DROWNED, TEXT, Editor, told
from webui.adding import naming
from webui.adding.fields import list_kinds
from webui.adding.marking import cut_runs

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    made = Town(tmp_path_factory.mktemp("pattern"))
    made.add(case(killed("9", said="2031-05-02")))
    return made


@pytest.fixture
def town(pattern, tmp_path):
    return pattern.copy(tmp_path / "town")


@pytest.fixture
def editor(town):
    made = Editor(town.open())
    assert made.enter().status_code == 303
    return made


def content(editor, draft):
    return read_content(editor.case(draft)[1])


def lines_of(town):
    """Every line of the log as it is now."""
    return [line for found in Record.open(town.root).log.iter_units() for line in found.unit.lines]


# --- a document -------------------------------------------------------------------------------------------------------


def test_a_pasted_text_is_kept_with_what_its_form_says(editor):
    draft = editor.begin(text=TEXT.replace("\n", "\r\n"), url="https://courier.example/1")
    name, _, document = editor.case(draft)
    made = content(editor, draft)
    (described,) = made["documents"].values()
    assert (name, document.decode()) == ("lowmarsh-courier-2022-06-09.yaml", TEXT)
    assert described["captures"][0]["length"] == len(TEXT.encode())
    assert described["urls"] == ["https://courier.example/1"]
    assert made["agents"] == {"lowmarsh-courier": {"kind": "organisation", "name": "Lowmarsh Courier"}}
    assert (made["recorder"], made["defaults"]) == ("A. Coder", {"said": "../2022-06-09", "via": ["lowmarsh-courier"]})


def test_a_file_is_kept_byte_for_byte_in_its_own_encoding(editor):
    data = "سقط أربعون\r\nقتيلا".encode("windows-1256")
    draft = editor.begin(text="", encoding="windows-1256", language="ar", file=(io.BytesIO(data), "a.txt"))
    assert editor.case(draft)[2] == data
    address = editor.claim(draft, "سقط أربعون\r\nقتيلا")
    assert "سقط أربعون" in editor.get(address).text


def test_what_is_said_of_a_document_can_be_amended_before_it_is_recorded(editor):
    draft = editor.begin(text=TEXT)
    changed = {"title": "Report on the dam at Highmere", "published": "2022-06-08", "language": "en"}
    answer = editor.post(f"{draft}/document", **changed, kind="source-outlet", url="https://courier.example/2")
    assert answer.status_code == 303
    made = content(editor, draft)
    (described,) = made["documents"].values()
    assert (described["title"], described["published"]) == (changed["title"], changed["published"])
    assert described["urls"] == ["https://courier.example/2"]
    assert described["captures"][0]["length"] == len(TEXT.encode())
    assert made["defaults"]["said"] == "../2022-06-08"
    assert "Report on the dam at Highmere" in editor.get(draft).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"title": " "}, "The document has no title"), ({"published": "2022-02-30"}, "No day of the calendar fits")],
)
def test_what_cannot_be_said_of_a_document_is_told_and_the_case_stays(editor, changes, said):
    draft = editor.begin(text=TEXT)
    before = editor.case(draft)[1]
    answer = editor.post(f"{draft}/document", **{**DOCUMENT, **changes})
    assert answer.status_code == 422
    assert said in answer.text
    assert editor.case(draft)[1] == before


def test_a_document_that_the_record_describes_stays_as_it_was_recorded(town):
    town.add(case(killed("7", said="2031-05-02", passage={"quote": "nine people"})), capture=True)
    editor = Editor(town.open())
    editor.enter()
    draft = editor.begin(text=town.article.read_text(encoding="utf-8"))
    answer = editor.post(f"{draft}/document", **{**DOCUMENT, "title": "Another title"})
    assert answer.status_code == 422
    assert "The record describes this document already" in answer.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": " "}, "There is no text"),
        ({"title": ""}, "The document has no title"),
        ({"published": "2022-02-30"}, "No day of the calendar fits"),
        ({"published": "2022-07-01"}, "A capture is not older than its document"),
        ({"url": "javascript:alert(1)"}, "http"),
        ({"text": "", "file": (b"\xff\xfe\xfa", "a.txt")}, "The file is no text in utf-8"),
        ({"text": "", "file": (b"%PDF-1.7\0\0", "a.pdf")}, "holds NUL characters"),
        ({"text": "", "encoding": "zlib", "file": (b"abc", "a.txt")}, "no encoding of text is known"),
    ],
)
def test_a_document_that_cannot_be_kept_is_told_and_what_was_typed_stays(editor, changes, said):
    if "file" in changes:
        changes = {**changes, "file": (io.BytesIO(changes["file"][0]), changes["file"][1])}
    answer = editor.post("/add/drafts", **{**DOCUMENT, **changes})
    assert answer.status_code == 422
    assert said.lower() in " ".join(told(answer)).lower()
    assert 'value="Lowmarsh Courier"' in answer.text
    assert list_drafts(editor.app.extensions["averment-record"].root) == []


def test_bytes_that_the_record_has_already_are_the_document_it_has(town):
    town.add(case(killed("7", said="2031-05-02", passage={"quote": "nine people"})), capture=True)
    editor = Editor(town.open())
    editor.enter()
    draft = editor.begin(text=town.article.read_text(encoding="utf-8"), title="Another title", publisher="Nobody")
    made = content(editor, draft)
    assert list(made["documents"]) == ["post"]
    assert "agents" not in made
    form = {
        **DROWNED,
        "count.about": "Mill of Orrin",
        "wording": "nine people",
        "count.number": "9",
        "who": "Ketta Vane",
    }
    editor.claim(draft, "nine people", **form)
    editor.record(draft)
    assert [len(view.chains) for view in town.open().reader().claims_of("voice", f"{BASE}agent/vane")] == [1]


# --- passages ---------------------------------------------------------------------------------------------------------


def test_words_that_stand_twice_are_shown_at_every_place_and_one_is_taken(editor):
    draft = editor.begin()
    answer = editor.post(f"{draft}/passages", quote="dam")
    assert answer.status_code == 422
    assert "2 times" in told(answer)[0]
    second = TEXT.rindex("dam")
    assert f"Characters {second}–{second + 3}" in answer.text
    taken = editor.post(f"{draft}/passages", start=str(second), end=str(second + 3))
    assert taken.status_code == 303
    (claim,) = content(editor, draft)["claims"]
    assert (claim["passage"]["start"], claim["wording"]) == (second, "dam")


def test_words_that_stand_nowhere_are_told_with_the_nearest_and_what_differs(editor):
    answer = editor.post(f"{editor.begin()}/passages", quote="More than  40 people drowned")
    assert "what differs: several" in told(answer)[0]
    assert "<mark>more than 40 people drowned</mark>" in answer.text


@pytest.mark.parametrize(
    ("start", "end"), [("5", "5"), ("9", "4"), ("0", "99999"), ("-1", "4"), ("x", "4"), ("²", "4")]
)
def test_offsets_that_are_none_begin_no_claim(editor, start, end):
    draft = editor.begin()
    assert editor.post(f"{draft}/passages", start=start, end=end).status_code == 422
    assert content(editor, draft)["claims"] == []


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5))
def test_the_runs_of_a_text_are_the_whole_text_and_stand_where_they_say(text, spans):
    runs = cut_runs(text, [(start, end, f"{start}-{end}") for start, end in spans])
    assert "".join(run.text for run in runs) == text
    assert all(text[run.at : run.at + len(run.text)] == run.text for run in runs)
    assert all(len(run.text) == 1 for run in runs if run.shown)


# --- a claim ----------------------------------------------------------------------------------------------------------


def test_what_is_found_stands_beside_the_field_it_belongs_to(editor):
    draft = editor.begin()
    address = editor.claim(draft)
    answer = editor.post(f"{address}/check", **{**DROWNED, "count.number": "dozens", "who": "", "said": "2022-02-30"})
    found = {each["input"]: each for each in answer.json["findings"]}
    assert {"who", "said", "count.number"} <= set(found)
    assert "No day of the calendar" in found["said"]["reason"]
    assert "who" not in content(editor, draft)["claims"][0], "checking saves nothing"


def test_a_claim_in_order_is_told_in_the_sentence_that_show_speaks(town, editor):
    draft = editor.begin()
    address = editor.claim(draft, **DROWNED)
    said = editor.post(f"{address}/check", **DROWNED).json["sentence"]
    assert said.startswith("The Rangers asserted that there were at least 41 people killed in Dam at Highmere")
    editor.record(draft)
    assert said in town.told(town.claim("more than 40 people drowned"))


def test_a_form_that_is_saved_shows_what_was_typed(editor):
    typed = {
        **DROWNED,
        "who": "Orrin Town Hall",
        "speaker": "Ketta Vane",
        "on.kind": "interview",
        "said": "2022-06-08",
        "count.about": "Mill of Orrin; Dam at Highmere",
        "count.period": "2022-06",
        "via.0.who": "An aid worker",
        "via.0.kind": "telephone-call",
        "grounds": "interviewed",
        "consulted": "medical records; Ketta Vane",
        "access": "access-restricted",
        "access.reason": "because-consent-limited",
    }
    draft = editor.begin()
    address = editor.claim(draft, **typed)
    page = editor.get(address).text
    for value in typed.values():
        assert f'value="{value}"' in page, value
    (claim,) = content(editor, draft)["claims"]
    assert claim["asserts"]["count"]["about"] == ["event/mill", "dam-at-highmere"]
    assert [row["who"] if isinstance(row, dict) else row for row in claim["via"]] == [
        "an-aid-worker",
        "lowmarsh-courier",
    ]
    editor.post(address, action="save", **typed)
    assert content(editor, draft)["claims"] == [claim], "saved again it is the same"


PLACED = {
    "who": "The Rangers",
    "stance": "asserts",
    "kind": "location",
    "location.about": "Dam at Highmere",
    "location.point": "35.95062, 39.01239",
    "location.radius": "20",
    "wording": "the dam at Highmere",
    "as": "indirect-speech",
}
DECIDED = {"access": "access-sealed", "access.reason": "because-sensitive-site"}


def test_the_exact_place_and_the_words_of_a_claim_are_withheld_while_the_rest_is_public(town, editor):
    typed = {**PLACED, **DECIDED, "access.fields": ["point", "wording", "passage"], "access.metres": "5000"}
    draft = editor.begin()
    address = editor.claim(draft, "the dam at Highmere", **typed)
    decided = {"level": "access-sealed", "reason": "because-sensitive-site"}
    (claim,) = content(editor, draft)["claims"]
    assert claim["access"] == {"wording": decided, "passage": decided}
    assert claim["asserts"]["location"]["access"] == {"point": {**decided, "metres": 5000}}
    page = editor.get(address).text
    for value in ("point", "wording", "passage"):
        assert f'name="access.fields" value="{value}" checked' in page
    editor.post(address, action="save", **typed)
    assert content(editor, draft)["claims"] == [claim], "saved again it is the same"
    editor.record(draft)
    public = "\n".join(lines_of(town))
    assert 'radius> "5020"' in public
    assert "35.95062" not in public
    assert "the dam at Highmere" not in public


@pytest.mark.parametrize(
    ("changes", "place", "reason"),
    [
        ({"access.fields": ["point"], "access.reason": ""}, "access.reason", "Missing"),
        ({"access.fields": ["point"], "access": ""}, "access", "Missing"),
        ({"access.metres": "7"}, "access.metres", "Less than 100"),
        ({"access.metres": "a mile"}, "access.metres", ""),
        ({"access.fields": ["place"]}, "access.fields", "There is no place to decide about"),
        ({"access.fields": ["point"]}, "access.fields", "Nothing would be left of where it is"),
    ],
)
def test_what_is_amiss_in_a_decision_stands_beside_its_input(editor, changes, place, reason):
    draft = editor.begin()
    address = editor.claim(draft, "the dam at Highmere")
    found = editor.post(f"{address}/check", **{**PLACED, **DECIDED, **changes}).json["findings"]
    told_of = [each["reason"] for each in found if each["input"] == place and each["refuses"]]
    assert [each for each in told_of if reason in each], found


def test_a_name_that_nothing_bears_is_new_and_told_with_the_nearest(editor):
    address = editor.claim(editor.begin())
    answer = editor.post(f"{address}/check", **{**DROWNED, "who": "Orrin Town Hal"})
    (told_of,) = [each for each in answer.json["findings"] if each["input"] == "who"]
    assert "Orrin Town Hall" in told_of["remedy"]
    assert not told_of["refuses"]


def test_what_no_claim_names_any_more_is_not_described_any_more(editor):
    draft = editor.begin()
    address = editor.claim(draft, **{**DROWNED, "who": "The Rangerz"})
    editor.post(address, action="save", **DROWNED)
    assert set(content(editor, draft)["agents"]) == {"lowmarsh-courier", "the-rangers"}
    editor.post(address, action="remove")
    assert set(content(editor, draft)["agents"]) == {"lowmarsh-courier"}


def test_every_kind_of_proposition_has_a_form(editor):
    draft = editor.begin()
    address = editor.claim(draft)
    for kind, fields in list_kinds().items():
        editor.post(address, action="kind", stance="denies", kind=kind, **{f"{kind}.{fields[0].name}": "x"})
        page = editor.get(address)
        assert page.status_code == 200
        assert all(f'name="{kind}.{field.name}"' in page.text for field in fields), kind


# --- the record -------------------------------------------------------------------------------------------------------


def test_the_case_file_that_is_downloaded_gives_the_very_same_record(town, editor, tmp_path):
    twin = town.copy(tmp_path / "twin")
    draft = editor.begin()
    editor.claim(draft, **DROWNED)
    no_shot = {"who": "Northern Army", "speaker": "Orla Venn", "stance": "denies", "kind": "responsibility"}
    no_shot |= {
        "responsibility.about": "Dam at Highmere",
        "responsibility.actor": "Northern Army",
        "on.kind": "interview",
    }
    no_shot |= {"wording": "We fired no shot that night", "as": "direct-speech", "agents.orla-venn.kind": "person"}
    editor.claim(draft, "We fired no shot that night", **no_shot)
    name, data, document = editor.case(draft)
    editor.record(draft)
    path, kept = tmp_path / name, tmp_path / "document.txt"
    path.write_bytes(data)
    kept.write_bytes(document)
    batch = read_case(path, base=BASE, captures=[kept], recorded="2031-06-02T00:00:00Z", software="averment test")
    outcome = record_batch(twin.root, twin.record, batch)
    here, there = Record.open(town.root).log, Record.open(twin.root).log
    units = [
        {each.unit.digest() for each in log.iter_units(1) if "/ingestion/" not in each.unit.subject}
        for log in (here, there)
    ]
    assert outcome.claims == 2
    assert here.entries()[1].ingestion == there.entries()[1].ingestion
    assert units[0] == units[1]
    assert batch.ingestion.recorder == "A. Coder"


def test_a_case_that_is_refused_leaves_the_record_alone(town, editor):
    draft = editor.begin()
    editor.claim(draft, **{**DROWNED, "who": ""})
    answer = editor.post(f"{draft}/record")
    assert answer.status_code == 422
    assert "Nothing is recorded" in answer.text
    assert Record.open(town.root).log.number == 1


def test_what_is_recorded_can_no_longer_be_changed(editor):
    draft = editor.begin()
    address = editor.claim(draft, **DROWNED)
    editor.record(draft)
    assert editor.post(address, action="save", **DROWNED).status_code == 400
    assert editor.post(f"{draft}/record").status_code == 400


def test_taking_back_is_a_withdrawal_with_a_reason_that_is_recorded(town, editor):
    draft = editor.begin()
    editor.claim(draft, **{**DROWNED, "who": "Ketta Vane"})
    done = editor.record(draft)
    assert "1 claim stands" in editor.get(done).text
    assert editor.post(f"{done}/undo", reason="", sure="yes").status_code == 422
    assert editor.post(f"{done}/undo", reason="withdrawn-recorded-in-error").status_code == 422
    assert editor.post(f"{done}/undo", reason="withdrawn-recorded-in-error", sure="yes").status_code == 303
    last = Record.open(town.root).log.entries()[-1]
    assert (last.kind, last.recorder, last.reason.rpartition("/")[2]) == (
        "withdrawal",
        "A. Coder",
        "withdrawn-recorded-in-error",
    )
    assert "Taken back" in editor.get(done).text
    assert not [line for line in lines_of(town) if "drowned" in line]
    assert [line for line in lines_of(town) if "agent/vane>" in line], "what the record had before stays"
    assert verify_record(town.root).findings == ()
    assert list_drafts(town.root) == []
    again = editor.begin()
    editor.claim(again, **{**DROWNED, "who": "Ketta Vane"})
    assert "was recorded before, and taken back" in editor.post(f"{again}/record").text


@pytest.mark.exhaustive
def test_what_another_recording_rests_on_stays_when_one_is_taken_back(town, editor):
    first = editor.begin()
    editor.claim(first, **DROWNED)
    done = editor.record(first)
    second = editor.begin(text="The Rangers repeated it.", title="Later")
    editor.claim(second, "The Rangers repeated it", **{**DROWNED, "wording": "repeated it"})
    editor.record(second)
    editor.post(f"{done}/undo", reason="withdrawn-recorded-in-error", sure="yes")
    lines = lines_of(town)
    assert [line for line in lines if line.startswith(f"<{BASE}agent/the-rangers>")]
    assert [line for line in lines if line.startswith(f"<{BASE}event/dam-at-highmere>")]
    assert not [line for line in lines if '"more than 40 people drowned"' in line]
    assert verify_record(town.root).findings == ()


@pytest.mark.exhaustive
def test_any_withdrawal_removes_the_drafts_that_were_recorded(town, editor):
    recorded, open_one = editor.begin(), editor.begin()
    editor.claim(recorded, **DROWNED)
    editor.record(recorded)
    withdraw_units(town.root, [town.claim("9 killed")], reason="withdrawn-safety", who="B", when="2031-07-01T00:00:00Z")
    assert [draft.name for draft in list_drafts(town.root)] == [open_one.rpartition("/")[2]]


# --- the form of a case file, written ---------------------------------------------------------------------------------

_plain = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Cn"]), max_size=20)
_values = st.recursive(
    st.one_of(_plain, st.integers(0, 10**9), st.sampled_from(["no", "1,600", "318", "~", "2032-06-09", "a: b", "- x"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["who", "wording", "claims"]), _values, min_size=1))
@example({"who": "?", "wording": "?nine", "claims": ["? nine", {"a": "?"}]})
def test_a_case_that_is_written_is_read_as_it_was(made):
    try:
        data = write_case(made)
    except ValueError:
        assert any(sign in repr(made) for sign in ("\\u2028", "\\u2029", "\\ufeff", "\\ufffe", "\\uffff", "\\x85"))
        return
    assert read_content(data) == made


def test_names_that_are_not_all_offered_are_said_not_to_be(editor, monkeypatch):
    assert "As you type, only" not in editor.client.get("/add").text
    monkeypatch.setattr(naming, "OFFERED", 0)
    assert "As you type, only 0 of " in editor.client.get("/add").text

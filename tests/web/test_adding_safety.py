"""Adding is open to one person on this machine: not without the word, not from another site, not to hostile text."""

import stat

import pytest
from click.testing import CliRunner

from kg.cli import averment
from kg.drafts import FOLDER, list_drafts
from kg.errors import Unusable
from tests.town import Town
from tests.web.adding import DOCUMENT, DROWNED, HOME, Editor
from webui.adding.session import require_loopback
from webui.app import create_app

EVIL = "</div><script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7*7 }} \u202egnp.exe"
PLACES = ("/add", "/add/drafts", "/add/0123456789ab", "/add/recorded/x", "/add/enter", "/static/js/../../add")


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return Town(tmp_path_factory.mktemp("safe"))


@pytest.fixture(scope="module")
def editor(town):
    made = Editor(town.open())
    made.enter()
    return made


@pytest.mark.parametrize("path", PLACES)
def test_without_editing_there_are_no_such_pages(town, path):
    client = create_app(town.open()).test_client()
    assert client.get(path).status_code == 404
    assert client.post(path, headers={"Origin": HOME}).status_code in (404, 405)
    assert ">Add</a>" not in client.get("/", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "no-such-host.invalid", ""])
def test_an_address_that_others_reach_is_not_opened(host):
    with pytest.raises(Unusable, match="ssh -L"):
        require_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_an_address_of_this_machine_alone_is_opened(host):
    require_loopback(host)


def test_the_command_refuses_to_edit_where_others_can_reach_it(town):
    told = CliRunner().invoke(averment, ["serve", "--edit", "A. Coder", "--host", "0.0.0.0", "--data", str(town.root)])
    assert told.exit_code != 0
    assert "Remedy: leave --host out" in str(told.exception)


@pytest.mark.parametrize("name", ["", "  ", "A\x1b[2J"])
def test_the_command_refuses_to_edit_under_no_name(town, name):
    told = CliRunner().invoke(averment, ["serve", "--edit", name, "--data", str(town.root)])
    assert told.exit_code == 2
    assert "the name of whoever adds" in told.output


def test_a_wrong_token_lets_nobody_in(town):
    stranger = Editor(town.open())
    assert stranger.enter("no-such-token").status_code == 403
    assert stranger.form_token == ""
    assert stranger.get("/add/recorded/x").headers["Location"] == "/add"
    assert stranger.post("/add/drafts", **DOCUMENT).status_code == 403


def test_the_token_of_another_start_lets_nobody_in(town, editor):
    assert Editor(town.open()).enter(editor.token).status_code == 403


def test_whoever_left_is_out(town):
    made = Editor(town.open())
    made.enter()
    assert made.post("/add/leave").status_code == 303
    assert made.post("/add/drafts", **DOCUMENT).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://localhost:9999"},
        {"Origin": HOME, "Sec-Fetch-Site": "cross-site"},
        {"Origin": HOME, "Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_site_does_nothing(town, editor, headers):
    before = len(list_drafts(town.root))
    assert editor.post("/add/drafts", headers=headers, **DOCUMENT).status_code == 403
    assert len(list_drafts(town.root)) == before


def test_a_form_without_the_token_of_the_session_does_nothing(editor):
    answer = editor.client.post("/add/drafts", data=DOCUMENT, headers={"Origin": HOME})
    assert answer.status_code == 403
    answer = editor.client.post("/add/drafts", data={**DOCUMENT, "form_token": "ü"}, headers={"Origin": HOME})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8642", "localhost.evil.example", "127.0.0.1.evil.example", "[::2]", ""]
)
def test_a_name_that_someone_points_here_is_refused(editor, host):
    answer = editor.get("/add", Host=host)
    assert answer.status_code in (400, 403)
    answer = editor.post("/add/drafts", headers={"Host": host, "Origin": f"http://{host}"}, **DOCUMENT)
    assert answer.status_code in (400, 403)


@pytest.mark.parametrize("host", ["127.0.0.1:8642", "localhost:1", "[::1]:8642"])
def test_the_names_of_this_machine_are_taken(editor, host):
    assert editor.get("/add", Host=host).status_code == 200


def test_the_session_is_sent_to_these_pages_alone_and_never_from_elsewhere(town):
    cookie = Editor(town.open()).enter().headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/add" in cookie


def test_every_page_keeps_the_strict_policy_and_is_kept_in_no_cache(editor):
    draft = editor.begin()
    for path in ("/add", draft, editor.claim(draft), f"{draft}/document.txt"):
        headers = editor.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'; base-uri 'none'; form-action 'self'")
        assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert "Access-Control-Allow-Origin" not in headers


def test_hostile_text_is_text_everywhere(editor):
    refused = editor.post("/add/drafts", **{**DOCUMENT, "publisher": EVIL})
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text
    plain = EVIL.replace("\u202e", "")
    draft = editor.begin(text=f"Someone said {EVIL} here.", title=plain, publisher=plain)
    address = editor.claim(draft, EVIL, **{**DROWNED, "who": EVIL, "count.about": EVIL, "wording": EVIL})
    for path in ("/add", draft, address):
        page = editor.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "49 " not in page
    assert '<span class="hidden-sign"' in editor.get(draft).text
    answer = editor.post(f"{address}/check", **{**DROWNED, "who": EVIL})
    assert answer.content_type == "application/json"


def test_the_document_is_handed_out_as_a_file_and_never_as_a_page(editor):
    answer = editor.get(f"{editor.begin(text='<script>alert(1)</script>')}/document.txt")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.content_type == "application/octet-stream"


@pytest.mark.parametrize("name", ["../../etc", "..%2F..%2Frecord", "0123456789ab", "ABCDEF012345", "."])
def test_no_address_leads_out_of_the_drafts(editor, name):
    assert editor.get(f"/add/{name}").status_code in (404, 308)
    assert editor.get(f"/add/{name}/record.json").status_code in (404, 308)


def test_a_draft_gives_no_file_but_its_own_two(editor):
    draft = editor.begin()
    for file in ("recorded", "document", "..%2f..%2frecord.json", "other.yaml"):
        assert editor.get(f"{draft}/{file}").status_code == 404


def test_nobody_but_the_owner_of_the_record_reads_a_draft(town, editor):
    editor.begin()
    folder = town.root / FOLDER
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o700 for path in folder.iterdir())


def test_more_than_a_document_may_have_is_not_read(editor):
    assert editor.post("/add/drafts", **{**DOCUMENT, "text": "x" * 3_200_000}).status_code == 413

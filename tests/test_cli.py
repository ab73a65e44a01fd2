"""The command line as a person meets it: help that teaches, plain errors, exit codes, nothing raw on the terminal."""

import csv
import fcntl
import io
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import averment
from kg.cli import main as run_main
from kg.export import parse_export
from kg.intake import read_case
from kg.model import Text
from kg.pipeline import record_batch
from tests.town import BASE, WHEN, Town, case, killed, occurred, withheld

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parent.parent
HEAVY = (
    "rdflib",
    "duckdb",
    "pyoxigraph",
    "pyarrow",
    "pyshacl",
    "shacl",
    "flask",
    "networkx",
    "ruamel",
    "rich",
    "cryptography",
)
PROGRAM = [sys.executable, "-c", "from kg.cli import main; main()"]
COMMANDS = averment.list_commands(None)
HOSTILE = "Vane" + chr(0x202E) + chr(27) + "[31mred" + chr(0x2066) + chr(7) + "\u200f"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    town = Town(tmp_path_factory.mktemp("town"))
    passage = {"quote": "nine people were killed"}
    town.add(case(killed("9", passage=passage), occurred(who="vane")), capture=True)
    return town


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A record with a name that no case file could bring in."""
    town = Town(tmp_path_factory.mktemp("hostile"))
    path = town.write(case(killed("9"), occurred(who="vane")))
    batch = read_case(path, base=BASE, recorded=WHEN, software="averment test")
    named = [
        replace(each, names=(Text(HOSTILE, "en"),)) if each.iri.endswith("/vane") else each for each in batch.entities
    ]
    record_batch(town.root, town.record, replace(batch, entities=tuple(named)))
    return town


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command in this process as `main` does; what it printed, and its exit status."""

    def call(*arguments, stdin=""):
        monkeypatch.setattr(sys, "argv", ["averment", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogateescape"))))
        status = 0
        try:
            run_main()
        except SystemExit as end:
            status = end.code or 0
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return status, printed.out, printed.err

    return call


def spawn(*arguments, **options):
    env = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)], env=env, capture_output=True, text=True, timeout=120, **options
    )


# --- help -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells_what_it_is_for_and_how_it_is_given(command):
    result = CliRunner().invoke(averment, [command, "--help"])
    assert result.exit_code == 0
    words = result.output.split("Options:")[0]
    assert len(words.split()) > 12, words
    assert f"Usage: averment {command}" in words
    assert "Example" in result.output or "averment " in result.output.split("\n", 1)[1], f"{command} shows no example"


def test_the_help_lists_every_command_with_a_summary():
    output = CliRunner().invoke(averment, ["--help"]).output
    for command in COMMANDS:
        assert any(line.strip().startswith(f"{command} ") for line in output.splitlines()), command


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], []])
def test_help_imports_nothing_heavy(arguments):
    code = (
        f"import sys\nsys.argv = ['averment', *{arguments!r}]\nfrom kg.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"sys.exit(', '.join(sorted(set({HEAVY!r}) & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["stats"], ["verify"], ["export"], ["show", "x"], ["add", __file__]])
def test_without_a_record_it_says_how_to_make_one(run, tmp_path, command):
    status, _, err = run(*command, "--data", tmp_path / "none")
    assert status == 1
    assert "holds no record. Remedy: make one with `averment init`" in err


def test_a_record_of_another_version_is_refused(run, tmp_path):
    Town(tmp_path)
    about = tmp_path / "data" / "record.json"
    about.write_text(about.read_text().replace('"version":1', '"version":99').replace('"format":1', '"format":99'))
    status, _, err = run("stats", "--data", tmp_path / "data")
    assert status == 1
    assert "record.json" in err
    assert "Remedy: use the version of this program that made the record" in err


def test_an_unknown_name_is_told(run, town):
    status, _, err = run("show", "event/nowhere", "--data", town.root)
    assert (status, err.partition(".")[0]) == (1, "Nothing in this record is named 'event/nowhere'")


def test_the_beginning_of_a_name_is_enough_and_an_ambiguous_one_lists_what_it_can_mean(run, town):
    key = town.claim("9 killed").rpartition("/")[2]
    assert run("show", key[:10], "--data", town.root)[0] == 0
    assert run("show", f"claim/{key[:10]}", "--data", town.root)[0] == 0
    status, out, err = run("show", "", "--data", town.root)
    assert (status, err) == (1, f"{len(out.splitlines())} things are named so; say which:\n")
    assert f"{BASE}agent/post" in out.splitlines()


def test_a_claim_is_handed_on_as_a_nanopublication_and_as_prov(run, town):
    name = town.open().find("claim/")[0]
    given = {
        form: run("show", name, "--format", form, "--data", town.root) for form in ("nanopub", "provn", "provjson")
    }
    assert {status for status, _, _ in given.values()} == {0}
    assert len({line.rsplit(" ", 2)[1] for line in parse_export(given["nanopub"][1].encode(), "trig")}) == 4
    assert given["provn"][1].startswith("document\n")
    assert json.loads(given["provjson"][1])["entity"]
    status, _, err = run("show", "event/mill", "--format", "nanopub", "--data", town.root)
    assert status != 0
    assert "claim" in err


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * {\n ?s ?p\n}", "line 3, column"),
        ("SELECT * {\n  SERVICE <http://x.example/> { ?s ?p ?o } }", "line 2, column 3: SERVICE is not run here"),
        ("INSERT DATA { <a:b> <a:b> <a:b> }", "line 1, column 1: INSERT would change data"),
        ("", "not SPARQL"),
    ],
)
def test_a_query_that_is_not_run_is_told_with_its_place(run, town, query, told):
    status, out, err = run("query", "-", "--data", town.root, stdin=query)
    assert (status, out) == (1, "")
    assert told in err


def test_a_query_that_is_not_text_is_told(run, town):
    path = town.folder / "query.rq"
    path.write_bytes(b"SELECT \xff")
    status, _, err = run("query", path, "--data", town.root)
    assert status == 1
    assert "not UTF-8 at byte 7" in err


@pytest.mark.parametrize(
    "arguments",
    [["add"], ["add", "/no/such.yaml"], ["frobnicate"], ["export", "--format", "doc"], ["init", "--base", "x"],
     ["add", __file__, "--capture", "/no/such"], ["query", "/no/such.rq"], ["ask", "who-asserts-what", "--param", "x"]],
)  # fmt: skip
def test_wrong_usage_is_status_two(run, town, arguments):
    status, out, err = run(*arguments, *([] if arguments == ["frobnicate"] else ["--data", town.root]))
    assert (status, out) == (2, "")
    assert "Usage: averment" in err


@pytest.mark.parametrize("text", ["", "claims: [", "\x00", "- a\n- b\n", "averment: 1\n"])
def test_a_file_that_is_no_case_is_refused_with_its_place(run, town, tmp_path, text):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    for command in ("add", "check"):
        status, _, err = run(command, path, "--data", town.root)
        assert status == 1
        assert str(path) in err


def test_a_folder_that_may_not_be_written_is_told(run):
    status, _, err = run("init", "--data", "/proc/averment")
    assert status == 1
    assert "/proc/averment" in err


def test_an_export_that_fails_leaves_no_half_of_a_file(run, town, tmp_path, monkeypatch):
    def fail(lines, form, output):
        output.write(b"half")
        raise OSError(28, "No space left on device", "out.nq")

    monkeypatch.setattr("kg.keeping.write_lines", fail)
    status, _, err = run("export", "--format", "trig", "-o", tmp_path / "out.nq", "--data", town.root)
    assert (status, list(tmp_path.iterdir())) == (1, [])
    assert "No space left on device" in err


def test_an_export_into_a_file_says_how_much_it_wrote(run, town, tmp_path):
    target = tmp_path / "out.ttl"
    status, out, err = run("export", "--format", "turtle", "-o", target, "--data", town.root)
    assert (status, out, list(tmp_path.iterdir())) == (0, "", [target])
    assert f"{target}: {target.stat().st_size:,} bytes" in err
    assert "turtle holds no graphs; trig and nquads do." in err


def test_what_is_withheld_is_said_with_an_export(run, tmp_path):
    town = Town(tmp_path)
    town.add(case(killed("9"), killed("7", access=withheld("sealed"))))
    _, _, err = run("export", "--data", town.root)
    assert "withheld units are left out." in err


def test_a_reader_that_stops_reading_is_no_error(town):
    command = " ".join(f"'{part}'" for part in [*PROGRAM, "export", "--data", str(town.root)])
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -n 1"],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.startswith("<")
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def unread(pipe):
    """How many bytes of what was written into a pipe nobody has read yet."""
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


@pytest.fixture
def heeding():
    """A process started from here heeds an interrupt, even where this one was started to ignore it, as by `nohup`."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeding")
def test_an_interrupt_ends_it_without_a_traceback(town):
    child = subprocess.Popen(
        [*PROGRAM, "query", "-", "--data", str(town.root)],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.write(child.stdin.fileno(), b"ASK {")
    while unread(child.stdin):  # What has begun to read the query waits for its end.
        assert child.poll() is None
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (1, b"")
    assert err.strip() == b"Aborted!"


# --- tables -----------------------------------------------------------------------------------------------------------

SELECT = "SELECT ?label { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label } ORDER BY ?label"


@pytest.mark.parametrize("command", [["stats"], ["ask"], ["ask", "who-asserts-what", "--param", "event=mill"]])
def test_every_table_is_also_csv_and_json(run, town, command):
    _, shown, _ = run(*command, "--data", town.root)
    _, text, _ = run(*command, "--format", "csv", "--data", town.root)
    _, content, _ = run(*command, "--format", "json", "--data", town.root)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == len(json.loads(content)) > 0
    assert list(rows[0]) == list(json.loads(content)[0])
    assert shown.endswith(f"{len(rows)} rows\n") or shown.endswith("1 row\n")


@pytest.mark.parametrize("form", ["csv", "json", "tsv", "xml"])
def test_a_query_is_answered_in_every_standard_form(run, town, form):
    status, out, _ = run("query", "-", "--format", form, "--data", town.root, stdin=SELECT)
    assert status == 0
    assert "Mill of Orrin" in out


def test_a_query_can_also_ask_and_construct(run, town):
    assert run("query", "-", "--data", town.root, stdin="ASK { ?s ?p ?o }")[1] == "true\n"
    lines = run("query", "-", "--data", town.root, stdin="CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 2")[1].splitlines()
    assert len(lines) == 2
    assert all(line.endswith(" .") for line in lines)


def test_an_answer_without_rows_is_explained_beside_the_table(run, hostile):
    _, table, told = run("ask", "circular-reports", "--format", "csv", "--data", hostile.root)
    assert table.splitlines()[1:] == []
    assert "av:CircularReport is a word of the vocabulary, but nothing in the record uses it." in told
    _, table, told = run(
        "query", "-", "--data", hostile.root, stdin="SELECT ?s { ?s a <http://www.w3.org/ns/prov#Agnt> }"
    )
    assert "0 rows" in table
    assert "Did you mean prov:Agent, which is <http://www.w3.org/ns/prov#Agent>?" in told


COMMANDS_THAT_SHOW = [
    ["show", "agent/vane"],
    ["show", "event/mill"],
    ["ask", "who-asserts-what", "--param", "event=mill"],
    ["ask", "who-asserts-what", "--param", "event=mill", "--format", "json"],
    ["ask", "who-asserts-what", "--param", "event=mill", "--format", "csv"],
    ["ask", "agents-overview"],
]


@pytest.mark.parametrize("command", COMMANDS_THAT_SHOW)
def test_no_control_or_bidi_character_reaches_the_terminal(hostile, command):
    text = on_terminal([*command, "--data", str(hostile.root)])
    raw = [hex(ord(c)) for c in text if not c.isprintable() and c not in "\n\r"]
    assert raw == []
    assert "<U+202E>" in text or "\\u202e" in text


def on_terminal(arguments) -> str:
    """What a command prints when it writes to a terminal, terminal control of our own left out."""
    primary, secondary = pty.openpty()
    fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 400, 0, 0))
    env = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "TERM": "vt100", "NO_COLOR": "1", "COLUMNS": "200"}
    child = subprocess.Popen(
        [*PROGRAM, *arguments], env=env, stdin=subprocess.DEVNULL, stdout=secondary, stderr=secondary
    )
    os.close(secondary)
    chunks = []
    while True:
        try:
            chunk = os.read(primary, 65536)
        except OSError:
            break
        if not chunk:
            break
        chunks.append(chunk)
    child.wait(timeout=60)
    os.close(primary)
    # Bold, faint and the end of them, as our own tables have; a colour would be the name's.
    return re.sub("\x1b\\[(0|1|2|3)?m", "", b"".join(chunks).decode())


def test_what_is_piped_is_exact(run, hostile):
    _, out, _ = run("query", "-", "--format", "csv", "--data", hostile.root, stdin=SELECT)
    assert HOSTILE in out


# --- recording --------------------------------------------------------------------------------------------------------


def test_a_first_day(run, tmp_path):
    data = tmp_path / "data"
    town = Town(tmp_path / "other") if (tmp_path / "other").mkdir() is None else None
    path = town.write(case(killed("9", passage={"quote": "nine people were killed"})))
    assert run("init", "--base", BASE, "--data", data)[0] == 0
    assert "in order; 2 new claims and relays" in run("check", path, "--capture", town.article, "--data", data)[1]
    assert "in entry 1" in run("add", path, "--capture", town.article, "--data", data)[1]
    assert "recorded already, nothing added" in run("add", path, "--capture", town.article, "--data", data)[1]
    assert "9 people killed" in run("show", "event/mill", "--data", data)[1]
    assert "The record verifies: 1 entry, " in run("verify", "--data", data)[1]
    status, _, err = run("init", "--data", data)
    assert status == 1
    assert "holds a record already" in err


def test_one_bad_file_among_several_does_not_keep_the_others_out(run, tmp_path):
    town = Town(tmp_path)
    good, bad = town.write(case(killed("9"))), town.write("claims: [")
    status, out, err = run("add", bad, good, "--data", town.root)
    assert status == 1
    assert f"Nothing of {bad} is recorded." in err
    assert f"{good}: 1 claim and 1 relay recorded in entry 1" in out


def test_verification_that_fails_is_status_one(run, tmp_path):
    town = Town(tmp_path)
    town.add(case(killed("9")))
    commit = next((town.root / "log" / "commits").iterdir())
    commit.write_bytes(commit.read_bytes().replace(b"A. Coder", b"B. Coder"))
    status, out, err = run("verify", "--data", town.root)
    assert (status, out) == (1, "")
    assert "finding" in err


def test_a_withdrawal_needs_a_reason_of_the_scheme(run, tmp_path):
    town = Town(tmp_path)
    town.add(case(killed("9")))
    claim = town.claim("9 killed")
    status, _, err = run("withdraw", claim, "--reason", "whim", "--who", "A", "--data", town.root)
    assert status == 1
    assert "'whim' is no reason for a withdrawal. Remedy: one of " in err
    reason = err.partition("one of ")[2].split(",")[0].strip(" .\n")
    assert run("withdraw", claim, "--reason", reason, "--who", "A", "--data", town.root)[0] == 0
    assert run("withdraw", claim, "--reason", reason, "--who", "A", "--data", town.root)[0] == 1

"""Serving: an address that answers, told once it is listened on, and a port in use told in words."""

import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from kg.errors import Unusable
from webui.serve import listen

PROGRAM = """
import sys
from pathlib import Path
from kg.record import OpenRecord
from webui.app import create_app
from webui.serve import listen, serve
app = create_app(OpenRecord.open(Path(sys.argv[1])))
serve(app, listen("127.0.0.1", 0), on_ready=lambda address: print(address, flush=True))
"""


def test_the_address_that_is_told_answers_and_nothing_is_left_over_at_the_end(record):
    command = [sys.executable, "-c", PROGRAM, str(record.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        try:
            address = run.stdout.readline().strip()
            with urllib.request.urlopen(f"{address}doc/event/mill", timeout=20) as answer:
                assert answer.status == 200
                assert b"Mill of Orrin" in answer.read()
        finally:
            run.terminate()
        assert "leaked" not in run.stderr.read()


def test_a_port_in_use_is_told_with_what_to_do(record):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Unusable, match=f"127.0.0.1:{port} cannot be listened on .* choose another with --port"):
            listen("127.0.0.1", port)


def started(record, port):
    averment = str(Path(sys.executable).with_name("averment"))
    command = [averment, "serve", "--data", str(record.root), "--port", str(port)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_server_that_is_ended_at_once_ends_without_a_word(record):
    with started(record, 0) as run:
        assert run.stdout.readline().startswith("Averment is at ")
        run.terminate()
        _, told = run.communicate(timeout=30)
        assert (run.returncode, told) == (0, "")


def test_a_server_whose_port_is_in_use_says_so_and_nothing_else(record):
    with socket.create_server(("127.0.0.1", 0)) as taken, started(record, taken.getsockname()[1]) as run:
        _, told = run.communicate(timeout=30)
        assert (run.returncode, told.count("\n")) == (1, 1)
        assert "choose another with --port" in told

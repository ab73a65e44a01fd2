"""What a worker is kept from, tried from inside one."""

import socket
import subprocess
import sys

import pytest

PROGRAM = """
import os, socket, sys, tempfile
from kg.serving.sandbox import enter
way = enter(memory=200 << 20)
try:
    {attempt}
except (OSError, MemoryError) as error:
    print(way, type(error).__name__)
else:
    print(way, "done")
"""
ATTEMPTS = {
    "internet": "socket.socket(socket.AF_INET)",
    "local": "socket.socket(socket.AF_UNIX)",
    "packets": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "pair": "socket.socketpair()",
    "program": "os.execv('/bin/true', ['true'])",
    "process": "os.fork()",
    "write": "open('{folder}/new', 'w')",
    "append": "open('{folder}/old', 'a')",
    "remove": "os.unlink('{folder}/old')",
    "rename": "os.rename('{folder}/old', '{folder}/new')",
    "kill": "os.kill(os.getppid(), 15)",
    "memory": "bytearray(600 << 20)",
}


def attempt(code, folder):
    program = PROGRAM.replace("{attempt}", code.replace("{folder}", str(folder)))
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    return run.stdout.split() or run.stderr


@pytest.mark.parametrize("name", sorted(ATTEMPTS))
def test_a_worker_is_kept_from_what_answering_does_not_need(name, tmp_path):
    (tmp_path / "old").touch()
    way, ended = attempt(ATTEMPTS[name], tmp_path)
    if way != "seccomp" and name not in {"internet", "memory"}:
        pytest.skip("this system has no seccomp; only the network is taken away")
    assert ended in {"PermissionError", "OSError", "MemoryError"}
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def test_a_worker_may_read(tmp_path):
    (tmp_path / "old").touch()
    assert attempt("open('{folder}/old').read()", tmp_path)[1] == "done"


def test_the_engine_itself_reaches_no_server(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        port = server.getsockname()[1]
        code = f"import pyoxigraph; pyoxigraph.Store().query('ASK {{ SERVICE <http://127.0.0.1:{port}/> {{ }} }}')"
        _, ended = attempt(code, tmp_path)
        assert ended in {"OSError", "PermissionError"}
        with pytest.raises(TimeoutError):
            server.accept()

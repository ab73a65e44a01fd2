"""A real SPARQL 1.1 server on this machine, of the package `oxigraph`, started for tests and ended by its own id."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.store.http import Patience, Transport
from kg.store.remote import Addresses, RemoteStore

QUICK = Patience(timeout=20, attempts=1)


def find_program() -> str:
    """The program `oxigraph`, beside this Python or on the path."""
    beside = Path(sys.executable).parent / "oxigraph"
    return str(beside) if beside.exists() else shutil.which("oxigraph") or "oxigraph"


@contextmanager
def serve_sparql(*, union: bool = True) -> Iterator[Addresses]:
    """An empty server in memory; `union` lets a query without GRAPH see every named graph."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [find_program(), "serve", "--bind", f"127.0.0.1:{port}", *(["--union-default-graph"] if union else [])]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(process, port)
        root = f"http://127.0.0.1:{port}"
        yield Addresses(f"{root}/query", f"{root}/update", f"{root}/store")
    finally:
        process.kill()
        process.wait()


def open_store(addresses: Addresses, **options: int) -> RemoteStore:
    """The server's store, emptied."""
    store = RemoteStore(addresses, Transport(patience=QUICK), **options)
    store.clear()
    return store


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(400):
        if process.poll() is not None:
            raise RuntimeError(f"the SPARQL server ended with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the SPARQL server did not start")

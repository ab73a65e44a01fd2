"""Clients that keep asking over HTTP: one process, one loop, no more work a question than has to be done.

`python tests/bench/clients.py PORT PATH SECONDS CLIENTS` reads queries from its standard input, as JSON, asks them in a
random order that is the same each time, and writes what it measured as JSON. A second of warming is not measured.
"""

import json
import random
import select
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

_WARM = 1.0
_LENGTH = b"content-length:"
_LAST = b"\r\n0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions answered, the seconds that took, how many milliseconds each took, and the clients' processor time."""

    seconds: float
    times: list[float]
    busy: float


def ask_for(seconds: float, port: int, path: str, queries: list[str], *, clients: int) -> Asked:
    """Have so many clients ask, from a process of their own."""
    command = [sys.executable, __file__, str(port), path, str(seconds), str(clients)]
    run = subprocess.run(command, input=json.dumps(queries), capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(run.stderr)
    return Asked(**json.loads(run.stdout))


class _Client:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._held, self._whole, self._asked = bytearray(), -1, 0.0

    def ask(self, request: bytes) -> None:
        self._held.clear()
        self._whole, self._asked = -1, time.perf_counter()
        self.socket.sendall(request)

    def took(self) -> float | None:
        """Milliseconds from question to answer, once that is whole. Raises ValueError where it is none."""
        came = self.socket.recv(1 << 17)
        if not came:
            raise ValueError("hung up")
        self._held += came
        if self._whole < 0 and (end := self._held.find(b"\r\n\r\n")) >= 0:
            self._whole = self._read_length(bytes(self._held[:end]).lower(), end + 4)
        whole = self._held.endswith(_LAST) if self._whole == 0 else 0 < self._whole <= len(self._held)
        return 1000 * (time.perf_counter() - self._asked) if whole else None

    def _read_length(self, head: bytes, start: int) -> int:
        """How long head and body are together, 0 where the body comes in pieces."""
        if b" 200 " not in head[:15]:
            raise ValueError(head.decode())
        _, found, rest = head.partition(_LENGTH)
        return start + int(rest.partition(b"\r\n")[0]) if found else 0


def main() -> None:
    port, path, seconds, clients = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
    accept = "application/sparql-results+json"
    head = f"HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n"
    requests = [f"GET {path}?{urlencode({'query': query})} {head}".encode() for query in json.load(sys.stdin)]
    dice, times, busy = random.Random(3), [], 0.0
    asking = {client.socket.fileno(): client for client in (_Client(port) for _ in range(clients))}
    with select.epoll() as waited:
        for number, client in asking.items():
            waited.register(number, select.EPOLLIN)
            client.ask(dice.choice(requests))
        start = time.monotonic() + _WARM
        end, warm = start + seconds, False
        while (now := time.monotonic()) < end:
            if not warm and now >= start:
                warm, times, busy, start = True, [], time.process_time(), now
            for number, _ in waited.poll(1):
                took = asking[number].took()
                if took is not None:
                    times.append(round(took, 3))
                    asking[number].ask(dice.choice(requests))
        json.dump(asdict(Asked(time.monotonic() - start, times, time.process_time() - busy)), sys.stdout)


if __name__ == "__main__":
    main()

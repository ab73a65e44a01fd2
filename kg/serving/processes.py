"""The worker processes as the server holds them, and the launcher they come from."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass

from kg.errors import Unusable
from kg.serving.jobs import IN_MEMORY, ORDINARY, REFUSED, FrameReader

# Seconds a process may take to start, or to take in a job.
PATIENCE = 20.0
# Two arenas: every thread of the engine would otherwise reserve address space of its own. And each thread keeps more
# freed pieces at hand than it would (at most 50 MB): the engine asks for and frees thousands of them a query, which
# takes a fifth of its time otherwise. Where the C library is another, this says nothing to it.
ALLOCATING = {
    "MALLOC_ARENA_MAX": "2",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_max=4096:glibc.malloc.tcache_count=100",
}


@dataclass(slots=True)
class Worker:
    """One worker process."""

    pid: int
    handle: int
    connection: socket.socket
    frames: FrameReader
    weighed: float = 0.0
    """When it was last looked at how much memory it has to itself."""
    base: int = 0
    """Bytes of memory that it holds whatever it is asked."""

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        # Not `select`, which takes no handle beyond the first thousand: a server under attack holds more.
        poll = select.poll()
        poll.register(self.handle, select.POLLIN)
        return not poll.poll(0)

    def kill(self) -> None:
        """End it, and let go of it; harmless when repeated."""
        if self.handle >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.handle, signal.SIGKILL)
            os.close(self.handle)
            self.handle = -1
        self.connection.close()


class Launcher:
    """Starts workers, for any number of threads; it starts its process anew where that has died."""

    def __init__(self, *, memory: int) -> None:
        self._memory = memory
        # How workers are kept from the network, in a word; "" until there is one.
        self.sandbox = ""
        self._closed = False
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    @property
    def pid(self) -> int:
        """The number of the launcher's process, 0 where there is none."""
        return self._process.pid if self._process else 0

    def start(self, *, in_memory: bool = False) -> Worker:
        """One worker, shut in and ready. Raises Unusable where that cannot be had."""
        kind = IN_MEMORY if in_memory else ORDINARY
        with self._lock:
            if self._closed:
                # Whoever still waited for the lock would start a process that nobody ends.
                raise Unusable("the server is closing; no query worker is started")
            worker = self._fork(kind) or self._fork(kind, anew=True)
        if worker is None:
            raise Unusable("no query worker can be started; see the log of the server")
        return worker

    def _fork(self, kind: bytes, *, anew: bool = False) -> Worker | None:
        """One worker, None where the launcher does not answer."""
        try:
            control = self._launch() if anew or self._control is None else self._control
            control.sendall(kind)
            pid, handles, _, _ = socket.recv_fds(control, 64, 2)
        except OSError:
            return None
        if len(handles) < 2:
            for handle in handles:
                os.close(handle)
            return None
        connection = socket.socket(fileno=handles[0])
        connection.settimeout(PATIENCE)
        worker = Worker(int(pid), handles[1], connection, FrameReader(connection))
        try:
            came = worker.frames.read()
        except TimeoutError:
            came = None
        if came is None or came[0] == REFUSED:
            worker.kill()
            if came is not None:
                raise Unusable(came[1].decode())
            return None
        self.sandbox = came[1].decode()
        return worker

    def _launch(self) -> socket.socket:
        self._end()
        ours, theirs = socket.socketpair()
        ours.settimeout(PATIENCE)
        with theirs:
            command = [sys.executable, "-m", "kg.serving.launcher", str(theirs.fileno()), str(self._memory)]
            environment = {**os.environ, **ALLOCATING, "PYTHONUNBUFFERED": "1"}
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment)
        self._control = ours
        return ours

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """End the process, and with it every worker; no other is started."""
        with self._lock:
            self._closed = True
            self._end()

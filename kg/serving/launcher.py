"""The process that workers are forked from: it has one thread and opens nothing, so that a fork is safe and quick.

`python -m kg.serving.launcher FD MEMORY`: each byte that comes over the socket asks for one worker, `IN_MEMORY` for one
that answers from memory; its number, the socket to it and a handle on it go back. When the socket closes, all workers
end, and this with them.
"""

import gc
import os
import signal
import socket
import sys
from contextlib import suppress

from kg.serving.jobs import IN_MEMORY
from kg.serving.worker import work


def main() -> None:
    """Fork workers until the server is gone."""
    control = socket.socket(fileno=int(sys.argv[1]))
    memory = int(sys.argv[2])
    # Interrupting the server's terminal is the server's affair; ended workers are not waited for by anyone.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()  # so that looking for garbage does not make workers copy the pages they share
    while kind := control.recv(1):
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            control.close()
            ours.close()
            _end_with(theirs, memory, in_memory=kind == IN_MEMORY)
        theirs.close()
        handles = [ours.fileno()]
        with suppress(ProcessLookupError):  # it may have ended already; its closed socket tells
            handles.append(os.pidfd_open(pid))
        socket.send_fds(control, [str(pid).encode()], handles)
        ours.close()
        for handle in handles[1:]:
            os.close(handle)


def _end_with(connection: socket.socket, memory: int, *, in_memory: bool) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    try:
        work(connection, memory=memory, in_memory=in_memory)
    except (OSError, MemoryError):
        # The server has hung up, or does not read what it asked for; or this is what the limit of memory is for.
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()

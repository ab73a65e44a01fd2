"""Taking away from a process what answering a query does not need: the network, other programs, and writing files.

By a seccomp filter (Linux 3.5 and later) on x86-64 and ARM64; where there is none, by an empty network namespace.
"""

import ctypes
import errno
import os
import platform
import resource
import signal
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kg.errors import Unusable

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _FILTER = 1, 22, 38, 2
_NEW_USER, _NEW_NET, _THREAD = 0x1000_0000, 0x4000_0000, 0x0001_0000
_LOAD, _EQUAL, _GREATER, _ANY, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | (os.O_TMPFILE & ~os.O_DIRECTORY)


@dataclass(frozen=True, slots=True)
class _Calls:
    """Numbers of system calls of one architecture: those denied, those said to be absent because their arguments
    cannot be looked at, those that open a file (and which argument holds the flags), and `clone`."""

    audit: int
    deny: tuple[int, ...]
    absent: tuple[int, ...]
    opening: tuple[tuple[int, int], ...]
    clone: int


_CALLS = {
    "x86_64": _Calls(
        audit=0xC000003E,
        deny=(
            *(41, 42, 43, 49, 50, 53, 288),  # socket connect accept bind listen socketpair accept4
            *(57, 58, 59, 322, 62, 101, 310, 311, 438),  # fork vfork execve execveat kill ptrace process_vm_…
            *(425, 426, 427, 272, 308, 165, 321, 323, 250, 298),  # io_uring_… unshare setns mount bpf userfaultfd …
            *(76, 82, 83, 84, 85, 86, 87, 88, 90, 92, 258, 263, 264, 265, 266, 268, 316),  # truncate rename unlink …
        ),
        absent=(435, 437),  # clone3 openat2
        opening=((2, 1), (257, 2)),  # open openat
        clone=56,
    ),
    "aarch64": _Calls(
        audit=0xC00000B7,
        deny=(
            *(198, 199, 200, 201, 202, 203, 242),
            *(221, 281, 129, 117, 270, 271, 438),
            *(425, 426, 427, 97, 268, 40, 280, 282, 219, 241),
            *(45, 34, 35, 36, 37, 38, 53, 54, 276),
        ),
        absent=(435, 437),
        opening=((56, 2),),
        clone=220,
    ),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def enter(*, memory: int | None) -> str:
    """Shut this process in for good, with so many bytes of memory beyond what it has; how, in a word.

    Without a number, `limit_memory` is to follow. Raises Unusable where the system gives no way to take the network
    away.
    """
    if memory is not None:
        limit_memory(memory)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    way = "seccomp" if _filter(libc) else "namespace" if libc.unshare(_NEW_USER | _NEW_NET) == 0 else ""
    if not way or _has_network():
        raise Unusable(
            "this system gives no way to keep query processes from the network (neither seccomp nor network "
            "namespaces). Remedy: allow one of them to this user or container; until then /sparql cannot be served."
        )
    return way


def resident(pid: int | Literal["self"]) -> int:
    """The bytes of memory that a process has to itself, 0 once it is gone."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:  # noqa: PTH123 - read every few milliseconds
            pages = file.read().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return (int(pages[1]) - int(pages[2])) * resource.getpagesize() if len(pages) > 2 else 0


def limit_memory(memory: int) -> None:
    """Let this process have so many bytes of memory beyond what it has, for good."""
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123
        held = int(file.read().split()[0]) * resource.getpagesize()
    # A net behind the watching of what is really used: address space is reserved more freely than memory.
    resource.setrlimit(resource.RLIMIT_AS, (held + 2 * memory, held + 2 * memory))


def _has_network() -> bool:
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            # Nothing is sent: a datagram socket only learns here whether there is a way out.
            probe.connect(("192.0.2.1", 9))
    except OSError:
        return False
    return True


def _filter(libc: ctypes.CDLL) -> bool:
    calls = _CALLS.get(platform.machine())
    if calls is None:
        return False
    data = b"".join(_instructions(calls))
    program = _Program(len(data) // 8, data)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)


def _instructions(calls: _Calls) -> Iterable[bytes]:
    """The filter in classic BPF; a jump counts the instructions it passes over, if equal and if not."""
    yield _step(_LOAD, _ARCHITECTURE)
    yield _step(_EQUAL, calls.audit, 1, 0)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, _NUMBER)
    # The x32 calls of x86-64 have numbers of their own.
    yield _step(_GREATER, 0x4000_0000, 0, 1)
    yield _step(_RETURN, _ERRNO | errno.EPERM)
    for numbers, code in ((calls.deny, errno.EPERM), (calls.absent, errno.ENOSYS)):
        for number in numbers:
            yield _step(_EQUAL, number, 0, 1)
            yield _step(_RETURN, _ERRNO | code)
    for number, place in calls.opening:
        yield _step(_EQUAL, number, 0, 5)
        yield _step(_LOAD, _ARGUMENTS + 8 * place)
        yield _step(_AND, _WRITING)
        yield _step(_EQUAL, 0, 0, 1)
        yield _step(_RETURN, _ALLOW)
        yield _step(_RETURN, _ERRNO | errno.EROFS)
    yield _step(_EQUAL, calls.clone, 0, 3)
    yield _step(_LOAD, _ARGUMENTS)
    yield _step(_ANY, _THREAD, 1, 0)
    yield _step(_RETURN, _ERRNO | errno.EPERM)
    yield _step(_RETURN, _ALLOW)


def _step(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_so, if_not, value)

"""Reading the log ahead: its lines are decompressed and merged in a process of its own, beside the pass over them."""

from array import array
from collections.abc import Iterator
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from kg.errors import AvermentError, Unusable
from kg.log import Record
from kg.log.streams import Subject, iter_sorted
from kg.store.filling import end_with_parent


def iter_ahead(root: Path, head: str) -> Iterator[list[Subject]]:
    """Yield what `iter_sorted` yields of the log of a record whose last entry has that hash, read in another process.

    Raises what reading raises, and Unusable where the log has moved on or the process was ended from outside.
    """
    context = get_context("spawn")
    incoming, outgoing = context.Pipe(duplex=False)
    reader = context.Process(target=send_subjects, args=(root, head, outgoing), daemon=True)
    reader.start()
    outgoing.close()
    try:
        with closing(incoming):
            while (sizes := incoming.recv()) is not None:
                if isinstance(sizes, Exception):
                    raise sizes
                yield _cut(incoming.recv_bytes(), *sizes)
    except EOFError:
        raise Unusable("the process that read the log ended too soon. Remedy: publish again.") from None
    finally:
        # One that is still writing finds the pipe closed.
        reader.join()


def send_subjects(root: Path, head: str, outgoing: Connection) -> None:
    """Send every batch as the sizes of its subjects' starts and lines, then the lines; at last None, or an error."""
    end_with_parent()
    try:
        log = Record.open(root).log
        if log.head != head:
            raise Unusable("the record was changed just now. Remedy: publish again.")
        for batch in iter_sorted(log):
            starts, lines = (array("Q", [len(each[part]) for each in batch]) for part in (0, 1))
            outgoing.send((starts, lines))
            outgoing.send_bytes(b"".join([subject.data for subject in batch]))
        outgoing.send(None)
    except BrokenPipeError:
        return
    except AvermentError as error:
        outgoing.send(error)


def _cut(text: bytes, starts: "array[int]", lines: "array[int]") -> list[Subject]:
    found, place = [], 0
    for start, size in zip(starts, lines, strict=True):
        found.append(Subject(text[place : place + start], text[place : place + size]))
        place += size
    return found

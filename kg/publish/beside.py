"""Work done beside the one pass over the lines: in processes of their own, or here, where a record is small."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from os import sched_getaffinity
from typing import ParamSpec, TypeVar

from kg.errors import Unusable
from kg.store.filling import end_with_parent

# Units below which starting a process takes longer than what it would do.
_FEW = 50_000
P = ParamSpec("P")
T = TypeVar("T")


class Here(Executor):
    """Does at once, in this process, what it is given."""

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A `Future` that is done. Raises what the work raises."""
        done = Future[T]()
        done.set_result(work(*args, **kwargs))
        return done


def is_large(units: int) -> bool:
    """Whether a record of so many units is worth processes of their own."""
    return units >= _FEW


@contextmanager
def helpers(units: int) -> Iterator[Executor]:
    """An executor fit for a record of so many units. Raises Unusable where a process of it was ended from outside."""
    if not is_large(units):
        yield Here()
        return
    # Spawned: a copy of this process would share its threads' locks and the engines' open files.
    context = get_context("spawn")
    pool = ProcessPoolExecutor(len(sched_getaffinity(0)), mp_context=context, initializer=end_with_parent)
    try:
        yield pool
    except BrokenProcessPool:
        raise Unusable("a process that helped ended too soon. Remedy: give the command again.") from None
    finally:
        pool.shutdown(cancel_futures=True)

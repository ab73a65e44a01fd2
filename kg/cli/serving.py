"""Commands that serve: `run`, `serve`."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from kg.cli.present import data_option
from kg.cli.storing import Source, source_options

if TYPE_CHECKING:
    from socket import socket

    from kg.record import OpenRecord
    from kg.serving import Limits, Service
    from kg.showing import Showing

F = TypeVar("F", bound=Callable[..., Any])

_FOR_PAGES = 8
_HOST = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
_PORT = click.option(
    "--port", default=8642, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one."
)


def _limits(function: F) -> F:
    """What queries may take, as options."""
    for option in reversed(_LIMITS):
        function = option(function)
    return function


_COUNT = click.IntRange(min=1)
_LIMITS = (
    click.option("--workers", default=2, show_default=True, type=_COUNT, help="Processes that answer queries."),
    click.option("--queue", default=16, show_default=True, type=_COUNT, help="Queries that may wait for one of them."),
    click.option("--seconds", default=30, show_default=True, type=_COUNT, help="What one query may take."),
    click.option("--memory", default=1024, show_default=True, type=_COUNT, help="Megabytes that one query may take."),
    click.option("--rows", default=100_000, show_default=True, type=_COUNT, help="Rows or triples of an answer."),
    click.option("--size", default=32, show_default=True, type=_COUNT, help="Megabytes of an answer."),
)


@click.command()
@_HOST
@_PORT
@data_option
def run(host: str, port: int, data: Path) -> None:
    """Make the demonstration record if there is none, then serve it and print the address."""
    from kg import resources

    if not (data / "record.json").exists():
        from kg.cli.recording import add, init

        init.callback(data=data, base=_default_base())  # type: ignore[misc]
        cases = tuple(resources.iter_cases())
        add.callback(cases=cases, captures=(), as_stated=False, advice=False, data=data)  # type: ignore[misc]
    _serve(host, port, Source(data))


@click.command()
@_HOST
@_PORT
@_limits
@click.option(
    "--writers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Who may record over HTTP: a line each, the SHA-256 of a token and a name. Without it, nobody.",
)
@click.option(
    "--edit",
    metavar="NAME",
    help="Let NAME add from the browser, with the token that is printed; on this machine only.",
)
@click.option(
    "--memory-worker",
    is_flag=True,
    help="Hold the graph in memory, too, for queries that count or group over everything; what it costs is told.",
)
@source_options
def serve(
    host: str,
    port: int,
    source: Source,
    writers: Path | None,
    edit: str | None,
    memory_worker: bool,
    **options: int,
) -> None:
    """Serve the pages and the SPARQL endpoint of a record; Ctrl-C ends it.

    Queries are answered by processes without a network. One that takes longer or needs more memory than it may is ended
    and told so; an answer that is cut says so, and /sparql/export gives the whole. With --store, that server answers
    queries itself and by its own limits.
    """
    if writers and source.store:
        raise click.UsageError("--writers records, and --store only reads; leave one of them out")
    if edit is not None and not (edit.strip() and edit.isprintable()):
        raise click.UsageError("--edit takes the name of whoever adds; it is recorded with everything they add")
    if edit is not None and source.store:
        raise click.UsageError("--edit records, and --store only reads; leave one of them out")
    if memory_worker and source.store:
        raise click.UsageError("--memory-worker holds the graph of a record here; leave out --store")
    _serve(host, port, source, writers=writers, edit=edit, memory_worker=memory_worker, **options)


def _default_base() -> str:
    from kg.terms import DEFAULT_BASE

    return DEFAULT_BASE


def _serve(
    host: str,
    port: int,
    source: Source,
    *,
    writers: Path | None = None,
    edit: str | None = None,
    memory_worker: bool = False,
    **options: int,
) -> None:
    from kg.projections import graph_folder
    from kg.serving import Limits
    from kg.serving.ahead import read_ahead
    from kg.serving.watching import never
    from kg.showing import Showing
    from webui.adding.session import Editing, require_loopback
    from webui.app import create_app
    from webui.pages.writing import read_writers
    from webui.serve import listen, start_anew, warm
    from webui.serve import serve as serve_app

    editing = token = None
    if edit is not None:
        require_loopback(host)
        editing, token = Editing.open(edit)
    # What another server holds, others withdraw there.
    showing = None if source.store else Showing(source.data)
    listening = None
    if showing is None or showing.may_begin():
        record = source.open()
    else:
        listening = listen(host, port)
        record = _open_when_gone(source, showing, listening)
    listening = listening or listen(host, port)
    limits = Limits(
        seconds=options.get("seconds", 30),
        memory=options.get("memory", 1024) << 20,
        rows=options.get("rows", 100_000),
        size=options.get("size", 32) << 20,
    )
    workers, queue = options.get("workers", 2), options.get("queue", 16)
    base = record.base if memory_worker else None
    with _answering(source, limits, workers=workers, queue=queue, held=base) as service:
        app = create_app(record, service=service, writers=read_writers(writers) if writers else None, editing=editing)

        def begin(address: str) -> None:
            if not source.store:
                read_ahead(graph_folder(source.data), tell=click.echo)
            _tell_ready(address, token)
            warm(app)

        # A query that runs or waits holds a thread: there are always some left for pages.
        threads = workers + queue + _FOR_PAGES
        until = showing.must_end if showing else never
        must_end = serve_app(app, listening, threads=threads, on_ready=begin, until=until)
    if must_end:
        start_anew(listening)
    _leave()


def _open_when_gone(source: Source, showing: "Showing", listening: "socket") -> "OpenRecord":
    """The record, once what is being withdrawn is gone from it; until then everything is answered with 503."""
    from concurrent.futures import ThreadPoolExecutor

    from webui.closed import tell_closed
    from webui.serve import serve as serve_app

    opening = ThreadPoolExecutor(1).submit(showing.open_when_gone, source.open)

    def begin(address: str) -> None:
        click.echo(f"Something is being withdrawn: until it is gone, {address} answers 503.")

    if not serve_app(tell_closed, listening, on_ready=begin, until=opening.done):
        _leave()
    return opening.result()


def _leave() -> NoReturn:
    """End this process at once: threads still at work inside an engine cannot be taken down with the interpreter."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _tell_ready(address: str, token: str | None) -> None:
    click.echo(f"Averment is at {address}")
    if token is not None:
        click.echo(f"Add at {address}add with this token, which lasts as long as this server: {token}")


@contextmanager
def _answering(source: Source, limits: "Limits", *, workers: int, queue: int, held: str | None) -> "Iterator[Service]":
    """What answers queries: processes of our own on the graph here, or the server that holds it.

    One of ours holds the graph in memory where `held` says how the names of the record begin.
    """
    from kg.projections import graph_folder
    from kg.serving import Pool, Service, Snapshots
    from kg.serving.live import Live, LiveStandings

    if source.store:
        reader = source.reader(timeout=limits.seconds)
        yield Service(LiveStandings(reader), Live(reader, limits))
        return
    with Pool(workers=workers, queue=queue, limits=limits) as pool:
        snapshots = Snapshots(graph_folder(source.data))
        if held is not None:
            pool.reserve.keep(snapshots.newest, base=held, tell=click.echo)
        yield Service(snapshots, pool)

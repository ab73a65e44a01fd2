"""Commands that serve: `run`, `serve`."""

from pathlib import Path

import click

from kg.cli.present import data_option

_HOST = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
_PORT = click.option(
    "--port", default=8642, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one."
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
    _serve(host, port, data)


@click.command()
@_HOST
@_PORT
@data_option
def serve(host: str, port: int, data: Path) -> None:
    """Serve the pages and the SPARQL endpoint of a record; Ctrl-C ends it."""
    _serve(host, port, data)


def _default_base() -> str:
    from kg.terms import DEFAULT_BASE

    return DEFAULT_BASE


def _serve(host: str, port: int, data: Path) -> None:
    from kg.record import OpenRecord
    from webui.app import create_app
    from webui.serve import serve as serve_app

    record = OpenRecord.open(data)
    serve_app(
        create_app(record), host=host, port=port, on_ready=lambda address: click.echo(f"Averment is at {address}")
    )

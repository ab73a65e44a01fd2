"""What commands share that speak with a SPARQL server: options, and the way to it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from kg.cli.present import Progress, data_option

if TYPE_CHECKING:
    from kg.record import OpenRecord
    from kg.store.http import Transport
    from kg.store.remote import RemoteReader

F = TypeVar("F", bound=Callable[..., Any])


def timeout_option(function: F) -> F:
    """`--timeout`: how long a server is waited for."""
    return click.option(
        "--timeout",
        default=60.0,
        show_default=True,
        type=click.FloatRange(0, min_open=True),
        metavar="SECONDS",
        help="How long the server may be silent.",
    )(function)


def connect(address: str, *, option: str, timeout: float, prefix: str = "AVERMENT_STORE") -> "Transport":
    """The way to a server, with what the environment tells of who asks. Raises Unusable."""
    from kg.store.credentials import find_credentials
    from kg.store.http import Patience, Transport, check_address

    check_address(address, option=option)
    return Transport(find_credentials(address, os.environ, prefix=prefix), patience=Patience(timeout=timeout))


@dataclass(frozen=True, slots=True)
class Source:
    """The record that a command reads: in a folder, or as a SPARQL server shows it where `store` is its address."""

    data: Path
    store: str = ""
    timeout: float = 60

    def open(self) -> "OpenRecord":
        """Open it for reading. Raises Unusable."""
        if not self.store:
            from kg.record import OpenRecord

            return OpenRecord.open(self.data)
        from kg.remote_record import RemoteRecord, cache_folder

        return RemoteRecord(self.reader(), cache_folder(os.environ), progress=Progress("quads read"))

    def reader(self, *, timeout: float = 0) -> "RemoteReader":
        """The graph on the server that `store` names, waited for no longer than the option says. Raises Unusable."""
        from kg.store.remote import RemoteReader

        waited = min(timeout or self.timeout, self.timeout)
        return RemoteReader(self.store, connect(self.store, option="--store", timeout=waited))


def source_options(function: F) -> F:
    """`--data`, `--store` and `--timeout`, given to the function as one `source`."""

    @wraps(function)
    def call(*args: Any, data: Path, store: str, timeout: float, **options: Any) -> Any:
        return function(*args, source=Source(data, store, timeout), **options)

    store_option = click.option(
        "--store",
        default="",
        metavar="URL",
        help="Read the record from the SPARQL server that answers here; --data is not used.",
    )
    return cast(F, data_option(store_option(timeout_option(call))))

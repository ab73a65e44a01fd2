"""What commands share that speak with a SPARQL server: options, and the way to it."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from kg.store.http import Transport

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

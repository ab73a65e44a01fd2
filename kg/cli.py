"""The command line: parse, call, print."""

import click

from kg import __version__


@click.group()
@click.version_option(__version__, prog_name="averment")
def main() -> None:
    """Keep a record of who asserts what, on whose word, and when."""

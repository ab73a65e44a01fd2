"""The command line: parse, call, print. Commands are loaded when they are called, so that help is instant."""

import os
import sys
from importlib import import_module
from typing import NoReturn

import click

from kg import __version__
from kg.errors import AvermentError

# Command → (module, function), in the order of a first day's work.
_COMMANDS = {
    "run": ("kg.cli.serving", "run"),
    "init": ("kg.cli.recording", "init"),
    "add": ("kg.cli.recording", "add"),
    "import": ("kg.cli.importing", "import_"),
    "harvest": ("kg.cli.harvesting", "harvest"),
    "check": ("kg.cli.recording", "check"),
    "ask": ("kg.cli.asking", "ask"),
    "query": ("kg.cli.asking", "query"),
    "show": ("kg.cli.asking", "show"),
    "compare": ("kg.cli.comparing", "compare"),
    "origins": ("kg.cli.originating", "origins"),
    "history": ("kg.cli.looking_back", "history"),
    "viewpoint": ("kg.cli.looking_back", "viewpoint"),
    "export": ("kg.cli.keeping", "export"),
    "publish": ("kg.cli.publishing", "publish"),
    "project": ("kg.cli.projecting", "project"),
    "access": ("kg.cli.deciding", "access"),
    "withdraw": ("kg.cli.keeping", "withdraw"),
    "serve": ("kg.cli.serving", "serve"),
    "backup": ("kg.cli.keeping", "backup"),
    "verify": ("kg.cli.keeping", "verify"),
    "stats": ("kg.cli.keeping", "stats"),
}
_SUMMARIES = {
    "run": "Make the demonstration record if there is none, then serve it.",
    "init": "Make an empty record.",
    "add": "Record hand-coded case files, all of each file or nothing.",
    "import": "Record tables by a mapping file; without one, --suggest a mapping for a table.",
    "harvest": "Record claims from another SPARQL endpoint.",
    "check": "Check case files as `add` would, recording nothing.",
    "ask": "Ask a named question; without a name, list them.",
    "query": "Ask any SPARQL 1.1 query.",
    "show": "Tell one claim, event, agent or document in sentences.",
    "compare": "Tell who differs from whom on one event, and why.",
    "origins": "Tell how many independent origins stand behind what is asserted.",
    "history": "Tell who held which position on an event when, and what changed.",
    "viewpoint": "Tell the number of an event under a named set of choices.",
    "export": "Write the record as linked data or as a table.",
    "publish": "Publish the public part as a folder that any web server can host.",
    "project": "Show the record on another SPARQL 1.1 server.",
    "access": "Tell what is withheld from some, decided by whom, when and why.",
    "withdraw": "Take something out of the record for good, with a reason.",
    "serve": "Serve pages and the SPARQL endpoint on this machine.",
    "backup": "Copy the record while others record, and verify the copy.",
    "verify": "Recompute every hash of the record, or of a publication.",
    "stats": "Count what the record holds.",
}


_EXAMPLES = {
    "run": "averment run --port 0",
    "init": "averment init --base https://record.example/id/",
    "add": "averment add raqqa.yaml --capture article.txt",
    "import": "averment import mapping.yaml --dry-run",
    "harvest": "averment harvest --from https://graph.example/sparql --query strikes.rq --mapping strikes.yaml",
    "check": "averment check raqqa.yaml",
    "ask": "averment ask who-asserts-what --param event=raqqa-2017",
    "query": "averment query question.rq --format csv",
    "show": "averment show event/raqqa-2017",
    "compare": "averment compare raqqa-2017",
    "origins": "averment origins raqqa-2017 --questions",
    "history": "averment history raqqa-2017",
    "viewpoint": "averment viewpoint choices.yaml raqqa-2017",
    "export": "averment export --format trig -o record.trig",
    "publish": "averment publish public/",
    "project": "averment project --to https://graph.example/query",
    "access": "averment access --format csv",
    "withdraw": "averment withdraw claim/… --reason withdrawn-consent --who 'A. Name'",
    "serve": "averment serve --port 8642",
    "backup": "averment backup /media/backup --keys /media/apart",
    "verify": "averment verify",
    "stats": "averment stats --format json",
}


class _Commands(click.Group):
    """A group that knows its commands by name and loads one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        command.epilog = command.epilog or f"Example: {_EXAMPLES[cmd_name]}"
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _SUMMARIES[name]) for name in _COMMANDS])


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="A first day: averment init; averment add CASE.yaml; averment ask; averment run.",
)
@click.version_option(__version__, prog_name="averment")
def averment() -> None:
    """Keep a record of who asserts what, on whose word, and when.

    The record lies in the folder given by --data, else by $AVERMENT_DATA, else in ./averment-data.
    Exit status: 0 done, 1 the data is refused or a check fails, 2 wrong usage.
    """


def main() -> None:
    """Run the command line; what a user can mend is told without a traceback."""
    try:
        averment.main(prog_name="averment", standalone_mode=True)
    except AvermentError as error:
        _tell(str(error))
    except OSError as error:
        # What the system refuses: a folder that may not be written, a full disk.
        _tell(f"{error.filename or 'the system'}: {error.strerror or error}. Remedy: mend that, then try again.")
    finally:
        _finish_output()


def _finish_output() -> None:
    """Hand over what is still held back; a reader that has gone, such as `head`, is no error."""
    if sys.__stdout__ is not None:
        try:
            sys.__stdout__.flush()
        except BrokenPipeError:
            # The interpreter flushes once more at its end, and would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())


def _tell(message: str) -> NoReturn:
    from kg.cli.present import visible

    click.echo(visible(message, lines=True), err=True)
    sys.exit(1)

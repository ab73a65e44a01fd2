"""The command that tells what was decided about access: `access`."""

import click

from kg.cli.present import format_option, print_table, say
from kg.cli.storing import Source, source_options
from kg.errors import Unusable

_COLUMNS = ("what", "field", "level", "reason", "coarsened to", "decided by", "on", "how many")
_OPEN = ("what is withheld", "stands in the open in", "recorded by", "in entry")


@click.command()
@click.option(
    "--open",
    "is_open",
    is_flag=True,
    help="Tell what stands in the open and gives away something withheld; reads the whole record, needs its keys.",
)
@format_option
@source_options
def access(is_open: bool, form: str, source: Source) -> None:
    """Tell who may see what: every decision with who made it, when and why, and never what is withheld.

    Decisions on a field of something public are told with its name. Decisions on what is withheld as a whole are told
    where the keys are, by kind and number.
    """
    from kg.keeping import count_withheld_decisions, iter_open
    from kg.reading.decisions import FIELD_WORDS, coarseness_of, list_decisions

    record = source.open()
    if is_open:
        _require_keys(source)
        found = iter_open(source.data)
        print_table(
            _OPEN,
            [(what, iri.removeprefix(record.base), entry.recorder, entry.number) for what, iri, entry in found],
            form=form,
        )
        return
    rows: list[tuple[object, ...]] = [
        (
            each.decides.removeprefix(record.base),
            FIELD_WORDS.get(each.field, each.field) if each.field else "",
            _slug(each.access),
            _slug(each.reason),
            str(coarseness_of(each) or ""),
            each.decided_by,
            each.decided,
            1,
        )
        for each in list_decisions(record)
    ]
    if not source.store:
        withheld = count_withheld_decisions(source.data)
        if withheld is None:
            say("keys/ is not here: decisions on what is withheld as a whole are not told.")
        for (what, level, reason, who, on), count in sorted((withheld or {}).items()):
            rows.append((f"a withheld {what}", "", _slug(level), _slug(reason), "", who, on, count))
    print_table(_COLUMNS, rows, form=form)


def _require_keys(source: Source) -> None:
    from kg.log.layout import Layout

    if source.store or not Layout(source.data).secret.exists():
        raise Unusable("What is withheld is not at hand. Remedy: ask where the record lies, with its keys/.")


def _slug(code: str) -> str:
    return code.rsplit("/", 1)[-1].removeprefix("access-").removeprefix("because-")

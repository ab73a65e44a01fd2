"""What a table of events claims: how many were harmed, when and where, and beside it what others are said to say."""

from collections.abc import Iterator

from kg.intake.tables.starting.claims import claim, claim_location, claim_timing
from kg.intake.tables.starting.counts import claim_counts, claim_figures
from kg.intake.tables.starting.looking import BLANKS
from kg.intake.tables.starting.quoting import double, quote, quote_blanks
from kg.intake.tables.starting.seen import Seen


def list_event_lines(seen: Seen) -> Iterator[str]:
    """The events of a table, and the claims about them."""
    day, place = seen.day, seen.find("place")
    named = (seen.shared,) if seen.shared else (place, day or seen.said)
    words = [f"{{{each.name}|maybe}}" for each in named if each]
    yield "    # What the rows speak of. {column} is the cell of a row; {column|key} makes a key of it."
    yield "    events:"
    yield f'      "{seen.event}":'
    yield "        kind: incident         # or strike, strike-report, allegation, campaign"
    yield f"        name: {double(' '.join([seen.table, *words]))}"
    yield "    # What each row claims. where: says which rows make the claim."
    yield "    claims:"
    about = f"event/{seen.event}"
    made = list(claim_figures(seen))
    if not made:
        made = [*claim_counts(seen), *claim_timing(seen, about, day), *claim_location(seen, about, place)]
    yield from made or claim(seen, "", [f'occurrence: {{about: "{about}"}}'])
    yield from _list_actor_lines(seen)
    yield from _list_word_lines(seen)


def _list_actor_lines(seen: Seen) -> Iterator[str]:
    """How to claim who did it, as a comment: a person has to describe the parties."""
    column = next((each for each in seen.usable if each.plays("actor") and each.is_few), None)
    if column is not None:
        known = [value for value in column.values if value.lower() not in BLANKS]
        words = ", ".join(f"{quote(value)}: agent/…" for value in known)
        yield "      # Who is said to have done it. Describe each party under agents: above, and put its key for …"
        yield "      # - who: publisher"
        yield f"      #   where: {{{quote(column.name)}: {{not: [{quote_blanks(column)}]}}}}"
        yield f"      #   wording: {double(f'{{{column.name}}}')}"
        yield "      #   asserts:"
        yield "      #     responsibility:"
        yield f'      #       about: "event/{seen.event}"'
        yield f"      #       actor: {{column: {quote(column.name)}, map: {{{words}}}}}"


def _list_word_lines(seen: Seen) -> Iterator[str]:
    """How to claim what a column tells of somebody else's word, as a comment: only a person knows whose it is."""
    others = [each for each in seen.usable if each.plays("word") and each.values and "date" not in each.name.lower()]
    if others:
        yield f"      # Perhaps somebody else's word: {', '.join(each.name for each in others)}."
        yield "      # That party is an agent of its own; the table only passes on what it says:"
        yield "      # - who: army               # described under agents: above"
        yield "      #   via: [publisher]"
        yield f"      #   where: {{{quote(others[0].name)}: filled}}"
        yield f"      #   wording: {double(f'{{{others[0].name}}}')}"
        yield "      #   denies:"
        yield f'      #     responsibility: {{about: "event/{seen.event}", actor: army}}'

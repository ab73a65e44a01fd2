"""What templates can say: names, dates, links and kinds in words."""

from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from kg.codes import find_label
from kg.export import prefixed
from kg.model import Stance
from kg.reading import Ref
from kg.sentences import number_words, place_words
from kg.terms import NOT_STATED, compact_iri
from kg.values.dates_in_words import date_words, instant_words
from webui.addresses import anchor, graph_address, key_of, outside_link, path_of, turn, unfold, with_suffix
from webui.names import language, visible
from webui.provenance import describe
from webui.source import get_record

KIND_WORDS = {
    "Count": ("Number", "Numbers"),
    "Responsibility": ("Responsibility", "Who is held responsible"),
    "Occurrence": ("Occurrence", "Whether it took place"),
    "Timing": ("Time", "When"),
    "Location": ("Place", "Where"),
    "Assessment": ("Assessment", "Assessments"),
    "Partition": ("Division into parts", "How wholes divide into parts"),
    "Characterisation": ("Description of conduct", "How conduct is described"),
    "Method": ("Sources used", "Which sources a party is said to use"),
    "Comparison": ("Comparison", "Comparisons"),
    "Request": ("Request", "What is asked of whom"),
    "Identity": ("Identity", "Whether two records are of the same"),
    "Statement": ("Statement", "Other statements"),
}
STANCES = {
    Stance.ASSERTS: ("asserts", "✓"),
    Stance.DENIES: ("denies", "✕"),
    Stance.CANNOT_CONFIRM: ("cannot confirm", "?"),
    Stance.ASKS: ("asks", "→"),
}
SLOT_WORDS = {
    "about": "about",
    "over": "counted over",
    "actor": "attributed to",
    "at_least": "at least",
    "at_most": "at most",
    "any_of": "one of, not said which",
    "uses": "sources used",
    "mgrs": "grid reference (MGRS)",
    "radius": "radius in metres",
    "place": "place as worded",
}


def teach_templates(app: Flask) -> None:
    """Give templates their words."""
    app.jinja_env.finalize = _finalize
    app.jinja_env.filters.update(
        visible=visible,
        prefixed=prefixed,
        anchor=anchor,
        date_words=date_words,
        instant_words=instant_words,
        place_words=place_words,
        lang=language,
        path_of=path_of,
        key_of=key_of,
        outside_link=outside_link,
        with_suffix=with_suffix,
        graph_words=describe,
        compact=compact_iri,
        slot_words=lambda name: SLOT_WORDS.get(name, name.replace("_", " ")),
        kind_word=lambda kind: KIND_WORDS.get(kind, (kind, kind))[0],
        kind_title=lambda kind: KIND_WORDS.get(kind, (kind, kind))[1],
        camel_words=camel_words,
        code_words=code_words,
        capital=lambda text: text[:1].upper() + text[1:],
        count_words=lambda count: number_words(count.at_least, count.at_most, count.approximately),
        zip=zip,
        code_label=lambda iri: find_label(iri) or compact_iri(iri),
    )
    app.jinja_env.globals.update(STANCES=STANCES, NOT_STATED=NOT_STATED, plural=plural, is_ref=is_ref)
    app.jinja_env.globals.update(turn=turn, unfold=unfold, graph_address=graph_address)
    app.context_processor(lambda: {"standing": get_record().standing()})


def _finalize(value: Any) -> Any:
    """Every text that a template puts out, in markup or in an attribute, has its hidden characters made visible."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def is_ref(value: object) -> bool:
    """Whether a slot's value is a thing rather than text."""
    return isinstance(value, Ref)


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun.

    >>> plural(1, "claim"), plural(1200, "claim"), plural(0, "entry", "entries")
    ('1 claim', '1,200 claims', '0 entries')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def code_words(text: str) -> Markup:
    """A text of ours, what stands between back-quotes set as code.

    >>> code_words("`averment compare` tells <all>")
    Markup('<code>averment compare</code> tells &lt;all&gt;')
    """
    parts = [
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(text.split("`"))
    ]
    return Markup("").join(parts)


def camel_words(name: str) -> str:
    """A name of the vocabulary in words.

    >>> camel_words("wasAttributedTo"), camel_words("JointVoice")
    ('was attributed to', 'joint voice')
    """
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()

"""A coverage-guided fuzzer over what reads other people's words: `python tests/fuzz/parsers.py case --seconds 200`.

Each target may refuse its input in words; any other exception is a fault, and so is an input that takes ten seconds.
"""

import argparse
import re
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    import atheris

    # Imported here first, and by name, so that what follows finds them instrumented.
    with atheris.instrument_imports(include=["kg"]):
        for room in ("kg.intake", "kg.intake.tables.mapping", "kg.values", "kg.values.dates_in_words"):
            import_module(room)

from kg import resources
from kg.errors import AvermentError
from kg.intake import read_with_notices
from kg.intake.tables.expressions import parse_template
from kg.intake.tables.mapping import load_mapping
from kg.values import (
    CONVENTIONS,
    normalise_language,
    parse_accuracy,
    parse_date_words,
    parse_edtf,
    parse_mgrs,
    parse_name,
    parse_place,
    parse_quantity,
    place_from_mgrs,
    search_key,
    to_words,
)
from kg.values.dates_in_words import date_words

BASE = "https://example.org/id/"
DOCS = Path(__file__).parents[2] / "docs"
SCRATCH = tempfile.TemporaryDirectory(prefix="averment-fuzz-")
VALUES = (
    lambda text: date_words(str(parse_edtf(text))),
    lambda text: parse_date_words(text),
    lambda text: parse_date_words(text, language="ar"),
    lambda text: to_words(parse_quantity(text)),
    lambda text: parse_quantity(text, language="ar"),
    *(lambda text, each=each: parse_quantity(text, convention=each) for each in CONVENTIONS),
    lambda text: parse_mgrs(text),
    lambda text: place_from_mgrs(text),
    lambda text: parse_accuracy(text),
    lambda text: parse_place(*text.partition(",")[::2]),
    lambda text: parse_name(text),
    lambda text: parse_name(text, language="ar-Latn"),
    lambda text: normalise_language(text),
    lambda text: search_key(text),
)
SEEDS = (
    "2017-10-17", "2017-10~/2017-11?", "[2017-01..2017-03]", "../2031-05-04", "201X", "Y-17E7", "2001-21",
    "17 October 2017", "early June 2017", "about noon on 3 May", "١٧ تشرين الأول ٢٠١٧", "between 3 and 5 May 2031",
    "1,600", "more than 9", "at least 1.5 million", "dozens", "between 10 and 20", "مئات", "7-9", "tens of thousands",
    "37S DV 12345 67890", "37SDV", "35.95, 39.01", "35°57'N,39°00'E", "within 100 m", "neighbourhood",
    "Mill of Orrin", "الرقة", "ar-Latn-SY", "x-private", "ﻻ\u202e",
)  # fmt: skip


def fuzz_case(data: bytes) -> None:
    """Bytes as a case file."""
    path = Path(SCRATCH.name) / "case.yaml"
    path.write_bytes(data)
    try:
        read_with_notices(path, base=BASE, recorded="2031-06-01T00:00:00Z", software="fuzz", recorder="F. Uzz")
    except AvermentError as refused:
        str(refused)


def fuzz_mapping(data: bytes) -> None:
    """Bytes as a mapping."""
    path = Path(SCRATCH.name) / "mapping.yaml"
    path.write_bytes(data)
    try:
        load_mapping(path, base=BASE)
    except AvermentError as refused:
        str(refused)


def fuzz_values(data: bytes) -> None:
    """The first byte names what reads the rest."""
    text = data[1:].decode(errors="surrogateescape" if data[:1] > b"\xf0" else "ignore")
    try:
        VALUES[data[0] % len(VALUES) if data else 0](text)
    except AvermentError as refused:
        str(refused)
    with suppress(ValueError):
        parse_template(text)


TARGETS = {"case": fuzz_case, "mapping": fuzz_mapping, "values": fuzz_values}


def seeds(target: str) -> list[bytes]:
    """Inputs to begin with: examples of the docs, and one text for each way to read values."""
    if target == "values":
        return [bytes([number]) + text.encode() for number in range(len(VALUES)) for text in SEEDS]
    # Short ones: a fuzzer wants many tries a second.
    page = (DOCS / {"case": "case-files.md", "mapping": "mappings.md"}[target]).read_text(encoding="utf-8")
    shipped = [path for path in resources.iter_mappings() if target == "mapping"]
    return [block.encode() for block in re.findall("```yaml\n(.*?)```", page, re.S)] + [
        path.read_bytes() for path in shipped if path.stat().st_size < 4000
    ]


def main() -> None:
    """Fuzz one target for some seconds; exit status 77 where something other than a refusal came of an input."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("target", choices=TARGETS)
    asked.add_argument("--seconds", type=int, default=200)
    asked.add_argument("--kept", type=Path, default=Path("build/fuzz"), help="where inputs and faults are kept")
    given = asked.parse_args()
    corpus = given.kept / given.target
    corpus.mkdir(parents=True, exist_ok=True)
    words = set()
    for number, seed in enumerate(seeds(given.target)):
        (corpus / f"seed-{number}").write_bytes(seed)
        words.update(re.findall(rb"[A-Za-z0-9_.:-]{2,30}", seed))
    dictionary = given.kept / f"{given.target}.dict"
    dictionary.write_bytes(b"".join(b'"%s"\n' % word for word in sorted(words)))
    options = [
        f"-max_total_time={given.seconds}",
        f"-dict={dictionary}",
        "-timeout=10",
        "-max_len=8000",
        "-verbosity=1",
    ]
    options += [f"-artifact_prefix={given.kept}/{given.target}-", "-print_final_stats=1", str(corpus)]
    atheris.Setup([sys.argv[0], *options], TARGETS[given.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()

"""The rules across claims in SHACL and SPARQL: slow, plainly said, and asked whether the SQL is right."""

from functools import cache
from pathlib import Path

from kg.check import Shapes, parse_shapes

ACROSS = Path(__file__).with_name("across.ttl")


@cache
def load_across() -> Shapes:
    """The shapes; the message of each is the name of a rule."""
    return parse_shapes({ACROSS.name: ACROSS.read_text(encoding="utf-8")})

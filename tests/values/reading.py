"""What the tests of values share."""

from kg.values.refused import ValueRefused


def read_or_refuse(parse, text, **options):
    """What `parse` reads from a text, or None where it refuses; a refusal must show the text and say why."""
    try:
        return parse(text, **options)
    except ValueRefused as caught:
        refused = caught
    assert refused.text == text
    assert refused.reason
    return None

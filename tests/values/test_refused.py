"""The refusal every value shares."""

import pickle

from kg.errors import AvermentError
from kg.values.refused import ValueRefused


def test_a_refusal_tells_the_text_the_reason_and_the_remedy_at_its_place():
    refused = ValueRefused("1.600", "it has two readings", "write 1,600")
    problem = refused.to_problem(file="case.yaml", line=3, field="claims[0].count")
    assert isinstance(refused, AvermentError)
    assert str(problem) == "case.yaml:3: claims[0].count: '1.600': it has two readings. Remedy: write 1,600."


def test_a_refusal_crosses_to_another_process_whole():
    refused = pickle.loads(pickle.dumps(ValueRefused("x", "reason", "remedy")))
    assert (refused.text, refused.reason, refused.remedy) == ("x", "reason", "remedy")


def test_hidden_characters_of_a_text_are_shown_escaped():
    assert "\\u202e" in str(ValueRefused("a\u202eb", "it turns the text round"))

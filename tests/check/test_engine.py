"""Both engines give the same findings, whatever the data, and nothing in the data can hurt the check."""

from functools import cache

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.check import Finding, iter_findings, parse_shapes, validate
from kg.errors import Refused, Unusable
from tests.check import synthetic as s

P = "<http://example.org/p>"


@cache
def compiled(turtle):
    return parse_shapes({"shapes.ttl": turtle})


def both(data, turtle):
    shapes = compiled(turtle)
    return validate(data, shapes, engine="fast"), validate(data, shapes, engine="referee")


@given(
    constraint=st.sampled_from(s.ON_PROPERTIES),
    path=st.sampled_from(s.PATHS),
    target=st.sampled_from(s.TARGETS),
    chance=st.randoms(use_true_random=False),
)
def test_both_engines_find_the_same_in_properties(constraint, path, target, chance):
    fast, referee = both(s.make_data(chance), s.property_shape(constraint, path=path, target=target))
    assert fast == referee


@given(
    constraint=st.sampled_from(s.ON_NODES),
    target=st.sampled_from(s.TARGETS),
    chance=st.randoms(use_true_random=False),
)
def test_both_engines_find_the_same_in_nodes(constraint, target, chance):
    fast, referee = both(s.make_data(chance), s.node_shape(constraint, target=target))
    assert fast == referee


@given(st.sampled_from(("Inclusive", "Exclusive")), st.sampled_from(("min", "max")), st.dates())
def test_both_engines_compare_dates_alike(kind, end, day):
    turtle = s.property_shape(f'sh:datatype xsd:date ; sh:{end}{kind} "2031-06-06"^^xsd:date')
    fast, referee = both(f'<http://example.org/a> {P} "{day.isoformat()}"^^<{s.XSD}date> .', turtle)
    assert fast == referee


@given(st.lists(st.integers(-3, 3), max_size=3), st.lists(st.integers(-3, 3), max_size=3))
def test_both_engines_order_numbers_alike(before, after):
    turtle = s.property_shape("sh:datatype xsd:integer ; sh:lessThanOrEquals ex:q")
    rows = [(P, n) for n in before] + [("<http://example.org/q>", n) for n in after]
    data = "".join(f'<http://example.org/a> {p} "{n}"^^<{s.XSD}integer> .\n' for p, n in rows)
    fast, referee = both(data, turtle)
    assert fast == referee


@given(st.text(max_size=12))
def test_both_engines_take_any_text_as_it_is(text):
    data = f"<http://example.org/a> {P} {pyoxigraph.Literal(text)} ."
    fast, referee = both(data, s.property_shape("sh:datatype xsd:integer"))
    assert fast == referee
    assert len(fast) == 1


def test_a_finding_tells_focus_path_value_component_shape_severity_and_message():
    [finding] = validate(f'<http://example.org/a> {P} "x"@EN .', compiled(s.property_shape("sh:nodeKind sh:IRI")))
    assert finding == Finding(
        focus="http://example.org/a",
        path="http://example.org/p",
        component="NodeKindConstraintComponent",
        shape="http://example.org/S-p",
        severity="Warning",
        message="Mend p.",
        value='"x"@en',
    )


def test_a_part_without_a_name_is_told_by_the_shape_that_holds_it():
    turtle = s.node_shape("sh:property [ sh:path ex:p ; sh:maxCount 0 ]", target="sh:targetSubjectsOf ex:p")
    fast, referee = both(f'<http://example.org/a> {P} "x" .', turtle)
    assert fast == referee
    assert [f.shape for f in fast] == ["http://example.org/S"]


def test_graphs_of_n_quads_are_read_as_one():
    turtle = s.property_shape("sh:maxCount 1")
    data = "".join(f'<http://example.org/a> {P} "{n}" <http://g.example/{n}> .\n' for n in range(2))
    fast, referee = both(data.encode(), turtle)
    assert fast == referee
    assert len(fast) == 1


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_where_a_batch_ends_changes_nothing(size):
    shapes = compiled(s.property_shape("sh:maxCount 1"))
    units = [
        f'<http://example.org/n{n}> {P} "x" , "y" .'.replace(" , ", f" .\n<http://example.org/n{n}> {P} ")
        for n in range(20)
    ]
    assert sorted(iter_findings(units, shapes, size=size)) == sorted(iter_findings(units, shapes, size=1000))
    assert len(list(iter_findings(units, shapes, size=size))) == 20


def test_what_two_batches_share_is_said_once():
    shapes = compiled(s.property_shape("sh:datatype xsd:date"))
    unit = f'<http://example.org/a> {P} "x" .'
    assert len(list(iter_findings([unit] * 5, shapes, size=2))) == 1


@pytest.mark.parametrize(
    ("date", "datatype"),
    [("2031-06-06T00:00:00", "date"), ("2031-W01-1", "date"), ("20310101T000000", "dateTime"), (" 1", "integer")],
)
def test_where_the_referee_lets_a_malformed_value_pass_the_fast_engine_does_not(date, datatype):
    fast, referee = both(
        f'<http://example.org/a> {P} "{date}"^^<{s.XSD}{datatype}> .', s.property_shape(f"sh:datatype xsd:{datatype}")
    )
    assert [f.component for f in fast] == ["DatatypeConstraintComponent"]
    assert referee == []


def test_a_pattern_that_explodes_elsewhere_takes_no_time_here():
    data = f'<http://example.org/a> {P} "{"a" * 200_000}!" .'
    assert len(validate(data, compiled(s.property_shape('sh:pattern "^(a+)+$"')))) == 1


@pytest.mark.parametrize("engine", ["fast", "referee"])
def test_nested_statements_are_refused_before_they_can_exhaust_the_stack(engine):
    nested = "<<( <http://a.example> <http://b.example> " * 50_000 + "<http://c.example>" + " )>>" * 50_000
    data = f"\n<http://example.org/a> {P} {nested} ."
    with pytest.raises(Refused, match="data:2: a statement about a statement"):
        validate(data, compiled(s.property_shape("sh:minCount 2")), engine=engine)


def test_angle_brackets_within_a_text_are_only_text():
    data = f'<http://example.org/a> {P} "a << \\" << \u2028 << b" .'
    fast, referee = both(data, s.property_shape("sh:maxLength 3"))
    assert fast == referee
    assert len(fast) == 1


@pytest.mark.parametrize(
    "data",
    ["}{", b"\xff\xfe", '<http://example.org/a> <http://example.org/p> "<<' + '\\"' * 100_000, "<a> <b> <c> ."],
    ids=["not RDF", "not UTF-8", "a quote never closed", "relative names"],
)
def test_what_is_not_n_quads_is_refused(data):
    with pytest.raises(Refused, match="give N-Triples or N-Quads"):
        validate(data, compiled(s.property_shape("sh:minCount 1")))


def test_no_data_gives_no_findings():
    assert both("", s.property_shape("sh:minCount 1")) == ([], [])


def test_the_referee_says_where_it_cannot_judge_and_the_fast_engine_can():
    turtle = s.property_shape("sh:datatype xsd:date ; sh:lessThanOrEquals ex:q")
    rows = ((P, "2031-06-06"), ("<http://example.org/q>", "2031-02-30"))
    data = "".join(f'<http://example.org/a> {p} "{day}"^^<{s.XSD}date> .\n' for p, day in rows)
    assert [f.component for f in validate(data, compiled(turtle))] == ["LessThanOrEqualsConstraintComponent"]
    with pytest.raises(Unusable, match="cannot judge"):
        validate(data, compiled(turtle), engine="referee")

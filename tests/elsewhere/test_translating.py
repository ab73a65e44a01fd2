"""The SQL of the analyses as Spark takes it; that it finds the same there is held by `test_spark.py`, which is long."""

import pytest

from kg.analysis.claims_sql import Query
from kg.analysis.compare.groups import summarise
from kg.analysis.compare.pairs import count_pairs, find_pairs
from kg.analysis.facets.choice import Choice
from kg.analysis.facets.index import WHOLE, build_index, complete_index
from kg.analysis.facets.map import place_claims
from kg.analysis.facets.narrow import count_facets
from kg.analysis.history.changes import changes
from kg.elsewhere.translating import translate
from kg.store.tables import Tables
from tests.analysis.standings import draw_record, units_of


class Listening:
    """A view that remembers what it was asked."""

    def __init__(self, view):
        self.view, self.asked = view, {}

    def rows(self, sql, params=None):
        self.asked[sql] = params
        return self.view.rows(sql, params)

    def records(self, sql, params=None):
        self.asked[sql] = params
        return self.view.records(sql, params)


def test_whatever_the_analyses_ask_can_be_said_in_sparks_words(tmp_path):
    tables = Tables.open(tmp_path)
    tables.append(units_of(draw_record(4, counts=0.5)), entry=1)
    with tables.connect() as view:
        listening = Listening(view)
        build_index(listening)
        complete_index(listening)
        count_facets(listening, Choice(), index=WHOLE)
        place_claims(listening, Choice(), index=WHOLE)
        summarise(listening, Query(), members=True)
        count_pairs(listening, Query())
        find_pairs(listening, Query(), most=5)
        changes(listening)
    assert len(listening.asked) > 30
    for sql in listening.asked:
        translated = translate(sql)
        assert translated.query or translated.dropped
        assert "QUALIFY" not in sql, "its translation names columns twice"
        # Left as they are by the translation, and unknown there.
        words = " ".join([translated.query, *(f"{step.sql} {step.again}" for step in translated.steps)])
        assert not [word for word in (" ASOF ", " EXCLUDE ", "LIST_", "LENGTH(", " WITH ") if word in f" {words} "], sql


def test_each_relation_of_a_statement_is_a_step_and_what_is_not_used_is_none():
    found = translate(
        "WITH a AS (SELECT 1 AS x), idle AS (FROM a), b AS (SELECT a.x FROM a JOIN a c USING (x)) SELECT * FROM b",
        prefix="p",
    )
    assert [(step.name, step.kept) for step in found.steps] == [("p0_a", True), ("p2_b", False)]
    assert found.query == "SELECT * FROM `p2_b` AS `b`"


def test_a_relation_that_refers_to_itself_is_told_apart_into_beginning_and_round():
    [step] = translate(
        "WITH RECURSIVE n(part, whole) AS (SELECT iri, within FROM sets UNION SELECT n.part, s.within FROM n "
        "JOIN sets s ON s.iri = n.whole) FROM n"
    ).steps
    assert step.columns == ("part", "whole")
    assert (step.sql, "FROM `0_n` AS `n`" in step.again) == ("SELECT `iri`, `within` FROM `sets`", True)


def test_a_relation_that_might_go_round_for_ever_is_refused():
    with pytest.raises(AssertionError, match="does not end by itself"):
        translate("WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x FROM n) FROM n")


def test_a_name_that_is_given_again_inside_means_there_what_it_says_there():
    found = translate("WITH a AS (SELECT 1 AS x) SELECT * FROM a JOIN (WITH a AS (SELECT 2 AS y) FROM a) b ON true")
    assert [step.sql for step in found.steps] == ["SELECT 1 AS `x`", "SELECT 2 AS `y`"]
    assert "FROM `0_a` AS `a`" in found.query
    assert "FROM `1_a` AS `a`" in found.query


def test_lists_side_by_side_are_unnested_together():
    found = translate("SELECT unnest($a::VARCHAR[]) AS one, unnest($b::VARCHAR[]) AS other", lists=["a", "b"])
    assert found.query.startswith("SELECT INLINE(ARRAYS_ZIP(CAST(FROM_JSON(:a, 'array<string>')")
    assert found.query.endswith("AS (`one`, `other`)")


def test_tables_that_are_made_dropped_and_renamed_are_told():
    assert translate("CREATE TABLE t AS SELECT 1 AS x").made == "t"
    assert translate("DROP TABLE IF EXISTS t").dropped == "t"
    assert (renamed := translate("ALTER TABLE t RENAME TO u")).renamed == "u"
    assert renamed.dropped == "t"

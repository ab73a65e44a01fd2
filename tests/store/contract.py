"""What every graph store must do, whichever engine is behind it: a test class inherits this and gives a `store`."""

import pytest

from kg.store.base import MARKER_GRAPH, GraphStore, QueryRefused, Rows, Term, Triples, Truth

E = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"


def quad(subject: str, predicate: str, obj: str, graph: str = "g") -> str:
    return f"<{E}{subject}> <{E}{predicate}> {obj} <{E}{graph}> ."


def iri(name: str) -> str:
    return f"<{E}{name}>"


class GraphStoreContract:
    """Inherit it in a class named Test…, with a fixture `store` that yields an empty GraphStore."""

    def test_an_empty_store_stands_at_no_entry(self, store: GraphStore):
        assert store.standing() == 0

    def test_lines_applied_are_found_and_the_marker_moves_with_them(self, store: GraphStore):
        store.apply([quad("a", "knows", iri("b"))], [], entry=3)
        assert store.standing() == 3
        found = store.query(f"SELECT ?o {{ {iri('a')} {iri('knows')} ?o }}")
        assert found == Rows(("o",), ((Term("iri", f"{E}b"),),))

    def test_lines_removed_are_gone_and_others_stay(self, store: GraphStore):
        old, kept = quad("a", "p", '"old"'), quad("a", "p", '"kept"')
        store.apply([old, kept], [], entry=1)
        store.apply([quad("a", "p", '"new"')], [old], entry=2)
        found = store.query(f"SELECT ?o {{ {iri('a')} {iri('p')} ?o }} ORDER BY ?o")
        assert isinstance(found, Rows)
        assert [row[0].value for row in found.rows if row[0]] == ["kept", "new"]

    def test_a_line_that_is_refused_leaves_everything_as_it_was(self, store: GraphStore):
        store.apply([quad("a", "p", '"old"')], [], entry=1)
        with pytest.raises(Exception, match="graph"):
            store.apply([quad("a", "p", '"new"'), "<broken"], [quad("a", "p", '"old"')], entry=2)
        assert store.standing() == 1
        assert store.query(f'ASK {{ {iri("a")} {iri("p")} "old" }}') == Truth(True)

    def test_applying_nothing_still_moves_the_marker(self, store: GraphStore):
        store.apply([], [], entry=7)
        assert store.standing() == 7

    def test_a_rebuild_leaves_nothing_of_what_was(self, store: GraphStore):
        store.apply([quad("a", "p", '"old"')], [], entry=5)
        store.rebuild([quad("b", "p", '"new"')], entry=4)
        assert store.standing() == 4
        assert store.query(f"ASK {{ {iri('a')} ?p ?o }}") == Truth(False)
        assert store.query(f"ASK {{ {iri('b')} ?p ?o }}") == Truth(True)

    def test_a_rebuild_whose_lines_fail_leaves_the_old_graph_standing(self, store: GraphStore):
        def failing():
            yield quad("b", "p", '"new"')
            raise ValueError("the log is damaged")

        store.apply([quad("a", "p", '"old"')], [], entry=5)
        with pytest.raises(ValueError, match="the log is damaged"):
            store.rebuild(failing(), entry=6)
        assert store.standing() == 5
        assert store.query(f"ASK {{ {iri('a')} ?p ?o }}") == Truth(True)

    def test_words_come_back_as_they_were_written(self, store: GraphStore):
        words = r'"say \"no\"\n\\ \u0001 صوت"@ar-latn'
        store.apply([quad("a", "p", words)], [], entry=1)
        found = store.query(f"SELECT ?o {{ {iri('a')} {iri('p')} ?o }}")
        assert found == Rows(("o",), ((Term("literal", 'say "no"\n\\ \x01 صوت', "ar-latn"),),))

    def test_a_plain_text_has_no_datatype_and_a_number_has(self, store: GraphStore):
        store.apply([quad("a", "p", '"x"'), quad("a", "q", f'"12"^^<{XSD}integer>')], [], entry=1)
        found = store.query(f"SELECT ?x ?n {{ {iri('a')} {iri('p')} ?x ; {iri('q')} ?n }}")
        assert found == Rows(("x", "n"), ((Term("literal", "x"), Term("literal", "12", "", f"{XSD}integer")),))

    def test_an_unbound_variable_is_none(self, store: GraphStore):
        store.apply([quad("a", "p", '"x"')], [], entry=1)
        found = store.query(f"SELECT ?x ?y {{ {iri('a')} {iri('p')} ?x OPTIONAL {{ {iri('a')} {iri('q')} ?y }} }}")
        assert found == Rows(("x", "y"), ((Term("literal", "x"), None),))

    def test_construct_gives_triples_as_lines(self, store: GraphStore):
        store.apply([quad("a", "p", '"x"')], [], entry=1)
        found = store.query(f"CONSTRUCT {{ {iri('a')} {iri('r')} ?x }} WHERE {{ {iri('a')} {iri('p')} ?x }}")
        assert found == Triples((f'{iri("a")} {iri("r")} "x" .',))

    def test_all_graphs_are_asked_as_one(self, store: GraphStore):
        store.apply([quad("a", "p", iri("b"), "g1"), quad("b", "p", iri("c"), "g2")], [], entry=1)
        assert store.query(f"ASK {{ {iri('a')} {iri('p')}/{iri('p')} {iri('c')} }}") == Truth(True)

    def test_what_is_applied_twice_is_there_once(self, store: GraphStore):
        for _ in range(2):
            store.apply([quad("a", "p", '"new"')], [quad("a", "p", '"old"')], entry=2)
        found = store.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ {iri('a')} ?p ?o }} }}")
        assert isinstance(found, Rows)
        assert [term.value for row in found.rows for term in row if term] == ["1"]
        assert store.standing() == 2

    def test_lines_of_many_graphs_are_found_in_their_own(self, store: GraphStore):
        lines = [quad(f"s{n}", "p", '"x"', f"g{n % 7}") for n in range(100)]
        store.apply(lines, [], entry=1)
        found = store.query('SELECT ?g (COUNT(?s) AS ?n) { GRAPH ?g { ?s ?p "x" } } GROUP BY ?g ORDER BY ?g')
        assert isinstance(found, Rows)
        assert [row[1].value for row in found.rows if row[1]] == ["15", "15", "14", "14", "14", "14", "14"]

    def test_the_marker_stands_in_a_graph_of_its_own(self, store: GraphStore):
        store.apply([quad("a", "p", iri("b"))], [], entry=1)
        found = store.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
        assert isinstance(found, Rows)
        assert {row[0].value for row in found.rows if row[0]} == {f"{E}g", str(MARKER_GRAPH)}

    def test_a_query_that_is_not_sparql_is_refused_with_its_place(self, store: GraphStore):
        with pytest.raises(QueryRefused) as refused:
            store.query("SELECT ?s WHERE {\n  ?s ?p }")
        assert refused.value.line == 2
        assert refused.value.column > 1

    def test_a_query_never_calls_another_server(self, store: GraphStore):
        with pytest.raises(QueryRefused, match="SERVICE"):
            store.query("ASK { # x\r SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }\n}")

    def test_an_update_is_not_a_query(self, store: GraphStore):
        with pytest.raises(QueryRefused, match="change data"):
            store.query("INSERT DATA { <a:b> <a:b> <a:b> }")
        assert store.standing() == 0

"""Laws that hold for any network of reports, tried on many small ones."""

from dataclasses import replace
from itertools import pairwise

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analysis.origins.alike import Alike
from kg.analysis.origins.flows import find_paths
from kg.analysis.origins.trace import iter_rows
from kg.terms import avc
from tests.analysis.origin_case import Case, count_slowly

VOICES = ["amber", "birch", "cedar", "daily", "elm"]
DOCUMENTS = ["page", "print", "sheet"]


@st.composite
def cases(draw):
    """A case of a few claims and relays whose voices own, join, consult and copy each other in any way."""
    case = Case()
    for name in VOICES:
        case.agent(name, owner=draw(st.sampled_from(["", "", "", *VOICES])))
    case.agent("joint", "JointVoice", members=draw(st.sets(st.sampled_from(VOICES), min_size=1, max_size=2)))
    case.agent("people", "ActorClass")
    for name in DOCUMENTS:
        copies = draw(st.sets(st.sampled_from(DOCUMENTS), max_size=1))
        case.document(name, publisher=draw(st.sampled_from(["", *VOICES])), copies=sorted(copies))
    for number in range(draw(st.integers(1, 7))):
        say(case, f"s{number}", draw)
    return case


def say(case, name, draw):
    """Add a claim, or a relay of what was said before."""
    who = draw(st.sampled_from([*VOICES, "joint", "people"]))
    consulted = sorted(draw(st.sets(st.sampled_from([*VOICES, "people", "other", *DOCUMENTS]), max_size=2)))
    more = {"document": draw(st.sampled_from(["", "", *DOCUMENTS])), "at_hand": draw(st.booleans())}
    before = list(case.sayings)
    if before and draw(st.booleans()):
        case.relay(name, who, draw(st.sampled_from(before)), consulted=consulted[:1], **more)
    else:
        grounds = draw(st.sampled_from(["", "saw", "told-by-another", "open-source"]))
        case.claim(name, who, grounds=grounds, consulted=consulted, question=draw(st.sampled_from("qr")), **more)


@given(cases())
@settings(max_examples=100, deadline=None)
def test_the_bounds_are_ordered_and_never_beyond_the_reports(case):
    reports, least, most = case.bounds()
    assert 0 <= least <= most <= reports


@given(cases())
@settings(max_examples=250, deadline=None)
def test_trying_all_sets_of_chains_finds_no_other_number(case):
    found, nodes = case.trace(), case.network().nodes
    least, most = (count_slowly(nodes, opened=opened) for opened in (False, True))
    assert found.at_least <= least
    assert most <= found.at_most
    if found.exact:
        assert (found.at_least, found.at_most) == (least, most)


@given(cases())
@settings(max_examples=80, deadline=None)
def test_the_chains_shown_exist_and_share_no_claim_and_no_party(case):
    found, network = case.trace(), case.network()
    parties = {node.key: set(node.parties) for node in network.nodes}
    assert len(found.declared) == found.at_least
    used = set()
    for trace in found.declared:
        mine = set().union(*(parties[step.saying] for step in trace.steps if step.saying))
        assert not mine & used
        used |= mine


@given(cases(), st.data())
@settings(max_examples=80, deadline=None)
def test_declaring_a_ground_only_narrows_the_bounds(case, data):
    # A ground in a reprint is the original's, so that declaring it there says that the original was coded short.
    first_prints = {"", *(name for name, source in case.sources.items() if set(source.copies) <= {name})}
    silent = [said for said in case.sayings.values() if said.kind == "claim" and not said.consulted]
    open_claims = [said for said in silent if said.document in first_prints]
    if not open_claims:
        return
    chosen = data.draw(st.sampled_from(open_claims))
    _, least, most = case.bounds()
    more = {"document": chosen.document, "at_hand": bool(chosen.passages)}
    case.claim(chosen.iri, chosen.voice, grounds="saw", question=chosen.question, **more)
    _, least_after, most_after = case.bounds()
    assert least <= least_after
    assert most_after <= most


@given(cases(), st.data())
@settings(max_examples=80, deadline=None)
def test_one_more_relay_adds_no_origin(case, data):
    _, _, most = case.bounds()
    of = data.draw(st.sampled_from(sorted(case.sayings)))
    case.relay("more", "stranger", of)
    reports, _, most_after = case.bounds()
    assert most_after <= min(reports, count_ends(case))
    assert most_after <= most + 1


def count_ends(case):
    """How many ends there are for chains to lead to."""
    return sum(node.first_hand or node.undeclared for node in case.network().nodes)


steps_of = st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30)
some = st.sets(st.integers(0, 11), max_size=6)


@given(steps_of, some, some)
@settings(max_examples=300, deadline=None)
def test_the_reduced_network_has_as_many_paths_as_the_whole(steps, starts, ends):
    told = [(f"p{here:02}", f"p{there:02}") for here, there in steps]
    starts, ends = ({f"p{number:02}" for number in each} for each in (starts, ends))
    paths = find_paths(told, starts=starts, ends=ends)
    assert len(paths) == flow_value(told, starts, ends)
    assert len({party for path in paths for party in path}) == sum(map(len, paths))
    for path in paths:
        assert path[0] in starts
        assert path[-1] in ends
        assert all(step in told for step in pairwise(path))


def flow_value(steps, starts, ends):
    """The value of a maximum flow through the network as it stands."""
    graph = nx.DiGraph([("reader", (start, 0)) for start in starts] + [((end, 1), "end") for end in ends])
    graph.add_nodes_from(["reader", "end"])
    graph.add_edges_from(((here, 1), (there, 0)) for here, there in steps)
    graph.add_edges_from(((party, 0), (party, 1)) for party in {*starts, *ends, *(p for step in steps for p in step)})
    nx.set_edge_attributes(graph, 1, "capacity")
    return nx.maximum_flow_value(graph, "reader", "end")


def plain(case, prefix=""):
    """What a case holds without consulting and reprints, its sayings and questions under other names."""
    name = lambda text: text and f"{prefix}{text}"  # noqa: E731
    said = [
        replace(
            one, iri=name(one.iri), question=name(one.question), relays=name(one.relays), root=name(one.root),
            consulted=(), withdraws=tuple(map(name, one.withdraws)),
        )
        for one in case.material().sayings
    ]  # fmt: skip
    return replace(
        case.material(),
        sayings=tuple(sorted(said, key=lambda one: one.iri)),
        sources=tuple(replace(source, copies=()) for source in case.material().sources),
    )


CHANGES = [
    {"passages": ()}, {"passages": ("passage",)}, {"corrected": True}, {"document": ""}, {"document": "page"},
    {"voice": "elm"}, {"voice": "people"}, {"material": (avc("saw"),)}, {"stance": "denies"}, {"question": "other"},
    {"withdraws": ("s0",)},
]  # fmt: skip


@given(cases(), st.integers(0, 6), st.sampled_from(CHANGES))
@settings(max_examples=200, deadline=None)
def test_an_event_told_by_the_example_of_another_is_told_as_by_itself(case, place, change):
    first, again = plain(case), plain(case, "x")
    changed = [replace(one, **change) if at == place else one for at, one in enumerate(first.sayings)]
    alike = Alike(iter_rows)
    for event, material in (("a", first), ("b", again), ("c", replace(first, sayings=tuple(changed)))):
        assert alike.rows(material, event) == tuple(iter_rows(material, event))
    assert len(alike._traced) <= 2

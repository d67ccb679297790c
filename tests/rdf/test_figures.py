"""The data are described in figures (VoID), and every figure is what a query over the same graph counts.

The publisher computes them when it loads a version; here the small publication is counted by SPARQL, another way.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions

from sotegraph.catalog import Names
from sotegraph.entities import Index
from sotegraph.errors import UnsoundPublication
from sotegraph.loading import load_folder
from sotegraph.publication import read_publication
from sotegraph.settings import Settings
from sotegraph.store import Version, build_version
from sotegraph.terms import PREFIXES, term
from tests.conftest import LIBRARY

PROLOGUE = "\n".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items())


def counts(version: Version, query: str) -> Counter[tuple[str, ...]]:
    """The solutions of *query*: all variables but the last as the key, the last as the number."""
    solutions = version.store.query(PROLOGUE + query)
    assert isinstance(solutions, QuerySolutions)
    rows = ([each.value if each is not None else "" for each in solution] for solution in solutions)
    return Counter({tuple(row[:-1]): int(row[-1]) for row in rows})


def figure(version: Version, node: NamedNode, name: str) -> int:
    [value] = version.objects(node, term(name))
    assert isinstance(value, Literal)
    return int(value.value)


def listed(graphs: list[str]) -> str:
    return ", ".join(f"<{each}>" for each in graphs)


@pytest.fixture(scope="module")
def own(version: Version) -> list[str]:
    """The graphs that are loaded from files."""
    graphs = [each for each in version.graphs if each not in version.computed]
    assert len(graphs) >= 6
    return graphs


@pytest.fixture(scope="module")
def names(index: Index) -> Names:
    return Names.of(index.publication)


TOTALS = {
    "void:triples": "(COUNT(*) AS ?n)",
    "void:distinctSubjects": "(COUNT(DISTINCT ?s) AS ?n)",
    "void:distinctObjects": "(COUNT(DISTINCT ?o) AS ?n)",
    "void:properties": "(COUNT(DISTINCT ?p) AS ?n)",
    "void:classes": "(COUNT(DISTINCT ?class) AS ?n)",
    "void:entities": "(COUNT(DISTINCT ?entity) AS ?n)",
}
BINDINGS = "BIND(IF(?p = rdf:type, ?o, ?none) AS ?class) BIND(IF(isIRI(?s), ?s, ?none) AS ?entity)"


@pytest.mark.parametrize(("name", "count"), TOTALS.items(), ids=TOTALS)
def test_a_total_is_what_a_query_counts(version, own, names, name, count):
    for graph in own:
        [(_, counted)] = counts(version, f"SELECT {count} {{ GRAPH <{graph}> {{ ?s ?p ?o }} {BINDINGS} }}").items()
        assert figure(version, names.content(graph), name) == counted, graph
    distinct = f"SELECT DISTINCT ?s ?p ?o {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g IN ({listed(own)})) }}"
    [(_, counted)] = counts(version, f"SELECT {count} {{ {{ {distinct} }} {BINDINGS} }}").items()
    assert figure(version, names.dataset, name) == counted


def test_the_parts_by_class_and_property_are_what_a_query_counts(version, own, names):
    compared = 0
    for node, where in [(names.content(each), f"GRAPH <{each}>") for each in own]:
        part = f"<{node.value}> void:classPartition [ void:class ?c ; "
        classes = counts(version, f"SELECT ?c ?n {{ {part} void:entities ?n ] }}")
        assert classes == counts(version, f"SELECT ?c (COUNT(*) AS ?n) {{ {where} {{ ?s a ?c }} }} GROUP BY ?c")
        stated = counts(
            version,
            f"SELECT ?c ?p ?n {{ {part} void:propertyPartition [ void:property ?p ; void:triples ?n ] ] }}",
        )
        counted = counts(version, f"SELECT ?c ?p (COUNT(*) AS ?n) {{ {where} {{ ?s a ?c ; ?p ?o }} }} GROUP BY ?c ?p")
        assert stated == counted
        compared += len(stated)
    assert compared > 200


def test_the_parts_by_property_are_what_a_query_counts(version, own, names):
    for graph in own:
        part = f"<{names.content(graph).value}> void:propertyPartition [ void:property ?p ; void:triples ?n ]"
        counted = counts(version, f"SELECT ?p (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} GROUP BY ?p")
        assert counts(version, f"SELECT ?p ?n {{ {part} }}") == counted


def test_the_kinds_of_objects_are_what_a_query_counts(version, own, names):
    """An object is of the classes that any graph of the files states; a literal is of its datatype."""
    compared = 0
    for graph in own:
        part = f"<{names.content(graph).value}> void:classPartition [ void:class ?c ; void:propertyPartition ?pp ]"
        stated = counts(
            version,
            f"""SELECT ?c ?p ?kind ?n {{ {part} . ?pp void:property ?p .
              {{ ?pp void:classPartition [ void:class ?kind ; void:triples ?n ] }} UNION
              {{ ?pp void-ext:datatypePartition [ void-ext:datatype ?kind ; void:triples ?n ] }} }}""",
        )
        nodes = f"GRAPH ?in {{ ?o a ?kind }} FILTER(?in IN ({listed(own)}) && ?p != rdf:type)"
        literals = "FILTER(isLiteral(?o)) BIND(DATATYPE(?o) AS ?kind)"
        counted: Counter[tuple[str, ...]] = Counter()
        for kind in (nodes, literals):
            triples = f"SELECT DISTINCT ?c ?s ?p ?o ?kind {{ GRAPH <{graph}> {{ ?s a ?c ; ?p ?o }} {kind} }}"
            counted += counts(
                version, f"SELECT ?c ?p ?kind (COUNT(*) AS ?n) {{ {{ {triples} }} }} GROUP BY ?c ?p ?kind"
            )
        assert stated == counted, graph
        compared += len(stated)
    assert compared > 200


def test_a_set_of_links_leads_from_the_things_to_the_iris_of_one_other_publisher(version, index, names):
    links = counts(
        version,
        """SELECT ?predicate ?target ?space ?n { ?set a void:Linkset ; void:linkPredicate ?predicate ;
          void:subjectsTarget ?from ; void:objectsTarget ?target ; void:triples ?n . ?target void:uriSpace ?space }""",
    )
    exact, described = term("skos:exactMatch").value, f"{index.publication.base_iri}/#kinds"
    assert links[exact, described, "https://kinds.example/"] == 2
    assert (
        links[
            term("dct:subject").value,
            names.part(names.node("target"), "space", "http://subjects.example/").value,
            "http://subjects.example/",
        ]
        == 10
    )
    assert not [key for key in links if key[2].startswith(index.publication.base_iri)]


def test_every_iri_starts_with_one_of_the_spaces_and_every_term_with_one_of_the_vocabularies(version, own, names):
    for graph in own:
        node = names.content(graph)
        spaces = tuple(each.value for each in version.objects(node, term("void:uriSpace")))
        vocabularies = tuple(each.value for each in version.objects(node, term("void:vocabulary")))
        for triple in version.triples_of(NamedNode(graph)):
            assert not isinstance(triple.subject, NamedNode) or triple.subject.value.startswith(spaces)
            assert triple.predicate.value.startswith(vocabularies)


def test_examples_are_things_of_their_class(version, names):
    examples = counts(version, "SELECT ?c ?e (1 AS ?n) { [] void:class ?c ; void:exampleResource ?e }")
    assert len(examples) > 5
    typed = counts(version, "SELECT ?c ?e (1 AS ?n) { [] void:class ?c ; void:exampleResource ?e . ?e a ?c }")
    assert examples == typed


def test_the_computed_graphs_and_the_default_graph_tell_their_true_size(version, names):
    assert len(version.computed) == 4
    for graph in version.computed:
        assert figure(version, names.content(graph), "void:triples") == version.graphs[graph]
        assert version.graphs[graph] == len(set(version.triples_of(NamedNode(graph)))) > 50
    whole = len(set(version.triples_of(None)))
    assert figure(version, names.node("default"), "void:triples") == version.triples == whole
    assert figure(version, names.dataset, "void:triples") < whole


def test_no_computed_graph_changes_the_id_or_what_the_files_say(index):
    publication = index.publication
    plain = build_version(quad for file in publication.files for quad in publication.read(file))
    assert plain.id == index.version.id
    assert plain.computed == frozenset()
    assert {name: size for name, size in index.version.graphs.items() if name not in index.version.computed} == (
        plain.graphs
    )


@pytest.mark.slow
def test_two_loads_compute_the_same_triples_on_disk_as_in_memory(version):
    again = load_folder(LIBRARY, Settings(memory_limit_file_bytes=0)).version
    assert again.folder is not None
    try:
        assert (again.id, again.triples, again.graphs) == (version.id, version.triples, version.graphs)
        for graph in version.computed:
            assert set(again.triples_of(NamedNode(graph))) == set(version.triples_of(NamedNode(graph)))
    finally:
        rmtree(again.folder.parent)


def test_another_base_iri_names_other_nodes_and_counts_the_same(version):
    moved = load_folder(LIBRARY, Settings(base_iri="https://other.example/library")).version
    node = NamedNode("https://other.example/library/void#dataset")
    assert figure(moved, node, "void:triples") == figure(
        version, NamedNode("https://library.example/void#dataset"), "void:triples"
    )
    computed = [each for graph in moved.computed for each in moved.triples_of(NamedNode(graph))]
    assert not [each for each in computed if "https://library.example/void" in str(each)]


def test_no_node_is_blank(version):
    for graph in version.computed:
        assert not [
            each for each in version.triples_of(NamedNode(graph)) if "_:" in f"{each.subject} {each.object}"[:3]
        ]


def test_each_computed_graph_says_what_it_is_who_made_it_and_from_what(version, index, own):
    title, description = term("dct:title"), term("dct:description")
    for graph in map(NamedNode, version.computed):
        for predicate in (title, description):
            told = {each.language for each in version.objects(graph, predicate) if isinstance(each, Literal)}
            assert told == set(index.publication.languages)
        [activity] = version.objects(graph, term("prov:wasGeneratedBy"))
        assert {each.value for each in version.objects(activity, term("prov:used"))} == set(own)
        [software] = version.objects(activity, term("prov:wasAssociatedWith"))
        assert next(each.value for each in version.objects(software, title)).startswith("sotegraph ")
        assert list(version.objects(graph, term("dct:license"))) == [NamedNode(index.publication.licence)]


@pytest.mark.parametrize("name", ["void", "service"])
def test_no_source_takes_the_name_of_a_computed_graph(tmp_path: Path, name):
    folder = tmp_path / "publication"
    copytree(LIBRARY, folder)
    (folder / "data" / "branches").rename(folder / "data" / name)
    with pytest.raises(UnsoundPublication, match=f"data/{name}"):
        read_publication(folder)

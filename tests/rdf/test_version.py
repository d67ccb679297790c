"""A version is immutable, named by its content, and its default graph holds every distinct triple once."""

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from sotegraph.store import build_version, temporary_folder

A, B = NamedNode("https://example.org/graph/a"), NamedNode("https://example.org/graph/b")
S, P = NamedNode("https://example.org/id/s"), NamedNode("https://example.org/ns#p")


def quads(*graphs: NamedNode) -> list[Quad]:
    return [Quad(S, P, Literal("x", language="fi"), graph) for graph in graphs]


def test_a_triple_in_two_named_graphs_stands_once_in_the_default_graph():
    version = build_version(quads(A, B))
    assert version.triples == 1
    assert version.graphs == {A.value: 1, B.value: 1}
    assert len(list(version.outgoing(S))) == 1
    assert version.graphs_of(S) == [A.value, B.value]


def test_the_id_names_the_content_and_nothing_else():
    assert build_version(quads(A, B)).id == build_version(quads(B, A)).id
    assert build_version(quads(A)).id != build_version(quads(B)).id


def test_the_names_of_blank_nodes_do_not_change_the_id():
    one, other = ([Quad(BlankNode(name), P, BlankNode(name + "2"), A)] for name in ("x", "y"))
    assert build_version(one).id == build_version(other).id


def test_a_version_on_disk_is_the_same_version():
    folder = temporary_folder()
    on_disk = build_version(quads(A, B), on_disk=folder)
    assert on_disk.id == build_version(quads(A, B)).id
    assert list(on_disk.reopened().outgoing(S)) == list(on_disk.outgoing(S))


def test_a_failed_load_leaves_nothing_on_disk():
    def broken():
        yield from quads(A)
        raise RuntimeError("source ended")

    folder = temporary_folder()
    try:
        build_version(broken(), on_disk=folder)
    except RuntimeError:
        assert not folder.exists()
    else:
        raise AssertionError("the error of the source is not hidden")


def test_progress_tells_how_many_quads_were_read():
    told: list[int] = []
    build_version(quads(A, B), progress=told.append)
    assert told == [2]

"""Every source is published on the terms of our compilation; what its own terms are stands in its rights and origin."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from sotegraph.harvesting.codes import LICENCES, licence_of
from sotegraph.terms import RDF_TYPE, term

ROOT = Path(__file__).parents[2] / "data"
COMPILATION = NamedNode("https://creativecommons.org/licenses/by/4.0/")


def test_every_graph_has_the_licence_of_the_compilation_and_tells_the_rights():
    files = sorted(ROOT.glob("*/source.ttl"))
    assert len(files) > 10
    for path in files:
        triples = [quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)]
        graphs = {
            each.subject for each in triples if each.predicate == RDF_TYPE and each.object == term("sd:NamedGraph")
        }
        assert graphs, path
        for graph in graphs:
            own = [each for each in triples if each.subject == graph]
            assert {each.object for each in own if each.predicate == term("dct:license")} == {COMPILATION}, graph
            rights = [each.object for each in own if each.predicate == term("dct:rights")]
            assert {each.language for each in rights if isinstance(each, Literal)} == {"fi", "sv", "en"}, graph
    assert licence_of(COMPILATION.value) == LICENCES["cc-by-4.0"]

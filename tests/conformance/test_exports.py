"""What is exported by a profile of a European standard is valid by that standard's own shapes, every one of them."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, RdfFormat, serialize
from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import RDF, SH

from sotegraph.entities import applying_to, export, read_profiles
from sotegraph.terms import term

LEAST_BODIES = 43
PUBLIC = term("cv:PublicOrganisation")
SHAPES = {
    "cpov": "cpov-2.1.2/shacl/core-public-organisation-ap-SHACL.ttl",
    "cpsv-ap": "cpsv-ap-3.2.0/shacl/cpsv-ap-SHACL.ttl",
}


@pytest.fixture(scope="module")
def bodies(bundled):
    found = sorted((each for each in bundled.version.instances(PUBLIC) if isinstance(each, NamedNode)), key=str)
    assert len(found) >= LEAST_BODIES
    return found


@pytest.fixture(scope="module", params=SHAPES)
def token(request):
    return request.param


@pytest.fixture(scope="module")
def exports(bundled, bodies, token):
    """The export of each public body, as one graph each."""
    (profile,) = [each for each in read_profiles(bundled) if each.token == token]
    return {body: _graph(export(bundled, profile, body)) for body in bodies}


@pytest.fixture(scope="module")
def shapes(suites, token):
    return Graph().parse(suites / "shapes" / SHAPES[token])


def _graph(triples):
    return Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")


def _violations(data, shapes):
    _, report, _ = validate(data, shacl_graph=shapes, inference="none", advanced=False)
    results = (result for result in report.objects(None, SH.result))
    return [
        tuple(report.value(result, name) for name in (SH.focusNode, SH.resultPath, SH.sourceConstraintComponent))
        for result in results
    ]


def test_every_public_body_is_valid_by_the_shapes_of_the_standard(exports, shapes):
    together = Graph()
    for body, graph in exports.items():
        assert (None, RDF.type, None) in graph, f"nothing is said of {body}"
        together += graph
    assert _violations(together, shapes) == []


def test_each_document_is_valid_by_itself(exports, shapes):
    for body in list(exports)[::9]:
        assert _violations(exports[body], shapes) == [], body


def test_the_shapes_see_what_is_wrong(exports, shapes):
    """An untagged name: both standards want the language said, so a pass above is no silence."""
    graph = next(iter(exports.values()))
    name = term("skos:prefLabel").value
    broken = Graph()
    for subject, predicate, value in graph:
        broken.add((subject, predicate, type(value)(str(value)) if str(predicate) == name else value))
    assert _violations(broken, shapes)


def test_no_public_service_is_invented(bundled, exports):
    services = "http://purl.org/vocab/cpsv#PublicService"
    published = len(list(bundled.version.instances(NamedNode(services))))
    exported = {
        s for graph in exports.values() for s, _, o in graph.triples((None, RDF.type, None)) if str(o) == services
    }
    assert len(exported) <= published


def test_every_organisation_and_area_has_its_profiles(bundled):
    profiles = read_profiles(bundled)
    wanted = {"org:Organization": {"org", "schema-org"}, "cv:AdminUnit": {"schema-org"}}
    for name, tokens in wanted.items():
        things = [each for each in bundled.version.instances(term(name)) if isinstance(each, NamedNode)]
        assert len(things) > 300
        for thing in things:
            offered = applying_to(profiles, bundled.version.types(thing))
            assert tokens <= {each.token for each in offered}
        for profile in offered:
            if not profile.is_native:
                assert export(bundled, profile, things[-1])

"""The publication describes itself where clients look, in the forms they ask for, and always with the same figures.

The data in figures (VoID) are at ``/.well-known/void``, at ``/void`` and as a graph; the endpoint (SPARQL 1.1 Service
Description) at its bare address and as a graph; the questions as examples below the endpoint and as a graph.
"""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from sotegraph.catalog import Names
from sotegraph.catalog.functions import EXTENSION_FUNCTIONS
from sotegraph.loading import load_folder
from sotegraph.settings import Settings
from sotegraph.terms import PREFIXES, RDF_TYPE, term
from tests.conformance_data import conformance_data
from tests.conftest import LIBRARY
from tests.markup import read_page

TURTLE = {"accept": "text/turtle"}
BASE = "https://library.example"
VOID, SERVICE, EXAMPLES = (
    f"{BASE}/id/graph/void",
    f"{BASE}/id/graph/service",
    f"{BASE}/sparql/.well-known/sparql-examples",
)
GEOF, XSD, METRE = (
    "http://www.opengis.net/def/function/geosparql/",
    "http://www.w3.org/2001/XMLSchema#",
    "http://www.opengis.net/def/uom/OGC/1.0/metre",
)
SQUARE, OTHER, INSIDE = (
    f'"{each}"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'
    for each in (
        "POLYGON((24 60, 25 60, 25 61, 24 61, 24 60))",
        "POLYGON((24.5 60.5, 26 60.5, 26 62, 24.5 62, 24.5 60.5))",
        "POINT(24.2 60.2)",
    )
)
OF_TWO = """
    sfContains sfCrosses sfDisjoint sfEquals sfIntersects sfOverlaps sfTouches sfWithin
    ehContains ehCoveredBy ehCovers ehDisjoint ehEquals ehInside ehMeet ehOverlap
    rcc8dc rcc8ec rcc8eq rcc8ntpp rcc8ntppi rcc8po rcc8tpp rcc8tppi difference intersection symDifference union
"""
OF_ONE = """
    asGeoJSON centroid convexHull coordinateDimension dimension envelope getSRID isEmpty isSimple spatialDimension
"""
ARGUMENTS = {
    **{name: [SQUARE, OTHER] for name in OF_TWO.split()},
    **{name: [SQUARE] for name in OF_ONE.split()},
    **{name: [SQUARE, f"<{METRE}>"] for name in ("length", "perimeter")},
    "area": [SQUARE, f"<{METRE.replace('metre', 'square_metre')}>"],
    "distance": [INSIDE, INSIDE, f"<{METRE}>"],
    "relate": [SQUARE, OTHER, '"T*F**F***"'],
}
CAST = {
    "date": "2020-01-31",
    "time": "10:00:00",
    "gYear": "2020",
    "gYearMonth": "2020-01",
    "gMonth": "--01",
    "gMonthDay": "--01-31",
    "gDay": "---31",
    "duration": "P1YT1H",
    "yearMonthDuration": "P1Y",
    "dayTimeDuration": "P1D",
}
VOCABULARIES = {"sd": "sparql-service-description", "void": "void", "prov": "prov-o", "dct": "dcterms", "foaf": "foaf"}


def triples(answer) -> set[Triple]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/turtle")
    return {quad.triple for quad in parse(answer.content, format=RdfFormat.TURTLE)}


def objects(graph: set[Triple], subject: str, name: str) -> list[str]:
    wanted = (NamedNode(subject), term(name))
    return sorted(each.object.value for each in graph if (each.subject, each.predicate) == wanted)


@pytest.fixture(scope="module")
def description(client) -> set[Triple]:
    """What the bare address of the endpoint says."""
    return triples(client.get("/sparql", **TURTLE))


# The data in figures


def test_the_well_known_address_leads_to_the_figures(client):
    for address in ("/.well-known/void", "/sparql/.well-known/void"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["location"]) == (303, "/void.ttl")
        assert answer.headers["vary"] == "Accept"
        assert client.get(address, accept="application/ld+json").headers["location"] == "/void.jsonld"
        assert client.page(address).headers["location"] == "/void.html"


def test_the_document_and_the_graph_say_the_same(client, version):
    document = triples(client.get("/void", **TURTLE))
    assert document == triples(client.get("/void.ttl")) == set(version.triples_of(NamedNode(VOID)))


def test_the_document_says_what_it_is_about_and_where_the_data_are(client):
    document = triples(client.get("/void.ttl"))
    dataset = f"{BASE}/void#dataset"
    assert objects(document, f"{BASE}/void", "foaf:primaryTopic") == [dataset]
    assert objects(document, dataset, "dct:title") == ["Esimerkkikirjasto", "The example library"]
    assert objects(document, dataset, "dct:license") == ["https://creativecommons.org/publicdomain/zero/1.0/"]
    assert objects(document, dataset, "dct:modified") == ["2026-05-04"]
    assert objects(document, dataset, "void:sparqlEndpoint") == [f"{BASE}/sparql"]
    assert f"{BASE}/id/book/1" in objects(document, dataset, "void:exampleResource")
    features = objects(document, dataset, "void:feature")
    assert features == [
        f"http://www.w3.org/ns/formats/{each}" for each in ("JSON-LD", "N-Triples", "RDF_XML", "Turtle")
    ]
    assert not objects(document, dataset, "void:dataDump")


@pytest.mark.parametrize(("language", "heading"), [("en", "The data in figures"), ("fi", "Aineisto lukuina")])
def test_the_figures_are_a_page_for_people_in_each_language(client, language, heading):
    answer = client.page(f"/void?lang={language}")
    assert answer.headers["content-language"] == language
    page = read_page(answer.text)
    assert page.one("h1").text == heading
    assert len(page.all("table")) == 4


def test_the_page_shows_the_figures_of_the_graph(client, index, version):
    page = read_page(client.page("/void?lang=en").text)
    sizes = {row.attributes["id"]: row.all("td")[0].text for row in page.all("tr") if "id" in row.attributes}
    names = Names.of(index.publication)
    for graph, size in version.graphs.items():
        assert sizes[names.content(graph).value.partition("#")[2]] == f"{size:,}"
    books = set(version.instances(NamedNode(f"{BASE}/ns/lib#Book")))
    assert sizes["dataset/class/lib:Book"] == str(len(books))


def test_every_graph_is_on_a_page_that_leads_to_its_figures(client):
    page = client.page("/doc/graph/catalogue?lang=en")
    assert 'href="/void?lang=en#graph/catalogue"' in page.text
    computed = client.page("/doc/graph/void?lang=en")
    assert read_page(computed.text).one("h1").text == "The data in figures (VoID)"


def test_the_computed_graphs_are_no_sources_on_the_front_page(client):
    page = read_page(client.page("/?lang=en").text)
    assert "Description of the SPARQL endpoint" not in page.one("main").text


def test_nothing_else_is_below_the_document(client):
    assert client.get("/void.pdf").status_code == 404
    assert client.get("/void/dataset").status_code == 404


# The endpoint


def test_the_bare_address_names_the_address_asked(client, description):
    [service] = [each.subject for each in description if each.object == term("sd:Service")]
    assert service == NamedNode("http://site.example/sparql#service")
    assert objects(description, service.value, "sd:endpoint") == ["http://site.example/sparql"]
    other = triples(client.request("GET", "/sparql", headers={"Host": "mirror.example:81", **TURTLE}))
    assert objects(other, "http://mirror.example:81/sparql#service", "sd:endpoint") == [
        "http://mirror.example:81/sparql"
    ]


def test_the_graph_names_the_address_at_home(version):
    graph = set(version.triples_of(NamedNode(SERVICE)))
    assert objects(graph, f"{BASE}/sparql#service", "sd:endpoint") == [f"{BASE}/sparql"]


def test_the_service_claims_what_is_true(description, version):
    service = "http://site.example/sparql#service"
    assert objects(description, service, "sd:supportedLanguage") == [term("sd:SPARQL11Query").value]
    assert objects(description, service, "sd:feature") == [term("sd:UnionDefaultGraph").value]
    everything = {each for graph in version.graphs for each in version.triples_of(NamedNode(graph))}
    assert everything == set(version.triples_of(None)), "the default graph is the union of the named ones"
    assert len(objects(description, service, "sd:resultFormat")) == 8
    assert objects(description, service, "sd:defaultEntailmentRegime") == ["http://www.w3.org/ns/entailment/Simple"]


def evaluated(client, function: str, *arguments: str) -> list[dict]:
    """The values that *function* has of *arguments*, none where it has none, or is not known."""
    query = f"SELECT * {{ VALUES ?none {{ 0 }} BIND (<{function}>({', '.join(arguments)}) AS ?value) }}"
    answer = client.request("GET", "/sparql", params={"query": query})
    found = answer.json()["results"]["bindings"] if answer.status_code == 200 else []
    return [each["value"] for each in found if "value" in each]


def test_each_function_that_the_service_claims_has_a_value(client, description):
    claimed = objects(description, "http://site.example/sparql#service", "sd:extensionFunction")
    assert claimed == sorted(each.value for each in EXTENSION_FUNCTIONS)
    assert {GEOF + "distance", GEOF + "sfWithin"} < set(claimed)
    for function in claimed:
        name = function.removeprefix(GEOF)
        assert evaluated(client, function, *(ARGUMENTS.get(name) or [f'"{CAST[name.removeprefix(XSD)]}"'])), function
    [near] = evaluated(client, GEOF + "sfWithin", INSIDE, SQUARE)
    assert near["value"] == "true"


@pytest.mark.parametrize("name", ["asWKT", "boundary", "buffer", "geometryType", "maxX", "metricArea", "transform"])
def test_a_function_that_the_service_does_not_claim_is_not_evaluated(client, name):
    assert GEOF + name not in {each.value for each in EXTENSION_FUNCTIONS}
    for arguments in ([SQUARE], [SQUARE, OTHER], [SQUARE, f"<{METRE}>"], [SQUARE, "1", f"<{METRE}>"]):
        assert not evaluated(client, GEOF + name, *arguments)


def test_no_function_is_claimed_of_an_engine_that_others_run():
    graph = load_folder(LIBRARY, Settings(store="http://127.0.0.1:9/query")).version
    service = NamedNode(f"{BASE}/sparql#service")
    assert not list(graph.objects(service, term("sd:extensionFunction")))


def test_the_service_leads_to_its_description_for_programs(client, description):
    service = "http://site.example/sparql#service"
    assert objects(description, service, "dcat:endpointURL") == ["http://site.example/sparql"]
    [address] = objects(description, service, "dcat:endpointDescription")
    assert address == "http://site.example/openapi.json"
    assert "/sparql" in client.get(address.removeprefix("http://site.example")).json()["paths"]


def test_the_default_dataset_has_every_graph_with_its_true_size(description, version):
    dataset = f"{BASE}/sparql#dataset"
    assert objects(description, dataset, "sd:namedGraph") == sorted(version.graphs)
    [default] = objects(description, dataset, "sd:defaultGraph")
    assert objects(description, default, "void:triples") == [str(version.triples)]
    for graph, size in version.graphs.items():
        assert objects(description, graph, "sd:name") == [graph]
        [content] = objects(description, graph, "sd:graph")
        assert objects(description, content, "void:triples") == [str(size)]
        assert (graph in version.computed) == (not objects(description, content, "void:classPartition"))


def test_the_graphs_of_the_description_tell_their_parts_of_the_first_order(description, version):
    content = f"{BASE}/void#graph/catalogue"
    for part in objects(description, content, "void:propertyPartition"):
        assert len(objects(description, part, "void:property")) == len(objects(description, part, "void:triples")) == 1
    parts = objects(description, content, "void:classPartition")
    assert len(parts) >= 2
    for part in parts:
        assert len(objects(description, part, "void:class")) == len(objects(description, part, "void:entities")) == 1
        assert not objects(description, part, "void:propertyPartition")


def test_a_planner_is_not_told_that_iris_of_others_occur_nowhere(description):
    """Comunica expects no result for an IRI outside of the first ``void:uriSpace`` of a graph."""
    assert not [each for each in description if each.predicate in (term("void:uriSpace"), term("void:vocabulary"))]


def test_the_limits_of_the_server_that_loaded_the_version_are_stated_in_every_language():
    version = load_folder(LIBRARY, Settings(query_time_limit_ms=2_500)).version
    comments = version.objects(NamedNode(f"{BASE}/sparql#service"), term("rdfs:comment"))
    told = {each.language: each.value for each in comments if isinstance(each, Literal)}
    assert set(told) == {"en", "fi"}
    assert "2.5 seconds" in told["en"]
    assert "2.5 sekuntia" in told["fi"]


@pytest.mark.parametrize(("draft", "spoken"), [(False, ["1.1"]), (True, ["1.1", "1.2", "1.2-basic"])])
def test_the_versions_of_the_language_are_those_that_the_operator_lets_in(draft, spoken):
    version = load_folder(LIBRARY, Settings(sparql_draft=draft)).version
    found = version.objects(NamedNode(f"{BASE}/sparql#service"), term("sd:supportedVersion"))
    assert sorted(each.value for each in found) == [f"http://www.w3.org/ns/sparql#version-{each}" for each in spoken]


def test_the_description_is_cached_for_each_address_and_form(client):
    first = client.get("/sparql", **TURTLE)
    known = client.get("/sparql", if_none_match=first.headers["etag"], **TURTLE)
    assert known.status_code == 304


# The examples


def test_the_examples_are_a_document_below_the_endpoint(client, version):
    document = triples(client.get("/sparql/.well-known/sparql-examples", **TURTLE))
    assert document == set(version.triples_of(NamedNode(EXAMPLES)))
    assert client.get("/sparql/.well-known/sparql-examples", accept="image/png").status_code == 406


def test_an_example_has_an_iri_that_leads_on(client):
    address = "/sparql/.well-known/sparql-examples/list-titles"
    assert client.get(address).headers["location"] == "/sparql/.well-known/sparql-examples"
    assert client.page(address).headers["location"] == "/queries/list-titles"
    assert client.get("/sparql/.well-known/sparql-examples/no-such").status_code == 404


# Vocabularies


def test_every_term_is_defined_by_its_vocabulary(version):
    folder = conformance_data() / "vocab"
    defined: dict[str, set[str]] = {
        prefix: {
            quad.subject.value
            for quad in parse(path=str(folder / f"{name}.ttl"), format=RdfFormat.TURTLE)
            if isinstance(quad.subject, NamedNode)
        }
        for prefix, name in VOCABULARIES.items()
    }
    used = {
        node.value
        for graph in version.computed
        for each in version.triples_of(NamedNode(graph))
        for node in (each.predicate, *([each.object] if each.predicate in (RDF_TYPE, term("sd:feature")) else []))
    }
    checked = 0
    for prefix, terms in defined.items():
        own = {each for each in used if each.startswith(PREFIXES[prefix])}
        assert own - terms == set()
        checked += len(own)
    assert checked > 40

"""The catalogue breaks no rule of DCAT-AP 3.0.0 and 3.0.1 and of avoindata.fi's profile: whole, and page by page.

The shapes are those of the profiles' authors; of 3.0.1 the copy without the property shapes that have no path. Nothing
is loaded beside the pages: the names and classes of the codes stand in them.
"""

from __future__ import annotations

import pytest
from rdflib import DCAT, Graph

from sotegraph.terms import PREFIXES
from tests.catalogue.shapes import PROFILES, merged, read_shapes, violations
from tests.conformance_data import conformance_data

pytestmark = pytest.mark.slow
DATA = conformance_data()
DCAT_AP = {"dcat-ap-3.0.0", "dcat-ap-3.0.1", "dcat-ap-3.0.1-html"}
PORTAL = {"avoindata.fi"}
_PREFIXES = "".join(f"@prefix {each}: <{PREFIXES[each]}> . " for each in ("dcat", "rdfs", "spdx", "xsd"))
_CHECKSUM = f"""spdx:checksum <#sum> . spdx:checksumAlgorithm_{{0}} a spdx:ChecksumAlgorithm .
<#sum> a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_{{0}} ;
    spdx:checksumValue "{"0f" * 20}"^^xsd:hexBinary ."""
TOLD = {
    'dcat:byteSize "9"^^xsd:nonNegativeInteger .': PORTAL,
    'dcat:byteSize "9"^^xsd:decimal .': DCAT_AP,
    "dcat:byteSize 9 .": DCAT_AP | PORTAL,
    'dcat:byteSize "9"^^xsd:nonNegativeInteger, "9"^^xsd:decimal .': DCAT_AP | PORTAL,
    _CHECKSUM.format("sha256"): PORTAL,
    _CHECKSUM.format("sha1"): set(),
}
"""Ways to tell the size or the checksum of a file, each with the profiles that refuse it."""


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("publication", ["library", "whole"])
def test_it_breaks_no_rule(request, profile, publication):
    documents = request.getfixturevalue(publication).documents()
    assert len(documents) >= 2
    shapes = read_shapes(DATA, profile)
    for each in ([each] for each in documents):
        assert violations(merged(each), shapes) == []
    assert violations(merged(documents), shapes) == []


@pytest.mark.parametrize("profile", [each for each in PROFILES if each != "dcat-ap-3.0.1-vocabularies"])
def test_the_rules_find_what_is_broken(library, profile):
    graph = merged(library.documents())
    graph.remove((None, DCAT.accessURL, None))
    found = violations(graph, read_shapes(DATA, profile))
    assert len(found) == len(set(graph.subjects(None, DCAT.Distribution))) > 20


@pytest.mark.parametrize(("told", "refused_by"), TOLD.items())
def test_no_way_to_tell_a_size_or_a_strong_checksum_pleases_everybody(told, refused_by):
    """So the catalogue tells neither. When this fails, authors of shapes have come together, and it can."""
    file = "<https://files.example/all.nq>"
    plain = (
        f"{file} a dcat:Distribution ; dcat:accessURL <https://files.example/> ."
        "<https://files.example/> a rdfs:Resource ."
    )
    found = set()
    for profile in (each for each in PROFILES if each != "dcat-ap-3.0.1-vocabularies"):
        shapes = read_shapes(DATA, profile)
        without, with_it = (
            violations(merged([f"{_PREFIXES} {each}".encode()]), shapes) for each in (plain, f"{plain} {file} {told}")
        )
        found |= {profile} if set(with_it) - set(without) else set()
    assert found == refused_by


def test_codes_outside_the_tables_are_found(library):
    text = merged(library.documents()).serialize(format="turtle").replace("frequency/WEEKLY", "frequency/SOMETIMES")
    graph = Graph().parse(data=text.replace("authority/frequency>", "authority/other>"), format="turtle")
    assert violations(graph, read_shapes(DATA, "dcat-ap-3.0.1-vocabularies"))

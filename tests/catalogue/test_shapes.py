"""The catalogue breaks no rule of DCAT-AP 3.0.0 and 3.0.1 and of avoindata.fi's profile: whole, and page by page.

The shapes are those of the profiles' authors; of 3.0.1 the copy without the property shapes that have no path. Nothing
is loaded beside the pages: the names and classes of the codes stand in them.
"""

from __future__ import annotations

import pytest
from rdflib import DCAT, Graph

from tests.catalogue.shapes import PROFILES, merged, read_shapes, violations
from tests.conformance_data import conformance_data

pytestmark = pytest.mark.slow
DATA = conformance_data()


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


def test_codes_outside_the_tables_are_found(library):
    text = merged(library.documents()).serialize(format="turtle").replace("frequency/WEEKLY", "frequency/SOMETIMES")
    graph = Graph().parse(data=text.replace("authority/frequency>", "authority/other>"), format="turtle")
    assert violations(graph, read_shapes(DATA, "dcat-ap-3.0.1-vocabularies"))

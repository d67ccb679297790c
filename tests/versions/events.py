"""A history of the small publication in which everything has happened that pages tell of.

A book's title changed twice, a source was left out with all that it said, and somebody went back to an earlier version.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.versions.conftest import Editions

_SOURCE = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://library.example/id/> .

<graph/gifts> a sd:NamedGraph , prov:Entity ;
    sd:name <graph/gifts> ;
    dct:title "Gifts"@en , "Lahjoitukset"@fi ;
    dct:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dct:issued "2026-02-01"^^xsd:date ;
    dct:modified "2026-02-01"^^xsd:date .
"""
_GIFTS = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix lib: <https://library.example/ns/lib#> .
@prefix schema: <https://schema.org/> .
@base <https://library.example/id/> .

<book/90> a lib:Book , schema:Book ;
    dct:title "A Book That Was Given"@en , "Lahjaksi saatu kirja"@fi .
"""


def eventful(place: Path) -> Editions:
    """Publish the history to a state folder in *place*, the files of its first version included."""
    editions = Editions.at(place, agent="https://library.example/id/branch/01")
    gifts = editions.folder / "data/gifts"
    gifts.mkdir()
    (gifts / "source.ttl").write_text(_SOURCE, "utf-8")
    (gifts / "gifts.ttl").write_text(_GIFTS, "utf-8")
    editions.publish(dumped=True)
    shutil.rmtree(gifts)
    editions.retitle(1)
    editions.publish()
    editions.retitle(2)
    editions.publish()
    editions.back()
    return editions

"""Prefixes, the constants of the vocabularies the machinery speaks, and the map between IRIs and paths."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import BlankNode, NamedNode

PREFIXES: Mapping[str, str] = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dct": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "prof": "http://www.w3.org/ns/dx/prof/",
    "prov": "http://www.w3.org/ns/prov#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
    "void-ext": "http://ldf.fi/void-ext#",
    "vs": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
    "adms": "http://www.w3.org/ns/adms#",
    "org": "http://www.w3.org/ns/org#",
    "qb": "http://purl.org/linked-data/cube#",
    "time": "http://www.w3.org/2006/time#",
    "locn": "http://www.w3.org/ns/locn#",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "schema": "https://schema.org/",
    "cv": "http://data.europa.eu/m8g/",
    "legal": "http://www.w3.org/ns/legal#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "as": "https://www.w3.org/ns/activitystreams#",
    "ldes": "https://w3id.org/ldes#",
    "tree": "https://w3id.org/tree#",
    "pub": "https://w3id.org/sotegraph/ns/publication#",
}


@lru_cache(maxsize=4_096)
def term(curie: str) -> NamedNode:
    """Return the IRI of a compact name.

    >>> term("skos:prefLabel")
    <NamedNode value=http://www.w3.org/2004/02/skos/core#prefLabel>
    """
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


RDF_TYPE = term("rdf:type")
RDF_FIRST = term("rdf:first")
RDF_REST = term("rdf:rest")
RDF_NIL = term("rdf:nil")
RDF_LANG_STRING = term("rdf:langString")
XSD_STRING = term("xsd:string")
IS_REPLACED_BY = term("dct:isReplacedBy")
TOMBSTONE = term("pub:Tombstone")
VOID, SERVICE, CATALOG = "void", "service", "catalog"
"""Names of graphs that the publisher computes, so that no source is called so: figures, the endpoint, the catalogue."""
WHOLE = "all"
"""The name of the dataset of everything that the files of a publication say, so that no source is called so."""

_DOCUMENTS = re.compile(r"/(?:ns/|shapes/|context/|(?:void|sparql|catalog)(?:[#/]|$))")
"""What the documents about everything else than single things begin with, after the base IRI."""
_RESERVED = frozenset(("example", "invalid", "test", "localhost"))
_RESERVED_DOMAINS = frozenset(("example", each) for each in ("com", "net", "org"))
_NOT_IN_A_KEY = re.compile(r"[^a-z0-9]+")


def key_of(notation: str) -> str:
    """Return *notation* as it stands in a path: ASCII lower case, no dot, because a suffix names a format.

    >>> key_of("P7.12")
    'p7-12'
    """
    return _NOT_IN_A_KEY.sub("-", notation.lower()).strip("-")


@dataclass(frozen=True)
class Addresses:
    """The map between canonical IRIs and the paths at which this site answers.

    An IRI below ``{base}/id/`` has its page at ``/doc/`` and the same rest; an IRI of somebody else has one only when
    *pages* names it (``concept/scheme/code``).
    """

    base: str
    pages: Mapping[str, str] = field(default_factory=dict)
    _external: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_external", {key: iri for iri, key in self.pages.items()})

    def iri(self, key: str) -> NamedNode:
        """The canonical IRI of the thing whose path below ``/id/`` or ``/doc/`` is *key*."""
        return NamedNode(self._external.get(key) or f"{self.base}/id/{key}")

    def key(self, iri: str) -> str | None:
        """The path of *iri* below ``/doc/``, without its fragment; None when it has no page here."""
        whole = iri.partition("#")[0]
        if whole.startswith(self.base + "/id/"):
            return whole[len(self.base) + 4 :] or None
        return self.pages.get(iri)

    def path(self, iri: str) -> str | None:
        """The local address for a link to *iri*: its page, or its place in the ontology or shapes; else None."""
        key = self.key(iri)
        fragment = iri.partition("#")[2]
        if key is not None:
            return f"/doc/{quote(key)}" + (f"#{quote(fragment)}" if fragment and iri not in self.pages else "")
        if iri.startswith(self.base) and _DOCUMENTS.match(iri, len(self.base)):
            return quote(iri[len(self.base) :], safe="/#:")
        return None


def shorten(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return *iri* as a compact name where a prefix fits, else in angle brackets."""
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and re.fullmatch(r"[\w-]*", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def leads_nowhere(iri: str) -> bool:
    """Whether the host in *iri* is kept for examples and tests (RFC 2606, RFC 6761), so that nobody is reached there.

    >>> leads_nowhere("mailto:data@library.example"), leads_nowhere("https://www.w3.org/"), leads_nowhere("urn:x:a")
    (True, False, False)
    """
    path = iri.partition(":")[2].partition("?")[0].partition("#")[0]
    host = path[2:].partition("/")[0] if path.startswith("//") else path
    labels = host.rpartition("@")[2].partition(":")[0].lower().rstrip(".").split(".")
    return labels[-1] in _RESERVED or tuple(labels[-2:]) in _RESERVED_DOMAINS


def utc(moment: datetime) -> str:
    """Return *moment* as all are written here (RFC 3339): in UTC, with a Z, and with parts of a second if it has any.

    >>> utc(datetime.fromisoformat("2026-05-04T06:00:00+03:00"))
    '2026-05-04T03:00:00Z'
    """
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def offset_of(moment: datetime) -> str:
    """Return how far the clocks of *moment*, which knows its zone, are ahead of UTC.

    >>> offset_of(datetime.fromisoformat("2026-05-04T06:00:00+03:00"))
    'UTC+3'
    >>> offset_of(datetime.fromisoformat("2026-05-04T06:00:00-09:30")), offset_of(datetime.now(UTC))
    ('UTC-9:30', 'UTC')
    """
    ahead = moment.utcoffset() or timedelta()
    hours, minutes = divmod(abs(ahead) // timedelta(minutes=1), 60)
    written = f"{hours}:{minutes:02}" if minutes else str(hours)
    return f"UTC{'-' if ahead < timedelta() else '+'}{written}" if ahead else "UTC"


def is_part(node: object) -> bool:
    """Whether *node* is named within something else, or not at all.

    >>> is_part(NamedNode("https://x.example/book#id")), is_part(NamedNode("https://x.example/book"))
    (True, False)
    """
    return isinstance(node, BlankNode) or (isinstance(node, NamedNode) and "#" in node.value)


_MOVES_THE_CURSOR = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


def printable(text: str) -> str:
    """Return *text* as one line for a terminal: what would move the cursor, colour, or turn the line around is a space.

    >>> printable("a title" + chr(27) + "[2J" + chr(10) + "of two lines")
    'a title [2J of two lines'
    """
    return _MOVES_THE_CURSOR.sub(" ", text)

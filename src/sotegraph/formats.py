"""The one table of formats: media types, suffixes, and which format a client is sent.

Suffix links, ``Link: rel="alternate"``, 406 bodies and the documentation are derived from these rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import IO, cast

from pyoxigraph import Quad, QueryResultsFormat, RdfFormat, Triple, serialize

from sotegraph.errors import NotAcceptable

_READ_ELEMENTS = 64
_READ_CHARACTERS = 4_096
_NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}".encode()


@dataclass(frozen=True)
class Format:
    """One representation; *media_types* starts with the one we send, *suffix* is file name ending and stable name."""

    suffix: str
    media_types: tuple[str, ...]
    label: str
    rdf: RdfFormat | None = None
    results: QueryResultsFormat | None = None
    text: bool = False

    @property
    def media_type(self) -> str:
        return self.media_types[0]

    @property
    def content_type(self) -> str:
        """The value of ``Content-Type``; RDF types are UTF-8 by definition, text types say so."""
        return f"{self.media_type}; charset=utf-8" if self.text else self.media_type


HTML = Format("html", ("text/html", "application/xhtml+xml"), "HTML", text=True)
TURTLE = Format("ttl", ("text/turtle", "application/x-turtle"), "Turtle", RdfFormat.TURTLE, text=True)
JSON_LD = Format("jsonld", ("application/ld+json",), "JSON-LD", RdfFormat.JSON_LD)
JSON = Format("json", ("application/json",), "JSON")
N_TRIPLES = Format("nt", ("application/n-triples", "text/plain"), "N-Triples", RdfFormat.N_TRIPLES)
RDF_XML = Format("rdf", ("application/rdf+xml", "application/xml", "text/xml"), "RDF/XML", RdfFormat.RDF_XML)
TRIG = Format("trig", ("application/trig",), "TriG", RdfFormat.TRIG)
N_QUADS = Format("nq", ("application/n-quads",), "N-Quads", RdfFormat.N_QUADS)
RESULTS_JSON = Format(
    "srj", ("application/sparql-results+json", "application/json"), "SPARQL JSON", results=QueryResultsFormat.JSON
)
RESULTS_XML = Format(
    "srx",
    ("application/sparql-results+xml", "application/xml", "text/xml"),
    "SPARQL XML",
    results=QueryResultsFormat.XML,
)
RESULTS_CSV = Format("csv", ("text/csv",), "CSV", results=QueryResultsFormat.CSV, text=True)
RESULTS_TSV = Format("tsv", ("text/tab-separated-values",), "TSV", results=QueryResultsFormat.TSV, text=True)
ANSWER_JSON = replace(RESULTS_JSON, suffix="json", label="JSON")
ANSWER_XML = replace(RESULTS_XML, suffix="xml", label="XML")
XLSX = Format("xlsx", ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",), "Excel")
PROBLEM = Format("problem", ("application/problem+json", "application/json"), "Problem details")
LINKSET = Format("linkset", ("application/linkset+json",), "Linkset")
"""The links of a document as a document of their own (RFC 9264): no form of what it says, but had at its address."""

DOCUMENT_FORMATS = (HTML, TURTLE, JSON_LD, JSON, N_TRIPLES, RDF_XML)
"""Forms of the document about an entity, the server's preference first."""
TABLE_FORMATS = (HTML, RESULTS_CSV, *DOCUMENT_FORMATS[1:])
"""Forms of a table that is a document as well."""
GRAPH_FORMATS = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
"""Forms of a graph where nobody reads a page."""
BINDING_FORMATS = (RESULTS_JSON, RESULTS_XML, RESULTS_CSV, RESULTS_TSV)
"""Forms of the solutions of a SELECT query."""
BOOLEAN_FORMATS = (RESULTS_JSON, RESULTS_XML)
"""Forms of the answer to an ASK query."""
ANSWER_FORMATS = {
    "SELECT": (HTML, RESULTS_CSV, XLSX, ANSWER_JSON, RESULTS_TSV, ANSWER_XML, JSON_LD, TURTLE),
    "ASK": (HTML, ANSWER_JSON, ANSWER_XML),
    "CONSTRUCT": (HTML, TURTLE, JSON_LD, N_TRIPLES, RDF_XML),
}
"""Forms of the answer to a stored question, by the kind of its query."""
DATASET_FORMATS = (TRIG, N_QUADS)
"""Forms of a whole dataset."""
FEED_FORMATS = (TRIG, N_QUADS, JSON_LD)
"""Forms of a feed, whose members have graphs of their own."""
PARSED_FORMATS = (TURTLE, TRIG, N_TRIPLES, N_QUADS, RDF_XML, JSON_LD)
"""What is read."""


def by_suffix(suffix: str, formats: Iterable[Format]) -> Format | None:
    """Return the format of a file name ending, or None.

    >>> by_suffix("ttl", GRAPH_FORMATS).media_type
    'text/turtle'
    """
    return next((row for row in formats if row.suffix == suffix), None)


def by_media_type(content_type: str, formats: Iterable[Format]) -> Format | None:
    """Return the format of a ``Content-Type`` value, its parameters left aside, or None."""
    wanted = content_type.partition(";")[0].strip().lower()
    return next((row for row in formats if wanted in row.media_types), None)


@dataclass(frozen=True)
class _Range:
    """One element of ``Accept``, RFC 9110 section 12.5.1."""

    type: str
    subtype: str
    weight: float

    def specificity(self, media_type: str) -> int:
        """How exactly this range names *media_type*: 2 exactly, 1 by ``type/*``, 0 by ``*/*``, -1 not at all."""
        type_, _, subtype = media_type.partition("/")
        if (self.type, self.subtype) == (type_, subtype):
            return 2
        if self.subtype == "*":
            return 1 if self.type == type_ else 0 if self.type == "*" else -1
        return -1


def weigh(header: str) -> list[tuple[str, float]]:
    """Return the elements of a weighted list header with their weights; malformed elements are left out.

    Media type parameters other than ``q`` don't take part in the choice. Of a long header the first 64 elements within
    the first 4,096 characters are read; an element that ends beyond them, and what follows, is not there.

    >>> weigh("text/turtle;q=0.5, text/html;level=1, */*;q=x")
    [('text/turtle', 0.5), ('text/html', 1.0)]
    """
    read = header[:_READ_CHARACTERS]
    if len(header) > _READ_CHARACTERS:
        read = read.rpartition(",")[0]
    return list(_weighed(read))


@lru_cache(maxsize=256)
def _weighed(header: str) -> tuple[tuple[str, float], ...]:
    """The elements of a header of bounded length; one request asks for those of the same header more than once."""
    elements = []
    for element in header.split(",", _READ_ELEMENTS)[:_READ_ELEMENTS]:
        value, *parameters = (part.strip() for part in element.split(";"))
        weight = 1.0
        for name, _, text in (parameter.partition("=") for parameter in parameters):
            if name.strip().lower() == "q":
                weight = _weight(text.strip())
                break
        if value and weight >= 0:
            elements.append((value.lower(), weight))
    return tuple(elements)


def _weight(text: str) -> float:
    """The qvalue, or -1 for what is none (RFC 9110 section 12.4.2)."""
    try:
        value = float(text)
    except ValueError:
        return -1.0
    return value if 0 <= value <= 1 else -1.0


def negotiate(accept: str | None, offers: Sequence[Format]) -> Format:
    """Return the offer that *accept* prefers; among equals the earlier offer.

    A missing or empty header accepts everything. Raises NotAcceptable when nothing fits (RFC 9110 section 12.5.1).

    >>> negotiate("text/turtle;q=0.9, application/ld+json", GRAPH_FORMATS).suffix
    'jsonld'
    """
    ranges = [
        _Range(*value.partition("/")[::2], weight) for value, weight in weigh(accept or "") if value.count("/") == 1
    ]
    if not ranges:
        if accept and accept.strip():
            raise _nothing_fits(offers)
        return offers[0]
    qualities = [_quality(offer, ranges) for offer in offers]
    best = max(qualities)
    if best <= 0:
        raise _nothing_fits(offers)
    return offers[qualities.index(best)]


def quality(accept: str | None, offer: Format) -> float:
    """The weight that *accept* gives *offer* when it names it in full; 0 when it does not.

    >>> quality("application/linkset+json;q=0.5, */*", LINKSET), quality("*/*", LINKSET)
    (0.5, 0.0)
    """
    return max((weight for value, weight in weigh(accept or "") if value in offer.media_types), default=0.0)


def _quality(offer: Format, ranges: Sequence[_Range]) -> float:
    """The weight of the most specific range that matches any name of *offer*; our own name counts before an alias."""
    qualities = []
    for place, media_type in enumerate(offer.media_types):
        matches = [(each.specificity(media_type), each.weight) for each in ranges]
        specificity, weight = max(matches)
        # An alias is only meant when the client names it: "text/*" must not turn into "text/xml".
        if specificity == 2 or (place == 0 and specificity >= 0):
            qualities.append((specificity, weight))
    return max(qualities)[1] if qualities else 0.0


def _nothing_fits(offers: Sequence[Format]) -> NotAcceptable:
    return NotAcceptable("None of the accepted types is offered here. Offered: {offered}.", offered=types(offers))


def types(offers: Iterable[Format]) -> tuple[str, ...]:
    """Return the media types of *offers*, in order, each once."""
    return tuple(dict.fromkeys(offer.media_type for offer in offers))


def choose_language(accept: str | None, offered: Sequence[str]) -> str:
    """Return the offered language tag that *accept* prefers (RFC 4647 lookup), else the first offered one.

    >>> choose_language("sv-FI, en;q=0.5", ("fi", "sv", "en"))
    'sv'
    """
    wanted = sorted(weigh(accept or ""), key=lambda element: -element[1])
    refused = {tag for tag, weight in wanted if weight == 0}
    for tag, weight in wanted:
        primary = tag.partition("-")[0]
        if weight > 0 and primary in offered and primary not in refused:
            return primary
    return offered[0]


def only_xml(data: bytes) -> bytes:
    """Return *data*, which is UTF-8, with a replacement for each character that XML has no place for (XML 1.0, 2.2)."""
    return _NOT_IN_XML.sub(_REPLACEMENT, data)


class _XmlOutput:
    """A binary file to which nothing is written that XML has no place for; the serialisers write it as it is."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self.flush = output.flush

    def write(self, data: bytes) -> int:
        self._output.write(only_xml(bytes(data)))
        return len(data)


def output_for(form: Format, output: IO[bytes]) -> IO[bytes]:
    """Return where to write what is to stand in *output* in the syntax of *form*, so that it is well-formed."""
    is_xml = form.rdf is RdfFormat.RDF_XML or form.results is QueryResultsFormat.XML
    return cast(IO[bytes], _XmlOutput(output)) if is_xml else output


TripleOrder = Callable[[Triple], tuple[str | int, ...]]
"""A key by which triples are sorted before they are written."""


def serialize_triples(
    triples: Iterable[Triple],
    form: Format,
    prefixes: Mapping[str, str],
    order: TripleOrder | None = None,
) -> bytes:
    """*triples* in the RDF syntax of *form*, sorted so that equal graphs give equal bytes; by *order*, if any."""
    assert form.rdf is not None
    ordered = sorted(triples, key=order or str)
    if form.rdf not in (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML):
        return serialize(ordered, format=form.rdf) or b""
    text = "\n".join(map(str, ordered))
    used = {name: iri for name, iri in prefixes.items() if f"<{iri}" in text}
    written = serialize(ordered, format=form.rdf, prefixes=used) or b""
    return only_xml(written) if form.rdf is RdfFormat.RDF_XML else written


def serialize_quads(quads: Iterable[Quad], form: Format, prefixes: Mapping[str, str]) -> bytes:
    """Return *quads* in the RDF syntax of *form*, in their order, with those of *prefixes* that are of use."""
    assert form.rdf is not None
    ordered = list(quads)
    if form.rdf is not RdfFormat.TRIG:
        return serialize(ordered, format=form.rdf) or b""
    text = "\n".join(map(str, ordered))
    used = {name: iri for name, iri in prefixes.items() if f"<{iri}" in text}
    return serialize(ordered, format=form.rdf, prefixes=used) or b""

"""The marker: a small named graph that says which version an engine holds, or that one is being loaded.

It comes last when a version is loaded and goes first when the next one begins, so whoever finds it finds a whole
version. It is read before a result begins and after it has ended; *token* is another one for each loading, so a result
that spans two of them is told from one that does not, even when both loaded the same version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.errors import EngineUnfit
from sotegraph.terms import RDF_TYPE, term

MARKER = NamedNode("urn:x-sotegraph:version")
"""The graph, and what it speaks of."""
_ID, _CREATED, _TOKEN = term("owl:versionInfo"), term("dct:created"), term("dct:identifier")
_GRAPH, _TRIPLES, _BASE, _SIZE = (
    term("sd:namedGraph"),
    term("void:triples"),
    term("void:uriSpace"),
    term("dcat:byteSize"),
)
_COMPUTED = term("prov:generated")
_DATE_TIME = term("xsd:dateTime")

MARKER_QUERY = f"SELECT ?s ?p ?o WHERE {{ GRAPH {MARKER} {{ ?s ?p ?o }} }}"
"""Everything that the marker says."""
STATE_QUERY = f"SELECT ?id ?token WHERE {{ GRAPH {MARKER} {{ {MARKER} {_ID} ?id . {MARKER} {_TOKEN} ?token }} }}"
"""One solution when a whole version is there, else none."""


@dataclass(frozen=True)
class Marker:
    """What is known of the version on an engine.

    *id* is empty while it is being loaded; *graphs* names the graphs that may be there, with their triples once it is
    whole, and *checksums* has the RDFC-1.0 checksum of each; *computed* are those that were made of the others.
    *size_bytes* is the length of the files it came from.
    """

    token: str
    id: str = ""
    created: datetime | None = None
    base_iri: str = ""
    triples: int = 0
    size_bytes: int = 0
    graphs: Mapping[str, int] = field(default_factory=dict)
    checksums: Mapping[str, str] = field(default_factory=dict)
    computed: frozenset[str] = frozenset()

    def triples_of_it(self) -> Iterator[Triple]:
        """The marker as RDF."""
        yield Triple(MARKER, RDF_TYPE, term("sd:Dataset"))
        yield Triple(MARKER, _TOKEN, Literal(self.token))
        for graph, count in self.graphs.items():
            yield Triple(MARKER, _GRAPH, NamedNode(graph))
            if self.id:
                yield Triple(NamedNode(graph), _TRIPLES, Literal(count))
                yield Triple(NamedNode(graph), _ID, Literal(self.checksums[graph]))
        if self.id:
            assert self.created is not None
            yield Triple(MARKER, _ID, Literal(self.id))
            yield Triple(MARKER, _CREATED, Literal(self.created.isoformat(), datatype=_DATE_TIME))
            yield Triple(MARKER, _BASE, Literal(self.base_iri))
            yield Triple(MARKER, _TRIPLES, Literal(self.triples))
            yield Triple(MARKER, _SIZE, Literal(self.size_bytes))
            for graph in self.computed:
                yield Triple(MARKER, _COMPUTED, NamedNode(graph))

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str]]) -> Marker | None:
        """The marker that *rows*, subject, predicate and object, describe; None when there is none."""
        values: dict[tuple[str, str], list[str]] = {}
        for subject, predicate, object_ in rows:
            values.setdefault((subject, predicate), []).append(object_)

        def value(subject: str, predicate: NamedNode, default: str = "") -> str:
            return next(iter(values.get((subject, predicate.value), [])), default)

        token, id_ = value(MARKER.value, _TOKEN), value(MARKER.value, _ID)
        if not token:
            return None
        graphs = sorted(values.get((MARKER.value, _GRAPH.value), []))
        if not id_:
            return cls(token, graphs=dict.fromkeys(graphs, 0))
        try:
            return cls(
                token,
                id_,
                datetime.fromisoformat(value(MARKER.value, _CREATED)),
                value(MARKER.value, _BASE),
                int(value(MARKER.value, _TRIPLES)),
                int(value(MARKER.value, _SIZE)),
                {graph: int(value(graph, _TRIPLES)) for graph in graphs},
                {graph: value(graph, _ID) for graph in graphs},
                frozenset(values.get((MARKER.value, _COMPUTED.value), [])),
            )
        except ValueError as error:
            raise EngineUnfit(
                "The engine's graph {graph} cannot be read: {problem}. Load the publication again.",
                graph=MARKER.value,
                problem=str(error),
            ) from None

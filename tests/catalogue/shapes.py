"""The SHACL shapes by which others judge a catalogue, and what they say of one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import SH

PROFILES = {
    "dcat-ap-3.0.0": ("dcat-ap-3.0.0/shacl/dcat-ap-SHACL.ttl",),
    "dcat-ap-3.0.1": ("dcat-ap-3.0.1/shacl-repaired/dcat-ap-SHACL.ttl", "dcat-ap-3.0.1/shacl-repaired/ranges.ttl"),
    "dcat-ap-3.0.1-html": ("dcat-ap-3.0.1/html-shacl/shapes.ttl", "dcat-ap-3.0.1/html-shacl/range.ttl"),
    "dcat-ap-3.0.1-vocabularies": ("dcat-ap-3.0.1/html-shacl/mdr-vocabularies.shape.ttl",),
    "avoindata.fi": ("avoindata-dcat-ap/avoindata_dcat-ap_shacl.ttl",),
}
"""The files of each profile below ``suites/shapes``."""


def read_shapes(folder: Path, profile: str) -> Graph:
    """The shapes of *profile* in one graph."""
    shapes = Graph()
    for file in PROFILES[profile]:
        shapes.parse(folder / "suites" / "shapes" / file)
    return shapes


def merged(documents: Iterable[bytes]) -> Graph:
    """The triples of Turtle *documents*."""
    graph = Graph()
    for each in documents:
        graph.parse(data=each, format="turtle")
    return graph


def violations(data: Graph, shapes: Graph) -> list[tuple[str, ...]]:
    """What breaks *shapes*: the message, where, by which property, and the value. Nothing is fetched or inferred."""
    _, report, _ = validate(data, shacl_graph=shapes, inference="none", meta_shacl=False, advanced=True)
    assert isinstance(report, Graph)
    found = [each for each in report.objects(None, SH.result) if (each, SH.resultSeverity, SH.Violation) in report]
    parts = (SH.resultMessage, SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent)
    return sorted(tuple(str(report.value(result, each)) for each in parts) for result in found)

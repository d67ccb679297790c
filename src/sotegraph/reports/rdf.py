"""A report as a W3C validation report (SHACL 3), with the place of each result beside what SHACL has words for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryTriples, RdfFormat, Store, Triple, parse, serialize

from sotegraph.errors import MalformedQuery, QueryRefused
from sotegraph.formats import Format, serialize_triples
from sotegraph.ingest import Submission, Told
from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation import INFO, VIOLATION, WARNING

_CALLS = re.compile(r"service|load", re.IGNORECASE)
_SEVERITIES = {"violation": VIOLATION, "warning": WARNING, "info": INFO}


def to_rdf(submission: Submission, form: Format, prefixes: Mapping[str, str], *, lenient: bool = False) -> bytes:
    """Return *submission* in an RDF syntax; *lenient* as in :func:`report_triples`."""
    return serialize_triples(report_triples(submission, lenient=lenient), form, prefixes)


def construct(query: str, submission: Submission) -> bytes:
    """Return what a CONSTRUCT *query* makes of the report, as N-Triples, without calling any service.

    Raises MalformedQuery and QueryRefused. Whoever calls sees to it that this ends.
    """
    if _CALLS.search(query):
        raise QueryRefused("A query over a report calls no service. Leave SERVICE out.")
    store = Store()
    store.extend(Quad(each.subject, each.predicate, each.object) for each in report_triples(submission, lenient=True))
    try:
        found = store.query(query)
    except (SyntaxError, ValueError) as error:
        raise MalformedQuery("The query over the report cannot be read: {problem}.", problem=str(error)) from None
    if not isinstance(found, QueryTriples):
        raise QueryRefused("A query over a report is a CONSTRUCT query.")
    return serialize(found, format=RdfFormat.N_TRIPLES) or b""


def report_triples(submission: Submission, *, lenient: bool = False) -> Iterator[Triple]:
    """The triples of the report.

    ``sh:conforms`` is the strict verdict, as SHACL 3.6.1 defines it; ``pub:accepted`` says whether there is no
    violation. A path of more than one predicate is left out: its nodes would belong to the shapes graph. *lenient*,
    ``sh:conforms`` too is whether there is no violation, as the Interoperability Test Bed has it.
    """
    root, checked = BlankNode("report"), submission.checked
    facts: list[tuple[str, Any]] = [
        ("rdf:type", term("sh:ValidationReport")),
        ("sh:conforms", Literal(submission.conforms if lenient else submission.conforms_strictly)),
        ("pub:accepted", Literal(submission.conforms)),
        ("pub:checkedVersion", Literal(checked.version)),
        ("pub:shapesHash", Literal(checked.shapes)),
        ("pub:besidePublished", Literal(checked.context)),
        ("dct:created", Literal(checked.moment, datatype=term("xsd:dateTime"))),
    ]
    if checked.profile:
        facts.append(("pub:profileName", Literal(checked.profile)))
    facts += [("pub:fileHash", Literal(f"{each.sha256}  {each.name}")) for each in checked.files]
    for name, value in facts:
        yield Triple(root, term(name), value)
    for number, told in enumerate(submission.findings, start=1):
        yield from _result(root, "sh:result", told, f"result{number}")


def _result(parent: BlankNode, link: str, told: Told, name: str) -> Iterator[Triple]:
    node = BlankNode(name)
    yield Triple(parent, term(link), node)
    yield Triple(node, RDF_TYPE, term("sh:ValidationResult"))
    facts: dict[str, Any] = {
        # SHACL 3.6.2.1 wants a focus node: what is about no node is about its place.
        "sh:focusNode": _node(told.focus) if told.focus else Literal(str(told.where)),
        "sh:resultPath": _predicate(told.path),
        "sh:value": _node(told.value),
        "sh:sourceConstraintComponent": NamedNode(told.component or told.shape),
        "sh:resultSeverity": _SEVERITIES[told.severity],
        "sh:sourceShape": _shape(told.shape),
        "pub:place": Literal(str(told.where)),
    }
    for predicate, value in facts.items():
        if value is not None:
            yield Triple(node, term(predicate), value)
    for language, text in told.message.items():
        yield Triple(node, term("sh:resultMessage"), Literal(text, language=language) if language else Literal(text))
    for number, each in enumerate(told.details, start=1):
        yield from _result(node, "sh:detail", each, f"{name}d{number}")


def _node(text: str | None) -> Any:
    """The term that *text*, N-Triples, stands for."""
    if text is None:
        return None
    (quad,) = parse(f"<urn:x:s> <urn:x:p> {text} .", format=RdfFormat.N_TRIPLES)
    return quad.object


def _predicate(path: str | None) -> NamedNode | None:
    is_one = path is not None and path.startswith("<") and path.count("<") == 1 and path.endswith(">")
    return NamedNode(path[1:-1]) if is_one and path else None


def _shape(shape: str) -> NamedNode | BlankNode:
    return NamedNode(shape) if ":" in shape else BlankNode(shape)

"""The questions of the publication as example queries, and its prefixes, as the SIB's query editor looks for them.

The vocabulary is SHACL's, its use that of https://github.com/sib-swiss/sparql-examples: an example has its text, which
runs as it stands, and a comment in each language; the prefixes are declared on an ontology node.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.catalog.names import Names
from sotegraph.facts import Texts
from sotegraph.publication import Publication
from sotegraph.questions import ASK, CONSTRUCT, SELECT, Question
from sotegraph.store import Version
from sotegraph.terms import RDF_TYPE, term

_TEXTS = {
    SELECT: ("sh:SPARQLSelectExecutable", "sh:select"),
    ASK: ("sh:SPARQLAskExecutable", "sh:ask"),
    CONSTRUCT: ("sh:SPARQLConstructExecutable", "sh:construct"),
}


def example_triples(version: Version, publication: Publication, questions: Sequence[Question]) -> Iterator[Triple]:
    """Each of *questions* as an example that runs as it stands, and the prefixes of *publication*."""
    names = Names.of(publication)
    ontology = NamedNode(f"{names.examples.value}#prefixes")
    yield Triple(ontology, RDF_TYPE, term("owl:Ontology"))
    for prefix, space in sorted(publication.prefixes.items()):
        node = NamedNode(f"{names.examples.value}#prefix-{prefix}")
        yield Triple(ontology, term("sh:declare"), node)
        yield Triple(node, RDF_TYPE, term("sh:PrefixDeclaration"))
        yield Triple(node, term("sh:prefix"), Literal(prefix))
        yield Triple(node, term("sh:namespace"), Literal(space, datatype=term("xsd:anyURI")))
    for question in questions:
        yield from _example(version, names, ontology, question)


def _example(version: Version, names: Names, ontology: NamedNode, question: Question) -> Iterator[Triple]:
    node, own = names.example(question.name), NamedNode(question.iri)
    kind, predicate = _TEXTS[question.kind]
    yield Triple(node, RDF_TYPE, term("sh:SPARQLExecutable"))
    yield Triple(node, RDF_TYPE, term(kind))
    yield Triple(node, term(predicate), Literal(question.ready_text))
    for comment in _comments(question.titles, question.descriptions):
        yield Triple(node, term("rdfs:comment"), comment)
    yield Triple(node, term("sh:prefixes"), ontology)
    yield Triple(node, term("schema:target"), names.endpoint)
    yield Triple(node, term("dct:source"), own)
    for keyword in sorted(_keywords(version, question), key=str):
        yield Triple(node, term("schema:keywords"), keyword)


def _comments(titles: Texts, descriptions: Texts) -> Iterator[Literal]:
    """The title in each language, and what else there is to say in it."""
    for language, title in titles.items():
        text = " ".join(filter(None, (title, descriptions.get(language))))
        yield Literal(text, language=language) if language else Literal(text)


def _keywords(version: Version, question: Question) -> set[Literal]:
    """What the class is called that the question is about, and the classes of which its parameters are instances."""
    classes = [question.subject, *(each.class_ for each in question.parameters)]
    labels = (each for iri in filter(None, classes) for each in version.objects(NamedNode(iri), term("rdfs:label")))
    return {each for each in labels if isinstance(each, Literal)}

"""Versions and changes as RDF: versions by PROV-O, what changed of a thing by the Changeset vocabulary.

A statement that was added or removed is described (``rdf:Statement``), not stated, and keeps the name of its graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad, Triple

from sotegraph.terms import RDF_TYPE, term, utc
from sotegraph.versions import Action, Changes, Entry, Event
from sotegraph.web.site import Site

_CS = "http://purl.org/vocab/changeset/schema#"
_SPDX = "http://spdx.org/rdf/terms#"
_RDFC = "https://www.w3.org/TR/rdf-canon/"
_SUBJECT, _PREDICATE, _OBJECT = (term(f"rdf:{name}") for name in ("subject", "predicate", "object"))


def version_iri(site: Site, version: str) -> NamedNode:
    """Return the IRI of the version of that id."""
    return NamedNode(f"{site.publication.base_iri}/id/version/{version}")


def moment(entry: Entry) -> Literal:
    """Return when the version of *entry* became the current one."""
    return Literal(utc(entry.time), datatype=term("xsd:dateTime"))


def version_triples(site: Site, entries: Iterable[Entry]) -> Iterator[Triple]:
    """What is said of the versions of *entries*: when, by whom, after which, and how large."""
    whole = NamedNode(f"{site.publication.base_iri}/versions")
    for entry in entries:
        node = version_iri(site, entry.version)
        yield Triple(whole, term("dct:hasVersion"), node)
        yield Triple(node, RDF_TYPE, term("prov:Entity"))
        yield Triple(node, RDF_TYPE, term("void:Dataset"))
        yield Triple(node, term("dct:identifier"), Literal(entry.version))
        yield Triple(node, term("prov:generatedAtTime"), moment(entry))
        yield Triple(node, term("void:triples"), Literal(entry.statements))
        yield Triple(node, term("foaf:page"), NamedNode(f"{site.publication.base_iri}/version/{entry.short_id}"))
        if entry.parent and entry.parent != entry.version:
            yield Triple(node, term("prov:wasRevisionOf"), version_iri(site, entry.parent))
        if entry.agent:
            yield Triple(node, term("prov:wasAttributedTo"), NamedNode(entry.agent))
        yield Triple(node, term("pub:statementsAdded"), Literal(entry.added))
        yield Triple(node, term("pub:statementsRemoved"), Literal(entry.removed))
        yield from _publishing(node, entry)
        yield from _checksum(node, entry)


def _publishing(node: NamedNode, entry: Entry) -> Iterator[Triple]:
    """The activity by which the version of *entry* came to be: when it ended, who did it, and with what."""
    activity, software = NamedNode(f"{node.value}#publishing"), NamedNode(f"{node.value}#software")
    yield Triple(node, term("prov:wasGeneratedBy"), activity)
    yield Triple(activity, RDF_TYPE, term("prov:Activity"))
    yield Triple(activity, term("prov:endedAtTime"), moment(entry))
    yield Triple(activity, term("prov:wasAssociatedWith"), software)
    if entry.agent:
        yield Triple(activity, term("prov:wasAssociatedWith"), NamedNode(entry.agent))
    yield Triple(software, RDF_TYPE, term("prov:SoftwareAgent"))
    yield Triple(software, term("dct:title"), Literal(entry.software))


def _checksum(node: NamedNode, entry: Entry) -> Iterator[Triple]:
    """The SHA-256 of the canonical N-Quads, which is the id."""
    checksum = NamedNode(f"{node.value}#checksum")
    yield Triple(node, NamedNode(_SPDX + "checksum"), checksum)
    yield Triple(checksum, RDF_TYPE, NamedNode(_SPDX + "Checksum"))
    yield Triple(checksum, NamedNode(_SPDX + "algorithm"), NamedNode(_SPDX + "checksumAlgorithm_sha256"))
    yield Triple(checksum, NamedNode(_SPDX + "checksumValue"), Literal(entry.version, datatype=term("xsd:hexBinary")))
    yield Triple(checksum, term("dct:conformsTo"), NamedNode(_RDFC))


def publishing_triples(site: Site, told: Sequence[tuple[Entry, Mapping[str, Changes] | None]]) -> Iterator[Triple]:
    """What each time changed at which one version became the current one, as far as that is *told*.

    The first time is told of the version itself, and each further one of an activity that has its number.
    """
    for place, (entry, changes) in enumerate(told):
        version = version_iri(site, entry.version)
        if place:
            event = NamedNode(f"{version.value}#{entry.number}")
            yield from _again(site, version, event, entry)
            yield from _difference(event, f"{event.value}-change", entry, changes or {})
        else:
            yield from _difference(version, f"{version.value}#change", entry, changes or {})


def _again(site: Site, version: NamedNode, event: NamedNode, entry: Entry) -> Iterator[Triple]:
    """The activity *event* by which the *version* became the current one again."""
    yield Triple(version, term("prov:wasInfluencedBy"), event)
    yield Triple(event, RDF_TYPE, term("prov:Activity"))
    yield Triple(event, term("prov:endedAtTime"), moment(entry))
    yield Triple(event, NamedNode(_CS + "changeReason"), Literal(entry.action.value))
    if entry.parent and entry.parent != entry.version:
        yield Triple(event, term("prov:used"), version_iri(site, entry.parent))
    if entry.agent:
        yield Triple(event, term("prov:wasAssociatedWith"), NamedNode(entry.agent))
    yield Triple(event, term("pub:statementsAdded"), Literal(entry.added))
    yield Triple(event, term("pub:statementsRemoved"), Literal(entry.removed))


def _difference(owner: NamedNode, stem: str, entry: Entry, changes: Mapping[str, Changes]) -> Iterator[Triple]:
    """What *entry* changed, a change set of *owner* for each thing, with an IRI that begins with *stem*."""
    for number, (thing, changed) in enumerate(changes.items(), 1):
        node = NamedNode(f"{stem}-{number}")
        yield Triple(owner, term("dct:hasPart"), node)
        yield Triple(node, RDF_TYPE, NamedNode(_CS + "ChangeSet"))
        if ":" in thing:
            yield Triple(node, NamedNode(_CS + "subjectOfChange"), NamedNode(thing))
        yield Triple(node, NamedNode(_CS + "createdDate"), moment(entry))
        statements = changed.both()
        yield from _statements(node, "addition", (quad for quad, is_new in statements if is_new))
        yield from _statements(node, "removal", (quad for quad, is_new in statements if not is_new))


def event_triples(site: Site, path: str, thing: str, events: Sequence[Event]) -> Iterator[Triple]:
    """The history of *thing*, whose document is at *path*: a change set for each thing that an event changed."""
    root = NamedNode(f"{site.publication.base_iri}{path}")
    yield Triple(root, term("foaf:primaryTopic"), NamedNode(thing))
    for event in events:
        for place, (each, fate, changes) in enumerate(event.changed):
            node = NamedNode(f"{root.value}#{event.entry.number}" + (f"-{place}" if place else ""))
            yield Triple(root, term("dct:hasPart"), node)
            yield Triple(node, RDF_TYPE, NamedNode(_CS + "ChangeSet"))
            yield Triple(node, NamedNode(_CS + "subjectOfChange"), NamedNode(each))
            yield Triple(node, NamedNode(_CS + "createdDate"), moment(event.entry))
            yield Triple(node, NamedNode(_CS + "changeReason"), Literal(fate.value))
            if event.entry.action is not Action.PUBLISH:
                yield Triple(node, NamedNode(_CS + "changeReason"), Literal(event.entry.action.value))
            yield Triple(node, term("prov:wasDerivedFrom"), version_iri(site, event.entry.version))
            if event.entry.agent:
                yield Triple(node, NamedNode(_CS + "creatorName"), Literal(event.entry.agent))
            yield from _statements(node, "addition", changes.added)
            yield from _statements(node, "removal", changes.removed)


def _statements(node: NamedNode, kind: str, quads: Iterable[Quad]) -> Iterator[Triple]:
    for number, quad in enumerate(quads, 1):
        statement = NamedNode(f"{node.value}-{kind}-{number}")
        yield Triple(node, NamedNode(_CS + kind), statement)
        yield Triple(statement, RDF_TYPE, term("rdf:Statement"))
        yield Triple(statement, _SUBJECT, quad.subject)
        yield Triple(statement, _PREDICATE, quad.predicate)
        yield Triple(statement, _OBJECT, quad.object)
        if isinstance(quad.graph_name, NamedNode):
            yield Triple(statement, term("dct:isPartOf"), quad.graph_name)

"""The difference between two versions for people: each thing by its key and name, and below it what was said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from sotegraph.entities.index import choose_text
from sotegraph.errors import VersionGone
from sotegraph.publication import read_publication
from sotegraph.store import Term
from sotegraph.terms import PREFIXES, shorten
from sotegraph.versions import Archive, Changes, Entry
from sotegraph.versions.changes import lines_about
from sotegraph.versions.files import DATA

_XSD = PREFIXES["xsd"]


def by_thing(archive: Archive, old: Entry, new: Entry, things: Mapping[str, Changes]) -> Iterator[str]:
    """Each of *things*, and below it what was removed and added from *old* to *new*, with the graph that says so."""
    manifest = archive.manifest(new)
    publication = read_publication(archive.parts(new), manifest.base_iri)
    base = publication.base_iri + "/id/"

    def short(iri: str) -> str:
        return iri[len(base) :] if iri.startswith(base) else shorten(iri, publication.prefixes)

    def written(value: Term) -> str:
        if isinstance(value, NamedNode):
            return short(value.value)
        if isinstance(value, Literal) and not value.language and value.datatype.value.startswith(_XSD):
            is_text = value.datatype.value == _XSD + "string"
            return str(value) if is_text else value.value
        return str(value)

    def told(quad: Quad, is_new: bool) -> str:
        blank = isinstance(quad.subject, BlankNode)
        named = str(quad.subject)[1:-1].partition("#")[2]
        part = "[] " if blank else f"#{named} " if named else ""
        graph = short(str(quad.graph_name)[1:-1]).removeprefix("graph/")
        sign = "+" if is_new else "-"
        return f"  {sign} {part}{short(quad.predicate.value)} {written(quad.object)}  [{graph}]"

    def name(thing: str) -> str:
        for entry in (new, old):
            texts = _labels(archive, entry, thing, publication.label_properties)
            found = choose_text(texts, publication.languages)
            if found is not None:
                return f"{short(thing)}  {found.value}"
        return short(thing)

    for thing, changes in things.items():
        yield name(thing)
        yield from (told(quad, is_new) for quad, is_new in changes.both())


def _labels(archive: Archive, entry: Entry, thing: str, properties: tuple[str, ...]) -> dict[str, str]:
    """What *thing* is called in the version of *entry*, by language, by the first of *properties* that it has."""
    try:
        lines = b"".join(lines_about(archive.folder(entry) / DATA, thing))
    except VersionGone:
        return {}
    quads = [each for each in parse(lines, RdfFormat.N_QUADS) if str(each.subject) == f"<{thing}>"]
    for each in properties:
        found = {
            quad.object.language or "": quad.object.value
            for quad in quads
            if quad.predicate.value == each and isinstance(quad.object, Literal)
        }
        if found:
            return found
    return {}

"""When a dataset changed last: in the version that is being made, or when the catalogue of the version before says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from sotegraph.catalog.names import Names
from sotegraph.publication import Publication
from sotegraph.terms import CATALOG, VOID, WHOLE, term, utc

_MODIFIED, _MOMENT, _TRIPLES = term("dct:modified"), term("xsd:dateTime"), term("void:triples")


@dataclass(frozen=True)
class LastChanges:
    """What is known of changes when a version is made *now*, before its catalogue is.

    *known* tells of datasets when their statements changed last, by their IRIs. *described* has what the catalogue of
    the version before said of each dataset, and *names* those of the publication.
    """

    known: Mapping[str, datetime]
    described: Mapping[str, frozenset[Triple]]
    now: datetime
    names: Names

    def with_descriptions(self, catalogue: Iterable[Triple]) -> Mapping[str, datetime]:
        """Return what is known besides of the datasets that *catalogue* describes otherwise than the one before did.

        The whole has changed with each. A catalogue before which there was none tells of no change.
        """
        new = _described(catalogue, self.names) if self.described else {}
        changed = {dataset for dataset, told in new.items() if told != self.described.get(dataset)}
        whole = {self.names.catalogued(WHOLE).value} if changed else set()
        return {**self.known, **dict.fromkeys(changed | whole, self.now)}


def last_changes(
    publication: Publication, before: Iterable[bytes], changed: Iterable[str], now: datetime
) -> LastChanges:
    """Return when each dataset changed last, as far as there was a change since the first version.

    *before* are the lines of the catalogue of the version before, in N-Quads; *changed* the graphs by which the version
    that is made *now* differs from it. A day is what a source says of itself, a moment what was found so before.
    """
    names = Names.of(publication)
    home = publication.graph("").value
    catalogue = catalogue_in(publication, before)
    known = {
        each.subject.value: datetime.fromisoformat(each.object.value)
        for each in catalogue
        if each.predicate == _MODIFIED
        and isinstance(each.subject, NamedNode)
        and isinstance(each.object, Literal)
        and each.object.datatype == _MOMENT
    }
    touched = [each.removeprefix(home) for each in changed]
    for name in [*touched, *([WHOLE] if touched else [])]:
        known[names.catalogued(name).value] = now
    return LastChanges(known, _described(catalogue, names), now, names)


def redated(publication: Publication, computed: Sequence[Quad], changed: LastChanges) -> list[Quad]:
    """Return the graphs *computed* of a version with a catalogue that tells when its datasets really changed last.

    A dataset of which that is not known keeps what it says.
    """
    names, own = Names.of(publication), publication.graph(CATALOG)
    catalogue = [quad.triple for quad in computed if quad.graph_name == own]
    moments = changed.with_descriptions(catalogue)
    nodes = {NamedNode(dataset): dataset for dataset in _described(catalogue, names)}
    if catalogue:
        nodes[names.catalog] = names.catalogued(WHOLE).value
    dates = {node: moment_of(moments[dataset]) for node, dataset in nodes.items() if dataset in moments}
    dated = {each.subject for each in catalogue if each.predicate == _MODIFIED}
    more, home = len(dates.keys() - dated), publication.graph(VOID)
    sized = {names.content(own.value), names.node("default")}
    found = [Quad(node, _MODIFIED, moment, own) for node, moment in dates.items()]
    for quad in computed:
        counts = quad.graph_name == home and quad.predicate == _TRIPLES and quad.subject in sized
        if counts and isinstance(quad.object, Literal):
            found.append(Quad(quad.subject, _TRIPLES, Literal(int(quad.object.value) + more), home))
        elif quad.graph_name != own or quad.predicate != _MODIFIED or quad.subject not in dates:
            found.append(quad)
    return found


def moment_of(time: datetime) -> Literal:
    """Return *time* as a catalogue tells it."""
    return Literal(utc(time), datatype=_MOMENT)


def catalogue_in(publication: Publication, lines: Iterable[bytes]) -> list[Triple]:
    """Return what the graph of the catalogue says, of *lines* of N-Quads."""
    own = publication.graph(CATALOG)
    end = f" {own} .\n".encode()
    # A line without a graph may end in the same way: other graphs are described by their names.
    quads = parse(b"".join(each for each in lines if each.endswith(end)), RdfFormat.N_QUADS)
    return [quad.triple for quad in quads if quad.graph_name == own]


def _described(catalogue: Iterable[Triple], names: Names) -> dict[str, frozenset[Triple]]:
    """What is said of each dataset and of its parts, but for when it changed."""
    home = names.catalogued("").value
    found: defaultdict[str, set[Triple]] = defaultdict(set)
    for each in catalogue:
        if isinstance(each.subject, NamedNode) and each.subject.value.startswith(home) and each.predicate != _MODIFIED:
            found[each.subject.value.partition("#")[0]].add(each)
    return {dataset: frozenset(told) for dataset, told in found.items()}

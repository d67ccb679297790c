"""The RDF dataset of one version: named graphs with provenance, and every distinct triple once in the default graph.

pyoxigraph's union of all graphs counts a triple that stands in two graphs twice; the default graph here does not.
A version is written once and only read afterwards.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from sotegraph.terms import RDF_TYPE

Subject = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal | Triple
_DEFAULT = DefaultGraph()
_CHUNK = 100_000


@dataclass(frozen=True)
class Version:
    """One immutable state of the publication.

    *id* is the SHA-256 of the dataset's canonical form (RDFC-1.0) and names every answer; *triples* counts the default
    graph, *graphs* the triples of each named graph. *computed* names those graphs that were computed from the others:
    they stand in the dataset like these, and the id does not cover them. *folder* is where the version lies on disk, or
    None when it is in memory.
    """

    id: str
    created: datetime
    triples: int
    graphs: Mapping[str, int]
    folder: Path | None
    store: Store = field(repr=False, compare=False)
    computed: frozenset[str] = frozenset()

    @property
    def short_id(self) -> str:
        """The first 16 digits of the id: enough for a header and for people."""
        return self.id[:16]

    def reopened(self) -> Version:
        """The same version with a store this process may use: on disk, a store does not survive a fork."""
        if self.folder is None:
            return self
        store = Store.read_only(str(self.folder))
        return replace(self, store=store)

    def nearby(self) -> Version:
        """The same version for one answer: what it has read of a thing it does not read from the store again."""
        return _Nearby(**{each.name: getattr(self, each.name) for each in fields(Version)})

    @contextmanager
    def changeable(self) -> Iterator[Store]:
        """The store for a while of changes that nobody else is to see.

        In memory it is this process's own, and whoever changes it restores it. On disk it is a copy that goes with the
        context: the tables of a store on disk never change, so that links to them do for a copy.
        """
        if self.folder is None:
            yield self.store
            return
        with tempfile.TemporaryDirectory(prefix="changeable-", dir=self.folder.parent) as place:
            copy = Path(place) / "store"
            linked_copy(self.folder, copy)
            yield Store(str(copy))

    def outgoing(self, subject: Subject) -> Iterator[Triple]:
        """The distinct public triples with this subject."""
        return (quad.triple for quad in self.store.quads_for_pattern(subject, None, None, _DEFAULT))

    def incoming(self, value: Term, predicate: NamedNode | None = None) -> Iterator[Triple]:
        """The distinct public triples with this object."""
        return (quad.triple for quad in self.store.quads_for_pattern(None, predicate, value, _DEFAULT))

    def objects(self, subject: Subject, predicate: NamedNode) -> Iterator[Term]:
        """The values of one predicate."""
        return (quad.object for quad in self.store.quads_for_pattern(subject, predicate, None, _DEFAULT))

    def statements(self, predicate: NamedNode) -> Iterator[Triple]:
        """The distinct public triples with this predicate."""
        return (quad.triple for quad in self.store.quads_for_pattern(None, predicate, None, _DEFAULT))

    def instances(self, class_: NamedNode) -> Iterator[Subject]:
        """The subjects typed with *class_*."""
        for triple in self.incoming(class_, RDF_TYPE):
            if not isinstance(triple.subject, Triple):
                yield triple.subject

    def types(self, subject: Subject) -> list[str]:
        """The classes of *subject*, sorted."""
        return sorted(each.value for each in self.objects(subject, RDF_TYPE) if isinstance(each, NamedNode))

    def graphs_of(self, subject: Subject) -> list[str]:
        """The named graphs that say something of *subject*, sorted."""
        found = {quad.graph_name for quad in self.store.quads_for_pattern(subject, None, None, None)}
        return sorted(each.value for each in found if isinstance(each, NamedNode))

    def triples_of(self, graph: NamedNode | None) -> Iterator[Triple]:
        """The triples of one named graph, or without one all distinct triples."""
        return (quad.triple for quad in self.store.quads_for_pattern(None, None, None, graph or _DEFAULT))

    def types_in(self, graph: NamedNode | None) -> Iterator[Triple]:
        """The triples of one named graph, or of all, that say what class something is of."""
        return (quad.triple for quad in self.store.quads_for_pattern(None, RDF_TYPE, None, graph or _DEFAULT))

    def says(self, triple: Triple) -> bool:
        """Whether *triple* is among the distinct public triples."""
        return Quad(triple.subject, triple.predicate, triple.object) in self.store

    def write(self, output: BinaryIO, syntax: RdfFormat, prefixes: Mapping[str, str], graph: NamedNode | None) -> None:
        """Write every named graph once, or the triples of *graph*, or, where *syntax* knows no graphs, all triples."""
        if graph is not None or not syntax.supports_datasets:
            source = _DEFAULT if graph is None else graph
            self.store.dump(output, syntax, from_graph=source, prefixes=dict(prefixes))
        else:
            serialize(self.quads(), output, syntax, prefixes=dict(prefixes))

    def quads(self) -> Iterator[Quad]:
        """The named graphs as quads; the default graph says nothing that these don't."""
        return (quad for quad in self.store if quad.graph_name != _DEFAULT)


@dataclass(frozen=True)
class _Nearby(Version):
    """A version for one answer, most of which is about the same few things, whose statements are all read first."""

    _read: dict[Subject, list[Triple]] = field(default_factory=dict, repr=False, compare=False)
    _values: dict[Subject, dict[NamedNode, list[Term]]] = field(default_factory=dict, repr=False, compare=False)
    _types: dict[Subject, list[str]] = field(default_factory=dict, repr=False, compare=False)
    _graphs: dict[Subject, list[str]] = field(default_factory=dict, repr=False, compare=False)

    def outgoing(self, subject: Subject) -> Iterator[Triple]:
        """The distinct public triples with this subject."""
        known = self._read.get(subject)
        if known is None:
            known = self._read[subject] = list(super().outgoing(subject))
        return iter(known)

    def objects(self, subject: Subject, predicate: NamedNode) -> Iterator[Term]:
        """The values of one predicate."""
        values = self._values.get(subject)
        if values is None:
            if subject not in self._read:
                return super().objects(subject, predicate)
            values = self._values[subject] = {}
            for each in self._read[subject]:
                values.setdefault(each.predicate, []).append(each.object)
        return iter(values.get(predicate, ()))

    def types(self, subject: Subject) -> list[str]:
        """The classes of *subject*, sorted."""
        known = self._types.get(subject)
        if known is None:
            known = self._types[subject] = super().types(subject)
        return known

    def graphs_of(self, subject: Subject) -> list[str]:
        """The named graphs that say something of *subject*, sorted."""
        known = self._graphs.get(subject)
        if known is None:
            known = self._graphs[subject] = super().graphs_of(subject)
        return known


def build_version(
    quads: Iterable[Quad],
    *,
    compute: Callable[[Version], Iterable[Quad]] | None = None,
    on_disk: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> Version:
    """Return a version that holds *quads* in their named graphs and each distinct triple once in the default graph.

    What *compute* makes of that is added in graphs of its own. With *on_disk* the store is written to that folder,
    which must not exist; else it is in memory. *progress* is told the number of quads read so far.
    """
    folder = on_disk
    store = Store() if folder is None else Store(str(folder))
    read: list[Quad] = []
    try:
        graphs = _load(store, read, quads, progress)
        version = Version(checksum(read), datetime.now(UTC), _size(store, _DEFAULT), graphs, folder, store)
        del read
        if compute is not None:
            version = _completed(version, set(compute(version)))
    except BaseException:
        del store
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    if folder is None:
        return version
    store.optimize()
    store.flush()
    # Nobody may read the store while somebody holds it open for writing: what holds it goes first.
    known = {each.name: getattr(version, each.name) for each in fields(version) if each.name != "store"}
    del version, store
    return Version(**known, store=Store.read_only(str(folder)))


def _completed(version: Version, computed: set[Quad]) -> Version:
    """*version* with what was *computed* from it."""
    _extend(version.store, list(computed))
    names = Counter(quad.graph_name.value for quad in computed if isinstance(quad.graph_name, NamedNode))
    return replace(
        version,
        triples=_size(version.store, _DEFAULT),
        graphs=dict(sorted({**version.graphs, **names}.items())),
        computed=frozenset(names),
    )


def _size(store: Store, graph: NamedNode | BlankNode | DefaultGraph) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))


def _load(
    store: Store, read: list[Quad], quads: Iterable[Quad], progress: Callable[[int], None] | None
) -> Mapping[str, int]:
    chunk: list[Quad] = []
    count = 0
    for quad in quads:
        chunk.append(quad)
        if len(chunk) == _CHUNK:
            count += _write(store, read, chunk, count, progress)
            chunk = []
    _write(store, read, chunk, count, progress)
    return dict(sorted((name.value, _size(store, name)) for name in store.named_graphs()))


def _write(
    store: Store, read: list[Quad], chunk: list[Quad], before: int, progress: Callable[[int], None] | None
) -> int:
    _extend(store, chunk)
    read += chunk
    if progress is not None:
        progress(before + len(chunk))
    return len(chunk)


def _extend(store: Store, quads: list[Quad]) -> None:
    """Write *quads* to their named graphs and to the default graph."""
    store.bulk_extend(quads)
    store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)


def checksum(quads: Iterable[Quad]) -> str:
    """Return the SHA-256 of the canonical N-Quads of *quads* (RDFC-1.0), as hexadecimal digits.

    >>> from pyoxigraph import BlankNode, Quad
    >>> one, other = ([Quad(BlankNode(name), RDF_TYPE, RDF_TYPE)] for name in "ab")
    >>> checksum(one) == checksum(other)
    True
    """
    return hashed(canonical_lines(quads))


def hashed(lines: Iterable[bytes]) -> str:
    """Return the SHA-256 of *lines*, as hexadecimal digits."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line)
    return digest.hexdigest()


def canonical_lines(quads: Iterable[Quad]) -> list[bytes]:
    """Return the lines of the canonical N-Quads of *quads* (RDFC-1.0), in their order."""
    lines: set[str] = set()
    blank = Dataset()
    for quad in quads:
        line = f"{quad} .\n"
        # What gets a label, and which, is decided by the quads with blank nodes alone (RDFC-1.0, section 4.4.3).
        if "_:" in line and has_blank(quad):
            blank.add(quad)
        else:
            lines.add(line)
    blank.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines.update(f"{quad} .\n" for quad in blank)
    return [line.encode() for line in sorted(lines)]


def has_blank(quad: Quad) -> bool:
    """Whether any term of *quad* is a blank node, or has one in it."""
    return _mentions_blank(quad.subject) or _mentions_blank(quad.object) or isinstance(quad.graph_name, BlankNode)


def _mentions_blank(term: Term) -> bool:
    if isinstance(term, Triple):
        return _mentions_blank(term.subject) or _mentions_blank(term.object)
    return isinstance(term, BlankNode)


def linked_copy(store: Path, copy: Path) -> None:
    """Make the new folder *copy* a store of its own with what the one on disk at *store* holds, at hardly any cost.

    Nobody may write to *store* meanwhile.
    """
    copy.mkdir()
    for file in store.iterdir():
        if file.suffix == ".sst":
            link(file, copy / file.name)
        elif not file.name.startswith(("LOCK", "LOG")):
            shutil.copyfile(file, copy / file.name)


def link(file: Path, other: Path) -> None:
    """Make *other* the same file as *file*, which never changes; a copy where the two cannot be one."""
    try:
        other.hardlink_to(file)
    except OSError:
        shutil.copyfile(file, other)


def temporary_folder() -> Path:
    """Return a path for a version on disk that goes with the machine's temporary files; it does not exist yet."""
    return Path(tempfile.mkdtemp(prefix="sotegraph-")) / "version"

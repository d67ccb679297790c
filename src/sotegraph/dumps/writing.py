"""Make the files of a version: each dataset in each form, the same bytes for the same statements.

The statements come as sorted lines of canonical N-Quads, so nothing depends on the order in which a store has them. A
graph that says what it said in the version before is not written again: its files are the same ones.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from sotegraph.dumps.offers import TABLES, Offer, things_of
from sotegraph.dumps.records import File, read_record, write_record
from sotegraph.dumps.tables import Table, write_tables
from sotegraph.formats import N_QUADS
from sotegraph.publication import Publication
from sotegraph.store import Version

_HOW = "1"
"""Changes when equal statements would be written otherwise: then nothing is taken over from an earlier version."""
_LEVEL, _GZIP_WINDOW = 6, 31
_CHUNK_BYTES = 1 << 20
_LINES = 200_000
_IN_MEMORY_BYTES = 256 << 20


@dataclass(frozen=True)
class Statements:
    """The statements of the version of that *id*: of every graph, sorted; and the distinct triples without graphs."""

    id: str
    data: Path
    default: Path


def write_dumps(
    place: Path,
    publication: Publication,
    version: Version,
    offers: Sequence[Offer],
    statements: Statements,
    tables: Callable[[], Iterable[Table]],
    before: Path | None = None,
) -> None:
    """Make the files of *offers* in the new folder *place*, down to the disk, and what is written down of them.

    *statements* are those of *version*. What the folder *before* has already, it shares with this one.
    """
    place.mkdir()
    with tempfile.TemporaryDirectory(dir=place) as spool:
        graphs = _split(statements.data, Path(spool))
        maker = _Maker(place, publication, graphs, statements, before)
        files = [maker.file(each) for each in offers if each.form is not TABLES]
        files += _tables(maker, version, [each for each in offers if each.form is TABLES], tables)
    write_record(place, files)
    _sync(place)


class _Maker:
    """Makes files in *place*, or takes them over from *before*."""

    def __init__(
        self,
        place: Path,
        publication: Publication,
        graphs: Mapping[str, _Graph],
        statements: Statements,
        before: Path | None,
    ) -> None:
        self.place, self.publication, self.graphs, self.statements = place, publication, graphs, statements
        self._before, self._known = before, read_record(before) if before else {}
        self._prefixes = dict(publication.prefixes)

    def file(self, offer: Offer) -> File:
        """The file of *offer*, which is no table."""
        return self.taken_over(offer) or self._made(offer)

    def taken_over(self, offer: Offer) -> File | None:
        """The file of *offer* as it was made of an earlier version from the same; None when there is none."""
        known = self._known.get(offer.file)
        if known is None or self._before is None or known.origin != self.origin(offer):
            return None
        os.link(self._before / known.name, self.place / known.name)
        return known

    def origin(self, offer: Offer) -> str:
        """What the file of *offer* is made from, as a hash: a table shows what other graphs say as well."""
        own = offer.graph is not None and offer.form is not TABLES
        content = self.graphs[offer.graph].sha256 if own and offer.graph else self.statements.id
        return hashlib.sha256("\n".join((_HOW, content, repr(sorted(self._prefixes.items())))).encode()).hexdigest()

    def _made(self, offer: Offer) -> File:
        with _Pressed(self.place / offer.file) as output:
            self._write(offer, output)
        return self.noted(offer)

    def noted(self, offer: Offer) -> File:
        """What is to be written down of the file of *offer*, which has just been made."""
        path = self.place / offer.file
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        return File(offer.file, path.stat().st_size, digest, self.origin(offer))

    def _write(self, offer: Offer, output: _Pressed) -> None:
        inside = offer.form.inside
        assert inside.rdf is not None
        if inside is N_QUADS:
            output.copy(self.graphs[offer.graph].path if offer.graph else self.statements.data)
        elif inside.rdf.supports_datasets:
            self._serialize(self._quads(offer.graph), output, inside.rdf)
        elif offer.graph is None:
            lines = parse(path=str(self.statements.default), format=RdfFormat.N_TRIPLES)
            self._serialize((each.triple for each in lines), output, inside.rdf)
        else:
            self._serialize((each.triple for each in self._quads(offer.graph)), output, inside.rdf)

    def _serialize(self, what: Iterable[Triple] | Iterable[Quad], output: _Pressed, syntax: RdfFormat) -> None:
        serialize(what, cast(IO[bytes], output), syntax, prefixes=self._prefixes)

    def _quads(self, graph: str | None) -> Iterator[Quad]:
        """The statements of *graph*, or of all graphs, one after the other."""
        wanted = [self.graphs[graph]] if graph else [each for _, each in sorted(self.graphs.items())]
        return itertools.chain.from_iterable(each.quads() for each in wanted)


@dataclass
class _Graph:
    """The statements of one graph: their sorted lines in the file *path*, and the hash of these.

    What was read is kept for the next form where it *is_kept*.
    """

    path: Path
    is_kept: bool
    sha256: str = ""
    _kept: list[Quad] | None = None

    def quads(self) -> Iterable[Quad]:
        """The statements."""
        if self._kept is not None:
            return self._kept
        read = parse(path=str(self.path), format=RdfFormat.N_QUADS)
        if self.is_kept:
            self._kept = list(read)
        return self._kept or read


def _split(data: Path, spool: Path) -> dict[str, _Graph]:
    """The statements in *data* graph by graph, in files of *spool*, by the IRIs of the graphs."""
    graphs: dict[bytes, _Graph] = {}
    hashes: dict[bytes, hashlib._Hash] = {}
    is_kept = data.stat().st_size <= _IN_MEMORY_BYTES
    with data.open("rb") as lines:
        while some := list(itertools.islice(lines, _LINES)):
            found: dict[bytes, list[bytes]] = {}
            for line in some:
                found.setdefault(line[line.rindex(b" <") + 2 : -4], []).append(line)
            for name, own in found.items():
                graph = graphs.setdefault(name, _Graph(spool / f"{len(graphs)}.nq", is_kept))
                joined = b"".join(own)
                hashes.setdefault(name, hashlib.sha256()).update(joined)
                with graph.path.open("ab") as file:
                    file.write(joined)
    for name, graph in graphs.items():
        graph.sha256 = hashes[name].hexdigest()
    return {name.decode(): graph for name, graph in graphs.items()}


def _tables(
    maker: _Maker, version: Version, offers: Sequence[Offer], tables: Callable[[], Iterable[Table]]
) -> Iterator[File]:
    """The files of tables: those of all datasets are made in one go, for their rows are the same."""
    taken = {each: maker.taken_over(each) for each in offers}
    yield from (each for each in taken.values() if each is not None)
    missing = [each for each, file in taken.items() if file is None]
    if missing:
        places = {each.dataset: maker.place / each.file for each in missing}
        write_tables(places, tables(), maker.publication.languages, _parts(maker, version, offers))
    yield from map(maker.noted, missing)


def _parts(maker: _Maker, version: Version, offers: Sequence[Offer]) -> Mapping[str, Sequence[str]]:
    """The datasets of which each thing is a part, by the IRI of the thing."""
    found: dict[str, dict[str, None]] = {}
    for graph in sorted(maker.graphs):
        names = [each.dataset for each in offers if each.graph in (None, graph)]
        for iri in things_of(maker.publication, version, graph):
            found.setdefault(iri, {}).update(dict.fromkeys(names))
    return {iri: tuple(names) for iri, names in found.items()}


class _Pressed:
    """A new file that what is written is compressed into; its head says nothing of when or by whom (RFC 1952)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> _Pressed:
        self._file: BinaryIO = self._path.open("xb")
        self._press = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.write(self._press.flush())
        self._file.close()

    def write(self, data: bytes) -> int:
        """Compress *data*."""
        self._file.write(self._press.compress(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is written in between."""

    def copy(self, path: Path) -> None:
        """Compress the whole file at *path*."""
        with path.open("rb") as source:
            while piece := source.read(_CHUNK_BYTES):
                self.write(piece)


def _sync(place: Path) -> None:
    """Make the names in *place*, and what was written down there, last."""
    for path in (*place.glob("*.json"), *place.glob("*SUMS"), place):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

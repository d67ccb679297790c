"""The import of one source: keys minted, tables mapped to triples, one sorted Turtle file written.

A source is a folder below ``data/`` with tables, a declarative mapping (``mapping.rml.ttl``, RML) and a description
(``source.ttl``), whose ``pub:table`` nodes say which tables name things that get a key::

    graph:catalogue pub:table graph:catalogue#books .
    graph:catalogue#books pub:file "books.csv" ; pub:segment "book" ; pub:idColumn "id" .

The mapping engine pins old releases of the RDF libraries: it runs as a process of its own, in its own environment, and
meets us only in N-Quads. Relative paths in a mapping start at the publication folder, so that it may join the keys.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from sotegraph.errors import MappingFailed, UnreadableFile
from sotegraph.publication import read_publication
from sotegraph.terms import RDF_LANG_STRING, RDF_TYPE, XSD_STRING, key_of, term

KEYS_FILE = Path("data", "keys.csv")
_KEYS_HEADER = "segment,key,id\n"
_MAPPING = "mapping.rml.ttl"
_DIGITS = re.compile(r"(\d+)")
_LOCAL_NAME = re.compile(r"[A-Za-z_][\w-]*")
# The engine reads an empty cell as None or NaN and would write their names without na_values.
_ENGINE_SETTINGS = """\
[CONFIGURATION]
output_format: N-QUADS
output_file: {output}
na_values: ,None,nan,<NA>
logging_level: WARNING
[{source}]
mappings: {mapping}
"""


@dataclass(frozen=True)
class Table:
    """A table whose rows have keys in *segment*: what *key_column* says, or else the next number."""

    file: Path
    segment: str
    id_column: str
    key_column: str | None = None


def mapped_sources(root: Path) -> list[str]:
    """The sources of the publication folder *root* that have a mapping, sorted."""
    return sorted(path.parent.name for path in root.glob(f"data/*/{_MAPPING}"))


def import_source(root: Path, source: str, command: Sequence[str], prefixes: Mapping[str, str] | None = None) -> int:
    """``data/<source>/<source>.ttl`` holds what the mapping says of the tables; return the number of its triples.

    *command* starts the mapping engine (``("…/python", "-m", "morph_kgc")``); *prefixes* are the publication's unless
    given. All sources get their keys first: a mapping may join another's. Raises MappingFailed when the engine fails or
    yields nothing, UnreadableFile for a missing or malformed file; the Turtle file is then as it was before.
    """
    for each in mapped_sources(root):
        mint_keys(root, each)
    triples = _run_mapping(root, source, command)
    prefixes = read_publication(root).prefixes if prefixes is None else prefixes
    _replace(root / "data" / source / f"{source}.ttl", _turtle(triples, prefixes))
    return len(triples)


def mint_keys(root: Path, source: str) -> int:
    """Every row of the source's tables has its key in ``data/keys.csv``; return how many were minted.

    The file is append-only: no line is changed, moved or removed, so that a key is never used twice.
    """
    path = root / KEYS_FILE
    written = path.read_text("utf-8") if path.exists() else _KEYS_HEADER
    known = list(csv.DictReader(io.StringIO(written)))
    taken = {(row["segment"], row["key"]) for row in known}
    keyed = {(row["segment"], row["id"]) for row in known}
    highest: Counter[str] = Counter()
    for segment, key in taken:
        highest[segment] = max(highest[segment], int(key) if key.isdecimal() else 0)
    lines = io.StringIO(newline="")
    minted = csv.writer(lines, lineterminator="\n")
    for table, row_id, key in _unkeyed(tables(root, source), keyed):
        if not key:
            highest[table.segment] += 1
            key = str(highest[table.segment])
        if (table.segment, key) in taken:
            problem = "{file}: the key {key} of {id} is taken in the segment {segment}; correct the table."
            raise MappingFailed(problem, file=str(table.file), key=key, id=row_id, segment=table.segment)
        taken.add((table.segment, key))
        keyed.add((table.segment, row_id))
        minted.writerow((table.segment, key, row_id))
    if lines.getvalue():
        _replace(path, (written + lines.getvalue()).encode())
    return len(keyed) - len(known)


def _unkeyed(described: Iterable[Table], keyed: set[tuple[str, str]]) -> Iterable[tuple[Table, str, str]]:
    """Table, id and stated key of the rows that are not in *keyed* when their turn comes."""
    for table in described:
        try:
            with table.file.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    row_id, key = row[table.id_column], row[table.key_column] if table.key_column else ""
                    if (table.segment, row_id) not in keyed:
                        yield table, row_id, key_of(key)
        except (OSError, KeyError) as error:
            problem = f"there is no column {error}" if isinstance(error, KeyError) else error
            raise UnreadableFile("{file} cannot be read: {problem}.", file=str(table.file), problem=problem) from None


def tables(root: Path, source: str) -> list[Table]:
    """The tables that ``source.ttl`` describes with ``pub:table``, sorted by file."""
    description = root / "data" / source / "source.ttl"
    triples = _parse(description, RdfFormat.TURTLE)
    facts = {(str(t.subject), t.predicate): t.object.value for t in triples if isinstance(t.object, Literal)}
    described = []
    for node in (str(triple.object) for triple in triples if triple.predicate == term("pub:table")):
        file, segment, id_column = (facts.get((node, term(f"pub:{name}"))) for name in ("file", "segment", "idColumn"))
        if not (file and segment and id_column):
            problem = "{file}: the table {node} lacks pub:file, pub:segment or pub:idColumn; state all three."
            raise MappingFailed(problem, file=str(description), node=node)
        key_column = facts.get((node, term("pub:keyColumn")))
        described.append(Table(description.with_name(file), segment, id_column, key_column))
    return sorted(described, key=lambda table: (str(table.file), table.segment))


def _run_mapping(root: Path, source: str, command: Sequence[str]) -> list[Triple]:
    mapping = root / "data" / source / _MAPPING
    if not mapping.is_file():
        raise UnreadableFile("{file} is missing.", file=str(mapping))
    with tempfile.TemporaryDirectory(prefix="sotegraph-") as scratch:
        output, settings = Path(scratch, "out.nq"), Path(scratch, "settings.ini")
        settings.write_text(_ENGINE_SETTINGS.format(source=source, mapping=mapping.resolve(), output=output), "utf-8")
        try:
            run = subprocess.run([*command, settings], cwd=root, capture_output=True, text=True, check=False)
        except OSError as error:
            raise MappingFailed(
                "{program} does not start: {problem}.", program=command[0], problem=error.strerror
            ) from None
        triples = _parse(output, RdfFormat.N_QUADS) if not run.returncode and output.exists() else []
    if not triples:
        said = (run.stderr or run.stdout).strip()[-2000:] or f"exit code {run.returncode}"
        raise MappingFailed(
            "The mapping of {source} gave no triples. The engine says: {said}", source=source, said=said
        )
    return sorted(set(triples), key=_order)


def _order(triple: Triple) -> tuple[object, ...]:
    """Subjects in natural order (2 before 10, a thing before its parts), types first, texts by language."""
    value = triple.object
    tag = (value.language or "") if isinstance(value, Literal) else ""
    return _natural(triple.subject), _natural(triple.predicate), tag, _natural(value), str(value)


def _natural(node: object) -> list[tuple[int, str]]:
    text = node.value if isinstance(node, NamedNode) and node != RDF_TYPE else ""
    return [(int(part) if part.isdecimal() else -1, part) for part in _DIGITS.split(text)]


def _turtle(triples: Sequence[Triple], prefixes: Mapping[str, str]) -> bytes:
    """The triples as Turtle, with those *prefixes* that are in use and need no escapes, in the order of their names."""
    nodes = {node for triple in triples for node in triple if isinstance(node, NamedNode)}
    nodes |= {triple.object.datatype for triple in triples if isinstance(triple.object, Literal)}
    spelt_out = [node.value for node in nodes - {RDF_TYPE, RDF_LANG_STRING, XSD_STRING}]
    used = {}
    for name, namespace in sorted(prefixes.items()):
        local_names = [iri[len(namespace) :] for iri in spelt_out if iri.startswith(namespace)]
        if local_names and all(map(_LOCAL_NAME.fullmatch, local_names)):
            used[name] = namespace
    lines = (serialize(triples, format=RdfFormat.TURTLE, prefixes=used) or b"").splitlines(keepends=True)
    return b"".join([*sorted(lines[: len(used)]), b"\n", *lines[len(used) :]])


def _parse(path: Path, form: RdfFormat) -> list[Triple]:
    try:
        return [quad.triple for quad in parse(path=str(path), format=form)]
    except (SyntaxError, OSError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise UnreadableFile("{file} cannot be read: {problem}.", file=str(path), line=line, problem=error) from None


def _replace(path: Path, content: bytes) -> None:
    """*path* holds *content*; a reader sees the old file or the new one, never a part."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)

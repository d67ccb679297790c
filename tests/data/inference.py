"""The rules of ``data/inferred/rules`` run over the data, and what they say as Turtle.

``python -m tests.data.inference`` writes the three files of ``data/inferred`` anew, after a change of data or rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from sotegraph.terms import RDF_TYPE

ROOT = Path(__file__).parents[2]
INFERRED = ROOT / "data" / "inferred"
RULES = INFERRED / "rules"
FILES = {"themes": "theme-*.rq", "supports": "support-*.rq", "gaps": "gap-*.rq"}
"""The files of inferred statements, in the order in which their rules run, and their rules."""
PREFIXES = {
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "sote": "https://w3id.org/sotegraph/ns/sote#",
}


def infer() -> dict[str, frozenset[Triple]]:
    """What the rules say of the data that no rule made, by file; later rules see what earlier ones said."""
    store = load()
    found = {}
    for name, pattern in FILES.items():
        found[name] = frozenset(triple for rule in sorted(RULES.glob(pattern)) for triple in run(store, rule))
        store.extend(Quad(*triple, DefaultGraph()) for triple in found[name])
    return found


def load(skip: str = "") -> Store:
    """A store with the data that no rule made, or without the things of the class *skip* but with the themes."""
    store = Store()
    themes = {INFERRED / "themes.ttl"} if skip else set()
    for path in sorted(set((ROOT / "data").glob("*/*.ttl")) - set(INFERRED.glob("*.ttl")) | themes):
        if not path.name.endswith(".rml.ttl"):
            store.bulk_extend(Quad(*quad.triple, DefaultGraph()) for quad in quads(path))
    skipped = [quad.subject for quad in store.quads_for_pattern(None, RDF_TYPE, NamedNode(PREFIXES["sote"] + skip))]
    for subject in skipped:
        for quad in list(store.quads_for_pattern(subject, None, None)):
            store.remove(quad)
    return store


def quads(path: Path) -> Iterator[Quad]:
    """The statements of one Turtle file."""
    return iter(parse(path=str(path), format=RdfFormat.TURTLE))


def run(store: Store, rule: Path) -> frozenset[Triple]:
    """What one rule says of the data in *store*."""
    return frozenset(store.query(rule.read_text("utf-8")))


def read(name: str) -> frozenset[Triple]:
    """What the committed file says."""
    return frozenset(quad.triple for quad in quads(INFERRED / f"{name}.ttl"))


def write(name: str, triples: Iterable[Triple]) -> None:
    """The file holds *triples*, sorted, with those prefixes that they use."""
    ordered = sorted(triples, key=lambda triple: tuple(map(str, triple)))
    used = {prefix: iri for prefix, iri in PREFIXES.items() if any(iri in str(triple) for triple in ordered)}
    written = serialize(ordered, format=RdfFormat.TURTLE, prefixes=used) or b""
    lines = written.splitlines(keepends=True)
    (INFERRED / f"{name}.ttl").write_bytes(b"".join([*sorted(lines[: len(used)]), b"\n", *lines[len(used) :]]))


if __name__ == "__main__":
    for name, triples in infer().items():
        write(name, triples)

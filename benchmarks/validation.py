"""``python -m benchmarks.validation``: our validation beside pySHACL on rdflib, in one run, as ratios.

Of a whole generated publication, from N-Triples to the list of results, each engine in a process of its own; and of
submissions of a few sizes beside it, ours with the published graph in view, pySHACL with the submission alone.
"""

from __future__ import annotations

import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse, serialize

from benchmarks.generator import SEED, generate
from sotegraph.publication import Publication, read_publication
from sotegraph.store import build_version
from sotegraph.terms import term
from sotegraph.validation import Checker, CheckRequest, Limits
from sotegraph.validation.engines import engine_called
from sotegraph.validation.forked import collect_rarely
from sotegraph.validation.types import read_shapes

_SUBCLASS = term("rdfs:subClassOf")
_KEY = re.compile(r"/(book|holding)/(\d+)")
OURS, PLAIN, CACHED = "ours", "pySHACL", "pySHACL, each query parsed once"
_ROW = "| {what} | {engine} | {seconds} | {ratio} | {memory} | {results} |"


@click.command()
@click.option("--statements", default=500_000, show_default=True, help="Statements of the generated publication.")
@click.option("--rounds", default=3, show_default=True, help="Times that each submission is checked; medians are told.")
@click.option("--most", default=25.0, show_default=True, help="End an engine that takes so many times as long as ours.")
@click.option("--engine", "others", multiple=True, type=click.Choice((CACHED, PLAIN)), help="Only this beside ours.")
@click.option("--alone", is_flag=True, help="Measure only ours.")
@click.option("--turn", hidden=True, nargs=3, type=str)
def main(
    statements: int,
    rounds: int,
    most: float,
    others: Sequence[str],
    alone: bool,
    turn: tuple[str, str, str] | None,
) -> None:
    """Measure validation beside pySHACL, and write a table to standard output."""
    if turn is not None:
        _take_turn(*turn)
        return
    others = () if alone else others or (CACHED, PLAIN)
    with tempfile.TemporaryDirectory(prefix="sotegraph-benchmark-") as name:
        folder = Path(name)
        generate(folder / "publication", statements, SEED)
        publication = read_publication(folder / "publication")
        count = _write(publication, folder)
        _say(f"{count:,} triples")
        click.echo("| what | engine | s | times as long | MB | results |\n|---|---|---:|---:|---:|---:|")
        _whole(folder, count, others, most)
        _submissions(publication, folder, rounds, others, most)


def _write(publication: Publication, folder: Path) -> int:
    """Write the data and the shapes of *publication* as N-Triples; return how many triples the data are."""
    shapes = [file for file in publication.files if file.graph.value.endswith("/graph/shapes")]
    others = (file for file in publication.files if file not in shapes)
    quads = (quad for file in others for quad in publication.read(file) if quad.predicate != _SUBCLASS)
    data = dict.fromkeys(quad.triple for quad in quads)
    _dump(list(data), folder / "data.nt")
    _dump(read_shapes(publication).constraints(), folder / "shapes.nt")
    return len(data)


def _whole(folder: Path, count: int, others: Sequence[str], most: float) -> None:
    ours = _turn(OURS, folder / "data.nt", folder / "shapes.nt", None)
    assert ours is not None
    _tell(f"all {count:,} triples", OURS, ours, ours["seconds"])
    for engine in others:
        told = _turn(engine, folder / "data.nt", folder / "shapes.nt", most * ours["seconds"])
        _tell(f"all {count:,} triples", engine, told, ours["seconds"], most)


def _submissions(publication: Publication, folder: Path, rounds: int, others: Sequence[str], most: float) -> None:
    quads = (quad for file in publication.files for quad in publication.read(file))
    checker = Checker.of(publication, build_version(quads), Limits(time_s=120, results=100_000))
    checker.prepare()
    for books in (50, 100, 1_000):
        sent = _sent(folder / "data.nt", books)
        what = f"{books:,} new books beside it: {len({each.subject for each in sent}):,} things, {len(sent):,} triples"
        seconds, found = [], 0
        for _ in range(rounds):
            started = time.perf_counter()
            found = len(checker.check(CheckRequest(sent)).results)
            seconds.append(time.perf_counter() - started)
        ours = {"seconds": statistics.median(seconds), "results": found, "memory": 0}
        _tell(what, OURS, ours, ours["seconds"])
        _dump(sent, folder / "sent.nt")
        for engine in others:
            limit = most * ours["seconds"] + 5
            told = _turn(engine, folder / "sent.nt", folder / "shapes.nt", limit)
            _tell(what.replace("beside it", "alone"), engine, told, ours["seconds"], most)


def _sent(file: Path, books: int) -> list[Triple]:
    """So many of the published books, with their holdings, under keys that are new."""

    def renamed(node: object) -> object:
        return NamedNode(_KEY.sub(r"/\1/9\2", node.value)) if isinstance(node, NamedNode) else node

    def triples() -> Iterator[Triple]:
        return (quad.triple for quad in parse(path=str(file), format=RdfFormat.N_TRIPLES))

    own = {each.subject for each in triples() if _is_of(each.subject, books)}
    own |= {each.subject for each in triples() if each.predicate.value.endswith("#book") and _is_of(each.object, books)}
    whole = {node.value for node in own if isinstance(node, NamedNode)}
    sent = (each for each in triples() if str(getattr(each.subject, "value", "")).partition("#")[0] in whole)
    return [Triple(renamed(each.subject), each.predicate, renamed(each.object)) for each in sent]  # type: ignore[arg-type]


def _is_of(node: object, books: int) -> bool:
    found = re.search(r"/book/(\d+)$", node.value) if isinstance(node, NamedNode) else None
    return found is not None and int(found[1]) <= books


def _turn(engine: str, data: Path, shapes: Path, limit_s: float | None) -> dict[str, float] | None:
    """What one run of *engine* took; None when it was ended at its limit."""
    command = [sys.executable, "-m", "benchmarks.validation", "--turn", engine, str(data), str(shapes)]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, timeout=limit_s, check=True)
    except subprocess.TimeoutExpired:
        return None
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _take_turn(engine: str, data: str, shapes: str) -> None:
    """Validate in this process and say what it took; reading the libraries is not counted."""
    validate = {OURS: _by_ours, CACHED: _by_cached, PLAIN: _by_plain}[engine]
    if engine != OURS:
        import pyshacl  # noqa: F401 - not counted
    started = time.perf_counter()
    found = validate(Path(data), Path(shapes))
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    click.echo(json.dumps({"seconds": seconds, "results": found, "memory": memory}))


def _by_ours(data: Path, shapes: Path) -> int:
    collect_rarely()  # As the process does that engines work in.
    return len(list(engine_called("auto").find(_read(data), _read(shapes))))


def _by_cached(data: Path, shapes: Path) -> int:
    return len(list(engine_called("pyshacl").find(_read(data), _read(shapes))))


def _by_plain(data: Path, shapes: Path) -> int:
    import pyshacl
    from rdflib import SH, Graph

    graph, rules = Graph().parse(data, format="nt"), Graph().parse(shapes, format="nt")
    _, report, _ = pyshacl.validate(graph, shacl_graph=rules, inplace=True, max_validation_depth=30)
    return len(list(report.objects(None, SH.result)))


def _read(file: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=str(file), format=RdfFormat.N_TRIPLES)]


def _dump(triples: Sequence[Triple], file: Path) -> None:
    serialize((Quad(*each) for each in triples), str(file), format=RdfFormat.N_TRIPLES)


def _tell(what: str, engine: str, told: dict[str, float] | None, ours_s: float, most: float = 1) -> None:
    if told is None:
        row = _ROW.format(what=what, engine=engine, seconds="ended", ratio=f"> {most:g}", memory="", results="")
    else:
        row = _ROW.format(
            what=what,
            engine=engine,
            seconds=f"{told['seconds']:.2f}",
            ratio=f"{told['seconds'] / ours_s:.1f}",
            memory=f"{told['memory']:.0f}" if told["memory"] else "",
            results=f"{told['results']:,.0f}",
        )
    click.echo(row)


def _say(text: str) -> None:
    click.echo(text, err=True)


if __name__ == "__main__":
    main()

"""``python -m benchmarks``: measure the endpoint beside other engines, and write a table to standard output."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks import reporting
from benchmarks.cases import CASES
from benchmarks.engines import OURS, REFERENCE, Material, Missing, Running, engines, running
from benchmarks.generator import SEED, generate, write_triples
from benchmarks.loading import BARE, load_times
from benchmarks.measuring import TOOL, Load, disagreements, measure

_CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sotegraph-benchmarks"


@click.command()
@click.option("--statements", multiple=True, type=int, default=(500_000, 5_000_000), show_default=True)
@click.option("--engine", "names", multiple=True, type=click.Choice(list(engines())), help="Only these beside ours.")
@click.option("--case", "cases", multiple=True, type=click.Choice([case.name for case in CASES]), help="Only these.")
@click.option("--rounds", default=5, show_default=True, help="Rounds; an engine's turn in each is one figure.")
@click.option("--seconds", default=3.0, show_default=True, help="Shortest turn of an engine.")
@click.option("--connections", default=8, show_default=True, help="Connections that ask without a pause.")
@click.option("--seed", default=SEED, show_default=True, help="Seed of the generated publication.")
@click.option("--format", "form", type=click.Choice(["md", "csv"]), default="md", show_default=True)
@click.option("--cache", type=click.Path(path_type=Path), default=_CACHE, help="Folder for engines that are installed.")
def main(
    statements: Sequence[int],
    names: Sequence[str],
    cases: Sequence[str],
    rounds: int,
    seconds: float,
    connections: int,
    seed: int,
    form: str,
    cache: Path,
) -> None:
    """Measure the endpoint beside other engines on generated publications."""
    if shutil.which(TOOL) is None:
        raise click.ClickException(f"{TOOL} is not on this machine; it makes the load for every engine alike")
    _tell(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    chosen = [case for case in CASES if not cases or case.name in cases]
    found: list[reporting.Row] = []
    for count in statements:
        with tempfile.TemporaryDirectory(prefix="sotegraph-benchmark-") as folder, contextlib.ExitStack() as stack:
            material, books = _material(Path(folder), count, seed)
            times = load_times(material, min(rounds, 3), _tell)
            found += reporting.loading(material.count, times, BARE)
            servers = _servers(stack, material, names, cache)
            for problem in disagreements(servers, chosen, books // 2):
                raise click.ClickException(f"the engines disagree: {problem}")
            load = Load(rounds, seconds, connections, books, seed)
            found += reporting.rows(material.count, measure(servers, chosen, load, Path(folder), _tell))
    click.echo(reporting.table(found, form), nl=False)


def _material(folder: Path, statements: int, seed: int) -> tuple[Material, int]:
    publication, triples = folder / "publication", folder / "triples.nt"
    books = generate(publication, statements, seed)
    write_triples(publication, triples)
    with triples.open("rb") as file:
        count = sum(1 for _ in file)
    _tell(f"{count:,} statements, {books:,} books, seed {seed}")
    return Material(publication, triples, count), books


def _servers(stack: contextlib.ExitStack, material: Material, names: Sequence[str], cache: Path) -> list[Running]:
    """The engines that run; without ours and the one it is measured by, there is nothing to compare."""
    servers = []
    for name, engine in engines().items():
        if names and name not in (*names, OURS, REFERENCE):
            continue
        try:
            servers.append(stack.enter_context(running(engine, material, cache)))
            _tell(f"{name}: answers after {servers[-1].seconds:.1f} s")
        except Missing as reason:
            if name in (OURS, REFERENCE):
                raise click.ClickException(f"{name}: {reason}") from None
            _tell(f"{name}: MISSING, {reason}")
    return servers


def _tell(text: str) -> None:
    click.echo(text, err=True)


if __name__ == "__main__":
    main()

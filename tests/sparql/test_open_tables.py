"""A store on disk may have more tables than it opens by itself; queries read all of them, behind the second wall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from sotegraph.errors import QueryRefused
from sotegraph.sparql import WorkerEvaluator
from sotegraph.sparql.tables import with_open_tables
from tests.sparql.asking import ask, count
from tests.sparql.data import EX, MANY, SAYS, version_at
from tests.sparql.pool import pool

OPENED_BY_ITSELF = 16
STEPS = 15
"""So many that each index has several tables: now and then some become one."""
TEXT = "a text that is too long to stand inline {}"
_THING = NamedNode(f"{EX}{STEPS - 1}/7")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store made step by step, as that of a version is: each step adds tables."""
    place = tmp_path_factory.mktemp("stepwise")
    store = Store(str(place / "written"))
    for step in range(STEPS):
        said = [(NamedNode(f"{EX}{step}/{number}"), SAYS, Literal(TEXT.format(number))) for number in range(20)]
        store.extend(quad for each in said for quad in (Quad(*each, MANY), Quad(*each)))
        store.flush()
    store.backup(str(place / "kept"))
    assert len(list((place / "kept").glob("*.sst"))) > OPENED_BY_ITSELF
    return place / "kept"


@pytest.fixture(scope="module")
def on_disk(folder: Path) -> Iterator[WorkerEvaluator]:
    with pool(folder, query_workers=1) as running:
        yield running.evaluator


def open_tables(folder: Path) -> Counter[str]:
    files = (each.resolve() for each in Path("/proc/self/fd").iterdir())
    return Counter(each.name for each in files if each.parent == folder.resolve() and each.suffix == ".sst")


def test_every_table_is_opened_be_it_open_for_another_store_or_not(folder):
    every = Counter(each.name for each in folder.glob("*.sst"))
    one = version_at(folder)
    assert len(open_tables(folder)) < len(every)
    other = with_open_tables(one.reopened)
    third = with_open_tables(one.reopened)
    assert open_tables(folder) >= every + every
    assert len({id(each.store) for each in (one, other, third)}) == 3


@pytest.mark.parametrize("version", ["", "an earlier one"])
@pytest.mark.parametrize("graph", ["{pattern}", f"GRAPH {MANY} {{{{ {{pattern}} }}}}", "GRAPH ?g {{ {pattern} }}"])
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("?s ?p ?o", 20 * STEPS),
        (f"{_THING} ?p ?o", 1),
        (f"?s {SAYS} ?o", 20 * STEPS),
        ("?s ?p 'a text that is too long to stand inline 7'", STEPS),
        ("?s ?p ?o FILTER(CONTAINS(?o, 'inline 7'))", STEPS),
    ],
)
def test_a_worker_answers_from_every_table(on_disk, version, graph, pattern, expected):
    query = f"SELECT (COUNT(*) AS ?n) {{ {graph.format(pattern=pattern)} }}"
    assert count(on_disk, query, version=version) == expected


def test_the_wall_stands_all_the_same(on_disk):
    with pytest.raises(QueryRefused):
        ask(on_disk, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")

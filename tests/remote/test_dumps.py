"""What is downloaded is what is published: in other engines it answers every question as the site does.

The named graphs come from the N-Quads, and the default graph from the Turtle, which has each triple once. The checksums
verify, and an implementation that has nothing of ours finds the id of the version in the N-Quads (RDFC-1.0).
"""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import pytest
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Store

from sotegraph.dumping import dump_index
from sotegraph.dumps import SUMS
from sotegraph.entities import Index
from tests.remote import engines
from tests.remote.engines import Engine, running
from tests.remote.test_engines import deviations, plain, rows
from tests.tools import node_tool

pytestmark = pytest.mark.slow
PUBLICATIONS = ("index", "bundled")
LOADED = ("all.nq.gz", "all.ttl.gz")
CANONIZE = """
const {canonize} = require(process.argv[1]);
const input = require("fs").readFileSync(0, "utf-8");
canonize(input, {algorithm: "RDFC-1.0", inputFormat: "application/n-quads", format: "application/n-quads"})
  .then((found) => process.stdout.write(found));
"""


@dataclass(frozen=True)
class Downloaded:
    """A publication, and the folder of its files."""

    index: Index
    folder: Path


@pytest.fixture(scope="module", params=PUBLICATIONS)
def downloaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Downloaded:
    folder = tmp_path_factory.mktemp("downloaded") / request.param
    index: Index = request.getfixturevalue(request.param)
    dump_index(folder, index)
    return Downloaded(index, folder)


@pytest.fixture(scope="module", params=["oxigraph", "fuseki"])
def filled(
    request: pytest.FixtureRequest, downloaded: Downloaded, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """An engine that holds what was downloaded, loaded as the README says or over HTTP."""
    place = tmp_path_factory.mktemp(request.param)
    if request.param == "oxigraph":
        program = engines.oxigraph(place).command[0]
        for name in LOADED:
            command = [program, "load", "--location", str(place), "--file", str(downloaded.folder / name)]
            subprocess.run(command, check=True, capture_output=True)
        with running(engines.oxigraph, place) as engine:
            yield engine
        return
    with running(engines.fuseki_in_memory, place) as engine:
        address = engine.settings["store"].partition("gsp=")[2]
        for name, content_type in zip(LOADED, ("application/n-quads", "text/turtle"), strict=True):
            where = address + ("?default" if "ttl" in name else "")
            content = gzip.decompress((downloaded.folder / name).read_bytes())
            answer = httpx.post(where, content=content, headers={"Content-Type": content_type}, timeout=120)
            assert answer.is_success, answer.text
        yield engine


def test_every_question_has_the_answer_of_the_site(filled: Engine, downloaded: Downloaded) -> None:
    questions = [each for each in downloaded.index.questions if (filled.name, each.name) not in deviations("open")]
    assert len(questions) >= 3
    wrong = [each.name for each in questions if not same_answer(filled, downloaded.index, each.ready_text)]
    assert wrong == []


def test_a_store_of_the_files_alone_answers_every_question_row_by_row(downloaded: Downloaded) -> None:
    """With nothing chosen and with the defaults: no answer tells of what the site computes and no file has."""
    store, index = Store(), downloaded.index
    for name, form in zip(LOADED, (RdfFormat.N_QUADS, RdfFormat.TURTLE), strict=True):
        store.bulk_load(gzip.decompress((downloaded.folder / name).read_bytes()), form)
    asked = [(each.name, text) for each in index.questions for text in {each.text, each.ready_text}]
    wrong = [name for name, text in asked if answered(store, text) != answered(index.version.store, text)]
    assert wrong == []


def answered(store: Store, query: str) -> list[str] | bool:
    found = store.query(query)
    return bool(found) if isinstance(found, QueryBoolean) else sorted(map(str, found))


def same_answer(engine: Engine, index: Index, query: str) -> bool:
    own = index.version.store.query(query)
    accepted = "text/csv" if isinstance(own, QuerySolutions) else "application/n-triples"
    accepted = "application/sparql-results+json" if isinstance(own, QueryBoolean) else accepted
    answer = httpx.post(engine.ready, data={"query": query}, headers={"Accept": accepted}, timeout=120)
    assert answer.is_success, answer.text
    if isinstance(own, QuerySolutions):
        expected = own.serialize(format=QueryResultsFormat.CSV)
        assert expected is not None
        return sorted(map(plain, rows(answer.text))) == sorted(map(plain, rows(expected.decode())))
    if isinstance(own, QueryBoolean):
        return bool(answer.json()["boolean"]) == bool(own)
    return len(set(answer.text.splitlines())) == len({str(each) for each in own})


def test_the_named_graphs_are_those_of_the_files(filled: Engine, downloaded: Downloaded) -> None:
    query = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    answer = httpx.post(filled.ready, data={"query": query}, headers={"Accept": "text/csv"}, timeout=120)
    version = downloaded.index.version
    expected = {name: count for name, count in version.graphs.items() if name not in version.computed}
    assert {graph: int(count) for graph, count in rows(answer.text)[1:]} == expected


def test_checksums_verify(downloaded: Downloaded) -> None:
    command = ["sha256sum", "--check", "--strict", "--quiet", SUMS]
    subprocess.run(command, cwd=downloaded.folder, check=True, capture_output=True)


def test_another_implementation_finds_the_id_of_the_version(downloaded: Downloaded) -> None:
    library = node_tool("rdf-canonize/package.json").parent
    node = shutil.which("node")
    if node is None:
        pytest.fail("there is no Node.js") if os.environ.get("CI") == "true" else pytest.skip("there is no Node.js")
    lines = gzip.decompress((downloaded.folder / "all.nq.gz").read_bytes()).splitlines(keepends=True)
    random.Random(7).shuffle(lines)
    done = subprocess.run(
        [node, "-e", CANONIZE, str(library)], input=b"".join(lines), capture_output=True, check=True, timeout=300
    )
    assert hashlib.sha256(done.stdout).hexdigest() == downloaded.index.version.id

"""Comunica gets along with the running endpoint: every stored question, and a query over two endpoints at once.

It is installed at a pinned version, with the Node.js that it needs, from the npm registry into a cache folder outside
the repository.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.clients.questions import Question, Row
from tests.conftest import LIBRARY
from tests.serving import serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("npm") is None and os.environ.get("CI") != "true", reason="no npm on this machine"),
]
PACKAGES = ("@comunica/query-sparql@5.4.1", "node@22.23.3")
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sotegraph-tests" / "comunica-5.4.1"
SCRIPT = Path(__file__).parent / "comunica.mjs"
JOINED = """
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?book ?title ?subject ?label WHERE {
  ?book dct:title ?title ; dct:subject ?subject .
  ?subject skos:prefLabel ?label .
}"""


@dataclass(frozen=True)
class Comunica:
    """A process of Comunica that answers one query after another."""

    process: subprocess.Popen[str]

    def ask(self, query: str, *endpoints: str) -> Any:
        sources = [{"type": "sparql", "value": endpoint} for endpoint in endpoints]
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"sources": sources, "query": query}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def comunica() -> Iterator[Comunica]:
    if not CACHE.is_dir():
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        folder = tempfile.mkdtemp(dir=CACHE.parent)
        install = ["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--silent", *PACKAGES]
        subprocess.run(install, check=True, capture_output=True, text=True)
        Path(folder).rename(CACHE)
    command = [str(CACHE / "node_modules" / ".bin" / "node"), str(SCRIPT), str(CACHE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Comunica(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="module")
def two_halves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Two endpoints, one for each half of the small publication."""
    one_half, other_half = halves(tmp_path_factory.mktemp("halves"))
    with serving(one_half, web_workers=1) as one, serving(other_half, web_workers=1) as other:
        yield f"{one.address}/sparql", f"{other.address}/sparql"


def halves(folder: Path) -> list[Path]:
    """Two publications: the one is the small publication without its subjects, the other one nothing but them."""
    found = []
    for name, dropped in (("catalogue", ["subjects"]), ("subjects", ["catalogue", "branches"])):
        shutil.copytree(LIBRARY, folder / name)
        for source in dropped:
            shutil.rmtree(folder / name / "data" / source)
        found.append(folder / name)
    return found


def test_every_question_is_answered_as_expected(comunica: Comunica, endpoint: str, asked: list[Question]):
    for question in asked:
        answer = comunica.ask(question.text, endpoint)
        assert rows(answer, question.columns) == list(question.rows), question.name


def test_one_query_is_answered_from_two_endpoints(comunica, two_halves, index):
    columns = ("book", "title", "subject", "label")
    expected = {tuple(solution[name].value for name in columns) for solution in index.version.store.query(JOINED)}
    assert len(expected) > 5
    for endpoint in two_halves:
        assert comunica.ask(JOINED, endpoint) == {"rows": []}
    assert set(rows(comunica.ask(JOINED, *two_halves), columns)) == expected


def test_ask_and_construct_are_understood(comunica, endpoint):
    area = "<https://w3id.org/sotegraph/id/area/08>"
    assert comunica.ask(f"ASK {{ {area} ?p ?o }}", endpoint) == {"boolean": True}
    triples = (comunica.ask(f"CONSTRUCT {{ {area} ?p ?o }} WHERE {{ {area} ?p ?o }}", endpoint))["rows"]
    assert len(triples) > 5
    assert {f"<{subject}>" for subject, _, _ in triples} == {area}


def test_an_error_of_the_endpoint_reaches_the_user(comunica, endpoint):
    assert "503" in comunica.ask("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", endpoint)["error"]


def rows(answer: Any, columns: Sequence[str]) -> list[Row]:
    assert "rows" in answer, answer
    return [tuple(row.get(name, "") for name in columns) for row in answer["rows"]]

"""ldes-client of npm keeps a copy by the feed of things: it equals what is published, and no closed page is read twice.

Installed with what else tests need from npm; the address is that of a running server, whose log says what was asked.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx2 as httpx
import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from sotegraph.feeds.catalogue import entities_of
from sotegraph.feeds.entities import log_of_history
from sotegraph.terms import RDF_TYPE, term
from sotegraph.versions import Entry
from sotegraph.versions.files import DATA, DERIVED
from tests.serving import Served, serving
from tests.tools import node_tool
from tests.versions.conftest import BOOKS, Editions

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).parent / "ldes.mjs"
CLIENT = "ldes-client/dist/lib/client.js"
HOLDINGS = "data/catalogue/holdings.ttl"
_TOMBSTONE = term("pub:Tombstone")
_DEADLINE_S = 60


@dataclass
class Copy:
    """What a client knows: each thing by its statements, kept up by members in the order of their moments."""

    modules: Path
    remembered: Path
    order: str
    things: dict[str, set[str]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)

    def update(self, address: str) -> int:
        """Take what is new in the feed at *address*; return how many members that were."""
        node = self.modules / ".bin" / "node"
        command = [str(node) if node.is_file() else "node", str(SCRIPT), str(self.modules), address]
        run = subprocess.run(
            [*command, str(self.remembered), self.order],
            capture_output=True,
            text=True,
            timeout=_DEADLINE_S,
            check=False,
            env={**os.environ, "NO_COLOR": "1"},
        )
        assert run.returncode == 0, run.stderr
        lines = [line for line in run.stdout.splitlines(keepends=True) if line.startswith(("<", "_:"))]
        members = by_member(parse("".join(lines), RdfFormat.N_QUADS))
        for said, payload in sorted(members.values(), key=lambda each: each[0]["published"]):
            self._apply(said, payload)
            self.taken.append(said["published"])
        return len(members)

    def _apply(self, said: dict[str, str], payload: set[str]) -> None:
        if said["type"] == "Delete":
            del self.things[said["object"]]
        else:
            assert (said["type"] == "Create") == (said["object"] not in self.things)
            self.things[said["object"]] = payload


def by_member(quads) -> dict[str, tuple[dict[str, str], set[str]]]:
    """What each member says of itself, and the statements in its graph."""
    found: dict[str, tuple[dict[str, str], set[str]]] = {}
    for quad in quads:
        in_graph = isinstance(quad.graph_name, NamedNode)
        name = quad.graph_name.value if in_graph else quad.subject.value
        said, payload = found.setdefault(name, ({}, set()))
        if in_graph:
            payload.add(str(quad.triple))
        else:
            key = "type" if quad.predicate == RDF_TYPE else quad.predicate.value.rpartition("#")[2]
            said[key] = quad.object.value.rpartition("#")[2] if key == "type" else quad.object.value
    return found


def published(editions: Editions, entry: Entry) -> dict[str, set[str]]:
    """What the version of *entry* says of each thing that was not removed, without its layout."""
    things: dict[str, set[str]] = {}
    removed = set()
    for quad in parse(path=str(editions.archive.folder(entry) / DATA), format=RdfFormat.N_QUADS):
        if not str(quad.graph_name).endswith(("/id/graph/ontology>", "/id/graph/shapes>")):
            thing = str(quad.subject).strip("<>").partition("#")[0]
            things.setdefault(thing, set()).add(str(quad.triple))
            removed |= {thing} if is_note_of_removal(quad) else set()
    return {thing: said for thing, said in things.items() if thing not in removed}


def catalogued(editions: Editions, entry: Entry) -> dict[str, set[str]]:
    """What the catalogue of the version of *entry* says of each entity."""
    quads = parse(path=str(editions.archive.folder(entry) / DERIVED), format=RdfFormat.N_QUADS)
    triples = [each.triple for each in quads if str(each.graph_name).endswith("/id/graph/catalog>")]
    found = {thing: set(map(str, said)) for thing, said in entities_of(triples).items()}
    assert len(found) > 10
    return found


def is_note_of_removal(quad: Quad) -> bool:
    return quad.predicate == RDF_TYPE and quad.object == _TOMBSTONE


def pages_asked_for(served: Served) -> Counter[str]:
    """How often each page of the feed was sent, by the log of the server."""
    lines = [json.loads(line) for line in list(served.said) if line.startswith("{")]
    return Counter(each["path"] for each in lines if each["path"].startswith("/feed/entities/"))


def await_version(served: Served, entry: Entry) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while httpx.get(f"{served.address}/health").json()["version"] != entry.version:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def change(editions: Editions) -> None:
    """Change every book, and take twenty statements of holdings away with nothing left of them."""
    editions.replace("a lib:Book , schema:Book ;", 'a lib:Book , schema:Book ; dct:rights "Free"@en ;')
    path = editions.folder / HOLDINGS
    blocks = path.read_text("utf-8").split("\n\n")
    path.write_text("\n\n".join(blocks[:-20]), "utf-8")


def bury(editions: Editions) -> None:
    """Take a book away and leave a note, and add another one."""
    path = editions.folder / BOOKS
    blocks = path.read_text("utf-8").split("\n\n")
    path.write_text("\n\n".join(each for each in blocks if not each.startswith("<book/3> ")), "utf-8")
    notes = editions.folder / "data/catalogue/removed.ttl"
    added = "\n<book/3> a pub:Tombstone .\n<book/1000> a <https://library.example/ns/lib#Book> .\n"
    notes.write_text(notes.read_text("utf-8") + added, "utf-8")


@pytest.mark.parametrize("order", ["ascending", "none"])
def test_a_copy_is_kept_and_no_closed_page_is_read_twice(tmp_path, order):
    modules = node_tool(CLIENT).parents[3]
    editions = Editions.at(tmp_path)
    first = editions.entry()
    copy = Copy(modules, tmp_path / "remembered", order)
    with serving(None, state=editions.settings.state, access_log="true", web_workers=1, query_workers=1) as served:
        feed = f"{served.address}/feed/entities"
        assert copy.update(feed) == len(copy.things) > 150
        assert copy.things == published(editions, first)
        editions.retitle(1)
        editions.entry()
        change(editions)
        editions.entry()
        bury(editions)
        last = editions.entry()
        await_version(served, last)
        assert 20 < copy.update(feed) < 120
        assert copy.things == published(editions, last)
        assert "https://library.example/id/book/3" not in copy.things
        assert "https://library.example/id/book/1000" in copy.things
        assert len(copy.things) < 170
        assert copy.update(feed) == 0
        catalogue = Copy(modules, tmp_path / "catalogue", order)
        catalogue.update(f"{served.address}/feed/catalog")
        asked = pages_asked_for(served)
    assert catalogue.things == catalogued(editions, last)
    log = log_of_history("https://library.example", editions.archive, editions.archive.entries())
    closed = {f"/feed/entities/{log.name}-{number}" for number in range(1, log.size // 100 + 1)}
    assert len(closed) >= 2
    assert {page: asked[page] for page in closed} == dict.fromkeys(closed, 1)
    assert copy.taken == sorted(copy.taken)

"""A version made from the one before it is, to the byte, the one that is made from nothing."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from sotegraph.catalog import Recount, Tallies, compute, tallies_of, tallies_of_values, tallies_to_values
from sotegraph.publication import read_publication
from sotegraph.questions import read_questions
from sotegraph.settings import Settings
from sotegraph.store import Version, canonical_lines
from sotegraph.terms import RDF_TYPE, term
from sotegraph.versions import Manifest
from sotegraph.versions.composing import Base, Composed, compose
from tests.conftest import LIBRARY
from tests.versions.conftest import BOOK

BASE = "https://library.example"
_FILES = ("data.nq", "default.nt", "derived.nq")
_NUMBER = term("xsd:integer")
_SUBJECTS = [NamedNode(f"{BASE}/id/book/{each}") for each in (1, 2, 3, 77)] + [NamedNode("http://other.example/x")]
_PREDICATES = [term("dct:title"), NamedNode(f"{BASE}/ns/lib#pages"), term("owl:sameAs"), RDF_TYPE, term("dct:subject")]
_OBJECTS = [
    Literal("1", datatype=_NUMBER),
    Literal("01", datatype=_NUMBER),
    Literal("+1", datatype=_NUMBER),
    Literal('tab\t "quoted" _:c14n0', language="fi"),
    NamedNode(f"{BASE}/ns/lib#Book"),
    NamedNode(f"{BASE}/id/book/2"),
    NamedNode("https://elsewhere.example/a/1"),
    NamedNode("https://elsewhere.example/b/2"),
]
_GRAPHS = [NamedNode(f"{BASE}/id/graph/{name}") for name in ("catalogue", "branches", "new")]
_QUADS = st.builds(
    Quad,
    st.sampled_from(_SUBJECTS),
    st.sampled_from(_PREDICATES),
    st.sampled_from(_OBJECTS),
    st.sampled_from(_GRAPHS),
)
_SOME_QUADS = st.lists(_QUADS, max_size=6)


class Ground:
    """The small publication: its statements, what is computed of them, and what was counted in each folder."""

    def __init__(self, quads: tuple[Quad, ...], compute: Callable[..., Iterable[Quad]]) -> None:
        self.quads, self.compute = quads, compute
        self.tallies: dict[Path, Tallies] = {}

    def whole(self, folder: Path, quads: Iterable[Quad]) -> Composed:
        return self.step(folder, quads, None)

    def step(self, folder: Path, quads: Iterable[Quad], base: Base | None) -> Composed:
        recounts: list[Recount] = []

        def watch(before: Path, store: Store, changed: Sequence[Quad]) -> None:
            recounts.append(Recount(self.tallies[before], store, changed, BASE))

        def computed(version: Version) -> Iterable[Quad]:
            counted = recounts[0].completed() if recounts else tallies_of(version.store, version.graphs, BASE)
            self.tallies[folder] = counted
            return self.compute(version, tallies=counted)

        folder.mkdir()
        return compose(folder, canonical_lines(quads), base, computed, watch)

    def same(self, one: Path, other: Path, first: Composed, second: Composed) -> None:
        assert [(one / name).read_bytes() for name in _FILES] == [(other / name).read_bytes() for name in _FILES]
        assert first.checksums == second.checksums
        assert (first.version.id, first.version.triples) == (second.version.id, second.version.triples)
        assert first.version.graphs == second.version.graphs
        assert first.version.computed == second.version.computed
        assert len(first.version.store) == len(second.version.store)
        # The labels of blank nodes are the store's own.
        said = [{str(each) for each in made.version.store if "_:" not in str(each)} for made in (first, second)]
        assert said[0] == said[1]
        assert self.tallies[one] == self.tallies[other]
        assert tallies_of_values(json.loads(json.dumps(tallies_to_values(self.tallies[one])))) == self.tallies[one]


def base_of(folder: Path, composed: Composed) -> Base:
    version = composed.version
    computed = tuple(sorted(version.computed))
    known = (composed.statements, version.triples, dict(version.graphs), computed, composed.checksums, "")
    return Base(folder, Manifest(version.id, datetime.now(UTC), BASE, *known))


@pytest.fixture(scope="module")
def ground():
    publication = read_publication(LIBRARY)
    quads = tuple(itertools.chain.from_iterable(publication.read(file) for file in publication.files))
    made = functools.partial(
        compute, publication=publication, questions=read_questions(publication), settings=Settings()
    )
    return Ground(quads, made)


def test_a_step_changes_what_has_changed_and_nothing_else(ground, tmp_path):
    first = ground.whole(tmp_path / "first", ground.quads)
    title = term("dct:title")
    changed = [each for each in ground.quads if (each.subject, each.predicate) != (NamedNode(BOOK), title)]
    changed.append(Quad(NamedNode(BOOK), title, Literal("Another", language="en"), _GRAPHS[0]))
    stepped = ground.step(tmp_path / "step", changed, base_of(tmp_path / "first", first))
    ground.same(tmp_path / "step", tmp_path / "whole", stepped, ground.whole(tmp_path / "whole", changed))
    tables = {each.stat().st_ino for each in (tmp_path / "first" / "store").glob("*.sst")}
    assert tables & {each.stat().st_ino for each in (tmp_path / "step" / "store").glob("*.sst")}


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(_QUADS, max_size=6),
    st.lists(_QUADS, max_size=6),
    st.lists(st.integers(0, 10_000), max_size=6, unique=True),
)
def test_every_step_leads_where_the_whole_way_leads(ground, tmp_path_factory, before, after, gone):
    place = tmp_path_factory.mktemp("steps")
    first = ground.whole(place / "first", [*ground.quads, *before])
    left = [each for number, each in enumerate(ground.quads) if number not in gone]
    stepped = ground.step(place / "step", [*left, *after], base_of(place / "first", first))
    ground.same(place / "step", place / "whole", stepped, ground.whole(place / "whole", [*left, *after]))
    again = ground.step(place / "again", [*ground.quads, *before], base_of(place / "step", stepped))
    ground.same(place / "again", place / "first", again, first)


@pytest.mark.slow
def test_a_changed_statement_with_a_blank_node_takes_the_whole_way(ground, tmp_path):
    first = ground.whole(tmp_path / "first", ground.quads)
    changed = [*ground.quads, Quad(BlankNode(), _PREDICATES[0], _OBJECTS[3], _GRAPHS[0])]
    stepped = ground.step(tmp_path / "step", changed, base_of(tmp_path / "first", first))
    ground.same(tmp_path / "step", tmp_path / "whole", stepped, ground.whole(tmp_path / "whole", changed))


@pytest.mark.slow
def test_no_step_is_taken_from_a_version_that_is_not_what_was_written(ground, tmp_path):
    first = ground.whole(tmp_path / "first", ground.quads)
    default = tmp_path / "first" / "default.nt"
    default.write_bytes(default.read_bytes().replace(b"Almanac", b"Almanak"))
    stepped = ground.step(tmp_path / "step", ground.quads, base_of(tmp_path / "first", first))
    ground.same(tmp_path / "step", tmp_path / "whole", stepped, ground.whole(tmp_path / "whole", ground.quads))

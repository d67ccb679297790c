"""A dataset was changed when a version was published in which its statements or its description are others.

Before there is a second version it is what the source says. A dataset that nothing happened to says the same from
version to version, so that portals leave it alone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode

from sotegraph import publishing
from sotegraph.loading import load_published
from sotegraph.publishing import publish
from sotegraph.terms import term
from sotegraph.versions import Entry, open_version, verify, writing
from tests.versions.conftest import TITLES, Editions

pytestmark = pytest.mark.slow
BASE = "https://library.example"
BRANCHES = "data/branches/branches.ttl"


def modified(editions: Editions, entry: Entry) -> dict[str, tuple[str, str]]:
    """Dataset → when it was changed, and the type of that."""
    version = load_published(editions.archive, entry, editions.settings).version
    found = {}
    for name in ("all", "branches", "catalogue", "subjects"):
        [value] = version.objects(NamedNode(f"{BASE}/id/dataset/{name}"), term("dct:modified"))
        assert isinstance(value, Literal)
        found[name] = (value.value, value.datatype.value.rpartition("#")[2])
    [of_catalogue] = version.objects(NamedNode(f"{BASE}/catalog"), term("dct:modified"))
    assert of_catalogue == Literal(found["all"][0], datatype=term(f"xsd:{found['all'][1]}"))
    return found


@pytest.mark.parametrize("anew", [False, True])
def test_a_dataset_changes_with_its_statements_and_the_whole_with_each(tmp_path, anew):
    editions = Editions.at(tmp_path, search_lemmas=False)

    def published() -> Entry:
        entry = publish(editions.folder, editions.settings, checked=False, anew=anew).entry
        assert entry is not None
        return entry

    first = modified(editions, published())
    said = {"branches": "2026-04-30", "catalogue": "2026-05-04", "subjects": "2026-03-01"}
    assert {name: day for name, (day, _) in first.items() if name in said} == {**said, "subjects": first["subjects"][0]}
    assert {kind for _, kind in first.values()} == {"date"}
    assert first["all"] == first["catalogue"]

    before = datetime.now(UTC).replace(microsecond=0)
    editions.retitle(1)
    second_entry = published()
    second = modified(editions, second_entry)
    assert (second["branches"], second["subjects"]) == (first["branches"], first["subjects"])
    assert second["catalogue"] == second["all"]
    assert second["catalogue"][1] == "dateTime"
    assert before <= datetime.fromisoformat(second["catalogue"][0]) <= second_entry.time

    assert published().number == second_entry.number, "nothing changed, so nothing is published"
    editions.replace("Harbour Library", "Library at the Harbour", BRANCHES)
    third = modified(editions, published())
    assert (third["catalogue"], third["subjects"]) == (second["catalogue"], first["subjects"])
    assert third["branches"] == third["all"]
    assert third["branches"][0] >= second["catalogue"][0]


def test_the_same_data_laid_out_otherwise_have_not_changed(tmp_path):
    editions = Editions.at(tmp_path, search_lemmas=False)
    editions.entry()
    editions.retitle(1)
    second = modified(editions, editions.entry())
    other = Editions(editions.folder, editions.settings.model_copy(update={"feedback_address": "desk@library.example"}))
    entry = other.entry()
    assert entry.number == 3
    assert modified(other, entry) == second
    version = load_published(other.archive, entry, other.settings).version
    mail = set(version.objects(NamedNode(f"{BASE}/#contact"), term("vcard:hasEmail")))
    assert NamedNode("mailto:desk@library.example") in mail


@pytest.mark.parametrize("anew", [False, True])
def test_a_dataset_changes_with_what_the_catalogue_says_of_it(tmp_path, anew):
    """What a source says of itself stands in a graph of its own; of another licence portals learn all the same."""
    editions = Editions.at(tmp_path, search_lemmas=False)
    first = modified(editions, editions.entry())
    editions.replace("publicdomain/zero/1.0/", "licenses/by/4.0/", "data/catalogue/source.ttl")
    entry = publish(editions.folder, editions.settings, checked=False, anew=anew).entry
    second = modified(editions, entry)
    assert second["catalogue"] == second["all"]
    assert second["catalogue"][1] == "dateTime"
    assert (second["branches"], second["subjects"]) == (first["branches"], first["subjects"])

    editions.retitle(1)
    third = modified(editions, editions.entry())
    editions.replace('"holdings"@en', '"copies"@en', "data/catalogue/source.ttl")
    fourth = modified(editions, editions.entry())
    assert fourth["catalogue"] == fourth["all"] >= third["all"]
    assert (fourth["branches"], fourth["subjects"]) == (first["branches"], first["subjects"])


def test_going_back_is_a_change_of_what_differs_and_of_nothing_else(tmp_path, monkeypatch):
    """Portals ask for what changed since they came last: what was withdrawn must not look like old news."""
    editions = Editions.at(tmp_path, search_lemmas=False)
    day = _Days(monkeypatch)
    first = editions.publish(dumped=True).entry
    day.pass_()
    editions.replace("Harbour Library", "Library at the Harbour", BRANCHES)
    editions.entry()
    day.pass_()
    editions.retitle(1)
    editions.replace("Library at the Harbour", "Harbour Library", BRANCHES)
    third = editions.entry()
    after = modified(editions, third)
    day.pass_()
    back = editions.back(first.short_id)
    archive = editions.archive
    assert (back.version, back.folder) == (first.version, f"{first.folder}.2")
    verify(archive, back)
    again = modified(editions, back)
    assert again["catalogue"] == again["all"]
    assert datetime.fromisoformat(again["catalogue"][0]) == back.time
    assert again["catalogue"][0] > after["catalogue"][0]
    assert (again["branches"], again["subjects"]) == (after["branches"], after["subjects"])
    old, new = (archive.folder(each) for each in (first, back))
    for name in ("data.nq", "default.nt", "prepared/search.sqlite", "dumps/SHA256SUMS"):
        assert (new / name).samefile(old / name), name

    kept = open_version(new, archive.manifest(back), in_memory=False)
    loaded = open_version(new, archive.manifest(back), in_memory=True)
    for graph in map(NamedNode, kept.computed):
        assert set(kept.triples_of(graph)) == set(loaded.triples_of(graph))
    assert kept.triples == sum(1 for _ in loaded.store.quads_for_pattern(None, None, None, DefaultGraph()))
    assert kept.graphs == {each: len(list(loaded.triples_of(NamedNode(each)))) for each in kept.graphs}
    [total] = kept.objects(NamedNode(f"{BASE}/void#default"), term("void:triples"))
    assert total == Literal(kept.triples)

    editions.replace(TITLES[1], TITLES[0])
    assert not editions.publish().is_new, "the files say what the current version says"
    day.pass_()
    ahead = modified(editions, editions.back())
    assert ahead["catalogue"][0] > again["catalogue"][0]


class _Days:
    """A clock that stands, a day ahead each time that it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime.now(UTC)
        clock = self

        class Moment(datetime):
            @classmethod
            def now(cls, tz=None):
                return clock.now

        for module in (publishing, writing):
            monkeypatch.setattr(module, "datetime", Moment)

    def pass_(self) -> None:
        self.now += timedelta(days=1)

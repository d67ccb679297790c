"""A change is checked by what it can affect: the version before lends what the shapes found in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from sotegraph import publishing
from sotegraph.publishing import publish
from sotegraph.soundness import check, keep, kept
from sotegraph.validation import Known, Revision
from sotegraph.validation.core_engine import core_is_there
from tests.versions.conftest import BOOK, Editions

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not core_is_there(), reason="the compiled engine is not installed"),
]


@pytest.fixture
def revisions(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Known]]:
    """What was known whenever something was found from that."""
    seen: list[Known] = []

    class Noted(Revision):
        def __init__(self, known: Known, **other: Any) -> None:
            super().__init__(known, **other)
            seen.append(known)

        def find(self, data: Any, shapes: Any) -> Any:
            assert self.prepared(shapes) is not None
            return super().find(data, shapes)

    monkeypatch.setattr(publishing, "Revision", Noted)
    return seen


def test_each_edition_is_checked_from_the_one_before_and_found_to_be_what_it_is(
    editions: Editions, revisions: list[Known]
) -> None:
    editions.publish(checked=True)
    assert not revisions
    for old, new in (
        ("The Lighthouse Keeper's Almanac", "An Almanac"),
        ('"An Almanac"@en', '"An Almanac"@sv'),
        ('"An Almanac"@sv', '"An Almanac"@en'),
    ):
        editions.replace(old, new)
        done = editions.publish(checked=True)
        assert done.soundness is not None
        whole = check(editions.folder)
        assert done.soundness.findings == whole.findings
        assert kept(editions.archive.folder(editions.archive.needed_current())) == replace(
            whole.report, seconds=done.soundness.report.seconds, results=_bare(whole.report.results)
        )
    assert len(revisions) == 3
    assert all(str(each.subject) == f"<{BOOK}>" for known in revisions for each in known.changed)


def _bare(results: Any) -> Any:
    return tuple(replace(each, messages={}) for each in results)


def test_what_a_change_breaks_is_refused_and_mended_is_published(editions: Editions, revisions: list[Known]) -> None:
    editions.publish(checked=True)
    editions.replace("lib:pages 312", 'lib:pages "many"')
    refused = editions.publish(checked=True)
    assert refused.refused
    assert refused.soundness.findings == check(editions.folder).findings
    editions.replace('lib:pages "many"', "lib:pages 313")
    assert editions.publish(checked=True).is_new
    assert len(revisions) == 2


def test_all_is_checked_where_shapes_changed_nothing_is_known_or_all_is_made_anew(
    editions: Editions, revisions: list[Known]
) -> None:
    editions.publish()
    editions.retitle(1)
    editions.publish(checked=True)  # The version before was not checked.
    editions.replace("The title is missing.", "There is no title.", "shapes/Book.ttl")
    editions.publish(checked=True)
    editions.retitle(2)
    publish(editions.folder, editions.settings, anew=True, dumped=False)
    (editions.archive.folder(editions.archive.needed_current()) / "checked.json").write_text("{")
    editions.replace("An Almanac of Lighthouses", "Lighthouses")
    editions.publish(checked=True)
    assert not revisions
    editions.replace('"Lighthouses"', '"Lighthouse"')
    editions.publish(checked=True)
    assert len(revisions) == 1


def test_what_was_found_is_read_by_the_release_that_wrote_it(editions: Editions, monkeypatch: Any) -> None:
    report = check(editions.folder).report
    assert report is not None
    keep(report, editions.folder)
    assert kept(editions.folder) == replace(report, results=_bare(report.results))
    monkeypatch.setattr("sotegraph.soundness.keeping._HEADER", {"software": "sotegraph 99", "format": 1})
    assert kept(editions.folder) is None
    assert kept(editions.folder / "none") is None

"""A submission is judged beside what is published, in its place, as it was sent, and only as far as it reaches."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from sotegraph.errors import MalformedShapes, MemoryLimitReached, TimeLimitReached, WrongValue
from sotegraph.publication import Publication
from sotegraph.store import build_version, temporary_folder
from sotegraph.validation import VIOLATION, Checker, CheckRequest, Limits, Report, ShapeSet
from sotegraph.validation.exchange import decode_report, encode_report
from sotegraph.validation.forked import run_forked

HEAD = """@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix lib: <https://library.example/ns/lib#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://library.example/id/> .
"""
BOOK = """
<book/900> a lib:Book , schema:Book ;
    dct:title "Uusi kirja"@fi , "A new book"@en ;
    dct:description "Kuvaus."@fi , "A description."@en ;
    lib:genre <concept/genre/fiction-novel> ;
    lib:referenceOnly false ;
    adms:identifier <book/900#id-record> .
<book/900#id-record> a adms:Identifier ; skos:notation "R000900" .
"""
OWN = """
<shape> a sh:NodeShape ; sh:targetClass lib:Book ; sh:property <pages> .
<pages> sh:path lib:pages ; sh:minCount 1 .
"""


def triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(HEAD + text, format=RdfFormat.TURTLE, rename_blank_nodes=True)]


def own(text: str) -> ShapeSet:
    return ShapeSet.read(triples(text))


def shapes_of(report: Report) -> set[str]:
    return {each.source_shape.value.rpartition("/")[2] for each in report.results if each.source_shape}


@pytest.fixture(scope="module")
def checker(publication: Publication) -> Checker:
    return Checker.of(publication)


def test_a_good_submission_conforms_in_the_company_of_what_is_published(checker: Checker) -> None:
    report = checker.check(CheckRequest(triples(BOOK)))
    assert report.conforms
    assert report.version == checker.version.id


def test_alone_its_links_to_published_things_are_unknown(checker: Checker) -> None:
    report = checker.check(CheckRequest(triples(BOOK), with_context=False))
    assert "Book#genre-class" in shapes_of(report)
    assert report.version is None


def test_an_unknown_profile_is_refused_with_those_there_are(checker: Checker) -> None:
    with pytest.raises(WrongValue, match="publication, submission"):
        checker.check(CheckRequest(triples(BOOK), profile="nothing"))


def test_own_shapes_stand_in_the_place_of_the_published_ones(checker: Checker) -> None:
    shapes = own(OWN)
    report = checker.check(CheckRequest(triples(BOOK), own_shapes=shapes))
    assert [each.source_shape for each in report.results] == [NamedNode("https://library.example/id/pages")]
    assert report.profile == "own"


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ('<s> a sh:NodeShape ; sh:sparql [ sh:select "SELECT $this { SERV\\\\u0049CE <urn:x> {} }" ] .', "SERVICE"),
        ('<s> a sh:NodeShape ; sh:jsLibrary [ sh:jsLibraryURL "http://127.0.0.1:9/"^^xsd:anyURI ] .', "scripts"),
        ("<s> a sh:NodeShape . " + "".join(f"<{n}> <p> <o> ." for n in range(20_000)), "20000 triples"),
    ],
    ids=["a call", "a script", "too many triples"],
)
def test_own_shapes_ask_for_nothing_but_validation(shapes: str, said: str, checker: Checker) -> None:
    with pytest.raises(MalformedShapes, match=said):
        checker.check(CheckRequest(triples(BOOK), own_shapes=own(shapes)))


def test_own_shapes_that_cannot_be_applied_are_their_senders_fault(checker: Checker) -> None:
    shapes = own(OWN.replace("sh:minCount 1", 'sh:minCount "x"'))
    with pytest.raises(MalformedShapes, match="minCount"):
        checker.check(CheckRequest(triples(BOOK), own_shapes=shapes))


RUNAWAY = (
    OWN
    + """
<runaway> a sh:NodeShape ; sh:targetClass lib:Book ; sh:sparql [ sh:select '''SELECT $this {
    ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER (STRLEN(CONCAT(STR(?a), STR(?d), STR(?g))) < 1) }''' ] .
"""
)
CYCLE = """
<cycle> a sh:NodeShape ; sh:targetClass lib:Book ; sh:node <cycle> ; sh:property <round> .
<round> sh:path lib:genre ; sh:node <cycle> , <other> . <other> a sh:NodeShape ; sh:not <cycle> ; sh:node <other> .
"""


def test_a_runaway_query_ends_at_the_time_limit(checker: Checker) -> None:
    request = CheckRequest(triples(BOOK), own_shapes=own(RUNAWAY), limits=Limits(time_s=0.3))
    started = time.monotonic()
    with pytest.raises(TimeLimitReached, match=r"0\.3 seconds"):
        checker.check(request)
    assert time.monotonic() - started < 3
    assert checker.check(CheckRequest(triples(BOOK))).conforms


def test_shapes_that_lead_back_to_themselves_are_refused(checker: Checker) -> None:
    request = CheckRequest(triples(BOOK), own_shapes=own(CYCLE), limits=Limits(time_s=10))
    with pytest.raises(MalformedShapes, match="leads back to itself"):
        checker.check(request)


def test_work_that_takes_too_much_memory_is_told_as_that() -> None:
    """One block of that size is never found among what the process has freed before."""
    with pytest.raises(MemoryLimitReached, match="1048576 bytes"):
        run_forked(lambda: bytes(1 << 28), time_s=10, memory_bytes=1 << 20)


def test_more_results_than_the_limit_are_cut_the_gravest_kept(checker: Checker) -> None:
    books = "".join(BOOK.replace("900", str(number)).replace("R000", "X") for number in range(900, 910))
    whole = checker.check(CheckRequest(triples(books)))
    cut = checker.check(CheckRequest(triples(books), limits=Limits(results=3)))
    assert (len(cut.results), cut.cut, whole.cut) == (3, True, False)
    assert {each.severity for each in cut.results} == {VIOLATION}


def test_a_report_comes_through_as_it_was(checker: Checker) -> None:
    report = checker.judge(CheckRequest(triples(BOOK.replace("R000900", "X"))))
    again = decode_report(encode_report(report))
    assert again == report
    assert report.results


def test_a_version_on_disk_stays_as_it_is(publication: Publication, checker: Checker) -> None:
    quads = (quad for file in publication.files for quad in publication.read(file))
    version = build_version(quads, on_disk=temporary_folder())
    assert version.folder is not None
    request = CheckRequest(triples(BOOK.replace("R000900", "X") + "<book/1> a lib:Book ; lib:genre <nothing> ."))
    try:
        report = Checker.of(publication, version).check(request)
        assert len(list(version.folder.parent.iterdir())) == 1
        assert len(version.reopened().store) == len(version.store)
    finally:
        shutil.rmtree(version.folder.parent)
    assert [replace(each, messages={}) for each in report.results] == [
        replace(each, messages={}) for each in checker.check(request).results
    ]
    assert len(report.results) >= 3


@pytest.mark.slow
def test_a_large_check_is_done_in_a_fork_of_a_process_that_has_done_one(checker: Checker) -> None:
    books = "".join(BOOK.replace("900", str(number)) for number in range(1_000, 3_500))
    request = CheckRequest(triples(books), limits=Limits(time_s=60, results=10))
    here = checker.judge(request)
    assert [each.focus for each in checker.check(request).results] == [each.focus for each in here.results]

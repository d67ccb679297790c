"""An operator's shapes are validated against under their name: described in a file beside them, and never fetched."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from sotegraph.errors import UnreadableFile, UnsoundPublication
from sotegraph.publication import Publication
from sotegraph.store import build_version
from sotegraph.validation import Checker, CheckRequest
from sotegraph.validation.types import read_names, read_types
from tests.conformance_data import conformance_data

SUITES = conformance_data() / "suites"
CASES = json.loads((SUITES / "shapes" / "samples" / "expected.json").read_text("utf-8"))["cases"]
EXTERNAL_NAMES = {"avoindata", "cpov", "cpsv-ap", "dcat-ap"}
HEAD = """@prefix pub: <https://w3id.org/sotegraph/ns/publication#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
PAGES = (
    HEAD
    + "<s> a sh:NodeShape ; sh:targetClass <urn:Book> ; sh:property <p> . <p> sh:path <urn:pages> ; sh:minCount 1 ."
)


def described(folder: Path, text: str, shapes: str = PAGES) -> Path:
    (folder / "pages.ttl").write_text(shapes, "utf-8")
    (folder / "validation.ttl").write_text(HEAD + text, "utf-8")
    return folder


def test_described_shapes_stand_beside_those_of_the_publication(tmp_path: Path, publication: Publication) -> None:
    folder = described(tmp_path, '<pages> a pub:ValidationType ; rdfs:label "Sivut"@fi ; pub:shapesFile <pages.ttl> .')
    checker = Checker.of(publication, build_version([]), more_shapes=folder)
    assert list(checker.types)[:3] == ["publication", "submission", "pages"]
    assert set(checker.types) == {"publication", "submission", "pages", *EXTERNAL_NAMES}
    assert checker.types["pages"].labels == {"fi": "Sivut"}
    assert set(checker.types["submission"].labels) == {"en", "fi"}
    sent = [quad.triple for quad in parse("<urn:b> a <urn:Book> .", format=RdfFormat.TURTLE)]
    report = checker.check(CheckRequest(sent, profile="pages"))
    assert (len(report.results), report.profile) == (1, "pages")


def test_described_shapes_may_stand_in_for_those_that_come_along(tmp_path: Path, publication: Publication) -> None:
    folder = described(tmp_path, '<dcat-ap> a pub:ValidationType ; rdfs:label "Omat"@fi ; pub:shapesFile <pages.ttl> .')
    checker = Checker.of(publication, build_version([]), more_shapes=folder)
    assert checker.types["dcat-ap"].labels == {"fi": "Omat"}
    assert [each.labels for each in read_names(folder) if each.name == "dcat-ap"] == [{"fi": "Omat"}]
    assert {each.name for each in read_names(None)} == EXTERNAL_NAMES


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("<t> a pub:ValidationType .", UnsoundPublication, "names no file"),
        ("<t> a pub:ValidationType ; pub:shapesFile <http://127.0.0.1:9/s.ttl> .", UnsoundPublication, "fetched"),
        ("<t> a pub:ValidationType ; pub:shapesFile <missing.ttl> .", UnreadableFile, "missing"),
        ("<submission> a pub:ValidationType ; pub:shapesFile <pages.ttl> .", UnsoundPublication, "two validation"),
    ],
    ids=["without shapes", "elsewhere", "a file that is missing", "a name that is taken"],
)
def test_a_description_that_cannot_be_followed_is_told(
    text: str, error: type[Exception], said: str, tmp_path: Path, publication: Publication
) -> None:
    with pytest.raises(error, match=said):
        Checker.of(publication, build_version([]), more_shapes=described(tmp_path, text))


def test_a_folder_without_a_description_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"validation\.ttl"):
        read_types(tmp_path)


def sent_of(case: dict[str, Any]) -> list[Triple]:
    file = SUITES / case["data"]
    return [quad.triple for quad in parse(path=str(file), base_iri=file.as_uri())]


def expected_of(case: dict[str, Any], sent: list[Triple]) -> Counter[tuple[str, ...]]:
    """The results that are known, of what is sent: what only stands beside it is not judged here."""
    own = {each.subject.value for each in sent} | {None}
    told = (each for each in case["results"] if each["focus"] in own)
    return Counter(tuple(str(each[name]) for name in ("severity", "focus", "path", "component")) for each in told)


def found_in(case: dict[str, Any], sent: list[Triple], folder: Path) -> Counter[tuple[str, ...]]:
    files = "".join(f" ; pub:shapesFile <{(SUITES / file).resolve().as_uri()}>" for file in case["shapes"])
    beside = "".join(f" ; pub:backgroundFile <{(SUITES / file).resolve().as_uri()}>" for file in case["beside"])
    (type_,) = read_types(described(folder, f"<case> a pub:ValidationType{files}{beside} ."))
    report = Checker(build_version([]), [type_]).judge(CheckRequest(sent, profile=type_.name))
    return Counter(
        (
            each.severity.value.rpartition("#")[2],
            "None" if isinstance(each.focus, BlankNode) else each.focus.value,
            str(each.predicate and each.predicate.value),
            each.component.value.rpartition("#")[2],
        )
        for each in report.results
    )


def test_there_are_cases_of_european_profiles() -> None:
    assert len(CASES) >= 60
    assert sum(len(case["results"]) for case in CASES) >= 90


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_european_profiles_find_what_they_are_known_to_find(case: dict[str, Any], tmp_path: Path) -> None:
    sent = sent_of(case)
    assert found_in(case, sent, tmp_path) == expected_of(case, sent)

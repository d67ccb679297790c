"""Each engine behind the seam gives the reports of the W3C SHACL test suite, but for the cases listed with a reason.

The lists are strict both ways: a listed case that starts to pass fails the run. Compared are conformance and the
multiset of focus node, path, value, constraint component, severity and source shape; blank nodes count as equal.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

from sotegraph.errors import MalformedShapes
from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation import Result, ShapeSet, read_results, validate
from sotegraph.validation.engines import engine_called
from sotegraph.validation.report import describe
from tests.conformance_data import conformance_data

SUITE = conformance_data() / "suites" / "shacl"
SHT = "http://www.w3.org/ns/shacl-test#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
TEST = (RDF_TYPE, NamedNode(SHT + "Validate"))
LEAST = {"core": 98, "sparql": 23}

ENGINES = ("pyshacl", "turbo", "split")
EXPECTED_FAILURES: dict[str, dict[str, str]] = {
    "pyshacl": {
        "sparql/node/prefixes-001": "pySHACL does not follow owl:imports from sh:prefixes; our shapes declare directly",
        "sparql/pre-binding/shapesGraph-001": "pySHACL has no $shapesGraph, which is optional, and refuses it",
    },
    "turbo": {
        "core/property/uniqueLang-002": 'it takes "1"^^xsd:boolean for true in a graph of rdflib; ours say true',
    },
    "split": {},
}


def triples(file: Path) -> list[Quad]:
    return list(parse(path=str(file), format=RdfFormat.TURTLE, base_iri=file.as_uri(), rename_blank_nodes=True))


def cases(part: str) -> list[Path]:
    """The tests of *part*: each file is a manifest of its own, and component/manifest.ttl forgets one of them."""
    files = sorted((SUITE / part).rglob("*.ttl"))
    return [file for file in files if any(TEST in facts for facts in describe(triples(file)).values())]


def name_of(case: Path) -> str:
    return case.relative_to(SUITE).with_suffix("").as_posix()


def parameter(engine: str, case: Path) -> Any:
    reason = EXPECTED_FAILURES[engine].get(name_of(case))
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
    return pytest.param(engine, case, id=f"{engine}-{name_of(case)}", marks=marks)


CASES = {part: cases(part) for part in LEAST}


def comparable(result: Result) -> tuple[Any, ...]:
    parts = (result.focus, result.value, result.component, result.severity, result.source_shape)
    return (result.path, *("_:" if isinstance(part, BlankNode) else str(part) for part in parts))


def graph_of(action: Any, described: Any, name: str) -> list[Quad]:
    iri = next(value for predicate, value in described[action] if predicate.value == SHT + name)
    return triples(Path(iri.value.removeprefix("file://")))


@pytest.mark.parametrize("part", LEAST)
def test_the_suite_is_whole(part: str) -> None:
    assert len(CASES[part]) >= LEAST[part]


def test_every_expected_failure_is_a_case() -> None:
    cases = {name_of(case) for part in CASES.values() for case in part}
    assert set(EXPECTED_FAILURES) == set(ENGINES)
    assert all(set(failures) <= cases for failures in EXPECTED_FAILURES.values())


@pytest.mark.parametrize(
    ("engine", "case"), [parameter(engine, case) for engine in ENGINES for part in CASES.values() for case in part]
)
def test_the_report_is_the_expected_one(engine: str, case: Path) -> None:
    manifest = triples(case)
    described = describe(manifest)
    entry = next(subject for subject, facts in described.items() if TEST in facts)
    facts = {predicate.value: value for predicate, value in described[entry]}
    data, shapes = (graph_of(facts[MF + "action"], described, name) for name in ("dataGraph", "shapesGraph"))
    if facts[MF + "result"] == NamedNode(SHT + "Failure"):
        with pytest.raises(MalformedShapes):
            validate(data, ShapeSet.read(shapes), engine=engine_called(engine))
        return
    report = validate(data, ShapeSet.read(shapes), engine=engine_called(engine))
    expected = read_results(quad.triple for quad in manifest)
    assert Counter(map(comparable, report.results)) == Counter(map(comparable, expected))
    conforms = next(value for predicate, value in described[facts[MF + "result"]] if predicate == term("sh:conforms"))
    assert report.conforms_strictly == (conforms.value == "true")

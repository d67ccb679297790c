"""Every Turtle file in a folder of tests/shapes/ is a test: data, and the exact report that our shapes give for it.

A folder is named after a class that has a shape, or after a file of shapes/rules/, which holds what several nodes must
agree in. Each has three examples at least that conform, and three that break one rule each, every time another.
The files are W3C ``sht:Validate`` manifests. The data graph of an example is the file itself and what else it names,
which is background.ttl, a small world in which everything conforms. Compared is the multiset of focus node, path,
value, constraint component, severity and source shape over the things that the example mentions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, parse

from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation import VIOLATION, WARNING, Result, ShapeSet, read_results, validate
from sotegraph.validation.pyshacl_engine import PySHACL, cached_queries
from sotegraph.validation.shapes import TARGETS
from tests.validation.aiming import aimed

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BACKGROUND = HERE / "background.ttl"
EXAMPLES = sorted(HERE.glob("*/*.ttl"))
LEAST_EXAMPLES = 648
LEAST_OF_A_KIND = 3
"""How many examples of a class conform, and how many different rules are broken one at a time."""
AT_ONCE_PER_CLASS = 1
"""How many examples of each class the fast run tries; the slow one tries the rest, and those of the rules."""
DATA_GRAPH = NamedNode("http://www.w3.org/ns/shacl-test#dataGraph")


def triples(file: Path) -> list[Any]:
    """The triples of *file*; its own address is the base, so that ``<>`` means the file."""
    return _world() if file == BACKGROUND else _parsed(file)


@cache
def _world() -> list[Any]:
    """What nearly every example names is parsed once."""
    return _parsed(BACKGROUND)


def _parsed(file: Path) -> list[Any]:
    return list(parse(path=str(file), base_iri=file.as_uri(), rename_blank_nodes=True))


def shapes_files() -> list[Path]:
    """The shapes, and the ontology document that declares the prefixes of their queries."""
    return [*sorted((ROOT / "shapes").rglob("*.ttl")), ROOT / "ontology" / "sote.ttl"]


def rules() -> set[str]:
    """The names of the files of rules between nodes."""
    return {file.stem for file in (ROOT / "shapes" / "rules").glob("*.ttl")}


@cache
def results_of(file: Path) -> tuple[Result, ...]:
    """The results in the report that *file* states."""
    return read_results(quad.triple for quad in triples(file))


def causes_of(file: Path) -> set[tuple[str, ...]]:
    """The rules that the report of *file* names: source shape, path and constraint component."""
    return {(str(each.source_shape), str(each.path), str(each.component)) for each in results_of(file)}


@pytest.fixture(scope="module")
def shapes() -> Iterator[ShapeSet]:
    """Our shapes, without what is written for people; queries are parsed once while the examples run."""
    everything = ShapeSet.read(triple for file in shapes_files() for triple in triples(file))
    with cached_queries():
        yield ShapeSet.read(everything.constraints())


def data_of(example: list[Any]) -> list[Any]:
    """The data graph of an example: all files that it names as one."""
    files = {quad.object.value for quad in example if quad.predicate == DATA_GRAPH}
    return [quad for file in sorted(files) for quad in triples(Path(file.removeprefix("file://")))]


def mentioned(example: list[Any]) -> set[NamedNode]:
    return {node for quad in example for node in (quad.subject, quad.object) if isinstance(node, NamedNode)}


def with_focus(aimed: ShapeSet, shapes: ShapeSet) -> ShapeSet:
    """Those of *shapes* that aim at a node in *aimed*, and all they refer to: an engine tries the others in vain."""
    waiting = [each.subject for each in aimed.triples if each.predicate in TARGETS]
    seen = set(waiting)
    while waiting:
        further = {value for _, value in shapes.described.get(waiting.pop(), ())} - seen
        waiting.extend(further)
        seen |= further
    return ShapeSet(tuple(each for each in aimed.triples if each.subject in seen))


def told(results: tuple[Result, ...]) -> Counter[tuple[str, ...]]:
    """What is compared of *results*."""
    parts = ((each.focus, each.path, each.value, each.component, each.severity, each.source_shape) for each in results)
    return Counter(tuple(map(str, each)) for each in parts)


def name(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def examples() -> list[Any]:
    """Every example, those beyond the first of its class marked slow, and so those of the rules."""
    seen: Counter[str] = Counter(dict.fromkeys(rules(), AT_ONCE_PER_CLASS))
    found = []
    for file in EXAMPLES:
        seen[file.parent.name] += 1
        marks = pytest.mark.slow if seen[file.parent.name] > AT_ONCE_PER_CLASS else ()
        found.append(pytest.param(file, id=name(file), marks=marks))
    return found


# rdflib 7.6 asks whether NotImplemented is true when it compares a date that is none (Literal.__le__).
@pytest.mark.filterwarnings("ignore:NotImplemented should not be used in a boolean context:DeprecationWarning")
@pytest.mark.parametrize("file", examples())
def test_an_example_gives_exactly_its_report(file: Path, shapes: ShapeSet) -> None:
    example = triples(file)
    data = data_of(example)
    some = aimed(shapes, mentioned(example), data)
    found = validate(data, with_focus(some, shapes), engine=PySHACL())
    assert told(found.results) == told(read_results(quad.triple for quad in example))


def test_the_background_of_the_examples_conforms(shapes: ShapeSet) -> None:
    assert validate(triples(BACKGROUND), shapes, engine=PySHACL()).results == ()


def test_there_are_as_many_examples_as_ever() -> None:
    assert len(EXAMPLES) >= LEAST_EXAMPLES


def node_shapes_with_targets() -> set[str]:
    targets = {term("sh:targetClass"), term("sh:targetSubjectsOf"), term("sh:targetObjectsOf")}
    aimed = {quad.subject.value for file in shapes_files() for quad in triples(file) if quad.predicate in targets}
    return {iri.rpartition("/")[2].partition("#")[0] for iri in aimed}


def folders() -> dict[str, list[Path]]:
    """The examples of each folder."""
    found: dict[str, list[Path]] = {}
    for file in EXAMPLES:
        found.setdefault(file.parent.name, []).append(file)
    return found


def test_every_class_and_every_file_of_rules_has_a_folder_and_every_folder_stands_for_one() -> None:
    classes = node_shapes_with_targets()
    assert len(classes) >= 60
    assert len(rules()) >= 7
    assert set(folders()) == classes | rules()


@pytest.mark.parametrize("folder", sorted(node_shapes_with_targets() | rules()))
def test_three_examples_conform_and_three_break_a_rule_each(folder: str) -> None:
    examples = folders().get(folder, [])
    conforming = [file.stem for file in examples if not results_of(file)]
    broken = {next(iter(causes)) for file in examples if len(causes := causes_of(file)) == 1}
    assert len(conforming) >= LEAST_OF_A_KIND
    assert len(broken) >= LEAST_OF_A_KIND


def test_each_query_and_each_presence_rule_is_broken_by_an_example() -> None:
    files = shapes_files()
    asked = {quad.subject.value for file in files for quad in triples(file) if quad.predicate == term("sh:sparql")}
    present = {
        quad.subject.value
        for file in files
        for quad in triples(file)
        if quad.predicate in {term("sh:minCount"), term("sh:qualifiedMinCount")}
    }
    broken = {
        each.source_shape.value
        for file in EXAMPLES
        for each in results_of(file)
        if isinstance(each.source_shape, NamedNode)
    }
    assert len(asked) >= 30
    assert (asked | present) - broken == set()


def test_severities_are_those_of_the_standard() -> None:
    stated = {quad.object for file in shapes_files() for quad in triples(file) if quad.predicate == term("sh:severity")}
    assert stated <= {VIOLATION, WARNING, term("sh:Info")}


def test_an_example_is_a_manifest_of_one_test() -> None:
    test = NamedNode("http://www.w3.org/ns/shacl-test#Validate")
    for file in EXAMPLES:
        entries = [quad for quad in triples(file) if quad.predicate == RDF_TYPE and quad.object == test]
        assert [entry.subject.value for entry in entries] == [f"{file.as_uri()}#{file.stem}"], name(file)

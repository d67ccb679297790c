"""The profiles of others that come with sotegraph say of a graph what the official shapes say: whether it may pass.

The official shapes are none of ours, and are compared with where the conformance data are: on the samples there, and
on these with one thing broken at a time: a mandatory property removed, a value doubled, a class left out, a text in the
place of a thing. What counts is whether anything is a violation. Each difference is listed with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pytest
from pyoxigraph import Literal, NamedNode, Triple, parse

from sotegraph.store import build_version
from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation import VIOLATION, Checker, CheckRequest, ShapeSet, ValidationType
from sotegraph.validation.types import EXTERNAL, read_types
from tests.conformance_data import conformance_data

SHAPES = conformance_data() / "suites" / "shapes"
CODES = conformance_data() / "vocab" / "eu-authority.ttl"
OFFICIAL: Mapping[str, tuple[str, ...]] = {
    "dcat-ap": (
        "dcat-ap-3.0.1/shacl-repaired/dcat-ap-SHACL.ttl",
        "dcat-ap-3.0.1/html-shacl/shapes.ttl",
        "dcat-ap-3.0.1/html-shacl/range.ttl",
        "dcat-ap-3.0.1/html-shacl/mdr-vocabularies.shape.ttl",
    ),
    "avoindata": ("avoindata-dcat-ap/avoindata_dcat-ap_shacl.ttl",),
    "cpsv-ap": ("cpsv-ap-3.2.0/shacl/cpsv-ap-SHACL.ttl",),
    "cpov": ("cpov-2.1.2/shacl/core-public-organisation-ap-SHACL.ttl",),
}
SAMPLES = ("catalogue-valid", "catalogue-invalid", "catalogue-hvd-valid", "service-valid", "service-invalid")
MANDATORY = {"dcat-ap": 15, "avoindata": 12, "cpsv-ap": 12, "cpov": 0}
"""At least so many mandatory properties stand in the samples, and are removed one at a time."""
Graph = tuple[Triple, ...]
DIFFERENCES: Mapping[str, str] = {
    r"(dcat-ap|avoindata|cpsv-ap): .*(language|spatial|theme|themeTaxonomy)> doubled": (
        "The other value is a code that the EU's list does not have. No copy of the lists comes with sotegraph: a code "
        "is known by its list only, and new codes need no release."
    ),
    r"dcat-ap: .*<.*(startDate|issued|modified)> as text": (
        "The specification wants a date or a part of one everywhere; the official shapes check it of catalogues only."
    ),
    r"avoindata: .*<.*(startDate|issued|modified)> as (text|a thing)": (
        "The portal's rule stands under sh:shape, which SHACL 1.0 does not know, so its shapes check it in part."
    ),
}
"""By profile and mutation, why the official shapes say something else."""


def graph(name: str) -> Graph:
    path = SHAPES / "samples" / f"{name}.ttl"
    return tuple(quad.triple for quad in parse(path=str(path), base_iri=path.as_uri()))


@cache
def checker(profile: str, *, official: bool) -> Checker:
    if official:
        files = [SHAPES / each for each in OFFICIAL[profile]]
        shapes = ShapeSet.read(quad for each in files for quad in parse(path=str(each), base_iri=each.as_uri()))
        codes = tuple(quad.triple for quad in parse(path=str(CODES)))
        return Checker(build_version([]), [ValidationType(profile, shapes, background=codes)])
    return Checker(build_version([]), [each for each in read_types(EXTERNAL) if each.name == profile])


def violations(profile: str, data: Graph, *, official: bool) -> set[tuple[str, str]]:
    """What is violated: focus nodes, and the predicates of theirs."""
    report = checker(profile, official=official).judge(CheckRequest(data, profile=profile))
    own = {each.subject for each in data}
    return {
        (str(each.focus), str(each.predicate))
        for each in report.results
        if each.severity == VIOLATION and each.focus in own
    }


@dataclass(frozen=True)
class Mutation:
    """A sample with one thing broken, and what that is."""

    name: str
    data: Graph


def mutations(profile: str, sample: str) -> Iterator[Mutation]:
    """*sample* with one property of one kind of thing broken at a time, as far as the official shapes constrain it."""
    data = graph(sample)
    classes = {each.subject: each.object for each in data if each.predicate == RDF_TYPE}
    for class_, predicate, count in sorted(constrained(profile), key=str):
        own = [each for each in data if each.predicate == predicate and classes_of(data, each.subject, class_)]
        if not own:
            continue
        subject, values = own[0].subject, [each for each in own if each.subject == own[0].subject]
        rest = tuple(each for each in data if each not in values)
        name = f"{sample} {class_} {predicate}"
        if count:
            yield Mutation(f"{name} removed", rest)
        yield Mutation(f"{name} doubled", (*data, Triple(subject, predicate, other_than(values[0].object))))
        yield Mutation(f"{name} as text", (*rest, Triple(subject, predicate, Literal("text"))))
        yield Mutation(f"{name} as a thing", (*rest, Triple(subject, predicate, NamedNode("https://kg.example/thing"))))
    for subject in sorted(classes, key=str):
        untyped = tuple(each for each in data if each.subject != subject or each.predicate != RDF_TYPE)
        yield Mutation(f"{sample} {subject} without class", untyped)


def classes_of(data: Graph, node: object, class_: NamedNode) -> bool:
    return any(each.subject == node and each.predicate == RDF_TYPE and each.object == class_ for each in data)


def other_than(value: object) -> Literal | NamedNode:
    if isinstance(value, Literal) and value.language:
        return Literal(value.value + "!", language=value.language)
    if isinstance(value, Literal):
        return Literal("2026-12-24", datatype=value.datatype)
    return value if not isinstance(value, NamedNode) else NamedNode(value.value + "2")


@cache
def constrained(profile: str) -> frozenset[tuple[NamedNode, NamedNode, bool]]:
    """Class, property, and whether it is mandatory, as the official shapes have it."""
    triples = checker(profile, official=True).types[profile].shapes.triples
    facts: dict[object, list[Triple]] = {}
    for each in triples:
        facts.setdefault(each.subject, []).append(each)
    found: dict[tuple[NamedNode, NamedNode], bool] = {}
    for target in triples:
        if target.predicate == term("sh:targetClass"):
            for link in (each for each in facts[target.subject] if each.predicate == term("sh:property")):
                own = {each.predicate: each.object for each in facts.get(link.object, ())}
                path = own.get(term("sh:path"))
                if isinstance(path, NamedNode) and own.get(term("sh:severity"), VIOLATION) == VIOLATION:
                    key = (target.object, path)
                    found[key] = found.get(key, False) or own.get(term("sh:minCount")) == Literal(1)
    return frozenset((class_, path, needed) for (class_, path), needed in found.items())


@pytest.mark.slow
@pytest.mark.parametrize("profile", OFFICIAL)
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_passes_where_it_passes_officially(profile: str, sample: str) -> None:
    data = graph(sample)
    assert bool(violations(profile, data, official=False)) == bool(violations(profile, data, official=True))


@pytest.mark.slow
@pytest.mark.parametrize("profile", OFFICIAL)
def test_what_is_broken_is_found_where_it_is_found_officially(profile: str) -> None:
    different, removed, unused = (
        {},
        0,
        {each for each in DIFFERENCES if re.match(each.partition(":")[0] + "$", profile)},
    )
    for sample in ("catalogue-valid", "service-valid"):
        for each in mutations(profile, sample):
            ours, theirs = (violations(profile, each.data, official=official) for official in (False, True))
            removed += each.name.endswith("removed") and bool(theirs)
            if bool(ours) != bool(theirs):
                listed = {known for known in DIFFERENCES if re.fullmatch(known, f"{profile}: {each.name}")}
                unused -= listed
                different |= {} if listed else {each.name: (ours, theirs)}
    assert removed >= MANDATORY[profile]
    assert different == {}
    assert unused == set(), "a difference is listed that is none any more"

"""Besides its shapes a publication is examined for what shapes cannot say; each check hits its line and nothing else.

A case edits one place of a sound copy. Files may be added: then the text to replace is empty.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from sotegraph.errors import UnsoundPublication
from sotegraph.soundness import CHECKS, Finding, Soundness, check, render_text
from sotegraph.soundness.material import VOCABULARY
from sotegraph.terms import PREFIXES, RDF_TYPE, term
from sotegraph.validation import VIOLATION
from sotegraph.validation.engines import engine_called
from tests.check.breakages import sound_copy
from tests.conftest import LIBRARY


@dataclass(frozen=True)
class Case:
    """*new* in place of *old* in *file* gives a finding of the check *name* at *line* of that file."""

    name: str
    file: str
    old: str
    new: str
    line_text: str
    found_in: str = ""
    also: tuple[str, ...] = ()


BOOK = "<https://library.example/id/"
ENTITY = """@prefix lib: <https://library.example/ns/lib#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
QUESTIONS = "ontology/questions/questions.ttl"
CASES = (
    Case(
        "valueless-parameter",
        QUESTIONS,
        "sh:class lib:Branch ;",
        "sh:class <http://xmlns.com/foaf/0.1/Person> ;",
        "sh:class <http://xmlns.com/foaf/0.1/Person> ;",
    ),
    Case(
        "default-out-of-class",
        QUESTIONS,
        "sh:defaultValue <branch/01> ;",
        "sh:defaultValue <branch/02#rooms> ;",
        "sh:defaultValue <branch/02#rooms> ;",
        "",
        ("dangling-link",),
    ),
    Case(
        "unusable-question",
        QUESTIONS,
        "    sh:class lib:Book ;\n",
        "",
        "sh:parameter <question/is-book-held#parameter-book> , <question/is-book-held#parameter-branch> ;",
    ),
    Case(
        "unasked-query",
        "ontology/questions/spare.rq",
        "",
        "ASK {}",
        "ASK {}",
    ),
    Case(
        "malformed-key-file",
        "data/keys.csv",
        "book,2,R000102\n",
        "book;2;R000102\n",
        "book;2;R000102",
        "",
        ("unregistered-key",),
    ),
    Case("malformed-key-file", "data/keys.csv", "segment,key,id\n", "part,key,id\n", "part,key,id"),
    Case(
        "malformed-key",
        "data/keys.csv",
        "book,2,R000102\n",
        "book,2.0,R000102\n",
        "book,2.0,R000102",
        "",
        ("unregistered-key",),
    ),
    Case("duplicate-id", "data/keys.csv", "book,2,R000102\n", "book,2,R000101\n", "book,2,R000101"),
    Case("unregistered-key", "data/keys.csv", "branch,03,03\n", "", "<branch/03>", "data/branches/branches.ttl"),
    Case(
        "malformed-key",
        "data/subjects/more.ttl",
        "",
        ENTITY + f"{BOOK}concept/genre/War_3> a skos:Collection .\n",
        "War_3",
        "",
        ("class-without-shape", "wrong-collection"),
    ),
    Case(
        "undefined-term",
        "data/subjects/more.ttl",
        "",
        ENTITY + f"{BOOK}concept/genre/fiction-novel>\n  lib:unknown 1 .\n",
        "lib:unknown",
    ),
    Case("undefined-term", "shapes/Branch.ttl", "sh:class lib:Branch", "sh:class lib:Brunch", "lib:Brunch"),
    Case(
        "undefined-term",
        "ontology/publication.ttl",
        "pub:class lib:Book ;",
        "pub:class lib:Boook ;",
        "pub:class lib:Boook ;",
        "",
        ("wrong-collection",),
    ),
    Case(
        "misspelt-term",
        "data/subjects/more.ttl",
        "",
        ENTITY + f"{BOOK}concept/genre/fiction-novel>\n  skos:scopenote 'x'@en .\n",
        "skos:scopenote",
    ),
    Case("untyped", "data/subjects/more.ttl", "", ENTITY + '<urn:x:thing>\n  skos:note "x"@en .\n', "<urn:x:thing>"),
    Case(
        "entity-without-collection",
        "data/subjects/more.ttl",
        "",
        ENTITY + f"{BOOK}film/1>\n  a skos:Concept .\n",
        f"{BOOK}film/1>",
    ),
    Case(
        "duplicate-segment",
        "ontology/publication.ttl",
        'pub:segment "branch"',
        'pub:segment "book"',
        'pub:segment "book"',
        also=("entity-without-collection", "inconsistent"),
    ),
    Case(
        "collection-without-class",
        "ontology/publication.ttl",
        "    pub:class lib:Holding ;\n",
        "",
        "<#holding> a pub:Collection ;",
    ),
    Case(
        "inconsistent",
        "ontology/publication.ttl",
        'pub:segment "holding"',
        'pub:segment "sparql"',
        'pub:segment "sparql" ;',
    ),
    Case("syntax", "ontology/context.jsonld", '"Book": "lib:Book",', '"Book": "lib:Book"', '"Branch": "lib:Branch",'),
    Case("context-term", "ontology/context.jsonld", '"pages": "lib:pages"', '"pages": "pages"', '"pages": "pages",'),
    Case(
        "context-term",
        "ontology/context.jsonld",
        '"copies": "lib:copies"',
        '"copies": "http://nobody.example/copies"',
        "nobody",
    ),
    Case(
        "context-term",
        "ontology/context.jsonld",
        '"@reverse": "lib:branch"',
        '"@reverse": "lib:brunch"',
        '"@reverse": "lib:brunch"',
    ),
)


def findings_of(copy: Path) -> Soundness:
    return check(copy, engine=engine_called())


def new_ones(found: Soundness) -> list[Finding]:
    return [each for each in found.findings if not each.shape.startswith("https://library.example/")]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return sound_copy(LIBRARY, tmp_path)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name} in {case.file}")
def test_a_check_hits_its_line(case: Case, copy: Path) -> None:
    file = copy / case.file
    text = file.read_text("utf-8") if case.old or file.exists() else ""
    assert case.old in text
    file.write_text(text.replace(case.old, case.new, 1) if case.old else case.new, "utf-8")
    found = new_ones(findings_of(copy))
    hits = [each for each in found if each.name == case.name]
    assert {each.name for each in found} <= {case.name, *case.also}
    where = case.found_in or case.file
    lines = (copy / where).read_text("utf-8").splitlines()
    assert any(each.place.file == where and case.line_text in lines[each.place.line - 1] for each in hits), found


def test_a_property_shape_without_iri_is_found(copy: Path) -> None:
    file = copy / "shapes" / "Branch.ttl"
    text = file.read_text("utf-8")
    file.write_text(text + "\n<Branch> sh:property [ sh:path lib:pages ; sh:maxCount 9 ] .\n", "utf-8")
    found = new_ones(findings_of(copy))
    assert [(each.name, each.place.line) for each in found] == [("unnamed-shape", len(text.splitlines()) + 2)]


def test_shapes_that_cannot_be_applied_are_one_finding_beside_the_others(copy: Path) -> None:
    file = copy / "shapes" / "Book.ttl"
    text = file.read_text("utf-8")
    file.write_text(
        text.replace("<Book#title-some> a sh:PropertyShape", "<Book#title-any> a sh:PropertyShape"), "utf-8"
    )
    names = [each.name for each in new_ones(findings_of(copy))]
    assert sorted(names) == ["dangling-link", "malformed-shapes"]


def test_every_file_with_a_syntax_error_is_named(copy: Path) -> None:
    for name in ("data/catalogue/books.ttl", "data/branches/branches.ttl", "shapes/Book.ttl"):
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write("\n<a> <b> oops .\n")
    found = findings_of(copy)
    assert not found.complete
    assert {each.place.file for each in found.findings if each.name == "syntax"} == {
        "data/catalogue/books.ttl",
        "data/branches/branches.ttl",
        "shapes/Book.ttl",
    }
    assert "once the files can be read" in list(render_text(found))[-1]


def test_a_folder_without_a_description_is_no_publication(tmp_path: Path) -> None:
    found = findings_of(tmp_path)
    assert {(each.name, each.place.file) for each in found.findings} == {
        ("missing-file", "ontology/publication.ttl"),
        ("missing-file", "ontology/context.jsonld"),
    }


def test_a_publication_may_lie_in_a_folder_called_data(tmp_path: Path) -> None:
    shutil.copytree(LIBRARY, tmp_path / "data")
    assert findings_of(tmp_path / "data").sound


def test_an_unknown_profile_is_wrong_use() -> None:
    with pytest.raises(UnsoundPublication, match="submission"):
        check(LIBRARY, profile="nothing", engine=engine_called())


def test_a_contact_whom_nobody_reaches_is_warned_of(copy: Path) -> None:
    found = check(copy, base_iri="https://w3id.org/library", engine=engine_called())
    (placeholder,) = [each for each in found.findings if each.name == "placeholder-contact"]
    assert (placeholder.place.file, placeholder.severity) == ("ontology/catalogue.ttl", term("sh:Warning"))
    lines = (copy / placeholder.place.file).read_text("utf-8").splitlines()
    assert "mailto:data@library.example" in lines[placeholder.place.line - 1]
    assert all("data@library.example" in placeholder.messages[language] for language in ("fi", "sv", "en"))
    assert found.sound


@pytest.mark.slow
def test_a_rebased_publication_is_as_sound() -> None:
    here, there = (check(LIBRARY, base_iri=base, engine=engine_called()) for base in (None, "http://localhost:8000"))
    assert here.sound
    assert there.sound
    assert [each.place for each in here.findings] == [each.place for each in there.findings]
    assert {each.focus.value.partition("/id/")[0] for each in there.findings} == {"http://localhost:8000"}


def test_progress_is_told() -> None:
    told: list[int] = []
    found = check(LIBRARY, progress=told.append, engine=engine_called())
    assert told == sorted(told)
    assert told[-1] == found.triples > 3_000


def test_counts_add_up() -> None:
    found = check(LIBRARY, engine=engine_called())
    assert sum(found.counts.values()) == len(found.findings) >= 4


def test_every_check_and_term_of_the_core_is_defined_in_three_languages() -> None:
    quads = list(parse(path=str(VOCABULARY), format=RdfFormat.TURTLE))
    terms = {quad.subject for quad in quads if quad.predicate == RDF_TYPE and "#" in str(quad.subject)}
    assert {check.iri for check in CHECKS} == {
        quad.subject.value for quad in quads if quad.predicate == RDF_TYPE and quad.object == term("pub:Check")
    }
    for predicate in (term("rdfs:label"), term("skos:definition")):
        for each in terms:
            texts = [quad.object for quad in quads if (quad.subject, quad.predicate) == (each, predicate)]
            assert sorted(text.language for text in texts) == ["en", "fi", "sv"], each
    assert len(terms) >= 40


def test_every_term_of_the_core_that_the_code_reads_is_defined() -> None:
    quads = parse(path=str(VOCABULARY), format=RdfFormat.TURTLE)
    defined = {quad.subject for quad in quads if quad.predicate == RDF_TYPE}
    source = Path(VOCABULARY).parents[1]
    used = {name for file in source.rglob("*.py") for name in re.findall(r'"pub:(\w+)"', file.read_text("utf-8"))}
    assert {name for name in used if NamedNode(PREFIXES["pub"] + name) not in defined} == set()
    assert len(used) >= 20


@pytest.mark.parametrize("each", CHECKS, ids=lambda each: each.term)
def test_every_check_says_what_to_do(each: object) -> None:
    assert each.remedy.endswith(".")  # type: ignore[attr-defined]
    assert each.severity in (VIOLATION, term("sh:Warning"), term("sh:Info"))  # type: ignore[attr-defined]

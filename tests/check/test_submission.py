"""Files are validated as they were sent, against a publication's shapes, and only what they describe is judged."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from sotegraph.soundness import Submission, render_report, validate_files
from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation import read_results
from sotegraph.validation.pyshacl_engine import PySHACL
from tests.conftest import LIBRARY

HEAD = """@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix lib: <https://library.example/ns/lib#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
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
LIKE_TURTLE = HEAD + BOOK


def validated(path: Path | str, **how: bool) -> Submission:
    return validate_files([path], LIBRARY, engine=PySHACL(), **how)


def written(tmp_path: Path, text: str, name: str = "sent.ttl") -> Path:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return file


def violations(outcome: Submission) -> list[tuple[str, int]]:
    found = [each for each in outcome.findings if each.severity == term("sh:Violation")]
    return [(each.name.removeprefix("https://library.example/"), each.place.line) for each in found]


def test_a_good_file_conforms_in_the_company_of_the_published_graph(tmp_path: Path) -> None:
    outcome = validated(written(tmp_path, LIKE_TURTLE))
    assert violations(outcome) == []
    assert outcome.conforms


def test_alone_its_links_to_published_things_are_unknown(tmp_path: Path) -> None:
    outcome = validated(written(tmp_path, LIKE_TURTLE), with_context=False)
    assert (
        "shapes/Book#genre-class",
        LIKE_TURTLE.splitlines().index("    lib:genre <concept/genre/fiction-novel> ;") + 1,
    ) in (violations(outcome))


def test_only_what_the_file_describes_is_judged(tmp_path: Path) -> None:
    outcome = validated(written(tmp_path, LIKE_TURTLE))
    assert {each.place.file for each in outcome.findings} <= {str(tmp_path / "sent.ttl")}
    assert all(str(each.focus).find("book/900") > 0 for each in outcome.findings)


def test_a_file_replaces_what_is_published_of_its_things(tmp_path: Path) -> None:
    published = (LIBRARY / "data" / "catalogue" / "books.ttl").read_text("utf-8")
    assert validated(written(tmp_path, published)).findings == validated(written(tmp_path, published)).findings
    changed = published.replace("lib:pages 312", "lib:pages 313")
    assert "shapes/Book#pages-one" not in {name for name, _ in violations(validated(written(tmp_path, changed)))}


def test_the_bytes_as_sent_are_judged(tmp_path: Path) -> None:
    text = LIKE_TURTLE.replace("lib:referenceOnly false", 'lib:referenceOnly false ; lib:pages "0"^^schema:Integer')
    assert ("shapes/Book#pages-integer", 12) in violations(validated(written(tmp_path, text)))


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        (("a lib:Book , schema:Book", "a lib:Depot"), "class-without-shape"),
        (("lib:referenceOnly", "lib:referenceOnlyy"), "undefined-term"),
        (
            ("adms:identifier <book/900#id-record>", "dct:source <book/901> ; adms:identifier <book/900#id-record>"),
            "dangling-link",
        ),
        ((" ;\n    lib:referenceOnly", "\n    lib:referenceOnly"), "syntax"),
    ],
)
def test_what_shapes_cannot_say_is_found_too(edit: tuple[str, str], name: str, tmp_path: Path) -> None:
    assert name in {found for found, _ in violations(validated(written(tmp_path, LIKE_TURTLE.replace(*edit))))}


def test_a_file_that_says_nothing_does_not_conform(tmp_path: Path) -> None:
    assert violations(validated(written(tmp_path, "# nothing\n"))) == [("nothing-to-validate", 1)]


def as_n_triples() -> str:
    triples = [quad.triple for quad in parse(LIKE_TURTLE, format=RdfFormat.TURTLE)]
    return (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode()


def in_syntax(form: RdfFormat) -> str:
    quads = list(parse(LIKE_TURTLE, format=RdfFormat.TURTLE))
    return (serialize(quads, format=form) or b"").decode()


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("sent.nt", RdfFormat.N_TRIPLES),
        ("sent.nq", RdfFormat.N_QUADS),
        ("sent.trig", RdfFormat.TRIG),
        ("sent.rdf", RdfFormat.RDF_XML),
        ("sent.jsonld", RdfFormat.JSON_LD),
        ("no-suffix", RdfFormat.TURTLE),
        ("export.txt", RdfFormat.RDF_XML),
        ("export.json", RdfFormat.JSON_LD),
        ("export", RdfFormat.N_QUADS),
    ],
    ids=lambda value: str(value),
)
def test_syntaxes_are_known_by_name_or_content(name: str, form: RdfFormat, tmp_path: Path) -> None:
    broken = in_syntax(form).replace("R000900", "X")
    outcome = validated(written(tmp_path, broken, name))
    (finding,) = (each for each in outcome.findings if each.name.endswith("Identifier#notation-pattern"))
    line = broken.splitlines()[finding.place.line - 1]
    assert outcome.triples == 11
    assert "X" in line


def test_quads_of_a_named_graph_are_read_by_content(tmp_path: Path) -> None:
    lines = as_n_triples().replace(" .\n", " <https://library.example/id/graph/new> .\n")
    assert validated(written(tmp_path, lines, "export")).conforms


def test_standard_input_is_a_file_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        buffer = io.BytesIO(LIKE_TURTLE.replace("R000900", "X").encode())

    monkeypatch.setattr("sys.stdin", Stream)
    outcome = validated("-")
    assert [each.place.file for each in outcome.findings if not outcome.conforms] == ["standard input"]


def test_the_json_report_has_every_field(tmp_path: Path) -> None:
    outcome = validated(written(tmp_path, LIKE_TURTLE.replace("R000900", "X")))
    report = json.loads("".join(render_report(outcome, "json")))
    assert report["conforms"] is False
    assert report["version"]
    (result,) = report["results"]
    assert result == {
        "severity": "violation",
        "focus": "https://library.example/id/book/900#id-record",
        "path": "<http://www.w3.org/2004/02/skos/core#notation>",
        "value": '"X"',
        "component": "http://www.w3.org/ns/shacl#PatternConstraintComponent",
        "shape": "https://library.example/shapes/Identifier#notation-pattern",
        "message": result["message"],
        "location": {"file": str(tmp_path / "sent.ttl"), "line": 15, "column": 56},
    }
    assert set(result["message"]) == {"en", "fi"}


def test_the_turtle_report_is_the_shacl_report(tmp_path: Path) -> None:
    outcome = validated(written(tmp_path, LIKE_TURTLE.replace("R000900", "X")))
    quads = list(parse("".join(render_report(outcome, "ttl")), format=RdfFormat.TURTLE))
    (told,) = read_results(quad.triple for quad in quads)
    (result,) = outcome.reports[0].results
    assert told == result
    assert any(quad.predicate == RDF_TYPE and quad.object == term("sh:ValidationReport") for quad in quads)


def test_the_turtle_report_of_an_unreadable_file_says_so(tmp_path: Path) -> None:
    outcome = validated(written(tmp_path, "<a> <b> oops ."))
    text = "".join(render_report(outcome, "ttl"))
    results = read_results(quad.triple for quad in parse(text, format=RdfFormat.TURTLE))
    assert [each.source_shape.value.rpartition("#")[2] for each in results if each.source_shape] == ["Syntax"]


def test_text_is_in_the_language_asked_for(tmp_path: Path) -> None:
    outcome = validated(written(tmp_path, LIKE_TURTLE.replace('"A new book"@en', '"A new book"@de')))
    lines = {language: next(iter(render_report(outcome, "text", language))) for language in ("en", "fi", "sv")}
    assert len(set(lines.values())) >= 2
    assert lines["sv"] == lines["en"], "a publication without Swedish is told in English"

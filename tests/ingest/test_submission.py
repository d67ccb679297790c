"""Files are checked as they were sent, against a publication's shapes, and only what they describe is judged."""

from __future__ import annotations

import time
from functools import cache

import pytest

from sotegraph.entities import Index
from sotegraph.errors import UnusableShapes, WrongValue
from sotegraph.ingest import Submission, SubmittedFile, Validator
from sotegraph.ingest.reading import read_files
from sotegraph.ingest.remarks import MOST_FINDINGS
from sotegraph.reports import verdict
from tests.conftest import LIBRARY
from tests.ingest.sending import BAD, BAD_NUMBER, GOOD, HEAD, OWN_SHAPES


@pytest.fixture(scope="module")
def validator(index: Index) -> Validator:
    return Validator(index)


@pytest.fixture(scope="module")
def check(validator: Validator):
    @cache
    def checked(text: str, with_context: bool = True, name: str = "sent.ttl") -> Submission:
        return validator.validate([SubmittedFile(name, text.encode())], with_context=with_context)

    return checked


def rules(submission: Submission) -> set[str]:
    return {each.rule for each in submission.findings if each.severity == "violation"}


def test_a_good_file_conforms_in_the_company_of_the_published_graph(check) -> None:
    submission = check(GOOD)
    assert rules(submission) == set()
    assert submission.conforms


def test_alone_its_links_to_published_things_cannot_be_judged_which_is_no_error(check) -> None:
    submission = check(GOOD, with_context=False)
    told = next(each for each in submission.findings if each.rule == "Book#genre-class")
    assert (told.severity, submission.conforms) == ("info", True)
    assert told.message["fi"].startswith("Tietoa ”Laji” ei voi tarkistaa ilman julkaistua aineistoa")
    assert not told.expected
    assert not told.mend


def test_alone_what_the_data_say_themselves_is_judged_all_the_same(check) -> None:
    assert rules(check(BAD_NUMBER, with_context=False)) == {"Identifier#notation-pattern"}
    own = GOOD.replace("lib:genre <concept/genre/fiction-novel>", "lib:genre <book/900#id-record>")
    assert "Book#genre-class" in rules(check(own, with_context=False))


def test_a_violation_stands_at_its_line_and_says_what_was_expected(check) -> None:
    (told,) = check(BAD_NUMBER).findings
    assert (told.rule, told.where.line, told.severity) == ("Identifier#notation-pattern", 15, "violation")
    assert told.value == '"X"'
    assert told.shown["fi"] == "X"
    assert not any(told.expected.values()), "a regular expression is no text for people"
    assert told.mend["fi"] == "Korjaa se rivillä 15."
    assert told.page == "/shapes/Identifier#notation-pattern"


def test_the_way_to_a_part_begins_with_the_thing_that_people_know(check) -> None:
    (told,) = check(BAD_NUMBER).findings
    assert [each["fi"] for each in told.trail] == [
        "Kirja: Uusi kirja",
        "Tunnisteet",
        "Tunniste: book/900#id-record",
        "Numero",
    ]


def test_a_logical_constraint_is_explained_by_its_parts(check) -> None:
    told = next(each for each in check(BAD).findings if each.rule == "Book#issued-date")
    assert [each["en"] for each in told.parts] == [
        "a day, such as 2026-01-31 (xsd:date)",
        "a month, such as 2026-01 (xsd:gYearMonth)",
        "a year, such as 2026 (xsd:gYear)",
    ]
    assert told.expected["sv"].startswith("någon av dessa: en dag")


def test_in_a_table_nothing_is_told_in_the_words_of_rdf(validator: Validator) -> None:
    table = "Nimeke (fi);Julkaistu\nMeri;keväällä\nMaa;31.2.2019\n".encode()
    told = [each for each in validator.validate([SubmittedFile("books.csv", table)]).findings if each.where.header]
    spring, no_day = (each for each in told if each.rule == "Book#issued-date")
    assert next(each["fi"] for each in spring.parts) == "päivä, esimerkiksi 31.1.2026"
    assert no_day.message["fi"].startswith("Kalenterissa ei ole päivää 31.2.2019.")
    assert no_day.message["sv"].startswith("Dagen 31.2.2019 finns inte i kalendern.")
    assert not any(mark in text for each in told for text in each.expected.values() for mark in ("xsd:", "@", "^"))


OF_CELLS = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix lib: <https://library.example/ns/lib#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix adms: <http://www.w3.org/ns/adms#> .
[] a sh:NodeShape ; sh:targetClass lib:Book ;
    sh:property [ sh:path lib:pages ; sh:datatype xsd:integer ] , [ sh:path lib:pages ; sh:minInclusive 0 ] .
[] a sh:NodeShape ; sh:targetClass adms:Identifier ; sh:property [ sh:path skos:notation ; sh:pattern "^R" ;
    sh:message "Tiedon ”Numero” alussa on R."@fi , "“Number” begins with R."@en ] .
"""


def test_a_wrong_cell_is_one_finding_that_calls_it_as_its_header_does(validator: Validator) -> None:
    table = SubmittedFile("books.csv", "Nimeke (fi);Sivumäärä;Tunnisteet: Numero\nMeri;ca 300;X\nMaa;-3;R1\n".encode())
    shapes = [SubmittedFile("own.ttl", OF_CELLS.encode())]
    found = [each for each in validator.validate([table], own_shapes=shapes).findings if each.component]
    kinds = [(each.where.cell, (each.component or "").rpartition("#")[2].partition("C")[0]) for each in found]
    assert sorted(kinds) == [("B2", "Datatype"), ("B3", "MinInclusive"), ("C2", "Pattern")]
    named = next(each.message for each in found if each.where.cell == "C2")
    assert named["fi"] == "Tiedon ”Tunnisteet: Numero” alussa on R."


def test_of_what_any_of_several_columns_gives_all_are_told(validator: Validator) -> None:
    table = SubmittedFile("Holding.csv", "Kappaleita;Ajanjakso: Alkaa;Ajanjakso: Päättyy\n3;;\n".encode())
    expected = {each.rule: each.expected for each in validator.validate([table]).findings}
    assert expected["Holding#temporal-some"]["fi"].endswith(": ”Ajanjakso: Alkaa”, ”Ajanjakso: Päättyy”.")
    assert expected["Holding#book-some"]["fi"] == "vähintään yksi arvo"


@pytest.mark.parametrize(
    ("table", "cell"), [("Nimeke (en);Nimeke (fi)\nSea;\n", "B2"), ("Nimeke (en);Laji\nSea;romaani\n", None)]
)
def test_a_text_missing_in_a_language_is_mended_in_the_column_of_that_language(
    validator: Validator, table: str, cell: str | None
) -> None:
    found = validator.validate([SubmittedFile("books.csv", table.encode())]).findings
    (missing,) = (each for each in found if each.rule == "Book#title-fi")
    assert (missing.where.row, missing.where.cell) == (2, cell)


@pytest.mark.parametrize(("character", "severity"), [("\u202e", "violation"), ("\u200b", "warning")])
def test_characters_that_nobody_sees_are_found(validator: Validator, character: str, severity: str) -> None:
    table = f"Nimeke (fi)\nMe{character}ri\n".encode()
    found = validator.validate([SubmittedFile("books.csv", table)]).findings
    (told,) = (each for each in found if each.rule == "hidden-character")
    assert (told.severity, told.where.cell) == (severity, "A2")
    assert f"U+{ord(character):04X}" in told.message["fi"]


def test_a_suggestion_is_in_the_language_of_the_text(validator: Validator) -> None:
    found = validator.validate([SubmittedFile("books.csv", b"Nimeke (fi);Laji\nMeri;romaanni\n")]).findings
    (told,) = (each for each in found if each.rule == "unknown-code")
    assert "Romaani?" in told.message["fi"]
    assert "Novel?" in told.message["en"]


def test_a_file_that_cannot_be_read_says_why_in_each_language(validator: Validator) -> None:
    (told,) = validator.validate([SubmittedFile("books.ttl", b"<a> <b> <c>\n<d> <e> <f> .")]).findings
    assert "puuttuu piste" in told.message["fi"]
    assert "punkten saknas" in told.message["sv"]


def test_what_the_published_data_break_already_is_not_new(validator: Validator) -> None:
    published = (LIBRARY / "data" / "catalogue" / "books.ttl").read_text("utf-8")
    known = validator.validate([SubmittedFile("books.ttl", published.encode())])
    assert known.findings
    assert known.new is not None


def test_what_shapes_cannot_say_is_found_too(check) -> None:
    links = GOOD.replace("lib:referenceOnly", "dct:source <book/901> ; lib:referenceOnlyy")
    assert {"dangling-link", "undefined-term"} <= rules(check(links))
    assert rules(check(GOOD.replace("a lib:Book , schema:Book", "a lib:Depot"))) >= {"class-without-shape"}


def test_a_file_that_cannot_be_read_is_a_finding_at_its_place_and_nothing_else_is_judged(check) -> None:
    submission = check(HEAD + "<a> <b> oops .\n")
    (told,) = submission.findings
    assert (told.rule, told.where.line, submission.complete) == ("syntax", 7, False)
    assert check(HEAD + "# nothing\n").conforms is False


def test_the_files_the_version_and_the_shapes_are_named_by_their_hashes(check, index: Index) -> None:
    checked = check(GOOD).checked
    assert checked.version == index.version.id
    assert [(each.name, len(each.sha256), each.triples) for each in checked.files] == [("sent.ttl", 64, 11)]
    assert len(checked.shapes) == 64


def test_shapes_of_ones_own_take_the_place_of_the_publications(validator: Validator) -> None:
    own = [SubmittedFile("own.ttl", OWN_SHAPES.encode())]
    submission = validator.validate([SubmittedFile("sent.ttl", BAD.encode())], own_shapes=own)
    assert rules(submission) == {"https://own.example/Book#price"}
    assert submission.findings[0].expected["en"] == "at least one value"
    assert [each.name for each in submission.checked.own_shapes] == ["own.ttl"]


@pytest.mark.parametrize("text", [GOOD, HEAD + '<book/900> schema:name "Meri" .'], ids=["another class", "none"])
def test_that_nothing_was_judged_is_told(text: str, validator: Validator) -> None:
    own = [SubmittedFile("own.ttl", OWN_SHAPES.replace("lib:Book ;", "lib:Depot ;").encode())]
    submission = validator.validate([SubmittedFile("sent.ttl", text.encode())], own_shapes=own)
    (told,) = submission.findings
    assert (told.rule, told.severity, submission.conforms_strictly) == ("nothing-judged", "warning", False)
    assert ("Kirja" if text == GOOD else "ei ole luokkaa") in told.message["fi"]
    assert verdict(submission, validator.messages.translator("fi")).startswith("Mitään ei arvioitu")


@pytest.mark.parametrize(("written", "suggested"), [("lib:Boook", "lib:Book"), ("lib:Genre", None)])
def test_only_a_class_is_suggested_for_a_class(written: str, suggested: str | None, check) -> None:
    found = check(GOOD.replace("schema:Book ;", f"schema:Book , {written} ;")).findings
    (told,) = (each for each in found if each.rule == "undefined-term")
    assert ("Did you mean" in told.message["en"]) == (suggested is not None)
    assert (suggested or written) in told.message["en"]


MISSPELT = {
    "skos:notation": ("skos:notatoin", "skos:notation"),
    "dct:title": ("dct:titel", "dct:title"),
    "adms:identifier <": ("adms:identifer <", "adms:identifier"),
    "schema:Book ;": ("schema:book ;", "schema:Book"),
    '"R000900"': ('"R000900"^^<http://www.w3.org/2001/XMLSchema#sting>', "xsd:string"),
}


@pytest.mark.parametrize("right", MISSPELT)
def test_a_misspelt_term_of_a_known_vocabulary_is_told_at_its_place(right: str, check) -> None:
    wrong, meant = MISSPELT[right]
    text = GOOD.replace(right, wrong, 1)
    (told,) = (each for each in check(text).findings if each.rule == "misspelt-term")
    line = text.splitlines()[told.where.line - 1]
    assert line[told.where.column - 1 :].startswith(wrong.split()[0])
    assert told.severity == "warning"
    assert f"Tarkoititko: {meant}" in told.message["fi"]


def test_what_another_vocabulary_says_is_left_to_it(check) -> None:
    more = GOOD.replace("lib:referenceOnly", "schema:accessMode <urn:x> ; <urn:y:titel> 1 ; lib:referenceOnly")
    assert not check(more.replace("<urn:x>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#_1>")).findings


def test_a_misspelt_key_of_json_is_told_where_it_stands(check) -> None:
    text = """{"@context": {"t": "http://purl.org/dc/terms/", "lib": "https://library.example/ns/lib#"},
      "@id": "https://library.example/id/book/900",
      "@type": "lib:Book",
      "t:titel": [{"@value": "Meri", "@language": "fi"}]}"""
    (told,) = (each for each in check(text, name="a.jsonld").findings if each.rule == "misspelt-term")
    assert (told.where.line, told.where.column) == (4, 7)


def test_what_the_requirements_are_for_is_not_said_to_be_unjudged(validator: Validator) -> None:
    own = [SubmittedFile("own.ttl", OWN_SHAPES.replace("sh:minCount 1", "sh:minCount 0").encode())]
    submission = validator.validate([SubmittedFile("sent.ttl", GOOD.encode())], own_shapes=own)
    assert (submission.findings, submission.is_judged) == ((), True)


@pytest.mark.parametrize("text", ["<a> <b> oops .", "<a:a> <b:b> <c:c> ."])
def test_what_holds_no_shapes_is_refused_as_such(text: str, validator: Validator) -> None:
    with pytest.raises(UnusableShapes):
        validator.validate([SubmittedFile("a.ttl", GOOD.encode())], own_shapes=[SubmittedFile("b.ttl", text.encode())])


@pytest.mark.parametrize(
    "more",
    [
        "<https://own.example/Book> sh:node <https://own.example/Book> .",
        "<https://own.example/Book> sh:or ( [ sh:not [ sh:node <https://own.example/Book> ] ] ) .",
        "<https://own.example/Book> sh:and _:l . _:l rdf:first <urn:a> ; rdf:rest _:l .",
    ],
)
def test_shapes_that_lead_back_to_themselves_are_refused(more: str, validator: Validator) -> None:
    rdf = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    own = [SubmittedFile("own.ttl", (rdf + OWN_SHAPES + more).encode())]
    with pytest.raises(UnusableShapes, match=r"back (to|into) itself"):
        validator.validate([SubmittedFile("sent.ttl", GOOD.encode())], own_shapes=own)


def test_what_several_shapes_share_is_no_circle(validator: Validator) -> None:
    shared = (
        "<https://own.example/Book> sh:node <urn:a> , <urn:b> . <urn:a> sh:node <urn:c> . <urn:b> sh:node <urn:c> ."
    )
    own = [SubmittedFile("own.ttl", (OWN_SHAPES + shared + "<urn:c> sh:nodeKind sh:IRI .").encode())]
    assert validator.validate([SubmittedFile("sent.ttl", GOOD.encode())], own_shapes=own).findings


def test_own_shapes_are_read_once(validator: Validator, monkeypatch) -> None:
    read: list[str] = []

    def reading(files, *how, **more):
        read.extend(each.name for each in files)
        return read_files(files, *how, **more)

    monkeypatch.setattr("sotegraph.ingest.submission.read_files", reading)
    validator.validate(
        [SubmittedFile("sent.ttl", GOOD.encode())], own_shapes=[SubmittedFile("own.ttl", OWN_SHAPES.encode())]
    )
    assert sorted(read) == ["own.ttl", "sent.ttl"]


MANY = {
    "misspelt-term": "<book/900> <http://purl.org/dc/terms/titel{}> 1 .",
    "class-without-shape": "<urn:a{0}> a <urn:Class{0}> .",
    "untyped": "<urn:a{}> <urn:b> 1 .",
    "dangling-link": "<book/900> <urn:b> <none/{}> .",
    "garbled-text": '<book/900> <urn:b> "Ã¤{}" .',
}
"""Each line breaks one rule, whatever the number in it."""


@pytest.mark.parametrize("rule", MANY)
def test_only_so_many_findings_of_a_check_are_told_and_that_there_are_more(rule: str, validator, monkeypatch) -> None:
    for module in ("submission", "remarks"):
        monkeypatch.setattr(f"sotegraph.ingest.{module}.MOST_FINDINGS", 3)
    for many, cut in ((3, False), (5, True)):
        lines = "\n".join(MANY[rule].format(number) for number in range(many))
        found = validator.validate([SubmittedFile("sent.ttl", (GOOD + lines).encode())])
        assert sum(each.rule == rule for each in found.findings) == 3
        assert found.cut is cut


OF_ONE_THING = {
    "Book#pages-integer": '<book/900> lib:pages "many {}" .',
    "Book#title-unique": '<book/900> dct:title "Title {}"@fi .',
}
"""The same of shapes, and of one thing only."""


@pytest.mark.slow
@pytest.mark.parametrize("rule", MANY | OF_ONE_THING)
def test_twenty_thousand_defects_take_no_more_than_their_number(rule: str, validator: Validator) -> None:
    def seconds(many: int) -> float:
        lines = "\n".join((MANY | OF_ONE_THING)[rule].format(number) for number in range(many))
        started = time.process_time()
        found = unlimited.validate([SubmittedFile("sent.ttl", (GOOD + lines).encode())])
        taken = time.process_time() - started
        if rule in MANY:
            assert sum(each.rule == rule for each in found.findings) == min(many, MOST_FINDINGS)
            assert found.cut is (many > MOST_FINDINGS)
        assert any(rule in each.rule for each in found.findings)
        return taken

    unlimited = Validator(validator.index, isolated=False)
    seconds(100)
    assert seconds(20_000) < 5 * 2 * max(seconds(4_000), 0.2)


def test_another_thing_that_a_query_found_is_named(validator: Validator) -> None:
    shapes = """@prefix sh: <http://www.w3.org/ns/shacl#> .
    <urn:s> a sh:NodeShape ; sh:targetClass <https://library.example/ns/lib#Book> ; sh:sparql <urn:q> .
    <urn:q> sh:message "Laji on {?other}."@fi ;
        sh:select "SELECT $this ?other { $this <https://library.example/ns/lib#genre> ?other }" .
    """
    sent = SubmittedFile("sent.ttl", GOOD.encode())
    (told,) = validator.validate([sent], own_shapes=[SubmittedFile("own.ttl", shapes.encode())]).findings
    address = "https://library.example/id/concept/genre/fiction-novel"
    assert told.message["fi"].endswith(f"Romaani ({address}).")
    assert told.message["fi"].startswith("Laji on ")


def test_an_unknown_profile_is_refused_before_anything_is_read(validator: Validator) -> None:
    with pytest.raises(WrongValue, match="submission"):
        validator.validate([SubmittedFile("a.ttl", b"")], profile="nothing")


def test_it_is_the_same_after_a_trip_as_json(check) -> None:
    for each in (check(BAD), check(GOOD)):
        assert Submission.from_json(each.to_json()) == each


def test_findings_that_read_alike_are_one_group(check) -> None:
    two = GOOD.replace("R000900", "X") + GOOD.replace(HEAD, "").replace("900", "901").replace("R000901", "Y")
    groups = check(two).groups
    assert [len(each.findings) for each in groups] == [2]


def test_a_thing_without_a_name_or_a_class_is_spoken_of_all_the_same(check) -> None:
    (found,) = (each for each in check('[] <urn:p> "x" .').findings if each.rule == "untyped")
    assert {text.split(" ", 1)[0] for text in found.message.values()} == {"A", "Nimettömällä", "Ett"}

"""The answer to a question keeps its meaning in every form.

Beside a column of IRIs stands what the things are called in the reader's language, beside texts in several languages
which one each is in; ``labels=0`` gives the columns of the query alone. Excel has numbers as numbers and dates as
dates, and text never becomes a formula. As RDF the rows are those of "Generating RDF from Tabular Data on the Web".
"""

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from datetime import date, datetime

import openpyxl
import pytest
from pyld import jsonld
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from sotegraph.errors import ResultLimitReached
from sotegraph.questions import About, Column, Table, read_table, to_csv, to_json, to_tsv, to_workbook, to_xml
from sotegraph.terms import term

HOLDINGS, TITLES = "/queries/list-holdings-of-branch", "/queries/list-titles"
BASE, CSVW = "https://library.example/id/", "http://www.w3.org/ns/csvw#"
COLUMNS = ["branch", "year", "book", "title", "genre", "copies", "start", "price"]
LABELLED = [
    "branch",
    "branchLabel",
    "year",
    "book",
    "bookLabel",
    "title",
    "genre",
    "genreLabel",
    "copies",
    "start",
    "price",
]
SHOP = About("Prices", ("Answer", "About"), (("Source", "=the shop"), ("Rows", "1")))


def typed(text: str, name: str) -> Literal:
    return Literal(text, datatype=term(f"xsd:{name}"))


ODD = Table(
    (Column("thing"), Column("value")),
    tuple(
        (NamedNode("urn:x"), value)
        for value in (
            Literal("=1+1\r\n\t\"'"),
            Literal("<ä&>", language="fi"),
            typed("1.50", "decimal"),
            typed("2024-02-29", "date"),
            BlankNode("b1"),
            None,
            Triple(NamedNode("urn:s"), NamedNode("urn:p"), Literal("o\x01")),
        )
    ),
)


def workbook(answer: bytes):
    return openpyxl.load_workbook(io.BytesIO(answer))


def cells(*values: Literal) -> list:
    """What Excel reads in the cells of a column with *values*."""
    table = Table((Column("x"),), tuple((value,) for value in values))
    return [row[0] for row in workbook(to_workbook(table, SHOP)).worksheets[0].iter_rows(min_row=2)]


def header(client, address: str) -> list[str]:
    return next(csv.reader(io.StringIO(client.get(address).text)))


def test_names_stand_beside_iris_in_the_readers_language(client):
    for language, name in (("fi", "Romaani"), ("en", "Novel")):
        answer = client.get(f"{HOLDINGS}.csv?lang={language}")
        first = next(csv.DictReader(io.StringIO(answer.text)))
        assert (first["genre"], first["genreLabel"]) == (f"{BASE}concept/genre/fiction-novel", name)
        assert answer.headers["content-language"] == language
    assert (
        next(csv.DictReader(io.StringIO(client.get(f"{HOLDINGS}.csv", accept_language="fi").text)))["genreLabel"]
        == "Romaani"
    )


def test_the_columns_of_the_query_keep_their_names_and_order(client):
    assert header(client, f"{HOLDINGS}.csv?lang=fi") == header(client, f"{HOLDINGS}.csv?lang=en") == LABELLED
    assert header(client, f"{HOLDINGS}.csv?labels=0") == COLUMNS
    for suffix, read in (("json", json.loads), ("xml", ElementTree.fromstring)):
        assert read(client.get(f"{HOLDINGS}.{suffix}").content) is not None
    assert client.get(f"{HOLDINGS}.json").json()["head"]["vars"] == LABELLED
    assert client.get(f"{HOLDINGS}.tsv").text.partition("\n")[0] == "\t".join(f"?{name}" for name in LABELLED)


def test_texts_in_several_languages_have_a_column_that_says_which(client):
    rows = list(csv.DictReader(io.StringIO(client.get(f"{TITLES}.csv").text)))
    found = {each["title"]: each["titleLanguage"] for each in rows}
    assert (found["Visor från skären"], found["Lumen alta"]) == ("sv", "fi")
    assert "titleLanguage" not in header(client, f"{HOLDINGS}.csv")
    assert "titleLanguage" not in client.get(f"{TITLES}.json").text


def test_csv_is_utf_8_without_a_mark_and_its_lines_end_in_cr_lf(client):
    for address in (f"{TITLES}.csv", f"{TITLES}.csv?labels=0"):
        answer = client.get(address)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert not answer.content.startswith(b"\xef\xbb\xbf")
        assert "Visor från skären" in answer.content.decode()
        assert answer.content.count(b"\r\n") == answer.content.count(b"\n") > 5


@pytest.mark.parametrize(
    ("write", "syntax"),
    [(to_json, QueryResultsFormat.JSON), (to_xml, QueryResultsFormat.XML), (to_tsv, QueryResultsFormat.TSV)],
    ids=["json", "xml", "tsv"],
)
def test_every_term_comes_back_as_it_was(write, syntax):
    rows = ODD.rows if syntax is not QueryResultsFormat.XML else ODD.rows[:-1]
    table = Table(ODD.columns, rows)
    found = parse_query_results(write(table), syntax)
    assert [each.value for each in found.variables] == ["thing", "value"]
    for solution, row in zip(found, table.rows, strict=True):
        assert tuple(solution) == row or isinstance(row[1], BlankNode)


def test_what_xml_cannot_say_is_replaced():
    found = list(parse_query_results(to_xml(Table((Column("x"),), ((Literal("a\x01b"),),))), QueryResultsFormat.XML))
    assert found[0]["x"].value == "a\N{REPLACEMENT CHARACTER}b"


def test_csv_has_the_values_as_sparql_csv_has_them():
    rows = list(csv.reader(io.StringIO(to_csv(ODD).decode(), newline="")))
    assert [row[1] for row in rows[1:5]] == ["=1+1\r\n\t\"'", "<ä&>", "1.50", "2024-02-29"]


def test_a_column_with_a_name_that_is_taken_gets_no_second_one():
    table = Table((Column("x"), Column("xLabel")), ((NamedNode("urn:x"), Literal("own")),))
    assert table.labelled(lambda iri: Literal("other")).header == ["x", "xLabel"]


def test_excel_has_values_of_their_own_types():
    found = cells(
        typed("12", "integer"),
        typed("24.90", "decimal"),
        typed("true", "boolean"),
        typed("2026-01-31", "date"),
        typed("2026-01-31T12:30:00", "dateTime"),
        typed("2014", "gYear"),
    )
    assert [each.value for each in found] == [
        12,
        24.9,
        True,
        datetime(2026, 1, 31),
        datetime(2026, 1, 31, 12, 30),
        2014,
    ]
    assert found[3].is_date
    assert found[3].number_format == "yyyy-mm-dd"


@pytest.mark.parametrize(
    "value",
    [
        typed("1234567890123456789", "integer"),
        typed("0.12345678901234567", "decimal"),
        typed("NaN", "double"),
        typed("1899-12-31", "date"),
        typed("2026-01-31Z", "date"),
        typed("2026-01-31T12:30:00+02:00", "dateTime"),
        typed("2026-13-01", "date"),
        typed("2026-01", "gYearMonth"),
    ],
    ids=lambda value: value.value,
)
def test_what_excel_would_change_stays_text(value):
    (cell,) = cells(value)
    assert (cell.value, cell.data_type) == (value.value, "s")


@pytest.mark.parametrize("text", ["=1+1", "+358 40", "-5", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1"])
def test_text_never_becomes_a_formula(text):
    (cell,) = cells(Literal(text))
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix


def test_a_workbook_freezes_its_header_and_says_what_it_is(client, index):
    book = workbook(client.get(f"{HOLDINGS}.xlsx?lang=fi&year=2014").content)
    table, about = book.worksheets
    assert table.freeze_panes == "A2"
    assert [cell.value for cell in table[1]] == LABELLED
    assert all(cell.font.bold for cell in table[1])
    facts = {row[0].value: row[1].value if len(row) > 1 else None for row in about.iter_rows()}
    assert "Mitä kirjoja toimipisteessä on ollut?" in facts
    assert facts["Toimipiste"] == f"Pääkirjasto <{BASE}branch/01>"
    assert facts["Vuosi"] == "2014"
    assert facts["Lisenssi"].startswith("CC0 1.0 <https://creativecommons.org/")
    assert facts["Aineiston versio"] == index.version.short_id
    assert facts["Osoite"] == f"{BASE}question/list-holdings-of-branch"
    assert int(facts["Rivejä"]) == table.max_row - 1
    assert table.cell(2, LABELLED.index("copies") + 1).data_type == "n"
    assert table.cell(2, LABELLED.index("start") + 1).value.date() == date(2014, 1, 1)


def test_a_text_longer_than_a_cell_is_not_cut():
    with pytest.raises(ResultLimitReached):
        cells(Literal("x" * 32_768))


def canonical(data: bytes, syntax: RdfFormat) -> set[str]:
    dataset = Dataset(Quad(*quad.triple) for quad in parse(data, syntax))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(map(str, dataset))


def test_rows_as_rdf_have_numbers_values_and_every_name(client):
    found = {quad.triple for quad in parse(client.get(f"{HOLDINGS}.ttl?year=2014").content, RdfFormat.TURTLE)}
    rows = {each.subject: each.object for each in found if each.predicate.value == CSVW + "describes"}
    numbers = sorted(int(each.object.value) for each in found if each.predicate.value == CSVW + "rownum")
    assert numbers == list(range(1, len(rows) + 1))
    assert len(numbers) > 5
    price = NamedNode(f"{BASE}question/list-holdings-of-branch#price")
    assert typed("24.9", "decimal") in {each.object for each in found if each.predicate == price}
    book = NamedNode(f"{BASE}book/1")
    names = {each.object for each in found if each.subject == book and each.predicate == term("rdfs:label")}
    assert {each.language for each in names} == {"en", "fi"}
    assert b"rdfs:label" not in client.get(f"{HOLDINGS}.ttl?year=2014&labels=0").content


def test_json_ld_says_what_turtle_says(client):
    document = client.get(f"{HOLDINGS}.jsonld?year=2014").json()
    expanded = jsonld.to_rdf(document, {"format": "application/n-quads"}).encode()
    turtle = canonical(client.get(f"{HOLDINGS}.ttl?year=2014").content, RdfFormat.TURTLE)
    assert canonical(expanded, RdfFormat.N_QUADS) == turtle
    assert len(turtle) > 50
    first = document["row"][0]
    assert (first["rownum"], first["describes"]["title"]["@value"]) == (1, "The Lighthouse Keeper's Almanac")


def test_a_table_is_read_from_sparql_json(client):
    table = read_table(client.get(f"{HOLDINGS}.json?labels=0").content)
    assert table.header == COLUMNS
    assert table.rows[0][COLUMNS.index("copies")] == Literal(2)

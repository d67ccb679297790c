"""Values are written as people of a language write them; what is not what it says it is stands as it was written."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pyoxigraph import Literal

from sotegraph.entities import Line, Row, Table, Text, Value
from sotegraph.messages import read_messages
from sotegraph.terms import term
from sotegraph.web.pages.edtf import EDTF
from sotegraph.web.pages.entities import blocks
from sotegraph.web.pages.paging import paging
from sotegraph.web.pages.values import Formatter, licence_name, own_name, shown_address

MESSAGES = read_messages()


def formatter(language: str) -> Formatter:
    return Formatter(language, MESSAGES.translator(language))


def text(markup: object) -> str:
    from tests.markup import read_page

    return read_page(str(markup)).text


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("sv", "2022-21", "våren 2022"),
        ("fi", "2022-23", "syksy 2022"),
        ("en", "2024-05-03~", "about 3 May 2024"),
        ("fi", "2024?/2025-03", "2024 (epävarma)–maaliskuu 2025"),
        ("sv", "XXXX", "året är inte känt"),
        ("sv", "2022-13", "2022-13"),
        ("sv", "2022-02-30~", "2022-02-30~"),
    ],
)
def test_a_date_that_is_less_or_more_than_a_day_is_written_in_the_language(language, value, expected):
    assert text(formatter(language).literal(value, EDTF)) == expected


@pytest.mark.parametrize(
    ("language", "value", "datatype", "expected"),
    [
        ("fi", "2023-01-01", "xsd:date", "1.1.2023"),
        ("sv", "2023-01-01", "xsd:date", "1.1.2023"),
        ("en", "2023-01-01", "xsd:date", "1 January 2023"),
        ("de", "2023-01-01", "xsd:date", "1. Januar 2023"),
        ("fi", "2023-01-01Z", "xsd:date", "1.1.2023"),
        ("fi", "2026-05-04T06:05:00+03:00", "xsd:dateTime", "4.5.2026 klo 6.05"),
        ("sv", "2026-05-04T06:05:00+03:00", "xsd:dateTime", "4.5.2026 kl. 6.05"),
        ("en", "2026-05-04T06:05:00+03:00", "xsd:dateTime", "4 May 2026, 06:05"),
        ("fi", "2022", "xsd:gYear", "2022"),
        ("sv", "2022-09", "xsd:gYearMonth", "september 2022"),
        ("fi", "532671", "xsd:integer", "532 671"),
        ("en", "532671", "xsd:integer", "532,671"),
        ("fi", "-12", "xsd:int", "-12"),
        ("sv", "24.90", "xsd:decimal", "24,9"),
        ("en", "0.00001", "xsd:decimal", "0.00001"),
        ("sv", "true", "xsd:boolean", "Ja"),
        ("fi", "0", "xsd:boolean", "Ei"),
        ("fi", "as it is", "xsd:string", "as it is"),
        ("fi", "POINT(23.7 61.5)", "geo:wktLiteral", "61,5° P, 23,7° I"),
        ("sv", "POINT(23.7 61.5)", "geo:wktLiteral", "61,5° N, 23,7° Ö"),
        ("en", "Point (-70.64 -33.45)", "geo:wktLiteral", "33.45° S, 70.64° W"),
        ("en", "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(0 51)", "geo:wktLiteral", "51° N, 0° E"),
        ("fi", "LINESTRING(23 61, 24 61)", "geo:wktLiteral", "LINESTRING(23 61, 24 61)"),
        ("fi", "<http://www.opengis.net/def/crs/EPSG/0/3067> POINT(1 2)", "geo:wktLiteral", None),
    ],
)
def test_a_value_is_written_in_the_language(language, value, datatype, expected):
    written = text(formatter(language).literal(value, term(datatype).value))
    assert written.replace("\N{NO-BREAK SPACE}", " ") == (expected or value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-22T23:30:00Z", "23.11.2026 klo 1.30"),
        ("2026-11-22T23:30:00+01:00", "22.11.2026 klo 23.30"),
        ("2026-11-22T23:30:00", "22.11.2026 klo 23.30"),
    ],
)
def test_a_moment_of_utc_is_told_by_the_clocks_of_the_publication(value, expected):
    here = Formatter("fi", str, ZoneInfo("Europe/Helsinki"))
    assert text(here.literal(value, term("xsd:dateTime").value)) == expected


def test_a_moment_of_the_site_is_told_with_the_offset_of_its_clocks():
    moment, zone = datetime(2026, 6, 30, 21, 30, tzinfo=UTC), ZoneInfo("Europe/Helsinki")
    written = Formatter("sv", str, zone).moment(moment)
    assert text(written) == "1.7.2026 kl. 0.30 (UTC+3)"
    assert 'datetime="2026-06-30T21:30:00Z"' in written
    assert text(formatter("en").moment(moment)) == "30 June 2026, 21:30 (UTC)"


@pytest.mark.parametrize(
    ("value", "datatype"),
    [
        ("yesterday", "xsd:date"),
        ("2023-02-30", "xsd:date"),
        ("soon", "xsd:dateTime"),
        ("MMXX", "xsd:gYear"),
        ("2022-13", "xsd:gYearMonth"),
        ("many", "xsd:integer"),
        ("1,5", "xsd:decimal"),
        ("1e3000000", "xsd:decimal"),
        ("1e-3000000", "xsd:decimal"),
        ("1e400", "xsd:double"),
        ("INF", "xsd:double"),
        ("NaN", "xsd:float"),
        ("9" * 60, "xsd:integer"),
        ("9" * 5_000, "xsd:integer"),
        ("POINT(23.7 161.5)", "geo:wktLiteral"),
        ("POINT(1.2.3 4)", "geo:wktLiteral"),
        ("<b>", "xsd:integer"),
    ],
)
def test_a_malformed_value_stands_as_it_was_written(value, datatype):
    assert text(formatter("fi").literal(value, term(datatype).value)) == value


@pytest.mark.parametrize(
    ("language", "start", "end", "expected"),
    [
        ("fi", "2023-01-01", "2024-12-31", "1.1.2023–31.12.2024"),
        ("fi", "2023-01-01", None, "1.1.2023 alkaen"),
        ("sv", "2023-01-01", None, "från och med 1.1.2023"),
        ("en", None, "2024-12-31", "until 31 December 2024"),
        ("sv", None, "2024-12-31", "till och med 31.12.2024"),
        ("fi", None, None, "voimassa, alkamisaika ei ole tiedossa"),
    ],
)
def test_either_end_of_a_period_may_be_open(language, start, end, expected):
    ends = (Literal(each, datatype=term("xsd:date")) if each else None for each in (start, end))
    assert text(formatter(language).period(*ends)) == expected


@pytest.mark.parametrize(
    ("language", "start", "end", "expected"),
    [
        ("fi", "2022-05-31T15:00:00+03:00", "2022-05-31T17:00:00+03:00", "31.5.2022 klo 15.00–17.00"),
        ("sv", "2022-05-31T15:00:00", "2022-05-31T17:00:00", "31.5.2022 kl. 15.00–17.00"),
        ("en", "2022-05-31T09:00:00Z", "2022-05-31T17:30:00Z", "31 May 2022, 09:00–17:30"),
        ("fi", "2022-05-31T15:00:00", "2022-06-01T17:00:00", "31.5.2022 klo 15.00–1.6.2022 klo 17.00"),
        ("sv", "2022-05-31T15:00:00Z", "2022-05-31T17:00:00+03:00", "31.5.2022 kl. 15.00–31.5.2022 kl. 17.00"),
        ("fi", "2022-05-31T15:00:00", "soon", "31.5.2022 klo 15.00–soon"),
    ],
)
def test_the_day_of_two_moments_is_said_once(language, start, end, expected):
    ends = (Literal(each, datatype=term("xsd:dateTime")) for each in (start, end))
    assert text(formatter(language).period(*ends)) == expected


def test_languages_are_named_in_the_language_of_the_page_and_in_their_own():
    assert formatter("fi").language_name("sv") == "ruotsi"
    assert formatter("sv").language_name("ar") == "arabiska"
    assert formatter("fi").language_name("x-own") == "x-own"
    assert [own_name(each) for each in ("fi", "sv", "en", "xx-unknown")] == [
        "Suomi",
        "Svenska",
        "English",
        "Xx-unknown",
    ]


def test_a_language_that_babel_does_not_know_is_formatted_like_english():
    assert formatter("xx").number(1234.5) == "1,234.5"


def test_addresses_and_licences_are_short():
    assert shown_address("https://www.example.org/") == "example.org"
    assert len(shown_address("https://example.org/" + "a" * 100)) == 60
    assert licence_name("https://creativecommons.org/licenses/by-sa/4.0/deed.fi") == "CC BY-SA 4.0"
    assert licence_name("https://example.org/terms") == "example.org/terms"


def test_parts_of_one_kind_become_a_grid_and_single_ones_stay_inline():
    def part(number: int) -> Value:
        rows = tuple(Row(name, Text(name), None, (Value(Text(f"{name}{number}")),)) for name in ("kind", "code"))
        return Value(Text(""), parts=rows, sources=(Value(Text("register")),))

    plain = Row("plain", Text("plain"), None, (Value(Text("a")),))
    one = Row("one", Text("one"), None, (part(1),))
    two = Row("two", Text("two"), None, (part(1), part(2)))
    found = blocks([plain, one, two])
    assert [[row.iri for row in each.rows] for each in found] == [["plain", "one"], ["two"]]
    lines = found[1].grid.lines
    assert [[cell[0].text.value for cell in line.cells] for line in lines] == [["kind1", "code1"], ["kind2", "code2"]]
    assert list(found[1].notes.values()) == [1]


def test_sources_are_numbered_in_the_order_they_are_met():
    first, second = (Value(Text(name)) for name in ("first", "second"))
    lines = (Line((), sources=(first,)), Line((), sources=(second, first)))
    (block,) = blocks([Row("row", Text("row"), None, table=Table((), lines))])
    assert block.notes == {first: 1, second: 2}


@pytest.mark.parametrize(("width", "below"), [(4, ()), (5, (2,))])
def test_the_long_texts_of_a_wide_grid_stand_below_its_lines(width, below):
    long = Value(Text("A remark that is too long for a cell of its own."))
    cells = [(Value(Text("short")),) for _ in range(width)]
    lines = (Line(tuple(cells)), Line((cells[0], cells[1], (long,), *cells[3:])))
    names = tuple(Text(str(number)) for number in range(width))
    (block,) = blocks([Row("row", Text("row"), None, table=Table(names, lines))])
    assert block.below == below


def test_long_lists_of_pages_leave_out_the_middle():
    shown = paging(6, 20, lambda number: f"?{number}")
    assert [number for number, _ in shown.numbered] == [1, 0, 4, 5, 6, 7, 8, 0, 20]
    assert (shown.previous, shown.next) == ("?5", "?7")
    assert paging(1, 1, str).numbered == ((1, "1"),)

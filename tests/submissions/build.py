"""Writes the files of the defective submissions: ``python -m tests.submissions.build``.

What is to be found in them, ``expected.json``, is not made here: it is read and corrected by people.

Each begins as a description of an invented association that conforms, and is broken in one way, as people break it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from pyoxigraph import RdfFormat, parse, serialize

HERE = Path(__file__).parent
BASE = "https://w3id.org/sotegraph/id/"
SOURCE = f"{BASE}document/18"
CONTEXT = "https://w3id.org/sotegraph/context/sote/1.jsonld"
Row = list[Any]

TURTLE = f"""@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sote: <https://w3id.org/sotegraph/ns/sote#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <{BASE}> .

<organisation/900001> a org:Organization , foaf:Agent ;
    skos:prefLabel "Mallijärjestö ry"@fi , "Modellföreningen rf"@sv ;
    org:classification <concept/organisation-type/association> ;
    sote:level <concept/organisation-level/local> ;
    sote:homeMunicipality <municipality/837> ;
    foaf:homepage <https://malli.example/> ;
    schema:foundingDate "1999"^^xsd:gYear ;
    adms:identifier <organisation/900001#id-business> ;
    dct:source <document/18> .

<organisation/900001#id-business> a adms:Identifier ;
    dct:type <concept/identifier-type/business-id> ;
    skos:notation "1234567-1" .
"""

JSON_LD = f"""{{
  "@context": "{CONTEXT}",
  "id": "{BASE}organisation/900001",
  "type": ["Organization", "Agent"],
  "prefLabel": {{
    "fi": "Mallijärjestö ry",
    "sv": "Modellföreningen rf"
  }},
  "classification": "{BASE}concept/organisation-type/association",
  "level": "{BASE}concept/organisation-level/local",
  "homeMunicipality": "{BASE}municipality/837",
  "identifier": [
    {{
      "id": "{BASE}organisation/900001#id-business",
      "type": "Identifier",
      "kind": "{BASE}concept/identifier-type/business-id",
      "notation": "1234567-1"
    }}
  ],
  "source": ["{SOURCE}"]
}}
"""

HEADER: Row = [
    *("Nimi (fi)", "Nimi (sv)", "Organisaation tyyppi", "Taso", "Kotipaikka"),
    *("Y-tunnus", "Verkkosivut", "Perustettu", "Lähde"),
]
FIRST: Row = [
    *("Mallijärjestö ry", "Modellföreningen rf", "yhdistys", "paikallinen", "Tampere"),
    *("1234567-1", "https://malli.example/", "1999", SOURCE),
]
SECOND: Row = [
    *("Toinen mallijärjestö ry", "Andra modellföreningen rf", "yhdistys", "alueellinen", "Turku"),
    *("2345678-0", "https://toinen.example/", "14.3.2005", SOURCE),
]


def edited(text: str, *edits: tuple[str, str]) -> str:
    """*text* with each first string replaced by its second; each must stand there."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def changed(row: Row, **values: Any) -> Row:
    """*row* with other values: ``f`` is the sixth column, as in a spreadsheet."""
    return [values.get(chr(ord("a") + number), value) for number, value in enumerate(row)]


def csv_text(*rows: Row, separator: str = ";") -> str:
    return "".join(separator.join(str(each) for each in row) + "\n" for row in rows)


def workbook(
    *rows: Row, title: str = "Organisaatiot", change: Callable[[Any], None] = lambda book: None
) -> Callable[[], bytes]:
    """Makes a workbook of one sheet; *change* gets the workbook before it is saved."""

    def made() -> bytes:
        book = Workbook()
        sheet: Any = book.active
        sheet.title = title
        for row in rows:
            sheet.append(row)
        change(book)
        book.properties.created = book.properties.modified = datetime(2026, 1, 1)
        output = io.BytesIO()
        book.save(output)
        return _timeless(output.getvalue())

    return made


def _timeless(content: bytes) -> bytes:
    """The same workbook, its parts without the time of writing: equal contents give equal bytes."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                start, end = part.index(b"<dcterms:modified"), part.index(b"</dcterms:modified>")
                part = part[: part.index(b">", start) + 1] + b"2026-01-01T00:00:00Z" + part[end:]
            new.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return output.getvalue()


def in_syntax(text: str, form: RdfFormat) -> str:
    quads = list(parse(text, format=RdfFormat.TURTLE))
    prefixes = {"org": "http://www.w3.org/ns/org#", "skos": "http://www.w3.org/2004/02/skos/core#"}
    kinds = {"prefixes": prefixes} if form == RdfFormat.RDF_XML else {}
    return (serialize(quads, format=form, **kinds) or b"").decode()


RDF: dict[str, tuple[str, str]] = {
    "01-full-stop-missing": (
        "jarjesto.ttl",
        edited(TURTLE, ("dct:source <document/18> .", "dct:source <document/18>")),
    ),
    "02-language-tag-missing": ("jarjesto.ttl", edited(TURTLE, ('rf"@sv', 'rf"'))),
    "03-home-municipality-missing": (
        "jarjesto.ttl",
        edited(TURTLE, ("    sote:homeMunicipality <municipality/837> ;\n", "")),
    ),
    "04-code-of-another-scheme": (
        "jarjesto.ttl",
        edited(TURTLE, ("organisation-level/local", "organisation-type/union")),
    ),
    "05-link-to-nothing": ("jarjesto.ttl", edited(TURTLE, ("<municipality/837>", "<municipality/999>"))),
    "06-property-misspelt": ("jarjesto.ttl", edited(TURTLE, ("sote:level ", "sote:levell "))),
    "07-check-digit-wrong": ("jarjesto.ttl", edited(TURTLE, ("1234567-1", "1234567-8"))),
    "08-identity-code-in-text": (
        "jarjesto.ttl",
        edited(TURTLE, ("schema:foundingDate", 'skos:altLabel "Malli 131052-308T"@fi ;\n    schema:foundingDate')),
    ),
    "09-personal-address": (
        "jarjesto.ttl",
        edited(TURTLE, ("<https://malli.example/>", "<mailto:etunimi.sukunimi@malli.example>")),
    ),
    "10-date-of-wrong-type": (
        "jarjesto.ttl",
        edited(TURTLE, ('"1999"^^xsd:gYear', '"1999-01-01T00:00:00"^^xsd:dateTime')),
    ),
    "11-superclass-missing": ("jarjesto.ttl", edited(TURTLE, (" , foaf:Agent", ""))),
    "12-class-unknown": ("jarjesto.ttl", edited(TURTLE, ("a org:Organization , foaf:Agent", "a schema:NGO"))),
    "13-name-missing-in-xml": (
        "jarjesto.rdf",
        in_syntax(edited(TURTLE, ('"Mallijärjestö ry"@fi , ', "")), RdfFormat.RDF_XML),
    ),
    "14-key-misspelt-in-json": ("jarjesto.jsonld", edited(JSON_LD, ('"level"', '"levle"'))),
    "15-context-from-elsewhere": ("jarjesto.jsonld", edited(JSON_LD, (CONTEXT, "https://schema.org/"))),
    "16-address-as-text": (
        "jarjesto.nt",
        edited(in_syntax(TURTLE, RdfFormat.N_TRIPLES), ("<https://malli.example/>", '"https://malli.example/"')),
    ),
    "17-two-names-in-one-language": ("jarjesto.ttl", edited(TURTLE, ('rf"@sv', 'rf"@sv , "Modell rf"@sv'))),
    "18-code-unknown-in-json": (
        "jarjesto.json",
        edited(JSON_LD, ("organisation-level/local", "organisation-level/lokal")),
    ),
    "19-class-not-stated": ("jarjesto.ttl", edited(TURTLE, (" a adms:Identifier ;", ""))),
    "20-space-after-name": (
        "jarjesto.trig",
        edited(TURTLE, ("<organisation/900001> a", "{\n<organisation/900001> a"), ('ry"@fi', 'ry "@fi')) + "}\n",
    ),
}

CSV: dict[str, tuple[str, bytes]] = {
    name: (file, text.encode(encoding))
    for name, (file, text, encoding) in {
        "01-swedish-name-missing": ("jarjestot.csv", csv_text(HEADER, FIRST, changed(SECOND, b="")), "utf-8"),
        "02-municipality-misspelt": (
            "jarjestot.csv",
            csv_text(HEADER, changed(FIRST, e="Tamperre"), SECOND),
            "utf-8-sig",
        ),
        "03-check-digit-wrong": ("jarjestot.csv", csv_text(HEADER, FIRST, changed(SECOND, f="2345678-9")), "utf-8"),
        "04-business-id-without-dash": ("jarjestot.csv", csv_text(HEADER, changed(FIRST, f="12345671")), "utf-8"),
        "05-type-misspelt": ("jarjestot.csv", csv_text(HEADER, changed(FIRST, c="yhdistis")), "cp1252"),
        "06-column-unknown": ("jarjestot.csv", csv_text([*HEADER, "Puhelin"], [*FIRST, "03 123 456"]), "utf-8"),
        "07-identity-code-in-unknown-column": (
            "jarjestot.csv",
            csv_text([*HEADER, "Lisätietoja"], [*FIRST, "131052-308T"]),
            "utf-8",
        ),
        "08-identity-code-in-known-column": (
            "jarjestot.csv",
            csv_text([*HEADER, "Lyhenne tai muu nimi (fi)"], [*FIRST, "Malli 131052-308T"]),
            "utf-8",
        ),
        "09-personal-address": (
            "jarjestot.csv",
            csv_text(HEADER, changed(FIRST, g="etunimi.sukunimi@malli.example")),
            "utf-8",
        ),
        "10-level-misspelt-in-utf-16": (
            "jarjestot.csv",
            csv_text(HEADER, changed(FIRST, d="paikalinen"), separator="\t"),
            "utf-16",
        ),
        "11-day-not-in-calendar": ("jarjestot.csv", csv_text(HEADER, FIRST, changed(SECOND, h="31.2.2005")), "utf-8"),
        "12-nought-lost-from-code": ("jarjestot.csv", csv_text(HEADER, changed(FIRST, e="91")), "utf-8"),
        "13-two-types-in-a-cell": ("jarjestot.csv", csv_text(HEADER, changed(FIRST, c='"yhdistys; säätiö"')), "utf-8"),
        "14-required-column-missing": (
            "jarjestot.csv",
            csv_text(*(row[:3] + row[4:] for row in (HEADER, FIRST, SECOND))),
            "utf-8",
        ),
        "15-address-without-scheme": (
            "organisations.csv",
            csv_text(
                ["Social and health associations 2026", *[""] * 8],
                [""] * 9,
                [
                    "Name (fi) *",
                    "NAME (SV)",
                    "type of organisation",
                    "Level",
                    "Domicile",
                    "Business ID",
                    "Website",
                    "Founded",
                    "Source",
                ],
                changed(FIRST, c="association", d="local", g="malli.example"),
            ),
            "utf-8",
        ),
        "16-quotation-mark-left-open": (
            "jarjestot.csv",
            csv_text(HEADER, FIRST, changed(SECOND, a='"Toinen ry')),
            "utf-8",
        ),
        "17-key-of-nothing": (
            "jarjestot.csv",
            csv_text(["IRI", *HEADER], ["organisation/99999", *FIRST]),
            "utf-8",
        ),
        "18-area-misspelt": (
            "toiminta-alueet.csv",
            csv_text(
                ["Toimija", "Alue", "Varmuus", "Päättelysääntö", "Lähde"],
                [
                    *("Suomen Punainen Risti", "Pirkkanmaa"),
                    *("lähteen mukaan", "aluetta hallinnoiva organisaatio", SOURCE),
                ],
            ),
            "utf-8",
        ),
        "19-not-our-table": ("kulut.csv", csv_text(["Tili", "Summa"], ["4000", "12,50"], ["4100", "7,00"]), "utf-8"),
        "20-garbled-letters": (
            "jarjestot.csv",
            csv_text(HEADER, FIRST, changed(SECOND, a="Toinen mallijÃ¤rjestÃ¶ ry")),
            "utf-8",
        ),
    }.items()
}


def _hidden(book: Any) -> None:
    sheet = book.create_sheet("Vanhat")
    sheet.append(["Lakkautetut järjestöt"])
    sheet.sheet_state = "hidden"


def _note(book: Any) -> None:
    book.worksheets[0]["A2"].comment = Comment("Kysy: 131052-308T", "tekijä")


def _merged(book: Any) -> None:
    sheet = book.worksheets[0]
    sheet.merge_cells("A1:I1")
    sheet.merge_cells("A2:B2")


def _memo(book: Any) -> None:
    book.create_sheet("Muistio").append(["Yhteyshenkilö 131052-308T"])


def _areas(book: Any) -> None:
    sheet = book.create_sheet("Toiminta-alueet")
    sheet.append(["Toimija", "Alue", "Varmuus", "Päättelysääntö", "Lähde"])
    rest = ["lähteen mukaan", "aluetta hallinnoiva organisaatio", SOURCE]
    sheet.append(["Mallijärjestö ry", "Pirkanmaan hyvinvointialue", *rest])
    sheet.append(["Malijärjestö ry", "Pirkanmaan hyvinvointialue", *rest])


SWEDISH: Row = [
    "Namn (fi)",
    "Namn (sv)",
    "Organisationstyp",
    "Nivå",
    "Hemort",
    "FO-nummer",
    "Webbplats",
    "Grundad",
    "Källa",
]
GRANTS: Row = [
    *("Nimi (fi)", "Nimi (sv)", "Laji", "Myöntäjä", "Saaja", "Vuosi"),
    *("Myönnetty summa: Luku", "Myönnetty summa: Valuutta", "Myönnetty summa: Tarkenne", "Lähde"),
]
GRANT: Row = [
    *(
        "Malliavustus",
        "Modellunderstöd",
        "yleisavustus",
        "Etelä-Karjalan hyvinvointialue",
        "Suomen Punainen Risti",
        2024,
    ),
    *("noin 5 000 euroa", "EUR", "tarkka", SOURCE),
]

XLSX: dict[str, tuple[str, Callable[[], bytes]]] = {
    name: ("jarjestot.xlsx", made)
    for name, made in {
        "01-type-left-empty": workbook(HEADER, FIRST, changed(SECOND, c=None)),
        "02-name-misspelt-between-sheets": workbook(HEADER, FIRST, change=_areas),
        "03-check-digit-wrong": workbook(HEADER, changed(FIRST, f="1234567-4")),
        "04-formula-without-result": workbook(HEADER, changed(FIRST, a='="Malli"&"järjestö ry"')),
        "05-error-in-a-cell": workbook(HEADER, changed(FIRST, e="#REF!")),
        "06-name-missing-below-merged-header": workbook(
            ["Järjestöt Pirkanmaalla"],
            ["Nimi", None, *HEADER[2:]],
            ["fi", "sv", *[None] * 7],
            changed(FIRST, b=None),
            change=_merged,
        ),
        "07-sheet-hidden": workbook(HEADER, FIRST, change=_hidden),
        "08-identity-code-in-a-note": workbook(HEADER, FIRST, change=_note),
        "09-identity-code-on-another-sheet": workbook(HEADER, FIRST, change=_memo),
        "10-date-in-words": workbook(HEADER, FIRST, changed(SECOND, h="syksyllä 2005")),
        "11-date-became-a-number": workbook(HEADER, changed(FIRST, h=36234)),
        "12-nought-lost-from-code": workbook(HEADER, changed(FIRST, e=49)),
        "13-nought-lost-from-business-id": workbook(HEADER, changed(FIRST, f="725937-3")),
        "14-sheet-named-after-another-class": workbook(HEADER, FIRST, title="Kunnat"),
        "15-header-misspelt": workbook(changed(HEADER, e="Kotipaika"), FIRST),
        "16-real-date-and-wrong-level": workbook(HEADER, changed(FIRST, h=date(1999, 12, 31), d="seudullinen")),
        "17-amount-in-words": workbook(GRANTS, GRANT, title="Avustukset"),
        "18-municipality-misspelt-below-swedish-headers": workbook(
            SWEDISH, changed(FIRST, c="förening", d="lokal", e="Tamerfors"), title="Organisationer"
        ),
        "19-name-given-twice": workbook([*HEADER, "Nimi (fi)"], [*FIRST, "Malli ry"]),
        "20-row-without-known-values": workbook(
            [*HEADER, "Huom."], FIRST, [*[None] * 9, "Yhteensä 1"], changed(SECOND, d="valtakunalinen")
        ),
    }.items()
}


def main() -> None:
    """Write the files of every submission into its folder."""
    for kind, submissions in (("rdf", RDF), ("csv", CSV), ("xlsx", XLSX)):
        for name, (file, content) in submissions.items():
            folder = HERE / kind / name
            folder.mkdir(parents=True, exist_ok=True)
            made = content() if callable(content) else content
            (folder / file).write_bytes(made.encode() if isinstance(made, str) else made)


if __name__ == "__main__":
    main()

"""Files that nobody would send, made up from a chance: right by their syntax and odd by their structure, or broken."""

from __future__ import annotations

import csv
import datetime
import io
import json
import random
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook

from tests.conftest import LIBRARY
from tests.ingest.sending import BAD, GOOD, OWN_SHAPES

Chance = random.Random
_BASE = "https://library.example"
_CONTEXT = f"{_BASE}/context/lib/1.jsonld"
_TYPES = ("Book", "Branch", "Identifier", "Concept", "no such class", "lib:Book", "")
_KEYS = ("identifier", "title", "pages", "genre", "notation", "subject", "price", "lib:pages", "pagse", "urn:x:p", "")
_WORDS = ("@id", "@type", "@list", "@set", "@value", "@language", "@graph", "@included", "@reverse", "@index", "@nest")
_TEXTS = (
    "x",
    "R000900",
    "fi",
    "",
    "\x01",
    "�",
    "𝒳",
    "1.2.2026",
    "2026-02-30",
    "a\r\nb",
    "9" * 40,
    f"{_BASE}/id/book/1",
)
_SHACL = (
    *("minCount", "maxCount", "datatype", "class", "pattern", "flags", "in", "node", "property", "and", "or", "not"),
    *("xone", "path", "inversePath", "zeroOrMorePath", "alternativePath", "hasValue", "languageIn", "uniqueLang"),
    *("equals", "disjoint", "lessThan", "qualifiedValueShape", "qualifiedMinCount", "closed", "ignoredProperties"),
    *("minLength", "minInclusive", "severity", "message", "deactivated", "sparql", "select", "targetClass", "target"),
)
_OBJECTS = (
    *("1", "-1", '"one"', "true", "0.5", '"["', '"(a+)+$"', "()", "(1 2)", "[]", "_:l", "xsd:integer", "lib:Book"),
    *("sh:Violation", "<urn:s>", "<urn:t>", '"SELECT $this { $this ?p ?o }"', '"x"@fi', "[ sh:inversePath lib:pages ]"),
)
_PIECES = (
    *(
        '"""',
        "<",
        ">",
        "@prefix a: <urn:a:> .",
        "_:b",
        "[",
        "]",
        "(",
        ")",
        "^^",
        "@en",
        "\\u0000",
        "\x00",
        "é",
        "\ud7ff",
    ),
    *(
        '{"@context":',
        '{"@id":"',
        '"@graph":[',
        "}",
        "<?xml version='1.0'?>",
        "<rdf:RDF>",
        "&amp;",
        "]]>",
        ";",
        ",",
        "\t",
    ),
    *("\r\n", "--b", 'Content-Disposition: form-data; name="file"; filename="a.ttl"', "PK\x03\x04", "\x1f\x8b"),
    *("a lib:Book", f"<{_BASE}/id/book/1>", "sh:minCount", "dct:title", "%PDF", "\ufeff", "=1+1", "9" * 400),
)


def _workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


_HEADERS = ("Nimeke", "Laji", "Sivumäärä", "Julkaistu", "Key", "Title", "Pages", "Kirja", "", "=1+1", "Nimeke (suomi)")
_SEEDS = (
    GOOD.encode(),
    BAD.encode(),
    OWN_SHAPES.encode(),
    b"Nimeke;Laji;Sivum\xe4\xe4r\xe4\nKirja;romaani;12\n;;\n",
    json.dumps({"@context": {"@vocab": f"{_BASE}/ns/lib#"}, "@type": "Book", "pages": "x"}).encode(),
    b"<?xml version='1.0'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>",
    _workbook([("Nimeke", "Laji", "Sivumäärä"), ("Kirja", "novel", "x"), ("=1+1", None, 7)]),
    *(path.read_bytes()[:4_000] for path in sorted((LIBRARY / "data").rglob("*.ttl"))[:2]),
)


def broken(chance: Chance) -> bytes:
    """A file with bytes changed, added and lost."""
    content = bytearray(chance.choice(_SEEDS))
    for _ in range(chance.choice((0, 0, 1, 2, 5, 40))):
        place = chance.randrange(len(content) + 1)
        change = chance.randrange(4)
        if change == 0:
            content[place:place] = chance.choice(_PIECES).encode("utf-8", "surrogatepass")
        elif change == 1:
            content[place : place + 1] = bytes([chance.randrange(256)])
        elif change == 2:
            del content[place : place + chance.randrange(1, 60)]
        else:
            content[place:place] = content[: chance.randrange(200)]
    return bytes(content)


def json_ld(chance: Chance) -> bytes:
    """JSON whose keys and keywords stand anywhere, with whatever below them."""

    def value(depth: int) -> Any:
        kind = chance.randrange(8 if depth else 4)
        if kind < 2:
            return chance.choice((*_TEXTS, *_TYPES))
        if kind < 4:
            return chance.choice((None, True, 0, -1.5, 1e300, 12, f"{_BASE}/id/book/{chance.randrange(9)}"))
        if kind == 4:
            return [value(depth - 1) for _ in range(chance.randrange(4))]
        keys = chance.sample((*_KEYS, *_KEYS, *_WORDS), chance.randrange(1, 5))
        return {each: value(depth - 1) for each in keys}

    tree = value(4)
    if isinstance(tree, dict) and chance.random() < 0.8:
        tree |= {"@type": chance.choice(_TYPES), "@id": f"{_BASE}/id/book/900"}
        context = (_CONTEXT, [_CONTEXT, {"n": "lib:pages"}], {"@vocab": f"{_BASE}/ns/lib#"}, value(2), None)
        tree = {"@context": chance.choice(context), **tree}
    return json.dumps(tree, indent=chance.choice((None, 1)), ensure_ascii=chance.random() < 0.3).encode()


def shapes(chance: Chance) -> bytes:
    """Shapes whose parameters have whatever values."""
    lines = ["@prefix sh: <http://www.w3.org/ns/shacl#> .", "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."]
    lines += [f"@prefix lib: <{_BASE}/ns/lib#> .", "<urn:s> a sh:NodeShape ; sh:targetClass lib:Book ."]
    for _ in range(chance.randrange(1, 12)):
        subject = chance.choice(("<urn:s>", "<urn:s>", "<urn:t>", "_:l"))
        if chance.random() < 0.4:
            inner = " ; ".join(_statement(chance) for _ in range(chance.randrange(1, 5)))
            lines.append(f"{subject} sh:property [ sh:path lib:pages ; {inner} ] .")
        else:
            lines.append(f"{subject} {_statement(chance)} .")
    return "\n".join(lines).encode()


def _statement(chance: Chance) -> str:
    return f"sh:{chance.choice(_SHACL)} {chance.choice(_OBJECTS)}"


def _cell(chance: Chance) -> Any:
    moment = datetime.datetime(1900 + chance.randrange(300), 2, chance.randrange(1, 29), 12)
    return chance.choice(
        (
            None,
            "",
            0,
            7.5,
            -1,
            10**20,
            True,
            "=A1",
            "=1/0",
            "novel",
            "romaani",
            "1,5",
            moment,
            moment.time(),
            "a\vb",
            "x;y",
        )
    )


def _rows(chance: Chance) -> list[list[Any]]:
    width = chance.randrange(1, 7)
    above = [[_cell(chance) for _ in range(width)] for _ in range(chance.choice((0, 0, 0, 1, 3)))]
    headers = [chance.choice(_HEADERS) for _ in range(width)]
    return [*above, headers, *([_cell(chance) for _ in range(width)] for _ in range(chance.randrange(5)))]


def workbook(chance: Chance) -> bytes:
    """A workbook with sheets, cells joined, hidden or with comments, and values of every kind."""
    book = Workbook()
    book.remove(book.active)
    for number in range(chance.choice((1, 1, 2, 4))):
        sheet = book.create_sheet(chance.choice((f"Sheet{number}", "Book", "Kirjat", "'x'")))
        for row in _rows(chance):
            sheet.append([each.replace("\v", " ") if isinstance(each, str) else each for each in row])
        if chance.random() < 0.3:
            sheet.merge_cells(chance.choice(("A1:C1", "A1:A3", "B2:D4")))
        if chance.random() < 0.2:
            sheet.sheet_state = "hidden"
    if all(each.sheet_state == "hidden" for each in book):
        book.worksheets[0].sheet_state = "visible"
    return _saved(book)


def table(chance: Chance) -> bytes:
    """A table in text, with some separator and encoding."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=chance.choice(",;\t|"), lineterminator=chance.choice(("\n", "\r\n", "\r")))
    writer.writerows(_rows(chance))
    return output.getvalue().encode(chance.choice(("utf-8", "utf-8-sig", "cp1252", "utf-16", "cp850")), "replace")


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS: Sequence[tuple[Callable[[Chance], bytes], str, str]] = (
    *3 * ((broken, "ttl", "text/turtle"),),
    *3 * ((json_ld, "jsonld", "application/ld+json"),),
    (shapes, "ttl", "text/turtle"),
    (workbook, "xlsx", _XLSX),
    (table, "csv", "text/csv"),
)


def body(chance: Chance) -> tuple[bytes, str, str]:
    """Bytes that are nearly a file, an odd one, or nothing of the kind; the suffix and the type that might be right."""
    make, suffix, media_type = chance.choice(_KINDS)
    return make(chance), suffix, media_type

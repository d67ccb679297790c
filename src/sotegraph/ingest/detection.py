"""What kind of file this is, by its content, its name and the media type it was sent with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

from pyoxigraph import RdfFormat

from sotegraph.formats import JSON_LD, PARSED_FORMATS, RDF_XML, RESULTS_CSV, RESULTS_TSV, XLSX, by_media_type
from sotegraph.formats import by_suffix as format_by_suffix
from sotegraph.ingest.encoding import decode
from sotegraph.ingest.files import SubmittedFile

TABLES = (RESULTS_CSV, RESULTS_TSV, XLSX)
_OTHER_SUFFIXES = {"json": JSON_LD, "xml": RDF_XML, "owl": RDF_XML, "xlsm": XLSX, "xltx": XLSX, "tab": RESULTS_TSV}
_XML = re.compile(rb"\s*<(\?xml|!--|[\w.-]+:RDF\b|RDF\b|!DOCTYPE)")
_JSON = re.compile(rb"""\s*(\{\s*["}]|\[\s*\{)""")
_TURTLE = re.compile(
    rb"^\s*(@prefix|@base|prefix\s|base\s|<[^>\n]*>\s|_:\w|\w*:\w+\s+(a|\w*:\w+|<)\s|\[|GRAPH\s|\w*:?\w*\s*\{)",
    re.IGNORECASE | re.MULTILINE,
)
_PLAIN_XML = re.compile(rb"\s*<(\?xml\s|!--|([\w.-]+:)?RDF\s|!DOCTYPE\s)")
_PLAIN_TURTLE = re.compile(
    rb"\s*(#[^\n\r]*[\n\r]\s*)*(@prefix\s|@base\s|prefix\s+[\w.-]*:\s*<|base\s+<)", re.IGNORECASE
)
_PLAIN_JSON_LD = re.compile(rb"""\s*\[?\s*\{\s*"@(context|graph|id|type|included)"\s*:""")
_HTML = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--((?!-->).)*-->\s*)*<(!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL
)
_SEPARATED = re.compile(r"[^\n]*[;,\t|][^\n]*")
_ZIP = b"PK\x03\x04"
_SIGNATURES = {
    b"\xd0\xcf\x11\xe0": "Excel 97",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
}
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_MOST_CONTROL = 0.05
_LOOKED_AT = 8_192


@dataclass(frozen=True)
class Kind:
    """A syntax of RDF, ``csv``, ``xlsx``, or something that is not read, told by its *label*."""

    name: str
    rdf: RdfFormat | None = None
    label: str = ""


CSV, WORKBOOK, OTHER = "csv", "xlsx", "other"


def detect(file: SubmittedFile) -> Kind:
    """Return what *file* is; what its bytes say plainly counts before its name, the name before the media type.

    >>> detect(SubmittedFile("sent", b'<?xml version="1.0"?><rdf:RDF/>')).rdf == RdfFormat.RDF_XML
    True
    >>> detect(SubmittedFile("sent.txt", b"name;city")).name
    'csv'
    """
    start = file.content[:_LOOKED_AT]
    signed = _by_signature(start)
    if signed:
        return signed
    start = _in_ascii(start)
    plain = _by_beginning(start)
    suffix = PurePath(file.name).suffix[1:].lower()
    known = _OTHER_SUFFIXES.get(suffix) or format_by_suffix(suffix, (*PARSED_FORMATS, *TABLES))
    if known is None and file.media_type and not file.media_type.startswith(("text/plain", "application/octet")):
        known = by_media_type(file.media_type, (*PARSED_FORMATS, *TABLES))
    if known is None:
        return plain or _by_content(start)
    if plain is not None and not _takes_in(known.rdf, plain.rdf):
        return plain
    if known.rdf is not None:
        return Kind("rdf", known.rdf, known.label)
    return Kind(CSV, label="CSV") if known is not XLSX else Kind(OTHER, label="Excel")


def _by_signature(start: bytes) -> Kind | None:
    """The kinds that their first bytes give away."""
    if start.startswith(_ZIP):
        document = b"mimetypeapplication/vnd.oasis" in start[:100] or b"word/" in start or b"ppt/" in start
        return Kind(OTHER, label="ODF") if document else Kind(WORKBOOK, label="Excel")
    for signature, label in _SIGNATURES.items():
        if start.startswith(signature):
            return Kind(OTHER, label=label)
    text = decode(start)
    if len(_CONTROL.findall(text)) > len(text) * _MOST_CONTROL:
        return Kind(OTHER, label="application/octet-stream")
    return Kind(OTHER, label="HTML") if _HTML.match(_in_ascii(start)) else None


def _in_ascii(start: bytes) -> bytes:
    """*start* without a byte order mark, its ASCII in one byte each."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", "replace").encode()
    return start.removeprefix(b"\xef\xbb\xbf")


def _by_beginning(start: bytes) -> Kind | None:
    """The syntax of RDF that a text can only be in, by how it begins; None where other things begin like this."""
    if _PLAIN_XML.match(start):
        return Kind("rdf", RdfFormat.RDF_XML, "RDF/XML")
    if _PLAIN_JSON_LD.match(start):
        return Kind("rdf", RdfFormat.JSON_LD, "JSON-LD")
    if _PLAIN_TURTLE.match(start):
        return Kind("rdf", RdfFormat.TRIG, "TriG")
    return None


def _takes_in(named: RdfFormat | None, plain: RdfFormat | None) -> bool:
    """Whether a file that is called *named* can be *plain*: Turtle is TriG."""
    return named == plain or (named == RdfFormat.TURTLE and plain == RdfFormat.TRIG)


def _by_content(start: bytes) -> Kind:
    """The kind that the text looks like; TriG takes in Turtle and N-Triples."""
    if _XML.match(start):
        return Kind("rdf", RdfFormat.RDF_XML, "RDF/XML")
    if _JSON.match(start):
        return Kind("rdf", RdfFormat.JSON_LD, "JSON-LD")
    if _TURTLE.search(start) or not _looks_like_a_table(start):
        return Kind("rdf", RdfFormat.TRIG, "TriG")
    return Kind(CSV, label="CSV")


def _looks_like_a_table(start: bytes) -> bool:
    lines = [line for line in start.decode("latin-1").splitlines() if line.strip()][:3]
    return bool(lines) and all(_SEPARATED.fullmatch(line) for line in lines)

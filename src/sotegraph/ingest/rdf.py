"""RDF in any of its syntaxes, each statement with its line and column."""

from __future__ import annotations

from pyoxigraph import RdfFormat

from sotegraph.errors import BodyTooLarge
from sotegraph.ingest.encoding import to_utf8
from sotegraph.ingest.files import SubmittedFile
from sotegraph.ingest.guards import guard
from sotegraph.validation.lines import LocatedFile
from sotegraph.validation.places import Located

_LONGEST_PIECE = 1 << 24
"""The bytes that the parser of pyoxigraph remembers while it looks for the end of something."""


def read_rdf(file: SubmittedFile, form: RdfFormat, base_iri: str, max_nesting: int) -> Located:
    """Return the quads of *file*, relative IRIs resolved below *base_iri*; raises SyntaxError.

    What looks like TriG may be N-Quads: neither takes in the other. Raises BodyTooLarge for a single text or comment
    that is longer than the parser remembers.
    """
    try:
        content = to_utf8(file.content)
    except LookupError as error:
        raise SyntaxError(str(error)) from None
    guard(content, form, max_nesting)
    try:
        return _parse(file.name, content, form, base_iri)
    except MemoryError as error:
        if len(content) <= _LONGEST_PIECE or "buffer" not in str(error):
            raise
        raise BodyTooLarge(
            "{file} holds a text or a comment of more than {limit} bytes in one piece. Shorten it.",
            file=file.name,
            limit=_LONGEST_PIECE,
        ) from None


def _parse(name: str, content: bytes, form: RdfFormat, base_iri: str) -> Located:
    try:
        return LocatedFile.parse(name, content, form, base_iri)
    except SyntaxError:
        if form != RdfFormat.TRIG:
            raise
        try:
            return LocatedFile.parse(name, content, RdfFormat.N_QUADS, base_iri)
        except SyntaxError:
            pass
        raise

"""RDF in any of its syntaxes, each statement with its line and column."""

from __future__ import annotations

from pyoxigraph import RdfFormat

from sotegraph.ingest.encoding import to_utf8
from sotegraph.ingest.files import SubmittedFile
from sotegraph.ingest.guards import guard
from sotegraph.validation.lines import LocatedFile
from sotegraph.validation.places import Located


def read_rdf(file: SubmittedFile, form: RdfFormat, base_iri: str, max_nesting: int) -> Located:
    """Return the quads of *file*, relative IRIs resolved below *base_iri*; raises SyntaxError.

    What looks like TriG may be N-Quads: neither takes in the other.
    """
    try:
        content = to_utf8(file.content)
    except LookupError as error:
        raise SyntaxError(str(error)) from None
    guard(content, form, max_nesting)
    try:
        return LocatedFile.parse(file.name, content, form, base_iri)
    except SyntaxError:
        if form != RdfFormat.TRIG:
            raise
        try:
            return LocatedFile.parse(file.name, content, RdfFormat.N_QUADS, base_iri)
        except SyntaxError:
            pass
        raise
